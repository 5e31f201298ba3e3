"""The pages of a whole transformer on a text: for one that learnt, for one that has hardly begun, for a checkpoint, and with every verdict turned."""

import copy
import dataclasses
import difflib
import itertools
import json
import os
import re
from pathlib import Path

import pytest
from test_full_claims import CASES
from test_text_figures import HOSTILE
from test_text_pages import written
from textwork import BASELINES, committed, of_text, stored

from reportgen.facts.measure import measure
from reportgen.study import Study
from reportgen.train import train

RUNS = ("full_learnt", "full_unlearnt")
SHARED = {"beats_frequencies", "seeds_alike", "beats_pairs", "beats_every_pair_reader", "beats_triples", "reads_further_back", "better_list", "looks_one_back", "heads_share_the_work",
          "weights_tell_enough", "context_outweighs", "every_head_needed", "pairs_need_attention"}  # fmt: skip


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
    """The same facts and verdicts, within the tolerance that each fact states."""
    now, then = measure(committed(name)), stored(name)
    assert {n: c["verdict"] for n, c in now["claims"].items()} == {n: c["verdict"] for n, c in then["claims"].items()}
    for name_of, fact in now["facts"].items():
        if fact["value"] is not None:
            assert fact["value"] == pytest.approx(then["facts"][name_of]["value"], abs=fact["tolerance"] + 1e-9), name_of


@pytest.mark.parametrize("verdict", ["holds", "partly", "fails"])
def test_every_claim_has_words_for_every_verdict(verdict: str, tmp_path: Path) -> None:
    """All claims turned to one verdict: each is on a page of the walk, with its evidence."""
    measured = copy.deepcopy(stored("full_learnt"))
    for claim in measured["claims"].values():
        claim["verdict"] = verdict
    pages = written(tmp_path, committed("full_learnt").config, measured)
    chapters = "".join(text for place, text in pages.items() if place.startswith("walkthrough"))
    assert set(re.findall(r'id="claim-(\w+)"', chapters)) == set(CASES) | SHARED == set(measured["claims"])
    assert set(re.findall(r'data-verdict="(\w+)" id=', chapters)) == {verdict}


def test_every_page_says_what_was_expected_and_what_is_not_known(tmp_path: Path) -> None:
    pages = written(tmp_path, committed("full_learnt").config, stored("full_learnt"))
    places = ["index.md", *(place for place in pages if re.match(r"walkthrough/\d", place))]
    assert len(places) == 11
    for place in places:
        assert "**Expected.**" in pages[place], place
        assert "**Not known.**" in pages[place], place
        assert "rg-claim" in pages[place], place


def test_a_checkpoint_has_pages_too(tmp_path: Path) -> None:
    """Step 0: nothing over seeds or over the training, and no claim that rests on it."""
    study = committed("full_learnt").at(0)
    text = "".join(written(tmp_path, study.config, json.loads(json.dumps(measure(study))), 0).values())
    assert "Checkpoint: step 0" in text
    assert "belong to the final report" in text


def test_a_hostile_text_is_text_on_every_page(tmp_path: Path) -> None:
    """No markup of the text survives as markup, in the passages of neurons least of all; positions in the stream are a part of their own."""
    model = dict(n_layers=2, n_heads=2, d_model=6, d_head=3, d_mlp=5, n_ctx=12, output_projection=True, positions="stream", normalization="LN")
    config = of_text(tmp_path / "hostile.txt", HOSTILE, size=20, **model)
    config = dataclasses.replace(config, report=config.report.model_copy(update=dict(outline="full_transformer")), training=config.training.model_copy(update=dict(narrower=())))
    measured = json.loads(json.dumps(measure(Study.of(config, train(config)))))
    text = "".join(written(tmp_path / "site", config, measured).values())
    assert not re.search("[\u200b\u202e\ufeff\u0301]", text)
    assert "<b>a</b>" not in text
    assert "{{ x }}" not in text
    assert measured["facts"]["direct_places"]["value"] >= 12
    assert "its position" in dict(measured["facts"]["direct_push"]["parts"])
