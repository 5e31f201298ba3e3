"""NaN and infinity never stand for a result: absent with a reason, in no verdict, in no file, on no
page.
"""

import dataclasses
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import committed
from lookups import all_figures
from pagework import written as pages_of

from reportgen.core.config.needs import lacks
from reportgen.core.exact.verify import Verified
from reportgen.core.runs import Run
from reportgen.core.study import Study, study_of
from reportgen.errors import FigureError, RunError
from reportgen.measure.claim import ByFunction, Claim, Verdict
from reportgen.measure.fact import Fact, FactFunction, Reference
from reportgen.measure.measure import measure, verdicts_by_seed
from reportgen.measure.numbers import NotFinite, not_finite, written
from reportgen.systems.sequence_rules.facts.seeds import ranking
from reportgen.systems.sequence_rules.facts.training import onset_attention, onset_half, onset_rule

NONE = r"(?<![\w-])[-−]?(?:nan|inf|NaN|Infinity)(?![\w-])"


def with_weights(run: Run, change: Callable[[np.ndarray], np.ndarray]) -> Run:
    """The same history with other weights, which no training gave."""
    return dataclasses.replace(
        run, parameters={name: change(values) for name, values in run.parameters.items()}
    )


PERTURBED: dict[str, Callable[[Run], Run]] = {
    "all weights zero": lambda run: with_weights(run, np.zeros_like),
    "weights a million times as large": lambda run: with_weights(
        run, lambda w: w * np.float32(1e6)
    ),
}


def perturbed(name: str, how: str) -> Study:
    """One seed of a committed run with other weights, without trying every context there is."""
    study = committed(name)
    made = study_of(study.config, PERTURBED[how](study.run.only([0], every=10)))
    return made.knowing(Verified((), "left out")) if name == "unlearnt" else made


