"""Criteria: one rule of evidence, applied to intervals that lie on either side of a line, cross it,
touch it, or are not there.
"""

import operator
import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from claimcases import reached
from claimwork import made
from howto import Page

from reportgen.errors import ClaimError
from reportgen.measure.claim import EVALUATED, Claim, Verdict, claims_of, decided
from reportgen.measure.criteria import fact
from reportgen.measure.estimates import Sample
from reportgen.measure.fact import Fact
from reportgen.measure.finding import Finding, both, either
from reportgen.measure.logic import Criterion

X = fact("x")
CLAIMS = """from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact
"""
TRUE, FALSE, OPEN, GONE = Finding(True), Finding(False), Finding(None), Finding(None, "not there")


def truth(criterion: Criterion, **facts: Fact) -> bool | None:
    return criterion.evaluate(facts).truth


@pytest.mark.parametrize(
    ("low", "high", "above", "at_least", "under", "at_most"),
    [
        (0.6, 0.8, True, True, False, False),
        (0.2, 0.4, False, False, True, True),
        (0.4, 0.6, None, None, None, None),
        (0.5, 0.6, None, True, False, None),  # it touches the line with its lower end
        (0.4, 0.5, False, None, None, True),  # with its upper end
        (0.5, 0.5, False, True, False, True),  # it is the line
    ],
)
def test_the_whole_interval_decides(
    low: float, high: float, above: bool, at_least: bool, under: bool, at_most: bool
) -> None:
    found = made((low + high) / 2, low, high)
    assert truth(X > 0.5, x=found) is above
    assert truth(X >= 0.5, x=found) is at_least
    assert truth(X < 0.5, x=found) is under
    assert truth(X <= 0.5, x=found) is at_most


def test_a_fact_without_an_interval_decides_only_if_it_is_exhaustive() -> None:
    assert truth(X > 0.5, x=made(0.9, None, None)) is None
    assert truth(X > 0.5, x=made(0.9, None, None, exhaustive=True)) is True
    (crossed,) = (X > 0.5).evaluate({"x": made(0.9, None, None)}).crossed
    assert (crossed.fact, crossed.interval) == ("x", "no interval")


@pytest.mark.parametrize(
    "lost", [made(None, words="never"), replace(made(0.9), n=0, words="never")]
)
def test_what_is_missing_decides_nothing_and_says_why(lost: Fact) -> None:
    assert (X > 0.5).evaluate({"x": lost}) == Finding(None, "never")
    assert (X.part("there") > 0.5).evaluate({"x": made(0.9)}).missing == "not there: “x”, there"
    assert "nothing to compare" in (X > X.baseline).evaluate({"x": made(0.9)}).missing


def test_these_items_are_no_sample_of_others() -> None:
    """What is said of exactly the seeds that were trained is known, whatever it says of others."""
    none = made(0.0, 0.0, 0.6)
    assert truth(X > 0, x=none) is None
    assert truth(X.of_these > 0, x=none) is False


@pytest.mark.parametrize(
    ("first", "second", "conjunction", "disjunction"),
    [
        (TRUE, TRUE, True, True),
        (TRUE, FALSE, False, True),
        (FALSE, FALSE, False, False),
        (TRUE, OPEN, None, True),
        (FALSE, OPEN, False, None),
        (OPEN, OPEN, None, None),
        (TRUE, GONE, None, True),
        (FALSE, GONE, False, None),
    ],
)
def test_and_and_or_are_kleenes(
    first: Finding, second: Finding, conjunction: bool | None, disjunction: bool | None
) -> None:
    for one, other in ((first, second), (second, first)):
        assert both(one, other).truth is conjunction
        assert either(one, other).truth is disjunction
        lost = "not there" if GONE in (one, other) else ""
        assert conjunction is not None or both(one, other).missing == lost
        assert disjunction is not None or either(one, other).missing == lost


def test_joined_criteria_keep_what_is_open() -> None:
    facts = {"x": made(0.5, 0.4, 0.6), "y": made(0.9, 0.8, 1.0)}
    assert [c.fact for c in ((X > 0.5) & (fact("y") > 0.5)).evaluate(facts).crossed] == ["x"]
    assert truth((X > 0.5) | (fact("y") > 0.5), **facts) is True
    assert ((X > 0.5) & (fact("y") > X.read.id.count("z"))).rests_on == ("x", "y")


