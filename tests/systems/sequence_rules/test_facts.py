"""Facts against loops, against networks made by hand, against stored values; and how a fact writes
itself.
"""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from keeping import all_of, baseline, numbers
from lookups import listed
from measured import measured
from places import baselines

from reportgen.core.exact import enumerate as contexts
from reportgen.core.study import Study, study_of
from reportgen.errors import ClaimError
from reportgen.measure import estimates
from reportgen.measure import fact as base
from reportgen.measure.claim import Verdict
from reportgen.measure.claim import _claims_of as listed_claims
from reportgen.measure.fact import Fact, Facts, Reference
from reportgen.measure.measure import measure
from reportgen.measure.numbers import written
from reportgen.systems.sequence_rules.facts import training

FACTS, CLAIMS = listed("sequence_rules")
KEPT = baselines("sequence_rules") / "facts"


def made_by_hand(study: Study, **changed: np.ndarray) -> Study:
    """The same study with weights replaced at every checkpoint, for every seed."""
    parameters = {
        k: np.broadcast_to(changed[k], v.shape).astype(np.float32) if k in changed else v
        for k, v in study.run.parameters.items()
    }
    return study_of(study.config, replace(study.run, parameters=parameters))


# networks whose every number can be worked out


def test_a_network_that_always_writes_zero(learnt: Study) -> None:
    """Right exactly where the answer is 0; one cell; its own text never asks anything."""
    study = made_by_hand(learnt, W_U=np.zeros(12), b_U=np.eye(12)[0] * 100)
    windows = study.data.holdout_windows
    zeros = (windows.answer == 0) & windows.visible
    assert FACTS["visible_error"](study).value == pytest.approx(
        1 - zeros.sum() / windows.visible.sum(), abs=1e-12
    )
    assert FACTS["sampled_error"](study).value == pytest.approx(
        FACTS["visible_error"](study).value, abs=1e-9
    )
    worst = FACTS["worst_answer_error"](study)
    assert worst.part("0").value == 0
    assert worst.part("8").value == worst.value == 1
    assert worst.details["missed_text"] == "2, 4, 6, 8, 10"
    owners = FACTS["owners"](study)
    assert owners.details["tokens"] == ["0"]
    assert owners.details["missing"] == ["2", "4", "6", "8", "10"]
    assert FACTS["missing_cells"](study).value == 5
    assert FACTS["foreign_cells"](study).value == 0
    generated = FACTS["generated_error"](study)
    assert generated.value is None or generated.n < 1_000  # only first tokens of the data can ask
    assert FACTS["hidden_mass"](study).value == pytest.approx(1)
    assert FACTS["trace_right"](study).n == int(study.demonstrations.constrained.sum())


def test_a_head_without_preference(learnt: Study) -> None:
    """No queries, hence equal attention: each fact of attention is its own baseline."""
    study = made_by_hand(learnt, W_Q=np.zeros((1, 1, 2, 2)))
    for name in ("attention_on_answer", "attention_far", "attention_on_previous"):
        fact = FACTS[name](study)
        assert fact.baseline is not None
        assert fact.value == pytest.approx(fact.baseline.value, abs=1e-12), name
    assert sum(
        part.value or 0 for _, part in FACTS["attention_by_class"](study).parts
    ) == pytest.approx(1)
    assert FACTS["recency"](study).value == 0


def test_a_network_that_ignores_attention(learnt: Study) -> None:
    """Values are zero: silencing attention changes nothing, and silencing tokens changes everything
    there is.
    """
    study = made_by_hand(learnt, W_V=np.zeros((1, 1, 2, 2)))
    without = FACTS["error_without_attention"](study)
    assert without.part("increase").value == 0
    assert without.baseline is not None
    assert without.value == without.baseline.value
    kinds = FACTS["ablation_attention"](study)
    assert [part.value for _, part in kinds.parts] == pytest.approx([0] * 6, abs=1e-6)
    assert [name for name, _ in kinds.parts] == [
        "zero: error",
        "zero: loss",
        "mean: error",
        "mean: loss",
        "resample: error",
        "resample: loss",
    ]


