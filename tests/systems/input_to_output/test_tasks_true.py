"""What pages of tasks may not say: of networks that fail, of ones that say the same of every input,
of one seed, and of little more than equal shares.
"""

import copy
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from claimwork import made
from conftest import committed
from lookups import listed
from pagework import kept_config, stored, written
from test_tasks_facts import by_loops

from reportgen.core import config as configs
from reportgen.core.config import Files
from reportgen.core.study import Study, study_of
from reportgen.measure.claim import Verdict
from reportgen.measure.fact import Fact, Facts
from reportgen.measure.measure import moot

FACTS, CLAIMS = listed("input_to_output")
FORMULAS = ("answer_suffices", "key_suffices", "cosines_suffice")


def facts_of(study: Study, claim: str) -> Facts:
    return Facts({name: FACTS[name](study) for name in CLAIMS[claim].rests_on})


def constant(name: str) -> Study:
    """The same network, which now says the first number whatever it reads."""
    study = committed(name)
    always = {"W_U": 0.0, "b_U": 0.0}
    parameters = {k: v * always.get(k, 1) for k, v in study.run.parameters.items()}
    parameters["b_U"][..., 0] = 100
    return study_of(study.config, replace(study.run, parameters=parameters))


def said(name: str, folder: Path, **facts: dict[str, Any]) -> str:
    """All pages of a run, tags left out, with some facts changed."""
    measured = copy.deepcopy(stored(name))
    for fact, values in facts.items():
        measured["facts"][fact] |= values
    text = "\n".join(written(folder, kept_config(name), measured).values())
    return re.sub(r"<[^>]*>", "", text)


def test_a_formula_that_is_right_where_the_network_is_wrong_does_not_describe_it() -> None:
    """Cosines that are highest at the right answer are right of every network."""
    study = committed("clock_unlearnt")
    facts = facts_of(study, "cosines_suffice")
    fact = facts["wrong_by_cosines"]
    wrong = sum(int(logits.argmax()) != right for _, _, right, logits, _, _ in by_loops(study))
    assert fact.value == 0
    assert fact.details["other"] == pytest.approx(wrong / fact.n)
    assert wrong > fact.n / 2
    assert CLAIMS["cosines_suffice"].verdict(facts) is Verdict.FAILS


@pytest.mark.parametrize("name", ["clock_learnt", "clock_unlearnt"])
def test_a_network_that_always_says_the_same_is_no_clock(name: str) -> None:
    study = constant(name)
    for claim in (*FORMULAS, "key_is_enough", "key_is_needed"):
        assert CLAIMS[claim].verdict(facts_of(study, claim)) is Verdict.FAILS, claim


@pytest.mark.parametrize("name", ["clock_learnt", "largest_learnt"])
def test_what_is_always_the_same_stays_whatever_attention_does(name: str) -> None:
    """So nothing is asked of it; of a network that answers most inputs it is."""
    claim = CLAIMS["attention_is_fixed"]

    def asked(study: Study) -> str:
        return moot(claim, study, facts_of(study, "attention_is_fixed"))

    assert asked(constant(name)) == (
        "this network answers hardly more inputs than always the same output would, too few to"
        " lose any"
    )
    assert asked(committed(name)) == ""


@pytest.mark.parametrize(
    ("claim", "fact", "values"),
    [
        ("looks_at_the_answer", "attention_on_answer", (0.504, 0.59, 0.61, 0.91)),
        ("logits_turn_alike", "key_logits", (0.55, 0.74, 0.76, 0.96)),
    ],
)
def test_a_little_more_than_equal_shares_is_nothing(
    claim: str, fact: str, values: tuple[float, ...]
) -> None:
    verdicts = (Verdict.FAILS, Verdict.FAILS, Verdict.PARTLY, Verdict.HOLDS)
    for value, verdict in zip(values, verdicts, strict=True):
        facts = {name: made(1.0) for name in CLAIMS[claim].rests_on}
        facts[fact] = replace(made(value, baseline=0.5), exhaustive=True)
        assert CLAIMS[claim].verdict(Facts(facts)) is verdict, value


def test_nine_tenths_of_nearly_all_frequencies_are_no_more_than_equal_shares() -> None:
    """Five of six frequencies have .833 of the power where all are alike."""
    facts = Facts(dict(key_logits=replace(made(0.91, baseline=5 / 6), exhaustive=True)))
    assert CLAIMS["logits_turn_alike"].verdict(facts) is Verdict.FAILS


def test_of_one_network_none_was_chosen(tmp_path: Path) -> None:
    chosen = "these inputs were used to choose the network"
    assert chosen not in said("clock_learnt", tmp_path)
    assert chosen in said("clock_unlearnt", tmp_path / "two")


