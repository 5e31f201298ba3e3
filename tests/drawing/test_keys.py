"""What a key lists, and whether a sign without a mark is seen."""

import pytest
from keyed import by_hand, unmarked

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.keys import Entry, class_key, dot, fill, key, line, outcome_key, told
from reportgen.drawing.style import applied, theme

BLUE, RED = (0.1, 0.2, 0.8), (0.8, 0.1, 0.1)
WORDS = {"obeyed": "where it holds", "broken": "where it fails", "free": "elsewhere"}


def sheet() -> Canvas:
    """An empty one."""
    return Canvas(theme("light"), 200)


def words_of(canvas: Canvas) -> list[str]:
    return [text.get_text() for text in canvas.figure.texts]


def test_a_key_lists_what_is_drawn_and_leaves_no_gap() -> None:
    with applied(theme("light")):
        short, long = sheet(), sheet()
        drawn = Entry("drawn", line(BLUE, 2))
        end = key(short, 10, 20, [drawn])
        assert key(long, 10, 20, [Entry("not", dot("o", RED), drawn=False), drawn]) == end
        assert key(sheet(), 10, 20, []) == 10
    assert words_of(short) == words_of(long) == ["drawn"]


def test_outcomes_and_classes_that_do_not_occur_are_not_told() -> None:
    with applied(theme("light")):
        canvas = sheet()
        outcome_key(canvas, 0, 20, {"obeyed", "free"})
        class_key(canvas, 0, 50, {"even": "even number", "odd": "odd number"}, ["even"])
    assert words_of(canvas) == ["obeys the rule", "next token is free", "even number"]
    assert told(["free", "obeyed"], WORDS) == "teal where it holds and grey elsewhere"
    assert told(["broken"], WORDS) == "magenta where it fails"
    assert told(WORDS, WORDS).count(",") == 1
    assert told([], WORDS) == ""


@pytest.mark.parametrize(
    ("marker", "colour", "seen"), [("o", BLUE, True), ("s", BLUE, False), ("o", RED, False)]
)
def test_a_sign_without_its_mark_is_seen(marker: str, colour: object, seen: bool) -> None:
    """Another form and another colour are other marks."""
    with applied(theme("light")):
        canvas = sheet()
        canvas.panel(100, 50, 100, 100).scatter([1], [1], marker=marker, color=[colour])
        key(canvas, 0, 20, [Entry("blue", dot("o", BLUE))])
    assert (not unmarked(canvas.figure)) == seen


def test_a_mark_that_is_hidden_or_empty_is_none() -> None:
    with applied(theme("light")):
        canvas = sheet()
        axes = canvas.panel(100, 50, 100, 100)
        axes.plot([], [], "o", color=BLUE)
        axes.plot([1], [1], "s", color=RED, visible=False)
        entries = [Entry("blue", dot("o", BLUE)), Entry("red", fill(RED)), Entry("too", None)]
        key(canvas, 0, 20, entries)
    assert len(unmarked(canvas.figure)) == 3


def test_a_sign_that_is_drawn_by_hand_is_seen() -> None:
    with applied(theme("light")):
        canvas = sheet()
        key(canvas, 0, 20, [Entry("blue", dot("o", BLUE))])
        assert not by_hand(canvas.figure)
        canvas.panel(100, 20, 12, 12).set_axis_off()
    assert by_hand(canvas.figure) == [[100, 168, 112, 180]]
