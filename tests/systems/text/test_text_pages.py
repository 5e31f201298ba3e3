"""The pages of networks that read a text: of one width alone, and of a hostile text."""

import json
import re
from pathlib import Path

import pytest
from conftest import committed
from pagework import turned, written
from textwork import DEPTHS, hostile

from reportgen.core.config import Config
from reportgen.core.study import study_of
from reportgen.measure.measure import measure


def test_a_report_of_one_width_says_nothing_of_others(tmp_path: Path) -> None:
    """Without narrower networks their chapter and its claim are left out, with the reason."""
    config = committed("text_learnt").config
    alone = Config(
        config.name,
        config.rule,
        config.data,
        config.model,
        config.training.model_copy(update=dict(narrower=())),
        config.report,
    )
    pages = written(
        tmp_path,
        alone,
        json.loads(json.dumps(measure(study_of(alone, committed("text_learnt").run)))),
    )
    assert not [place for place in pages if "width" in place]
    assert "How many numbers does a token need?” and" not in pages["index.md"]
    assert "this training has one (training.narrower)" in pages["index.md"]


@pytest.mark.parametrize("name", ["text_learnt", "one_layer_learnt", "full_learnt"])
def test_words_are_no_stronger_than_what_was_asked(name: str, tmp_path: Path) -> None:
    """A range of losses is all that is known of other seeds, and a middle band says that a line was
    passed, not what lies on its other side.
    """
    pages = written(tmp_path, committed(name).config, turned(name, "partly"))
    text = " ".join("".join(pages.values()).split())
    assert "The seeds differ somewhat in loss" in text
    for said in (
        "stands for most",
        "luck has little",
        "is often another one",
        "Not every part brings",
    ):
        assert said not in text


@pytest.mark.parametrize("depth", DEPTHS)
def test_a_hostile_text_is_text_on_every_page(tmp_path: Path, depth: str) -> None:
    """No markup of the text survives as markup, in the passages of neurons least of all, and no
    character that cannot be seen is printed raw.
    """
    study = hostile(tmp_path, depth)
    measured = json.loads(json.dumps(measure(study)))
    text = "".join(written(tmp_path / "site", study.config, measured).values())
    assert not re.search("[\u200b\u202e\ufeff\u0301]", text)
    assert "<b>a</b>" not in text
    assert "{{ x }}" not in text
    if depth == "one_layer":  # where no two tokens stand together often enough, the pages say so
        assert "stand together often enough to be looked up" in text
    if depth == "full":  # positions in the stream are a part of their own
        assert measured["facts"]["direct_places"]["value"] >= 12
        assert "its position" in dict(measured["facts"]["direct_push"]["parts"])
