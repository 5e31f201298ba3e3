"""A reader's own passage: its last token is what came after the one before it."""

import numpy as np
import pytest
from conftest import committed

from reportgen.errors import UsageError
from reportgen.system import system_of

STUDY = committed("one_layer_learnt")


def test_the_last_token_is_only_an_answer() -> None:
    own = STUDY.data.follow(STUDY.config, np.array([[3, 1, 4]]))
    assert own.inputs.tolist() == [[3, 1]]
    assert own.targets.tolist() == [[1, 4]]
    with pytest.raises(UsageError) as error:
        STUDY.data.follow(STUDY.config, np.array([[3]]))
    assert str(error.value) == (
        "tokens: got 1, allowed: at least 2, since figures of a text say of each token what came"
        " after it, and nothing is known to come after the last one"
    )


def test_what_is_typed_is_cut_as_the_text_was() -> None:
    """A part of the text itself, typed, has the ids that the text has there."""
    rule = STUDY.config.rule
    text, names = rule._path.read_text(encoding="utf-8")[:400], rule.tokens.names
    typed = system_of(STUDY.config).written_in(rule, text)
    assert [names.index(name) for name in typed] == rule.ids()[: len(typed)].tolist()
    assert len(typed) > 300
    rare = system_of(STUDY.config).written_in(rule, "☃")
    assert rare == (["□"] if "□" in names else ["☃"])
