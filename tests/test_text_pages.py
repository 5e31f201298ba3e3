"""The pages of a network that reads a text: for one that did it, for one that has hardly begun, for a checkpoint, with every verdict turned, and of a hostile text."""

import copy
import difflib
import itertools
import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from test_text_claims import CASES
from test_text_figures import HOSTILE
from textwork import BASELINES, committed, of_text, stored

from reportgen import site
from reportgen.config import Config
from reportgen.facts.measure import measure
from reportgen.figures.declared import declared
from reportgen.outline import load
from reportgen.project import Project
from reportgen.site import FILM, STILL
from reportgen.study import Study
from reportgen.train import train

ROOT = Path(__file__).parent.parent
FIGURES = declared("text")
RUNS = ("text_learnt", "text_unlearnt")


def written(folder: Path, config: Config, measured: dict[str, Any], step: int | None = None) -> dict[str, str]:
    """All pages of a report by their place in it; pictures are files that hold their name."""
    (folder / "docs").mkdir(parents=True)
    shown = load(Project(ROOT), config.report.outline, demonstrations=config.report.demonstrations, figures=FIGURES).fitted(config, FIGURES)
    about, made = dict[str, dict[str, Any]](), folder / "made"
    made.mkdir()
    for entry in shown.entries:
        figure = FIGURES[entry.slug]
        about[entry.file] = dict(slug=entry.slug, file=entry.file, title=figure.title, caption="How to read it.", alt="In words.", width=760, height=500, film=figure.film, frames=21, seconds=5.0)
        for ending in FILM if figure.film else STILL:
            (made / f"{entry.file}{ending}").write_text(entry.file, encoding="utf-8")
    files = site.write(Project(folder), config, shown, FIGURES, measured, about, dict.fromkeys(about, made), step)
    home = folder / "docs" / "rules" / config.name
    return {str(path.relative_to(home)): path.read_text(encoding="utf-8") for path in files if path.suffix == ".md"}


@pytest.mark.parametrize("name", RUNS)
def test_the_pages_say_what_they_said(name: str, tmp_path: Path) -> None:
    """Rendered from stored facts: a change of words is a diff of these files."""
    pages = written(tmp_path, committed(name).config, stored(name))
    for place, text in pages.items():
        path = BASELINES / name / place
        if os.environ.get("REPORTGEN_BASELINES") == "1":
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        old = path.read_text(encoding="utf-8")
        assert text == old, "\n".join(itertools.islice(difflib.unified_diff(old.splitlines(), text.splitlines(), "stored", "now", lineterm=""), 40))
    assert {str(p.relative_to(BASELINES / name)) for p in (BASELINES / name).rglob("*.md")} == set(pages)


@pytest.mark.parametrize("name", RUNS)
def test_what_was_stored_is_what_is_measured(name: str) -> None:
    """The same facts and verdicts, within the tolerance that each fact states; what deeper networks are asked is not asked here."""
    now, then = measure(committed(name)), stored(name)
    assert {n: c["verdict"] for n, c in now["claims"].items()} == {n: c["verdict"] for n, c in then["claims"].items()}
    assert {n for n, fact in now["facts"].items() if not fact["lacking"]} == {n for n, fact in then["facts"].items() if not fact["lacking"]}
    for known, fact in now["facts"].items():
        if fact["value"] is not None:
            assert fact["value"] == pytest.approx(then["facts"][known]["value"], abs=fact["tolerance"] + 1e-9), known


@pytest.mark.parametrize("verdict", ["holds", "partly", "fails"])
def test_every_claim_has_words_for_every_verdict(verdict: str, tmp_path: Path) -> None:
    """All claims turned to one verdict: each is on a page of the walk, with its evidence."""
    measured = copy.deepcopy(stored("text_learnt"))
    for claim in measured["claims"].values():
        claim["verdict"] = verdict
    pages = written(tmp_path, committed("text_learnt").config, measured)
    chapters = "".join(text for place, text in pages.items() if place.startswith("walkthrough"))
    assert set(re.findall(r'id="claim-(\w+)"', chapters)) == set(CASES)
    assert set(re.findall(r'data-verdict="(\w+)" id=', chapters)) == {verdict}


def test_every_page_says_what_was_expected_and_what_is_not_known(tmp_path: Path) -> None:
    pages = written(tmp_path, committed("text_learnt").config, stored("text_learnt"))
    places = ["index.md", *(place for place in pages if re.match(r"walkthrough/\d", place))]
    assert len(places) == 7
    for place in places:
        assert "**Expected.**" in pages[place], place
        assert "**Not known.**" in pages[place], place
        assert "rg-claim" in pages[place], place


def test_a_checkpoint_has_pages_too(tmp_path: Path) -> None:
    """Step 0: nothing over seeds or over the training, and no claim that rests on it."""
    study = committed("text_learnt").at(0)
    text = "".join(written(tmp_path, study.config, json.loads(json.dumps(measure(study))), 0).values())
    assert "Checkpoint: step 0" in text
    assert "belong to the final report" in text


def test_a_report_of_one_width_says_nothing_of_others(tmp_path: Path) -> None:
    """Without narrower networks their chapter and its claim are left out, with the reason."""
    config = committed("text_learnt").config
    alone = Config(config.name, config.rule, config.data, config.model, config.training.model_copy(update=dict(narrower=())), config.report)
    pages = written(tmp_path, alone, json.loads(json.dumps(measure(Study.of(alone, committed("text_learnt").run)))))
    assert not [place for place in pages if "width" in place]
    assert "How many numbers does a token need?” and" not in pages["index.md"]
    assert "this training has one (training.narrower)" in pages["index.md"]


def test_a_hostile_text_is_text_on_every_page(tmp_path: Path) -> None:
    """No markup of the text survives as markup, and no character that cannot be seen is printed raw."""
    config = of_text(tmp_path / "hostile.txt", HOSTILE, size=20)
    pages = written(tmp_path / "site", config, json.loads(json.dumps(measure(Study.of(config, train(config))))))
    text = "".join(pages.values())
    assert not re.search("[\u200b\u202e\ufeff\u0301]", text)
    assert "<b>a</b>" not in text
    assert "{{ x }}" not in text
