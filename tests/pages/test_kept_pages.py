"""The pages of every committed run are kept as they were read: of networks that learnt and of ones
that did not, of a checkpoint, and with every verdict turned.
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from conftest import committed
from figurework import RUNS
from keeping import same_measured, same_pages
from lookups import listed
from measured import measured
from pagework import (
    TOGETHER,
    fitted,
    kept,
    kept_config,
    stored,
    turned,
    written,
)
from places import SYSTEMS

from reportgen.core.config import Config
from reportgen.measure.fact import Fact
from reportgen.measure.measure import measure

NAMES = {name: system for system, pairs in RUNS.items() for pair in pairs for name in pair}
# by system: what stands on each page of the walk, in this order, and whether on the overview too
OPENED = {
    "input_to_output": (("## What one would expect", "## What we do not know"), False),
    "sequence_to_sequence": (("## What one would expect", "## What we do not know"), False),
    "repeated_sequences": (
        ("## What we expected", "## What we found", "## What is not known"),
        True,
    ),
    "text": (("**Expected.**", "**Not known.**"), True),
}
runs = pytest.mark.parametrize("name", NAMES)


def test_every_folder_of_pages_is_of_a_run() -> None:
    assert {path.parent for path in SYSTEMS.rglob("measured.json")} == {
        kept(name) for name in NAMES
    }


def config_of(name: str) -> Config:
    """The configuration of a run; of the first system, with as many seeds as were kept of it."""
    return kept_config(name) if NAMES[name] == "sequence_rules" else committed(name).config


@runs
def test_what_was_stored_is_what_is_measured(name: str, file_regression: Any) -> None:
    """The same words, facts and verdicts, within the tolerance that each fact states; before the
    pages, which are made from it.
    """
    try:
        same_measured(file_regression, measured(name), kept(name) / "measured.json")
    finally:
        stored.cache_clear()


@runs
def test_the_pages_say_what_they_said(name: str, tmp_path: Path, file_regression: Any) -> None:
    """Rendered from stored facts: a change of words is a diff of these files."""
    same_pages(file_regression, written(tmp_path, config_of(name), stored(name)), kept(name))


@runs
def test_what_was_stored_is_what_the_package_has(name: str) -> None:
    """The same facts and claims, and those thresholds; of a text, what was there to be measured
    when it was stored.
    """
    facts, claims = listed(NAMES[name])
    known = set(stored(name)["facts"]), set(stored(name)["claims"]) | set(stored(name)["unasked"])
    assert (
        known == (set(facts), set(claims))
        or NAMES[name] == "text"
        and known[0] <= set(facts)
        and known[1] <= set(claims)
    )
    measured = {key: Fact.from_dict(plain) for key, plain in stored(name)["facts"].items()}
    for known, was in stored(name)["claims"].items():
        claim = claims[known]
        assert (was["statement"], was["holds_if"], was["partly_if"], was["reason"]) == (
            claim.statement,
            *claim.thresholds(measured),
            claim.reason,
        ), known


@pytest.mark.parametrize("verdict", ["holds", "partly", "undecided", "fails"])
@pytest.mark.parametrize(
    "name",
    [name for name in NAMES if name.endswith("_learnt") or name in ("learnt", "repeats_unlearnt")],
)
def test_every_claim_has_words_for_every_verdict(name: str, verdict: str, tmp_path: Path) -> None:
    """All claims turned to one verdict: each is on a page of the walk, with its evidence, and
    nothing of another verdict is said.
    """
    claims = turned(name, verdict)["claims"]
    pages = written(tmp_path, config_of(name), turned(name, verdict))
    chapters = "".join(text for place, text in pages.items() if place.startswith("walkthrough"))
    told = set(re.findall(r'id="claim-(\w+)"', chapters))
    assert (
        told == set(claims) or NAMES[name] in TOGETHER and told <= set(claims)
    )  # of these some are only asked where another holds
    assert set(re.findall(r'data-verdict="(\w+)"', "".join(pages.values()))) == {verdict}


@pytest.mark.parametrize("name", [name for name, system in NAMES.items() if system in OPENED])
def test_every_page_says_what_was_expected_and_what_is_not_known(name: str, tmp_path: Path) -> None:
    (words, overview), pages = OPENED[NAMES[name]], written(tmp_path, config_of(name), stored(name))
    walk = {
        place: text
        for place, text in pages.items()
        if re.match(r"walkthrough/\d", place) or overview and place == "index.md"
    }
    assert len(walk) == len(fitted(config_of(name)).chapters) + overview > 5
    for place, text in walk.items():
        found = [text.find(said) for said in words]
        assert -1 not in found, place
        assert found == sorted(found), place
        assert "rg-claim" in text, place


@pytest.mark.parametrize(
    "name",
    [name for name in NAMES if name.endswith("_learnt") and NAMES[name] not in TOGETHER],
)
def test_a_checkpoint_has_pages_too(name: str, tmp_path: Path) -> None:
    """Step 0: nothing over seeds or over the training, and no claim that rests on it."""
    study = committed(name).at(0)
    text = "".join(
        written(tmp_path, study.config, json.loads(json.dumps(measure(study))), 0).values()
    )
    assert "Checkpoint: step 0" in text
    assert re.search("belongs? to the final report", text)
    assert NAMES[name] != "sequence_to_sequence" or "One checkpoint cannot decide this" in text
