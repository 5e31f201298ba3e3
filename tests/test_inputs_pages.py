"""The pages about answered inputs: for a network that does it, for one that does not, for a checkpoint, and with every verdict turned."""

import copy
import difflib
import itertools
import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from inputswork import BASELINES, RUNS, stored, study_of
from rulework import CONFIGS

from reportgen import config as configs
from reportgen import site
from reportgen.config import Config
from reportgen.facts.base import listed
from reportgen.facts.measure import measure
from reportgen.figures.declared import declared
from reportgen.outline import Outline, load
from reportgen.project import Project
from reportgen.site import FILM, STILL
from reportgen.study import Study
from reportgen.train import train

ROOT = Path(__file__).parent.parent
FIGURES = declared("inputs")


def outline(config: Config) -> Outline:
    return load(Project(ROOT), config.report.outline, demonstrations=config.report.demonstrations, figures=FIGURES).fitted(config, FIGURES)


def written(folder: Path, config: Config, measured: dict[str, Any], step: int | None = None) -> dict[str, str]:
    """All pages of a report by their place in it; pictures are files that hold their name."""
    (folder / "docs").mkdir(parents=True)
    shown, about, made = outline(config), dict[str, dict[str, Any]](), folder / "made"
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
    pages = written(tmp_path, study_of(name).config, stored(name))
    for place, text in pages.items():
        path = BASELINES / name / place
        if os.environ.get("REPORTGEN_BASELINES") == "1":
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        old = path.read_text(encoding="utf-8")
        assert text == old, "\n".join(itertools.islice(difflib.unified_diff(old.splitlines(), text.splitlines(), "stored", "now", lineterm=""), 40))
    assert {str(p.relative_to(BASELINES / name)) for p in (BASELINES / name).rglob("*.md")} == set(pages)


@pytest.mark.parametrize("verdict", ["holds", "partly", "fails"])
def test_every_claim_has_words_for_every_verdict(verdict: str, tmp_path: Path) -> None:
    """All claims turned to one verdict: each is on a page, with its evidence."""
    measured = copy.deepcopy(stored("inputs_learnt"))
    for claim in measured["claims"].values():
        claim["verdict"] = verdict
    pages = written(tmp_path, study_of("inputs_learnt").config, measured)
    chapters = "".join(text for place, text in pages.items() if place.startswith("walkthrough"))
    used = set(re.findall(r'id="claim-(\w+)"', chapters))
    assert used == set(listed("inputs")[1])
    assert set(re.findall(r'data-verdict="(\w+)" id=', chapters)) == {verdict}


def test_a_checkpoint_has_pages_too(tmp_path: Path) -> None:
    """Step 0: nothing over seeds or over the training, and no claim that rests on it."""
    study = study_of("inputs_learnt").at(0)
    pages = written(tmp_path, study.config, json.loads(json.dumps(measure(study))), 0)
    text = "".join(pages.values())
    assert "Checkpoint: step 0" in text
    assert "What the other seeds reach belongs to the final report." in text
    assert "One checkpoint cannot decide this" in text


def test_every_chapter_says_what_was_expected_and_what_is_not_known(tmp_path: Path) -> None:
    pages = written(tmp_path, study_of("inputs_learnt").config, stored("inputs_learnt"))
    chapters = {place: text for place, text in pages.items() if re.match(r"walkthrough/\d", place)}
    assert len(chapters) == 8
    for place, text in chapters.items():
        assert "## What one would expect" in text, place
        assert "## What we do not know" in text, place
        assert "rg-claim" in text, place


def test_the_holdout_is_said_to_have_chosen(tmp_path: Path) -> None:
    pages = written(tmp_path, study_of("inputs_learnt").config, stored("inputs_learnt"))
    assert "the held-out inputs have chosen it" in pages["index.md"]
    assert "Remember that these inputs chose the network among its seeds." in pages["walkthrough/02-does-it-learn.md"]


def test_a_report_of_one_split_says_nothing_of_another(tmp_path: Path) -> None:
    """Without a split beside it, what compares the two is left out with its reason."""
    config = configs.load(CONFIGS / "reverse_increment_4.yaml")
    measured = copy.deepcopy(stored("inputs_learnt"))
    alone = Config(config.name, config.rule, config.data.model_copy(update=dict(beside=None)), config.model, config.training, config.report)
    del measured["claims"]["random_is_easier"]
    measured["unasked"]["random_is_easier"] = dict(statement="A random split is easier", reason="networks are trained on one split")
    pages = written(tmp_path, alone, measured)
    assert "random split" not in pages["walkthrough/07-seeds.md"]
    assert "the same seeds were trained twice" not in pages["walkthrough/01-the-task.md"]


@pytest.mark.parametrize(("model", "chapters"), [(dict(n_layers=0), 4), (dict(n_layers=1, d_mlp=0), 6), (dict(n_heads=2, normalization="none", attention_biases=False), 8)], ids=["no layer", "attention alone", "two heads"])
def test_networks_of_other_shapes_have_pages(model: dict[str, Any], chapters: int, tmp_path: Path) -> None:
    """Two steps of training each: what a network does not have is left out with its reason, and all the rest is measured and told."""
    values = configs.load(CONFIGS / "reverse_increment_4.yaml").as_dict()
    values["model"] |= model
    values["training"] |= dict(steps=2, seeds=2, checkpoint_every=1)
    config = configs.from_values(values)
    pages = written(tmp_path, config, json.loads(json.dumps(measure(Study.of(config, train(config))))))
    assert len([place for place in pages if re.match(r"walkthrough/\d", place)]) == chapters
    assert ("Left out here" in pages["index.md"]) == (chapters < 8)