@pytest.mark.parametrize(
    ("strong", "weak", "verdict"),
    [
        (TRUE, TRUE, Verdict.HOLDS),
        (TRUE, OPEN, Verdict.HOLDS),
        (FALSE, TRUE, Verdict.PARTLY),
        (FALSE, FALSE, Verdict.FAILS),
        (FALSE, None, Verdict.FAILS),
        (OPEN, TRUE, Verdict.UNDECIDED),
        (OPEN, FALSE, Verdict.UNDECIDED),
        (OPEN, None, Verdict.UNDECIDED),
        (FALSE, OPEN, Verdict.UNDECIDED),
        (GONE, OPEN, Verdict.NOT_ASKED),
        (FALSE, GONE, Verdict.NOT_ASKED),
    ],
)
def test_two_findings_make_a_verdict(
    strong: Finding, weak: Finding | None, verdict: Verdict
) -> None:
    found = decided(strong, weak)
    assert found.verdict is verdict
    assert found.reason == ("not there" if verdict is Verdict.NOT_ASKED else "")


# several facts


def sampled(rng: np.random.Generator, name: str, values: np.ndarray, **more: object) -> Fact:
    sample = Sample(np.arange(len(values)), len(values), "sequences")
    where = np.ones(len(values), dtype=bool)
    made = sample.average(values, where, unit="share", of="things", **more)
    return replace(made, id=name, label=name)


def test_a_difference_has_an_interval_of_its_own() -> None:
    """Two facts whose intervals overlap, since sequences differ; in each sequence the first is
    larger.
    """
    rng = np.random.default_rng(0)
    common = rng.random(100)
    a, b = sampled(rng, "a", common + 0.02), sampled(rng, "b", common)
    assert a.low is not None
    assert b.high is not None
    assert a.low < b.high
    assert truth(fact("a") > fact("b"), a=a, b=b) is True
    assert truth(fact("a") - fact("b") > 0.03, a=a, b=b) is False
    assert truth(fact("a") / fact("b") > 1, a=a, b=b) is True
    stored = {name: Fact.from_dict(f.to_dict()) for name, f in (("a", a), ("b", b))}
    assert (
        truth(fact("a") > fact("b"), **stored) is None
    )  # sums are not stored: too wide, never too narrow


def test_nothing_is_divided_by_none() -> None:
    found = (fact("a") / fact("b") > 1).evaluate({"a": made(0.2), "b": made(0.0)})
    assert found.truth is None
    assert found.missing == "“b” is none, and nothing can be divided by it"


def test_facts_of_different_populations_are_refused() -> None:
    rng = np.random.default_rng(0)
    a, b = sampled(rng, "a", rng.random(20)), sampled(rng, "b", rng.random(20))
    for other in (
        replace(b, of="other things"),
        replace(b, n=21),
        replace(b, clusters=7),
        replace(b, exhaustive=True),
    ):
        with pytest.raises(ClaimError, match="facts of different populations cannot be compared"):
            (fact("a") > fact("b")).evaluate({"a": a, "b": other})
    counts = np.frombuffer(b.sums, np.float32).reshape(-1, 2).copy()
    counts[:2] *= np.array([[2], [0]])  # as many items, in other sequences
    counts[0, 1], counts[1, 1] = 2, 0
    counts[:, 0] *= counts[:, 1].sum() * (b.value or 0) / counts[:, 0].sum()
    with pytest.raises(ClaimError, match="have other numbers of items in some sequence"):
        (fact("a") > fact("b")).evaluate({"a": a, "b": replace(b, sums=counts.tobytes())})


def test_a_fact_that_was_changed_after_it_was_averaged_is_refused() -> None:
    rng = np.random.default_rng(0)
    a, b = sampled(rng, "a", rng.random(20)), sampled(rng, "b", rng.random(20))
    with pytest.raises(ClaimError, match="its sums are of another quantity"):
        (fact("a") > fact("b")).evaluate({"a": replace(a, value=1 - (a.value or 0)), "b": b})


def test_a_baseline_is_of_the_fact_it_came_with() -> None:
    found = made(0.5, 0.4, 0.6, baseline=0.1, floor=0.2, details=dict(top=0.3))
    assert truth(X > X.baseline, x=found) is True
    assert truth(X > 4 * X.baseline, x=found) is None
    assert truth(X < X.floor + 0.1, x=found) is False
    assert truth(X > X.midway, x=found) is True
    assert truth(X > X.own("top", "the top"), x=found) is True
    assert truth(X.within(X.baseline, 0.6), x=found) is True
    with pytest.raises(ClaimError) as error:
        X > fact("y").baseline  # noqa: B015
    assert (
        str(error.value)
        == "'x' is compared with the baseline of 'y', which is of another population; compare it"
        " with its own"
    )


