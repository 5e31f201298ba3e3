"""What the pages say of sequences that repeat themselves: of a network that continues them, and of its control with one layer."""

import copy
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from conftest import committed
from measured import measured
from pagework import BASELINES, REWRITE, ROOT, pictures

from reportgen import site
from reportgen.config import Config
from reportgen.facts.base import listed
from reportgen.figures.declared import declared
from reportgen.outline import Outline, load
from reportgen.project import Project

RUNS = ("repeats_learnt", "repeats_unlearnt")
FIGURES = declared("repeats")


@cache
def stored(name: str) -> dict[str, Any]:
    """What was measured when the baselines were written, so that no rounding of a last digit changes a page."""
    path = BASELINES / name / "measured.json"
    if REWRITE:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(measured(name), ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    return json.loads(path.read_text(encoding="utf-8"))


def outline(config: Config) -> Outline:
    return load(Project(ROOT), "induction", demonstrations=config.report.demonstrations, figures=FIGURES).fitted(config, FIGURES)


def rendered(name: str, folder: Path, facts: dict[str, Any] | None = None) -> dict[str, str]:
    """All pages of a run by their place in the report."""
    config = committed(name).config
    (folder / "docs").mkdir(parents=True)
    about, folders = pictures(outline(config), folder / "made", "repeats")
    files = site.write(Project(folder), config, outline(config), FIGURES, facts or stored(name), about, folders, None)
    home = folder / "docs" / "rules" / config.name
    return {str(path.relative_to(home)): path.read_text(encoding="utf-8") for path in files if path.suffix == ".md"}


@pytest.mark.parametrize("run", RUNS)
def test_the_prose_is_what_it_was(run: str, tmp_path: Path) -> None:
    pages = rendered(run, tmp_path)
    for place, text in pages.items():
        path = BASELINES / run / place
        if REWRITE:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert text == path.read_text(encoding="utf-8"), f"{place} reads otherwise; if it should, write it anew with REPORTGEN_BASELINES=1 and read the difference"
    assert {str(path.relative_to(BASELINES / run)) for path in (BASELINES / run).rglob("*.md")} == set(pages)


@pytest.mark.parametrize("run", RUNS)
def test_what_was_stored_is_what_is_measured(run: str) -> None:
    """The same facts and claims as the package has now, within the tolerance that stands beside each fact."""
    facts, claims = listed("repeats")
    assert set(stored(run)["facts"]) == set(facts)
    assert set(stored(run)["claims"]) | set(stored(run)["unasked"]) == set(claims)
    for name, kept in stored(run)["facts"].items():
        now = measured(run)["facts"][name]
        assert (kept["value"] is None) == (now["value"] is None), name
        if kept["value"] is not None:
            assert now["value"] == pytest.approx(kept["value"], abs=facts[name].tolerance + 1e-9), name
    assert {name: c["verdict"] for name, c in stored(run)["claims"].items()} == {name: c["verdict"] for name, c in measured(run)["claims"].items()}


@pytest.mark.parametrize("run", RUNS)
@pytest.mark.parametrize("verdict", ["holds", "partly", "fails"])
def test_every_wording_can_be_said(run: str, verdict: str, tmp_path: Path) -> None:
    """All claims with one verdict: no page breaks, and nothing of another verdict is said."""
    facts = copy.deepcopy(stored(run))
    for claim in facts["claims"].values():
        claim["verdict"] = verdict
    text = "".join(rendered(run, tmp_path, facts).values())
    assert set(re.findall(r'data-verdict="(\w+)"', text)) == {verdict}


@pytest.mark.parametrize("run", RUNS)
def test_every_chapter_says_what_was_expected_found_and_not_known(run: str, tmp_path: Path) -> None:
    chapters = {place: text for place, text in rendered(run, tmp_path).items() if place.startswith("walkthrough/0") or place == "index.md"}
    assert len(chapters) == 7
    for place, text in chapters.items():
        heads = re.findall(r"^## (What (?:we expected|we found|is not known))", text, re.M)
        assert heads == ["What we expected", "What we found", "What is not known"], place


def test_the_control_says_what_it_lacks(tmp_path: Path) -> None:
    """One layer: the figures of two are left out with the reason, and no claim about them is made."""
    text = "".join(rendered("repeats_unlearnt", tmp_path).values())
    assert "here there is 1 layer" in text
    assert "This network continues what it has read.**" not in text
    assert "claim-path_through_keys" not in text
    assert "**It has no induction head.**" in text
