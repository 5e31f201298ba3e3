"""A sample of what `make liars` makes: what broken networks may not say they do not say, and the
checks see what they are there to see.
"""

from dataclasses import replace

import pytest
from liars import page, results
from liars.__main__ import PAGE, originals, systems, tried
from liars.bench import RUNS, Report, applies, pairs
from liars.checks import problems
from liars.laws import LAWS
from liars.perturbations import ORIGINAL, PERTURBATIONS
from lookups import listed

SAMPLE = (  # of every system, and of damage to what it reads, looks at and says
    ("repeats_learnt", "constant output"),
    ("repeats_unlearnt", "values zeroed"),
    ("one_layer_learnt", "all embeddings equal"),
    ("text_learnt", "unembedding permuted"),
    ("inputs_unlearnt", "an answer never given"),
)
CALLED = {each.name: each for each in (ORIGINAL, *PERTURBATIONS)}


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize(("run", "name"), SAMPLE)
def test_a_sample_says_nothing_false(run: str, name: str) -> None:
    row, changed = tried(run, CALLED[name])
    assert row.reports == 1 + len(RUNS[run][1])
    assert not row.problems
    assert changed


def test_laws_speak_of_perturbations_and_claims_that_there_are() -> None:
    assert set(LAWS) == {each.name for each in PERTURBATIONS}
    assert len(LAWS) >= 14
    known = {name for system in systems() for name in listed(system)[1]}
    for law in LAWS.values():
        for claims in (*law.never.values(), *law.not_partly.values(), *law.kept.values()):
            assert set(claims.split()) <= known


def test_every_run_is_perturbed_in_many_ways() -> None:
    assert set(FEWEST) == set(systems())
    made = sum(1 + len(RUNS[run][1]) for run, _ in pairs())
    assert made >= 250
    for run in RUNS:
        assert sum(applies(each, run) for each in PERTURBATIONS) >= 14


def test_the_page_says_what_was_tried() -> None:
    """The committed page is made from the committed results: of these perturbations and claims, and
    every claim can be wrong.
    """
    found = results.load()
    assert PAGE.read_text(encoding="utf-8") == page.rendered(found), (
        "write it anew: cd tests; python -m liars --redraw"
    )
    assert {row.perturbation for row in found.rows} == {"nothing", *LAWS}
    assert found.claims.keys() == set(systems())
    for system, claims in found.claims.items():
        assert claims.keys() == listed(system)[1].keys()
    assert not found.problems
    assert not found.never_turned


# the checks see what they are there to see


@pytest.fixture
def report() -> Report:
    return originals("repeats_unlearnt", None)[1.0]


def kinds(report: Report, original: Report) -> set[str]:
    return {kind for kind, _ in problems(report, original)}


def changed_page(report: Report, place: str, was: str, now: str) -> Report:
    assert was in report.pages[place]
    return replace(report, pages=report.pages | {place: report.pages[place].replace(was, now, 1)})
