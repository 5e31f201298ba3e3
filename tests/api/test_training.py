"""Reports of a training in this process, and of weights from elsewhere."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from apiwork import empty_project, keep
from conftest import committed
from howto import run as command
from pagework import stored as kept_facts
from safetensors.numpy import save_file

import reportgen
from reportgen.api import Network
from reportgen.api.measured import Live
from reportgen.core.config import load
from reportgen.core.hooked import state
from reportgen.core.weights.given import given_run
from reportgen.errors import ConfigError, RunError, UsageError
from reportgen.pipeline.work import FACTS, RUN, run_made_by
from reportgen.project import Project

RULE = '''"""After a number comes the next one, after the highest 0."""

from collections.abc import Sequence
from dataclasses import dataclass

from reportgen.rules.base import FREE, Demand, rule
from reportgen.rules.numbers import Numbers
from reportgen.vocabulary import Token


@rule
@dataclass(frozen=True)
class Onwards(Numbers):
    """After a number comes the next one.

    >>> Onwards(highest=5).demand([5])
    Demand(tokens=frozenset({0}), source=None)
    """

    system = "sequence_rules"
    slug = "onwards"
    title = "Onwards"
    summary = "After a number comes the next one."

    def demand(self, prefix: Sequence[Token]) -> Demand:
        return Demand(frozenset({(int(prefix[-1]) + 1) % (self.highest + 1)})) if prefix else FREE

    def state(self, prefix: Sequence[Token]) -> Token | None:
        """The last token."""
        return prefix[-1] if prefix else None
'''
CONFIG: dict[str, Any] = dict(
    name="onwards",
    rule=dict(name="onwards", highest=5),
    data=dict(seed=0, sequences=60, length=[8, 12], validation=0.1, holdout=60),
    model=dict(
        n_layers=1,
        n_heads=1,
        d_model=2,
        d_head=2,
        d_mlp=8,
        n_ctx=4,
        output_projection=False,
        residual=True,
        normalization="none",
    ),
    training=dict(
        steps=40, batch=8, lr=0.01, seeds=3, checkpoint_every=20, show="lowest_validation_loss"
    ),
    report=dict(outline="two_dimensional", demonstrations=2),
)


@pytest.fixture(scope="module")
def project() -> Path:
    """A project with a rule of its own, of which a report was really built."""
    root = empty_project().root
    for folder in ("rules", "configs"):
        (root / folder).mkdir()
    (root / "rules" / "onwards.py").write_text(RULE)
    (root / "configs" / "onwards.yaml").write_text(yaml.safe_dump(CONFIG, sort_keys=False))
    command(root, "reportgen build --rule onwards --only token-embeddings --no-site")
    return root


def test_an_own_rule_is_found_and_trained_as_a_build_trains_it(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By name, by path and as a mapping: the same run, bit by bit, and the same facts and verdicts
    as were stored.
    """
    monkeypatch.chdir(project)
    stored, seen = reportgen.open("onwards"), list[tuple[int, int]]()
    trained = [
        reportgen.train("onwards", progress=lambda step, steps: seen.append((step, steps))),
        reportgen.train(project / "configs" / "onwards.yaml"),
        reportgen.train("configs/onwards.yaml"),
        reportgen.train(CONFIG),
    ]
    assert seen[0] == (0, 40)
    assert seen[-1] == (40, 40)
    for report in trained:
        assert report._study.run.digest == stored._study.run.digest
        assert report.seeds == (0, 1, 2)
    live = trained[0]
    assert list(live.facts) == list(stored.facts)
    for name, fact in stored.facts.items():
        assert live.facts[name] == fact, name
    assert {*live.claims} == {*stored.claims}
    for name, claim in stored.claims.items():
        assert live.claims[name] == claim, name
        assert live.claims[name].over_seeds == claim.over_seeds, name