def test_a_criterion_is_no_truth_value() -> None:
    with pytest.raises(ClaimError, match="join two with & or |"):
        0.1 < X < 0.5  # noqa: B015
    with pytest.raises(ClaimError, match="join two with & or |"):
        bool(X > 0.1)


@pytest.mark.parametrize("line", ["much", None, True, float("nan"), X > 0.5])
def test_only_numbers_and_bounds_are_lines(line: Any) -> None:
    words = f"'x' is compared with {line!r}, allowed: a number, another fact, or a bound such as"
    for left in (X, X.every(), X.part("layer 0"), X - fact("y")):
        with pytest.raises(ClaimError) as error:
            left > line  # noqa: B015
        assert str(error.value).startswith(words)


def test_equal_is_no_criterion() -> None:
    for left in (X, X.some(), X - fact("y")):
        for compare in (operator.eq, operator.ne):
            with pytest.raises(ClaimError, match=r"== and != are no criteria: compare with >"):
                compare(left, 0.95)


def test_only_facts_are_set_against_each_other_and_only_criteria_joined() -> None:
    number: Any = 0.3
    for paired in (lambda: X - number, lambda: X / number):
        with pytest.raises(ClaimError, match=r"got a fact and 0\.3, allowed: two facts; a number"):
            paired()
    wrong: Any = True
    for joined in (lambda: (X > 0.5) & wrong, lambda: (X > 0.5) | wrong):
        with pytest.raises(ClaimError, match="what & or | joins: got True, allowed: a criterion"):
            joined()


def test_cases_are_decided_one_by_one() -> None:
    parts = {"layer 0": made(0.9, 0.8, 1.0), "layer 1": made(0.5, 0.4, 0.6)}
    found = made(0.5, 0.4, 0.6, parts=parts)
    every, some = X.every("layer .*", "layer"), X.some("layer .*", "layer")
    assert truth(every > 0.5, x=found) is None
    assert truth(some > 0.5, x=found) is True
    assert truth(X.some("layer .*", "layer", least=2) > 0.95, x=found) is False
    assert truth(every > 0.7, x=found) is False
    told = made(0.5, parts=parts | {"layer 2": made(None, words="never asked")})
    assert truth(some > 0.5, x=told) is True
    assert truth(every > 0.3, x=told) is True  # it says why it is left out
    untold = made(0.5, parts=parts | {"layer 2": made(None)})
    assert truth(every > 0.3, x=untold) is None
    assert (every > 0.3).evaluate({"x": made(0.5)}).missing


CASES_OF_X = {
    "x": made(
        0.5,
        label="Share",
        parts={
            "layer 0": made(0.9, 0.7, 1.0, n=30),
            "layer 1": made(0.8, 0.75, 0.85, n=20),
            "layer 2": made(0.3),
            "layer 3": made(None, words="not there"),
        },
    )
}


@pytest.mark.parametrize(
    ("criterion", "satisfied", "decisive"),
    [
        (X.every() > 0.2, True, [("layer 2", "0.300", "", 10)]),  # the worst of them
        (X.every() > 0.5, False, [("layer 2", "0.300", "", 10)]),
        (X.every() < 0.95, None, []),
        (X.every() < 0.6, False, [("layer 1", "0.800", "0.750 to 0.850", 20)]),
        (X.some() > 0.5, True, [("layer 1", "0.800", "0.750 to 0.850", 20)]),  # the surest
        (X.some(least=2) > 0.5, True, [("layer 0", "0.900", "0.700 to 1.000", 30)]),
        (X.some() > 1, False, [("layer 0", "0.900", "0.700 to 1.000", 30)]),
        (X.some(least=5) > 0.5, False, []),  # so many there are not
        (X.some() < 0.5, True, [("layer 2", "0.300", "", 10)]),
        ((X.every() > 0.2) & (X > 0.9), False, []),  # another one decides
        ((X.every() > 0.2) & (X > 0.4), True, [("layer 2", "0.300", "", 10)]),
        ((X.every() > 0.5) | (X > 0.4), True, []),
    ],
)
def test_of_several_cases_the_one_that_decides_is_named(
    criterion: Criterion, satisfied: bool, decisive: list[tuple[str, str, str, int]]
) -> None:
    found = criterion.evaluate(CASES_OF_X)
    assert found.truth is satisfied
    wanted = [(f"“Share”, {name}", *rest) for name, *rest in decisive]
    assert [(one.what, one.text, one.interval, one.n) for one in found.decisive] == wanted