def test_a_network_that_knows_token_frequencies(learnt: Study) -> None:
    """Its loss is that of the counting reader, its gain over the reader of the last token is
    negative, its plateau is the counting one.
    """
    study = made_by_hand(learnt, W_U=np.zeros(12), b_U=np.log(learnt.floors.shares))
    windows = study.data.holdout_windows
    assert FACTS["holdout_loss"](study).value == pytest.approx(
        -np.log(learnt.floors.shares)[windows.targets].mean(), abs=1e-5
    )
    gain = FACTS["gain_over_bigram"](study)
    assert gain.high is not None
    assert gain.high < 0
    plateau = FACTS["plateau_loss"](study)
    assert plateau.value == pytest.approx(plateau.details["unigram"], abs=1e-5)
    assert CLAIMS["plateau_is_bigram"].verdict(Facts({"plateau_loss": plateau})) is Verdict.FAILS
    assert CLAIMS["looks_back"].verdict(Facts({"gain_over_bigram": gain})) is Verdict.FAILS


def test_tables_with_known_shapes(learnt: Study) -> None:
    """Positions on a line in order, answers two units above the others, queries of the trigger
    against all others.
    """
    ladder = np.column_stack([np.zeros(8), 0.1 * np.arange(8)])
    even = np.array([[0.0, 2.7] if i % 2 == 0 and i < 11 else [0.0, 0.0] for i in range(12)])
    even[:, 0] = np.arange(12)
    even[11] = [-50.0, 1.0]
    study = made_by_hand(
        learnt, W_pos=ladder, W_E=even, W_Q=np.eye(2), W_K=np.eye(2), W_V=np.eye(2)
    )
    assert FACTS["token_gap"](study).value == pytest.approx(2.7, rel=1e-5)
    assert FACTS["point_gap"](study).value == pytest.approx(2.0, rel=1e-5)
    order, axis = FACTS["positions_in_order"](study), FACTS["position_axis"](study)
    assert (order.value, order.details["monotone"], axis.value) == (1.0, True, pytest.approx(1.0))
    assert FACTS["spaces_apart"](study).value == pytest.approx(0)
    assert (
        CLAIMS["spaces_start_apart"].verdict(Facts({"spaces_apart": FACTS["spaces_apart"](study)}))
        is Verdict.FAILS
    )
    turn = FACTS["trigger_query_turn"](study)
    assert turn.details["side"] == "to the left"
    assert turn.details["trigger"] == pytest.approx([-50.0, 1.35])
    mixed = made_by_hand(learnt, W_pos=ladder[[0, 2, 1, 3, 4, 5, 6, 7]])
    assert FACTS["positions_in_order"](mixed).value == pytest.approx(27 / 28)


# the same numbers from the rule and plain loops


def test_errors_and_attention_against_loops(study: Study) -> None:
    """`Rule.demand` on whole sequences, window by window: no automaton, no masks."""
    windows, t, names = study.data.holdout_windows, study.holdout, study.rule.tokens.tokens
    found: dict[str, list[float]] = dict(
        visible=[], hidden=[], sampled=[], attention=[], previous=[], far=[]
    )
    predicted, chances = t.logits.argmax(-1), t.probabilities
    for w in range(len(windows)):
        start = int(windows.start[w])
        whole = [names[i] for i in study.data.holdout.tokens[windows.sequence[w]] if i >= 0]
        for i in range(8):
            demand = study.rule.demand(whole[: start + i + 1])
            if not demand.tokens:
                continue
            wrong = names[predicted[w, i]] not in demand.tokens
            if demand.source is None or demand.source < start:
                found["hidden"].append(wrong)
                continue
            found["visible"].append(wrong)
            found["sampled"].append(
                1 - sum(chances[w, i, study.rule.tokens.id(token)] for token in demand.tokens)
            )
            found["attention"].append(t.pattern(layer=0, head=0)[w, i, demand.source - start])
            found["previous"].append(demand.source == start + i - 1)
            if start + i - demand.source >= 4:
                found["far"].append(wrong)
    for name, key in (
        ("visible_error", "visible"),
        ("hidden_error", "hidden"),
        ("sampled_error", "sampled"),
        ("attention_on_answer", "attention"),
        ("previous_is_answer", "previous"),
        ("far_error", "far"),
    ):
        fact = FACTS[name](study)
        assert fact.n == len(found[key]), name
        assert fact.value == pytest.approx(np.mean(found[key]), abs=1e-9), name
    assert FACTS["all_error"](study).n == len(found["visible"]) + len(found["hidden"])