def test_outside_of_a_project_the_shipped_configurations_are_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    report = reportgen.study(committed("learnt").weights, "plus_last_even")
    assert report.predict("3 8 +").likeliest[0][-1] == "8"
    assert [*tmp_path.iterdir()] == []


def told(make: Any, kind: type[Exception] = ConfigError) -> str:
    with pytest.raises(kind) as error:
        make()
    return str(error.value)


def test_a_configuration_that_cannot_be_trained_is_told(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project)
    path = tmp_path / "none.yaml"
    assert told(lambda: reportgen.train(path)) == f"{path}: there is no such configuration"
    assert told(lambda: reportgen.train("onward"), UsageError).startswith(
        "no configuration is called 'onward' (did you mean 'onwards'?); "
    )
    wrong = CONFIG | dict(training=CONFIG["training"] | dict(stpes=3))
    assert told(lambda: reportgen.train(wrong)) == (
        "config: training.stpes: unknown key (did you mean 'steps' or 'seeds'?)"
    )
    few = CONFIG | dict(data=CONFIG["data"] | dict(holdout=1), report=CONFIG["report"])
    assert told(lambda: reportgen.train(few)).startswith(("onwards: ", "config: "))
    fast = CONFIG | dict(training=CONFIG["training"] | dict(lr=1e30))
    assert told(lambda: reportgen.train(fast), RunError).startswith("the loss became ")


def test_a_report_on_given_weights_says_what_the_same_network_says_elsewhere() -> None:
    """Facts at the end of the training; nothing over training and seeds, and nothing held out."""
    weights = committed("learnt").weights
    report = reportgen.study(weights, committed("learnt").config.as_dict())
    stored = kept_facts("learnt")["facts"]
    assert report.facts["visible_error"].value == stored["visible_error"]["value"]
    assert report.facts["attention_on_answer"].value == pytest.approx(
        stored["attention_on_answer"]["value"], abs=1e-9
    )
    from reportgen.measure.fact import facts_of
    from reportgen.system import system_called

    over = {n for n, f in facts_of(system_called("sequence_rules")).items() if f.over}
    assert {*report.facts} == {*stored} - over
    assert over
    assert not any(set(claim.rests_on) & over for claim in report.claims.values())
    assert report.claims["attention_finds_answer"].verdict == "holds"
    assert report.claims["attention_finds_answer"].over_seeds is None
    for name in ("visible_error", "attention_on_answer", "holdout_loss"):
        fact = report.facts[name]
        assert "held-out" not in f"{fact.label} {fact.meaning} {fact.of}".lower()
        assert "held-out" in stored[name]["of"]
    assert (report.seeds, report.steps) == ((0,), (0,))


def test_weights_may_be_tensors_and_of_transformer_lens() -> None:
    """By our names or by theirs, of any precision that holds numbers: the same answers."""
    torch = pytest.importorskip("torch")
    study = committed("learnt")
    wanted = reportgen.study(study.weights, "plus_last_even").predict("3 8 + 1 4 +").logits
    for given in (
        {name: torch.from_numpy(value).requires_grad_() for name, value in study.weights.items()},
        state(study.config, study.weights),
        {n: torch.from_numpy(np.array(v)) for n, v in state(study.config, study.weights).items()},
    ):
        found = reportgen.study(given, "plus_last_even").predict("3 8 + 1 4 +").logits
        np.testing.assert_allclose(found, wanted, atol=1e-12)
    rough = {name: torch.from_numpy(value).bfloat16() for name, value in study.weights.items()}
    found = reportgen.study(rough, "plus_last_even").predict("3 8 + 1 4 +").logits
    assert 1e-6 < abs(found - wanted).max() < 1