@pytest.mark.parametrize("how", PERTURBED)
@pytest.mark.parametrize(
    "name",
    [
        "unlearnt",
        "text_unlearnt",
        "one_layer_unlearnt",
        "repeats_unlearnt",
        "inputs_unlearnt",
        "full_unlearnt",
    ],
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # NumPy says where they arise
def test_nothing_is_measured_or_written_that_is_no_number(
    name: str, how: str, tmp_path: Path
) -> None:
    """Of every family: a fact that cannot be computed says so, claims that rest on it are not
    asked, and the pages are written all the same.
    """
    study = perturbed(name, how)
    plain = json.loads(json.dumps(measure(study), allow_nan=False))
    gone = {key for key, fact in plain["facts"].items() if "cannot be computed" in fact["lacking"]}
    for key in gone:
        assert plain["facts"][key]["value"] is None
    for claim in plain["claims"].values():
        assert not gone & set(claim["rests_on"])
    if (how, name) == ("all weights zero", "unlearnt"):
        reason = "of this network it cannot be computed (value: nan)"
        assert gone == {"spaces_apart"}
        assert plain["facts"]["spaces_apart"]["lacking"] == reason
        assert [each["reason"] for each in plain["unasked"].values()].count(reason) == 2
    for place, text in pages_of(tmp_path, study.config, plain).items():
        said = re.sub(r"cannot be computed \(.*?\)", "", text)
        assert not re.search(NONE, said), place


@pytest.mark.parametrize("how", PERTURBED)
@pytest.mark.parametrize(
    "name",
    [
        "unlearnt",
        "text_unlearnt",
        "one_layer_unlearnt",
        "repeats_unlearnt",
        "inputs_unlearnt",
        "full_unlearnt",
    ],
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_no_figure_says_what_is_no_number(name: str, how: str) -> None:
    """Each is drawn with its numbers, or refused in a sentence."""
    study = perturbed(name, how)
    for slug, figure in all_figures(study.rule.system).items():
        if lacks(study.config, figure.needs):
            continue
        try:
            data = figure.compute(study)
            assert figure.numbers(data)
            said = figure.alt(data) + figure.caption(data)
        except FigureError as error:
            said = str(error).split(", since weights of this network are out of all proportion")[0]
        assert not re.search(NONE, said), slug


def fact_of(compute: Callable[[Study], Fact]) -> FactFunction:
    return FactFunction("mine", compute, "mine", "Mine.", "here.mine", "", 0, "")


@pytest.mark.parametrize(
    ("fact", "where"),
    [
        (Fact(np.nan, "share", 3, "things"), "value: nan"),
        (Fact(0.5, "share", 3, "things", 0.1, np.inf), "high: inf"),
        (Fact(0.5, "share", 3, "things", baseline=Reference("b", np.nan)), "baseline, value: nan"),
        (
            Fact(0.5, "share", 3, "things", parts=(("a", Fact(-np.inf, "share", 1, "")),)),
            "parts, a, value: -inf",
        ),
        (
            Fact(0.5, "share", 3, "things", details=dict(rows=[dict(x=np.float64("nan"))])),
            "details, rows, x: nan",
        ),
        (Fact(0.5, "share", 3, "things", details=dict(x=(1.0, [np.inf]))), "details, x: inf"),
    ],
)
def test_where_a_number_is_none_is_said(fact: Fact, where: str) -> None:
    assert not_finite(fact) == where
    made = fact_of(lambda study: fact)(committed("unlearnt"))
    assert (made.value, made.parts, dict(made.details)) == (None, (), {})
    assert made.lacking == f"of this network it cannot be computed ({where})"
    assert not_finite(made) == ""


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("unit", ["share", "percent", "nats", "step", "count"])
def test_no_number_that_is_none_is_written(value: float, unit: str) -> None:
    """In words it would be out of sight of every other guard."""
    with pytest.raises(NotFinite) as error:
        written(value, unit)
    assert str(error.value) == f"a number to be written: {value}"

    def told(study: Study) -> Fact:
        return Fact(1.0, "share", 1, "", details=dict(text=written(value, unit)))

    made = fact_of(told)(committed("unlearnt"))
    assert (
        made.lacking == f"of this network it cannot be computed (a number to be written: {value})"
    )


def test_a_seed_of_which_nothing_can_be_said_is_counted_nowhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """NaN compares as false with everything: it would have been counted as failing."""
    study = committed("unlearnt")
    numbers = dict(zip(range(3), (0.9, np.nan, 0.1)))
    mine = fact_of(lambda other: Fact(numbers[other.seed], "share", 3, "things"))
    decide = lambda facts: Verdict.HOLDS if facts["mine"].value > 0.5 else Verdict.FAILS
    claim = Claim("c", function=ByFunction(decide, "", ""), also=["mine"], reason="", figure="")
    own = {"mine": mine(study)}
    seeds = study.run.seeds
    asked = verdicts_by_seed(study, {"mine": mine}, {"c": claim}, own)["c"]["seeds"]
    assert asked == dict(holds=[seeds[0]], partly=[], undecided=[], fails=[seeds[2]])


def undefined(run: Run, *names: str) -> Run:
    """A run whose task had nothing to measure some quantities on."""
    empty = {name: np.full_like(run.history[name], np.nan) for name in names}
    return dataclasses.replace(run, history=run.history | empty)


def test_what_had_nothing_to_be_measured_on_did_not_fail_to_happen() -> None:
    study = committed("unlearnt")
    other = study_of(study.config, undefined(study.run, "attention_on_answer", "error_visible"))
    for onset in (onset_attention, onset_half, onset_rule):
        assert onset(other).lacking == "no position of a validation window asks for it"
        assert not onset(study).lacking
    for row in ranking(other):
        assert row["attention_on_answer"] is None
        assert row["attention_on_answer_text"] == "not measured here"


# runs


def stored(**history: Any) -> Run:
    run = committed("unlearnt").run.only([0, 1], every=10)
    changed = {name: values.copy() for name, values in run.history.items()}
    for name, value in history.items():
        changed[name][1, 0] = value
    return dataclasses.replace(run, history=changed)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_weights_that_are_no_numbers_are_refused(value: float) -> None:
    run = stored()
    weights = {name: values.copy() for name, values in run.parameters.items()}
    weights["W_U"][1, 2, 0, 3] = value
    bad = dataclasses.replace(run, parameters=weights)
    wrong = f"W_U of seed 6 at step 20000 holds {value}, which is no number"
    with pytest.raises(RunError) as error:
        Run.from_bytes(bad.to_bytes(), "x.safetensors")
    assert (
        str(error.value)
        == f"x.safetensors is of a training that diverged ({wrong}); lower training.lr, delete it"
        " and build again"
    )
    with pytest.raises(RunError) as error:
        bad.finite()
    assert (
        str(error.value)
        == f"the training diverged: {wrong}; nothing was stored: lower training.lr and build again"
    )


def test_a_loss_is_a_number_and_other_quantities_are_or_are_nowhere() -> None:
    for name in ("validation_loss", "train_loss", "attention_on_answer"):
        with pytest.raises(RunError, match=f"the history of {name} holds nan, which is no number"):
            Run.from_bytes(stored(**{name: np.nan}).to_bytes())
    nowhere = undefined(stored(), "attention_on_answer", "error")
    again = Run.from_bytes(nowhere.to_bytes())
    assert not again.defined("error")
    assert again.defined("train_loss")
    with pytest.raises(RunError, match="the history of validation_loss holds nan"):
        Run.from_bytes(undefined(stored(), "validation_loss").to_bytes())


def test_no_picture_is_drawn_of_infinity() -> None:
    """NaN is a cell that is not there; infinity is nothing."""
    figure = next(iter(all_figures("sequence_rules").values()))
    assert figure.numbers({"a": np.array([np.nan, 1.0])})
    with pytest.raises(FigureError) as error:
        figure.numbers({"a": {"b": np.array([1.0, -np.inf])}})
    assert (
        str(error.value)
        == f"figure {figure.slug!r} cannot be drawn: a.b holds infinity, since weights of this "
        "network are out of all proportion; train it with a lower training.lr"
    )