def test_recency_against_loops(study: Study) -> None:
    """Scores of the trigger against pairs of keys, written out."""
    w = study.weights
    key = lambda token, i: (w["W_E"][token] + w["W_pos"][i]) @ w["W_K"][0, 0]
    hits = []
    for p in range(8):
        query = (w["W_E"][study.trigger] + w["W_pos"][p]) @ w["W_Q"][0, 0]
        for i in range(p):
            for j in range(i + 1, p):
                hits += [
                    query @ key(b, j) > query @ key(a, i)
                    for a in range(0, 11, 2)
                    for b in range(0, 11, 2)
                ]
    fact = FACTS["recency"](study)
    assert (fact.n, fact.value) == (len(hits), pytest.approx(np.mean(hits), abs=1e-12))
    assert fact.part("copies of one token").n + fact.part("different tokens").n == len(hits)


def test_every_context_agrees_with_a_few_by_hand(learnt: Study) -> None:
    """All contexts of length three, one forward pass each."""
    fact = Fact.from_dict(measured("learnt")["facts"]["exhaustive_error"])
    wrong = total = 0
    tokens = learnt.rule.tokens.tokens
    for a in range(12):
        for b in range(12):
            demand = learnt.rule.demand([tokens[a], tokens[b], "+"])
            if demand.source is None:
                continue
            total += 1
            wrong += (
                tokens[learnt.trace_of(np.array([[a, b, 11]])).logits[0, -1].argmax()]
                not in demand.tokens
            )
    part = fact.part("length 3")
    assert (part.n, part.value) == (total, pytest.approx(wrong / total))
    assert fact.n == 35_551_872
    assert fact.details["wrong"] == pytest.approx((fact.value or 0) * fact.n)


def test_losses_add_up(study: Study) -> None:
    """Loss minus floor is excess, in the mean and window by window; kinds of positions make the
    whole.
    """
    loss, excess = FACTS["holdout_loss"](study), FACTS["excess_loss"](study)
    assert loss.floor is not None
    assert loss.value is not None
    assert excess.value == pytest.approx(loss.value - loss.floor.value, abs=1e-9)
    assert sum((part.value or 0) * part.n for _, part in excess.parts) == pytest.approx(
        (excess.value or 0) * excess.n
    )
    assert FACTS["holdout_floor"](study).value == pytest.approx(loss.floor.value)
    windows, law = study.data.holdout_windows, study.floors.predict(study.data.holdout_windows)
    chance = [law[w, p, t] for (w, p), t in np.ndenumerate(windows.targets)]
    assert loss.floor.value == pytest.approx(-np.log(chance).mean())


def test_onsets_need_three_in_a_row(learnt: Study) -> None:
    never, late = np.zeros(21, dtype=bool), np.arange(21) >= 19
    twice = np.isin(np.arange(21), [2, 3, 7, 8, 9, 12])
    assert training.onset(learnt, never).text == "never"
    assert training.onset(learnt, late).text == "never"
    assert training.onset(learnt, twice).value == learnt.run.steps[7]
    assert training.onset(learnt, twice[:2]).value is None