def test_weights_that_do_not_fit_are_told_by_name() -> None:
    weights = dict(committed("learnt").weights)
    without = {name: value for name, value in weights.items() if name != "W_E"}
    other = without | {"W_e": weights["W_E"], "W_pos": weights["W_pos"][:4]}
    assert told(lambda: reportgen.study(other, "plus_last_even"), RunError) == (
        "plus_last_even: the given weights: 'W_e' is no weight of such a network; W_E is missing;"
        " W_pos: has the shape [4, 2], wanted [8, 2]"
    )
    holed = weights | {"W_E": np.full_like(weights["W_E"], np.nan)}
    assert told(lambda: reportgen.study(holed, "plus_last_even"), RunError).startswith(
        "plus_last_even: the given weights: W_E of seed 0 at step 0 holds nan, which is no number"
    )
    words = weights | {"b_U": np.array(["a"] * 12)}
    assert told(lambda: reportgen.study(words, "plus_last_even"), RunError) == (
        "plus_last_even: the given weights: b_U holds no numbers"
    )


@pytest.mark.parametrize("name", ["repeats_learnt", "text_learnt", "inputs_learnt"])
def test_a_network_of_every_system_can_be_given(name: str) -> None:
    """What its system measures but for training and seeds; the first facts are those of the run."""
    study = committed(name)
    report = reportgen.study(study.weights, study.config.as_dict())
    trained = Live(study, trained=True)
    assert {*report.facts} < {*trained.facts}
    assert {*report.claims} <= {*trained.claims}
    for fact in list(report.facts)[:4]:
        assert report.facts[fact].value == pytest.approx(trained.facts[fact].value, abs=1e-4)


def test_live_facts_are_those_of_a_build() -> None:
    """Measured one by one, in another order, they are what was measured all together."""
    live, kept = Live(committed("learnt"), trained=True), kept_facts("learnt")
    assert {*live.facts} == {*kept["facts"]}
    assert {*live.claims} == {*kept["claims"], *kept["unasked"]}
    for name in [*live.facts][::-7]:
        value = kept["facts"][name]["value"]
        assert live.facts[name].value == (value and pytest.approx(value)), name
    for name in [*live.claims][::-7]:
        claim = live.claims[name]
        if name in kept["unasked"]:
            assert (claim.verdict, claim.why) == ("not asked", kept["unasked"][name]["reason"])
        else:
            assert claim.verdict == kept["claims"][name]["verdict"], name


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a report on given weights, those of a committed run, by the names of
    TransformerLens.
    """
    study, root = committed("learnt"), empty_project().root
    (root / "configs").mkdir()
    theirs = {
        name: np.asarray(v, np.float32) for name, v in state(study.config, study.weights).items()
    }
    save_file(theirs, root / "configs" / "theirs.safetensors")
    values = json.loads(json.dumps(study.config.as_dict()))
    del values["training"]
    values["weights"] = dict(
        file="theirs.safetensors", layout="transformer_lens", tokens="as_listed"
    )
    path = root / "configs" / "plus_last_even.yaml"
    path.write_text(yaml.safe_dump(values))
    made = given_run(load(path))
    project = Project(root)
    keep(project, run_made_by(load(path)), RUN, made.to_bytes())
    told = dict(run=made.digest, facts={}, claims={}, unasked={})
    keep(project, "plus_last_even/facts", FACTS, told)
    return root


def test_a_built_report_on_given_weights_is_opened_as_such(given: Path) -> None:
    """The same answers, no figure of a training, and nothing to train."""
    report = reportgen.open("plus_last_even", project=given)
    wanted = Network(committed("learnt")).predict("3 8 + 1 4 +").logits
    np.testing.assert_allclose(report.predict("3 8 + 1 4 +").logits, wanted, atol=1e-5)
    assert {"learning-curve", "output-dynamics"}.isdisjoint(report.figures)
    assert "value-demo" in report.figures
    assert told(lambda: reportgen.train("plus_last_even", project=given)) == (
        "plus_last_even: weights: they are given, so that there is nothing to train; `reportgen"
        " build --rule plus_last_even` builds the report, or give them to reportgen.study"
    )