def test_how_much_was_known_when_it_is_said_to_grok(tmp_path: Path) -> None:
    """Two thirds of the held-out inputs are right when the training inputs settle."""
    at_fit = stored("clock_learnt")["facts"]["holdout_at_fit"]["text"]
    pages = said("clock_learnt", tmp_path)
    assert len(
        re.findall(rf"It groks: .*{re.escape(at_fit)} of the held-out ones are right", pages)
    )
    assert pages.count("It groks: ") == pages.count(f"{at_fit} of the held-out ones are right")


def test_little_is_said_of_what_nobody_varied(tmp_path: Path) -> None:
    for name in ("clock_learnt", "clock_unlearnt"):
        pages = said(name, tmp_path / name)
        assert "depends on the seed" not in pages
        assert "frequencies are there at the end" not in pages


def test_a_loss_that_grows_is_not_called_hardly_worse(tmp_path: Path) -> None:
    """Of a network whose loss grows a hundredfold, and by less than one nat."""
    pages = said("clock_unlearnt", tmp_path)
    assert "hardly worse" not in pages
    assert "Without them training inputs do not get much worse" in pages


def test_a_mechanism_is_counted_over_seeds_that_answer_every_input(tmp_path: Path) -> None:
    """Three of four do; all four look at the answer."""
    pages = said("largest_learnt", tmp_path)
    assert "Measured over seeds; those that answer every input: 3 of 4." in pages
    row = "| The output looks at the place that holds the answer | 3 of 3 "
    assert row in re.sub(r"[\u00a0\u202f]", " ", pages)


def test_stored_facts_are_plain(tmp_path: Path) -> None:
    """What stands beside the mistakes of a formula is a number and its words."""
    details = FACTS["wrong_by_key"](committed("clock_learnt")).details
    assert json.loads(json.dumps(dict(details))) == dict(details)
    assert np.isfinite(details["other"])


def test_of_given_weights_nobody_knows_what_counted_in_a_training(tmp_path: Path) -> None:
    values = kept_config("clock_learnt").as_dict()
    del values["training"]
    (tmp_path / "net.npz").touch()
    names = {name: name for name in ("W_E", "W_U")}
    values["weights"] = dict(file="net.npz", layout="by_name", names=names, tokens="as_listed")
    values["data"] |= dict(train_share=1)  # type: ignore[operator]
    config = configs.from_values(values, files=Files(beside=tmp_path))
    measured = stored("clock_learnt") | dict(origin=None)
    for name, given in (("clock_learnt", False), ("given", True)):
        shown = config if given else kept_config("clock_learnt")
        pages = "\n".join(written(tmp_path / name, shown, measured).values())
        text = re.sub(r"<[^>]*>", "", pages)
        assert ("Only the output counts in training" in text) is not given
        assert ("Without them even training inputs are lost" in text) is not given
        assert ("Without them the inputs are lost" in text) is given
        assert ("## The only network" in text) is not given
        assert "before we saw any network" not in text


def begun(step: float | None, *, kept: bool = True) -> Fact:
    details = dict(ends_past=kept, stays=kept)
    return Fact(step, "step", 9, "checkpoints", exhaustive=True, details=details)


@pytest.mark.parametrize(
    ("holdout", "verdict"),
    [
        (begun(900), Verdict.HOLDS),
        (begun(600), Verdict.PARTLY),
        (begun(400), Verdict.FAILS),
        (begun(None), Verdict.FAILS),
        (begun(900, kept=False), Verdict.FAILS),
    ],
)
def test_what_is_lost_again_was_not_grokked(holdout: Fact, verdict: Verdict) -> None:
    facts = dict(onset_train=begun(400), onset_holdout=holdout)
    assert CLAIMS["groks"].verdict(facts) is verdict
    clock = dict(onset_holdout_loss=begun(900), onset_restricted=begun(500), onset_excluded=holdout)
    earlier = holdout.value is not None and holdout.value < 900
    wanted = Verdict.HOLDS if earlier else Verdict.PARTLY
    assert CLAIMS["clock_comes_first"].verdict(clock) is wanted
    lost = clock | dict(onset_restricted=begun(500, kept=False))
    wanted = Verdict.PARTLY if earlier else Verdict.FAILS
    assert CLAIMS["clock_comes_first"].verdict(lost) is wanted
    again = Facts(clock | dict(onset_holdout_loss=begun(900, kept=False)))
    assert CLAIMS["clock_comes_first"].unless(again) == (
        "the held-out loss never falls so low, or rises again"
    )
