"""A sample of what `make liars` makes: what broken networks may not say they do not say, and the
checks see what they are there to see.
"""

from dataclasses import replace

import pytest
from liars import page, results
from liars.__main__ import CALLED, PAGE, claims, originals, tried
from liars.bench import RUNS, Report, applies, pairs
from liars.checks import problems
from liars.evidence import exclusions
from liars.laws import LAWS
from liars.perturbations import PERTURBATIONS
from liars.skeleton import explained, words_of
from liars.tasks import FEWEST, OTHERS
from lookups import listed

SAMPLE = (  # of every system, and of damage to what it reads, looks at and says
    ("repeats_learnt", "constant output"),
    ("repeats_unlearnt", "values zeroed"),
    ("one_layer_learnt", "all embeddings equal"),
    ("text_learnt", "unembedding permuted"),
    ("inputs_unlearnt", "an answer never given"),
    ("clock_learnt", "unembedding permuted"),
    ("largest_learnt", "attention spread evenly"),
)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize(("run", "name"), SAMPLE)
def test_a_sample_says_nothing_false(run: str, name: str) -> None:
    row = tried(run, CALLED[name])
    assert row.reports == 1 + len(RUNS[run][1])
    assert not row.problems
    assert row.turned


def test_laws_speak_of_perturbations_and_claims_that_there_are() -> None:
    assert set(LAWS) == {each.name for each in PERTURBATIONS}
    assert len(LAWS) >= 14
    known = {name for system in claims() for name in listed(system)[1]}
    for law in LAWS.values():
        assert law.claims <= known


def test_every_run_is_perturbed_in_many_ways() -> None:
    assert set(FEWEST) == set(OTHERS["another task"]) == set(claims())
    made = sum(1 + len(RUNS[run][1]) for run, _ in pairs())
    assert made >= 250
    for run in RUNS:
        assert sum(applies(each, run) for each in PERTURBATIONS) >= 14, run


def test_the_page_says_what_was_tried() -> None:
    """The committed page is made from the committed results, of runs and perturbations that there
    are.
    """
    stored = results.load()
    assert PAGE.read_text(encoding="utf-8") == page.rendered(stored, claims()), (
        "write it anew: cd tests; python -m liars --redraw"
    )
    assert stored.reports >= 250
    assert {row.run for row in stored.rows} <= set(RUNS)
    assert set(stored.perturbations) <= {"nothing", *LAWS}


def test_nothing_false_was_found_and_every_claim_can_be_wrong() -> None:
    """In all runs, with all perturbations."""
    stored = results.load()
    assert {row.run for row in stored.rows} == set(RUNS)
    assert set(stored.perturbations) == {"nothing", *LAWS}
    assert not stored.problems
    assert not stored.never_turned(claims())


# the checks see what they are there to see


@pytest.fixture
def report() -> Report:
    return originals("repeats_unlearnt", None)[1.0]


def found(report: Report, original: Report) -> dict[str, str]:
    """By kind, all that is wrong."""
    by: dict[str, str] = {}
    for kind, words in problems(report, original):
        by[kind] = f"{by.get(kind, '')}{words}; "
    return by


def with_claim(report: Report, name: str, verdict: str) -> Report:
    claims = report.measured["claims"]
    now = claims | {name: claims[name] | dict(verdict=verdict)}
    return replace(report, measured=report.measured | dict(claims=now))


def with_page(report: Report, was: str, now: str) -> Report:
    """The first page that has some words, with others in their place."""
    place = next(place for place, page in report.pages.items() if was in page)
    changed = report.pages[place].replace(was, now, 1)
    return replace(report, pages=report.pages | {place: changed})


def test_a_report_without_damage_has_no_problem(report: Report) -> None:
    assert not found(report, report)


def test_a_verdict_that_the_damage_rules_out_is_seen(report: Report) -> None:
    silent = replace(report, perturbation="constant output")
    wrong = "a verdict that may not be"
    assert "solves_task: holds" in found(with_claim(silent, "solves_task", "holds"), report)[wrong]
    kept = with_claim(silent, "looks_at_copies", "holds")
    assert report.verdicts["looks_at_copies"] != "holds"
    assert "attention is as it was" in found(kept, report)[wrong]
    backwards = replace(report, perturbation="training backwards", at="step 500")
    assert wrong not in found(with_claim(backwards, "solves_task", "holds"), report)


def test_verdicts_that_exclude_each_other_are_seen(report: Report) -> None:
    both = with_claim(with_claim(report, "solves_task", "holds"), "solves_at_once", "holds")
    both = with_claim(both, "has_induction_head", "holds")
    both = with_claim(both, "solved_without_head", "holds")
    assert "verdicts that exclude each other" in found(both, report)
    for system in claims():
        known = listed(system)[1]
        for name, verdict in (said for pair in exclusions(system) for said in pair):
            assert verdict in [v.value for v in known[name].verdicts]


def test_a_verdict_without_an_interval_is_seen(report: Report) -> None:
    facts = report.measured["facts"]
    bare = facts | dict(accuracy_told=facts["accuracy_told"] | dict(low=None, high=None))
    loose = replace(report, measured=report.measured | dict(facts=bare))
    said = [words for kind, words in problems(loose, report) if "interval" in kind]
    assert any(words.startswith("solves_task: accuracy_told") for words in said)


def test_a_condition_with_its_number_is_seen(report: Report) -> None:
    number = '<button type="button" class="rg-fact">0.5</button>'
    frame = '<aside class="rg-mind" markdown="1">'
    met = with_page(report, frame, f"{frame}\nIf it were {number}, we would write so.\n")
    assert "a condition that a measurement has met or not" in found(met, report)
    other = with_page(report, frame, f"{frame}\nIf it were more, we would write so.\n")
    assert not found(other, report)


def test_a_page_with_another_verdict_is_seen(report: Report) -> None:
    claim = r'data-verdict="{}" id="claim-solves_task"'
    was = report.verdicts["solves_task"]
    changed = with_page(report, claim.format(was), claim.format("undecided"))
    assert "a page with another verdict than was found" in found(changed, report)


@pytest.mark.parametrize(
    ("now", "seen"),
    [
        ("It knows what it reads.\n\n", True),
        ("Measured so far: 0.3.\n\n", False),
        ("", False),
    ],
)
def test_a_sentence_outside_of_claims_is_seen(report: Report, now: str, seen: bool) -> None:
    changed = with_page(report, "## What is not known", f"{now}## What is not known")
    wrong = "a sentence about the network outside of a claim"
    assert (wrong in found(changed, report)) is seen


def test_a_number_or_a_word_of_a_fact_may_differ(report: Report) -> None:
    """Of another head, for instance, as far as a fact names it."""
    told = words_of(report.measured)
    lines = ["the least of all: # (layer #: zero)"]
    assert explained("the least of all: # (layer #: mean)", lines, told)
    assert not explained("the most of all: # (layer #: mean)", lines, told)
