"""A report is opened as it was last built; what is not there, or is of another build, is told."""

from pathlib import Path
from typing import Any

import pytest
from apiwork import keep, project_with
from conftest import committed
from pagework import stored as kept

import reportgen
from reportgen.api.tables import table
from reportgen.core.exact.verify import Verified
from reportgen.pipeline.work import FACTS
from reportgen.project import Project


@pytest.fixture(scope="module")
def project() -> Project:
    return project_with(committed("learnt"), kept("learnt"))


@pytest.fixture(scope="module")
def report(project: Project) -> reportgen.Report:
    return reportgen.open("plus_last_even", project=project.root)


def test_a_report_is_what_was_built(report: reportgen.Report) -> None:
    run = committed("learnt").run
    assert (report.name, report.seeds, report.steps) == (
        "plus_last_even",
        run.seeds,
        tuple(range(0, 20001, 1000)),
    )
    assert (report.seed, report.step) == (run.seeds[run.shown], 20000)
    assert report.tokens == ("0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "+")
    assert repr(report) == "<Report plus_last_even, seed 0, step 20,000>"
    assert report.config["model"]["n_ctx"] == 8
    assert report.title == "The latest even number"
    assert "value-demo" in report.figures
    assert "parameters" in report._repr_html_()


def test_facts_and_claims_are_those_that_were_stored(report: reportgen.Report) -> None:
    """Every one of them, number by number."""
    stored: dict[str, Any] = kept("learnt")
    assert list(report.facts) == sorted(stored["facts"])
    for name, plain in stored["facts"].items():
        fact = report.facts[name]
        assert (fact.value, fact.n, fact.of) == (plain["value"], plain["n"], plain["of"]), name
        assert (fact.unit, fact.text, fact.exhaustive) == (
            plain["unit"],
            plain["text"],
            plain["exhaustive"],
        )
        assert fact.interval == (None if plain["low"] is None else (plain["low"], plain["high"]))
        assert (fact.baseline and fact.baseline.value) == (plain["baseline"] or {}).get("value")
        assert (fact.floor and fact.floor.value) == (plain["floor"] or {}).get("value")
        assert dict(fact.details) == plain["details"]
        assert [(each, part.value) for each, part in fact.parts.items()] == [
            (each, part["value"]) for each, part in plain["parts"]
        ]
    assert list(report.claims) == sorted({**stored["claims"], **stored["unasked"]})
    for name, plain in stored["claims"].items():
        claim = report.claims[name]
        assert (claim.verdict, claim.statement) == (plain["verdict"], plain["statement"])
        assert (claim.why, claim.holds_if) == (plain["why"], plain["holds_if"])
        seeds = plain["seeds"]
        assert claim.over_seeds == (seeds and {v: tuple(each) for v, each in seeds.items()})
    for name, plain in stored["unasked"].items():
        assert (report.claims[name].verdict, report.claims[name].why) == (
            "not asked",
            plain["reason"],
        )


def test_the_project_is_found_from_the_current_folder(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project.docs)
    assert reportgen.open("plus_last_even").seed == 0


def failure(*given: Any, **named: Any) -> str:
    with pytest.raises(reportgen.ReportError) as error:
        reportgen.open(*given, **named)
    return str(error.value)


def test_what_was_not_built_is_told(project: Project) -> None:
    assert failure("successor", project=project.root) == (
        "successor is not built; `reportgen build --rule successor` builds it"
    )
    assert failure("plus_last_even", step=100, project=project.root) == (
        "plus_last_even is not built at step 100; `reportgen build --rule plus_last_even --step"
        " 100` builds it"
    )
    assert failure("succesor", project=project.root).startswith(
        "no configuration is called 'succesor' (did you mean 'successor'?); `reportgen list` shows"
        " all: plus_last_even, balanced_brackets, "
    )


def test_without_a_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert failure("successor") == (
        f"{tmp_path}: no mkdocs.yml here or in a folder above; change into a project or name one"
        " with project=FOLDER"
    )
    assert failure("successor", project=tmp_path) == (
        f"{tmp_path}: no mkdocs.yml there; a project is a folder with one (project=FOLDER)"
    )


def test_a_build_of_another_configuration_is_told() -> None:
    """The file was edited since: what was measured is of no network that it describes."""
    study = committed("learnt")
    model = study.config.model.model_copy(update=dict(d_mlp=64))
    project = project_with(study, kept("learnt"))
    path = project.root / "configs" / "plus_last_even.yaml"
    path.write_text(path.read_text().replace("d_mlp: 32", f"d_mlp: {model.d_mlp}"))
    assert failure("plus_last_even", project=project.root) == (
        "plus_last_even was built with model.d_mlp 32, and its configuration says 64; `reportgen"
        " build --rule plus_last_even` builds it again"
    )


def test_facts_of_another_training_are_told() -> None:
    project = project_with(committed("learnt"), {**kept("learnt"), "run": "0" * 16})
    assert failure("plus_last_even", project=project.root) == (
        "the facts of plus_last_even are of another training; `reportgen build --rule"
        " plus_last_even` measures them again"
    )


def test_a_checkpoint_has_facts_of_its_own(project: Project) -> None:
    told = {"visible_error": {**kept("learnt")["facts"]["visible_error"], "value": 0.25}}
    there = {**kept("learnt"), "facts": told, "claims": {}, "unasked": {}}
    keep(project, "plus_last_even/facts@5000", FACTS, there)
    report = reportgen.open("plus_last_even", step=5000, project=project.root)
    assert (report.step, report.network().step) == (5000, 5000)
    assert report.facts["visible_error"].value == 0.25
    assert (len(report.facts), len(report.claims)) == (1, 0)


def test_what_was_tried_is_not_tried_again() -> None:
    """A build has tried every context; a figure of that takes its word."""
    project = project_with(committed("learnt"), kept("learnt"))
    shown = Verified((), "too many contexts to try").to_dict()
    told = dict(shown=shown, first_mistakes=[[5, 5], [3, 3], [2, 2], [7, 7]])
    keep(project, "plus_last_even/verify", "verified.json", told)
    study: Any = reportgen.open("plus_last_even", project=project.root)._study
    assert study.first_mistakes == [(5, 5), (3, 3), (2, 2), (7, 7)]
    assert study.verified.to_dict() == shown


def test_facts_and_claims_are_read_only_and_looked_up_by_name(report: reportgen.Report) -> None:
    fact = report.facts["visible_error"]
    for made, name in ((fact, "value"), (report.claims["learns_rule"], "verdict")):
        with pytest.raises(AttributeError, match="cannot assign to field"):
            setattr(made, name, 0)
    with pytest.raises(TypeError):
        report.facts["visible_error"] = fact  # type: ignore[index]
    with pytest.raises(TypeError):
        fact.details["more"] = 1  # type: ignore[index]
    for known, kind, near in (
        (report.facts, "fact", "visible_error"),
        (report.claims, "claim", "learns_rule"),
    ):
        with pytest.raises(reportgen.ReportError) as error:
            known[near[:-1]]
        assert str(error.value).startswith(f"no {kind} is called {near[:-1]!r} (did you mean ")
        assert str(error.value).endswith(f"; known: {', '.join(known)}")
        assert near in known
        assert near[:-1] not in known


def test_tables_hold_every_name_and_nothing_that_a_page_would_run(
    report: reportgen.Report,
) -> None:
    facts, claims = report.facts._repr_html_(), report.claims._repr_html_()
    assert all(f"<td style='text-align:left'>{name}</td>" in facts for name in report.facts)
    assert all(f"<td style='text-align:left'>{name}</td>" in claims for name in report.claims)
    assert table(("a",), [("<script>",)], "<b>") == (
        "<table><caption>&lt;b&gt;</caption><thead><tr><th style='text-align:left'>a</th></tr>"
        "</thead><tbody><tr><td style='text-align:left'>&lt;script&gt;</td></tr></tbody></table>"
    )
    assert table(("a",), [(i,) for i in range(203)]).endswith("<p>and 3 more</p>")


def test_a_fact_and_a_claim_in_words(report: reportgen.Report) -> None:
    """As pages write them: value, interval, population."""
    fact = report.facts["visible_error"]
    assert str(fact) == (
        f"Rule error, answer in view: {fact.text} ({fact.interval_text}, n {fact.population})"
    )
    assert fact.population.startswith("1\u202f591 positions where the rule decides")
    assert "best guess without looking back" in fact._repr_html_()
    claim = report.claims["attention_finds_answer"]
    assert str(claim) == "holds: A head puts most of its attention on the answer"
    assert "attention_on_answer" in claim._repr_html_()
    unasked = next(c for c in report.claims.values() if c.verdict == "not asked")
    assert str(unasked) == f"not asked: {unasked.statement} ({unasked.why})"