# intervals


def test_the_interval_resamples_whole_sequences() -> None:
    """Against a loop that draws sequences and averages their items; items that always agree within
    a sequence widen it.
    """
    rng = np.random.default_rng(0)
    sequence = np.repeat(np.arange(40), 5)
    alike, mixed = (
        np.repeat(rng.random(40) < 0.5, 5).astype(float),
        (rng.random(200) < 0.5).astype(float),
    )
    means = []
    for _ in range(4_000):
        drawn = rng.integers(40, size=40)
        means.append(np.concatenate([alike[sequence == s] for s in drawn]).mean())
    mean, low, high = estimates.mean_over(alike, sequence, 40)
    assert mean == alike.mean()
    assert (low, high) == pytest.approx(tuple(np.quantile(means, [0.025, 0.975])), abs=0.02)
    _, low_mixed, high_mixed = estimates.mean_over(mixed, sequence, 40)
    assert high_mixed - low_mixed < (high - low) * 0.7


def test_wilson_and_nothing_to_average() -> None:
    assert estimates.wilson(8, 20) == pytest.approx((0.2188, 0.6134), abs=1e-4)
    with pytest.raises(ClaimError) as error:
        estimates.mean_over(np.array([]), np.array([], dtype=int), 5)
    assert str(error.value) == "cannot average nothing: no position of the sample qualifies"


def test_none_of_n_is_written_so() -> None:
    """A count, and the rule of three over sequences instead of an interval of width zero."""
    sample = estimates.Sample(np.arange(200), 200, "held-out sequences")
    where = np.ones((200, 2), dtype=bool)
    none = sample.average(np.zeros((200, 2)), where, unit="percent", of="positions", counted=True)
    assert (none.text, none.interval, none.of) == (
        "0 of 400",
        "at most 1.5\u00a0% (rule of three over 200 sequences)",
        "positions in 200 held-out sequences",
    )
    every = sample.average(where, where, unit="percent", of="positions", counted=True)
    assert (every.text, every.interval) == (
        "400 of 400",
        "at least 98.5\u00a0% (rule of three over 200 sequences)",
    )
    alone = sample.average(
        where, where & (np.arange(200) == 3)[:, None], unit="percent", of="positions", counted=True
    )
    assert (alone.text, alone.interval) == ("2 of 2", "")
    gone = sample.average(where, ~where, unit="percent", of="positions", counted=True)
    assert (gone.value, gone.text, gone.n) == (None, "not defined: no positions in this sample", 0)


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.98404, "share", "0.984"),
        (0.0131, "percent", "1.3\u00a0%"),
        (0.0004, "percent", "under 0.1\u00a0%"),
        (0.0002, "share", "under 0.001"),
        (0.9998, "share", "over 0.999"),
        (0.99961, "percent", "over 99.9\u00a0%"),
        (1.0, "percent", "100.0\u00a0%"),
        (1 - 1e-12, "share", "1.000"),
        (0.0, "share", "0.000"),
        (0.6667, "points", "66.7"),
        (-0.0131, "points", "−1.3"),
        (0.0002, "points", "under 0.1"),
        (0.99961, "points", "100.0"),
        (-1.23456, "nats", "\u22121.235"),
        (-0.00001, "nats", "0.000"),
        (5800, "step", "step\u00a05\u202f800"),
        (35551872, "count", "35\u202f551\u202f872"),
        (1.946, "distance", "1.95"),
        (178.2, "degrees", "178"),
        (0.4, "of", "40.0\u00a0%"),
    ],
)
def test_numbers_are_written(value: float, unit: str, text: str) -> None:
    assert written(value, unit) == text