def test_a_verdict_in_part_names_what_denies_the_whole_and_what_shows_the_part() -> None:
    claim = Claim(
        "It does.", holds=X.every() > 0.5, partly=X.some() > 0.5, reason="Why not", figure="none"
    )
    found = claim.decide(CASES_OF_X)
    assert found.verdict is Verdict.PARTLY
    assert [one.what for one in found.decisive] == ["“Share”, layer 2", "“Share”, layer 1"]


def test_words_are_made_from_the_criterion() -> None:
    found = made(0.5, 0.4, 0.6, baseline=0.25, unit="percent", label="Error")
    assert (X < 0.05).words({"x": found}) == "the whole interval of “Error” lies under 5 %"
    assert (X > X.baseline / 2).words(
        {"x": found}
    ) == "the whole interval of “Error” lies above half of “baseline” (12.5\u00a0%)"
    exact = made(1.0, label="Order")
    assert (X >= 1).words({"x": exact}) == "“Order” is at least 1"
    assert ((X > 0.5) & (X < 0.9)).words(
        {"x": exact}
    ) == "“Order” is above 0.5, and “Order” is under 0.9"
    assert (X.every(noun="layer") > 0).words({"x": exact}) == "for every layer, “Order” is above 0"


# every claim


def test_a_claim_has_criteria_or_a_function() -> None:
    with pytest.raises(ClaimError, match="needs either criteria or a function"):
        Claim("It does.", reason="Why not", figure="none")
    band = Claim("It does.", holds=X > 0.5, partly=X > 0.1, reason="Why not", figure="none")
    assert band.verdicts == EVALUATED
    assert Verdict.PARTLY not in replace(band, partly=None).verdicts


@pytest.mark.parametrize("key", ["holds", "partly"])
@pytest.mark.parametrize("wrong", [True, False, X, 0.95])
def test_what_decides_a_claim_is_a_criterion(key: str, wrong: Any) -> None:
    given: dict[str, Any] = {"holds": X > 0.5, key: wrong}
    with pytest.raises(ClaimError) as error:
        Claim("It does.", reason="Why not", figure="none", **given)
    assert str(error.value) == (
        f"claim 'It does.': {key}: got {wrong!r}, allowed: a criterion such as fact(\"NAME\") > 0.5"
    )


def test_a_claim_that_is_refused_is_named_by_file_and_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line of the comparison itself, however long the claim is."""
    folder = tmp_path / "mistaken" / "claims"
    folder.mkdir(parents=True)
    (folder / "__init__.py").touch()
    (folder.parent / "__init__.py").touch()
    text = CLAIMS + 'right = Claim("It.",\n    holds=fact("x") == 0.95, reason="So", figure="f")\n'
    (folder / "one.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    system: Any = SimpleNamespace(package="mistaken")
    with pytest.raises(ClaimError) as error:
        claims_of(system)
    assert str(error.value).startswith(f"{folder / 'one.py'}:4: == and != are no criteria")


def test_the_page_on_claims_has_a_claim_that_works() -> None:
    """Its code is run: the claim has every verdict, and all that its table of spellings says can be
    written.
    """
    page = Page.of("add-a-claim")
    names: dict[str, Any] = {}
    exec(next(block.text for block in page.blocks if "Claim(" in block.text), names)
    looks_first = names["looks_first"]
    assert set(reached(looks_first).cases) == set(looks_first.verdicts)
    spelled = re.findall(r"^\| .*? \| (`.*`|`.*) \|$", page.text, re.M)
    written = [code for line in spelled for code in re.findall(r"`([ab(][^`]*)`", line)]
    assert len(written) > 8
    for code in written:
        assert isinstance(
            eval(
                (
                    f"({code} > 0.5)"
                    if code.endswith(")") and "." in code and "&" not in code
                    else code
                ),
                {"a": fact("a"), "b": fact("b")},
            ),
            Criterion,
        )