def test_a_fact_survives_json(learnt: Study) -> None:
    """Every fact of a study, to plain values and back."""
    for name in ("far_error", "seeds_learnt", "owners", "onset_rule", "plateau_loss"):
        fact = FACTS[name](learnt)
        again = Fact.from_dict(json.loads(json.dumps(fact.to_dict())))
        assert again == fact
        assert again.to_dict() == fact.to_dict()
    assert Fact(0.4, "of", 20, "seeds", 0.2, 0.6).text == "8 of 20"
    assert Fact(0.4, "of", 20, "seeds", 0.2, 0.6).interval == "20.0\u00a0% to 60.0\u00a0%"
    assert Fact(0.4, "percent", 20, "positions").scale == (0.0, 1.0)
    assert Fact(0.4, "points", 20, "positions").scale == (0.0, 1.0)
    assert Fact(0.4, "points", 20, "positions", -0.1, 0.6).scale == (-1.0, 1.0)
    assert Fact(
        1.9,
        "nats",
        20,
        "tokens",
        floor=Reference("floor", 1.8),
        baseline=Reference("counting", 2.3),
    ).scale == pytest.approx((1.75, 2.35))


# the registry


def test_mistakes_in_facts_are_told(learnt: Study) -> None:
    with pytest.raises(ClaimError) as error:
        FACTS["far_error"](learnt).part("4 step back")
    assert str(error.value).startswith(
        "fact 'far_error' has no part '4 step back' (did you mean '4 steps back'"
    )
    with pytest.raises(ClaimError) as error:
        Facts({"visible_error": FACTS["visible_error"](learnt)})["visible_eror"]
    assert (
        str(error.value)
        == "no fact is called 'visible_eror' (did you mean 'visible_error'?); known: visible_error"
    )
    bare = replace(FACTS["visible_error"], compute=lambda study: 0.5)  # type: ignore[arg-type, return-value]
    with pytest.raises(ClaimError) as error:
        bare(learnt)
    assert (
        str(error.value)
        == "reportgen.systems.sequence_rules.facts.errors.visible_error returned float, wanted a"
        " Fact: a number without n and interval reaches no page"
    )

    def visible_error(study: Study) -> Fact:
        """Again."""
        return Fact(0.0, "percent", 0, "")

    visible_error.__module__ = f"{FACTS['visible_error'].compute.__module__.rpartition('.')[0]}.own"
    with pytest.raises(ClaimError) as error:
        base.fact("again", tolerance=0)(visible_error)
    assert (
        str(error.value) == "fact 'visible_error' stands twice:"
        " reportgen.systems.sequence_rules.facts.errors.visible_error and"
        f" {visible_error.__module__}"
    )

    def speechless(study: Study) -> Fact:
        return Fact(0.0, "percent", 0, "")

    with pytest.raises(ClaimError) as error:
        base.fact("silent", tolerance=0)(speechless)
    assert (
        str(error.value) == f"fact 'speechless' in {__name__} has no docstring: say what it means"
    )


def test_a_claim_stands_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the name it has in its module; what another module only imports is still one claim too
    many.
    """
    (tmp_path / "own_claims").mkdir()
    says = "from reportgen.systems.sequence_rules.claims.errors import learns_rule\n"
    for name in ("__init__", "one", "two"):
        (tmp_path / "own_claims" / f"{name}.py").write_text(says * (name != "__init__"))
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ClaimError) as error:
        listed_claims("own_claims")
    assert str(error.value) == "claim 'learns_rule' stands twice: own_claims.one and own_claims.two"


# everything at once


def test_a_checkpoint_leaves_out_what_only_the_end_can_tell(
    learnt: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Halfway there are no onsets and no seeds, no badges, and no claims that rest on them; at step
    0 everything else still works.

    Contexts too many to be checked one by one are no mistake: the fact says how far it went.
    """
    monkeypatch.setattr(contexts, "MOST", 1_000_000)
    for step in (10_000, 0):
        plain = measure(learnt.at(step))
        assert (plain["final"], plain["step"]) == (False, step)
        assert not {name for name in plain["facts"] if FACTS[name].over}
        assert set(plain["facts"]) == {name for name, f in FACTS.items() if not f.over}
        assert all(claim["seeds"] is None for claim in plain["claims"].values())
        assert "attention_first" not in plain["claims"]
        assert "learns_rule" in plain["claims"]
        tried = plain["facts"]["exhaustive_error"]
        assert (tried["details"]["tried"], tried["details"]["complete"], tried["n"]) == (
            "every context of up to 6 tokens",
            False,
            241_056,
        )
        json.dumps(plain, allow_nan=False)


@pytest.mark.parametrize("name", ["learnt", "unlearnt"])
def test_facts_have_not_strayed(
    name: str, request: pytest.FixtureRequest, num_regression: Any, data_regression: Any
) -> None:
    """Every fact and part of both committed runs within the tolerance that stands beside it, every
    verdict and badge the same.
    """
    study: Study = request.getfixturevalue(name)
    plain = measured(name)
    assert (plain["final"], plain["shown"], plain["run"]) == (
        True,
        study.run.seeds[study.seed],
        study.run.digest,
    )
    assert json.loads(json.dumps(plain, allow_nan=False)) is not None
    claims = {k: [c["verdict"], c["seeds"]] for k, c in plain["claims"].items()}
    all_of(
        lambda: kept_numbers(num_regression, plain, KEPT / f"{name}.csv"),
        lambda: data_regression.check(
            json.loads(json.dumps(claims)),
            fullpath=baseline(data_regression, KEPT / f"{name}.yml"),
        ),
    )


def kept_numbers(num_regression: Any, measured: dict[str, Any], path: Path) -> None:
    """A line for each fact and part, by its name; each has a tolerance of its own."""
    values, tolerances = numbers(measured)
    names = sorted(values)
    try:
        num_regression.check(
            {"value": np.array([values[n] for n in names], float)},
            fullpath=baseline(num_regression, path),
            data_index=names,
            tolerances={"value": {"atol": np.array([tolerances[n] for n in names]), "rtol": 0}},
        )
    except AssertionError as error:  # it tells the rows by their numbers
        rows = [int(row) for row in re.findall(r"^(\d+) ", str(error), re.M)]
        raise AssertionError("\n".join([str(error), *(f"{r}: {names[r]}" for r in rows)])) from None


def test_a_stray_fact_would_be_seen(tmp_path: Path, num_regression: Any) -> None:
    """Each beyond its own tolerance, one that vanished, one that is new; what is within passes."""

    def said(**values: float | None) -> dict[str, Any]:
        allowed = dict(close=0.001, loose=0.1, never=1.0)
        fact = lambda name, value: dict(
            value=value, lacking="", parts=[], tolerance=allowed.get(name, 0)
        )
        return dict(facts={name: fact(name, value) for name, value in values.items()})

    path, was = tmp_path / "facts.csv", dict(close=1.0, loose=1.0, never=None)
    num_regression._force_regen = True
    with pytest.raises(pytest.fail.Exception, match="created"):
        num_regression.check({"value": [0.0]}, fullpath=path)
    with pytest.raises(pytest.fail.Exception, match="regenerating"):
        kept_numbers(num_regression, said(**was), path)
    num_regression._force_regen = False
    kept_numbers(num_regression, said(**was | dict(close=1.0009, loose=0.91)), path)
    for change, words in (
        (dict(close=1.002), r"0\s+1\.00\d*\s+1\.0\s+0\.00[12]"),
        (dict(loose=1.2), r"1\s+1\.1999\d*\s+1\.0\s+0\.1999[\s\S]*1: loose"),
        (dict(never=3.0), "nan|NaN"),
        (dict(more=1.0), "shape are not the same"),
    ):
        with pytest.raises(AssertionError, match=words):
            kept_numbers(num_regression, said(**was | change), path)
    other = {"else" if name == "loose" else name: value for name, value in was.items()}
    with pytest.raises(AssertionError, match="loose"):
        kept_numbers(num_regression, said(**other), path)
