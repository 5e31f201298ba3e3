"""Texts of every script: where their tokens end, what kind they are, and how pictures name them."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from unicodedata import normalize

import matplotlib as mpl
import pytest
import regex
from corpuswork import read, spelled, text_of
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.font_manager import FontEntry, FontProperties, fontManager

from reportgen.drawing import fonts, names, noto
from reportgen.drawing.canvas import width_of
from reportgen.drawing.names import in_line, legend, numbered, readable, short_names
from reportgen.errors import FigureError, RuleError
from reportgen.rules import segments
from reportgen.rules.glyphs import OTHER, SHOWN, TOLD, kind_of, written
from reportgen.rules.segments import Numbering, boundary, counted, normal
from reportgen.systems.text.facts.neighbours import _kind

HINDI = "नदी का जल ठंडा है। घर की दीवार ऊँची है। cafe\u0301 और nai\u0308ve भी। "
FAMILY, FLAG, KEYCAP, HAND = "👩\u200d👩\u200d👧", "🇩🇪", "1\ufe0f\u20e3", "👍🏽"
PIECES = (
    "aé e\u0301\u0327\r\n\u200d\u200c\ufe0f\u093f\u094d\u0915\u0937"
    "\u0e19\u0e33\u1100\u1161\u11a8한\u0600🇩🇪👩👧🏽1\u20e3"
    " _²Σß\u0130\u3000"
)


# tokens


def test_words_hold_their_marks(tmp_path: Path) -> None:
    found = read(text_of(tmp_path, HINDI * 40), "words", 12)
    assert {"है", "ऊँची", "café", "naïve", "।", "ठंडा", OTHER} <= set(found.tokens)
    assert not [t for t in found.tokens if t.startswith("U+")]
    assert [kind_of(t) for t in ("है", "।", "१२", "café")] == ["letter", "mark", "digit", "letter"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("don't o'clock", ["don", "'", "t", "o", "'", "clock"]),
        ("مَرْحَبًا می\u200cخواهم", ["مَرْحَبًا", "می\u200cخواهم"]),
        ("ที่นี่ ก็", ["ที่นี่", "ก็"]),
        ("\u1112\u1161\u11ab\u1100\u116e\u11a8", ["한국"]),
        (f"{FAMILY}{FLAG} {KEYCAP} {HAND}x", [FAMILY, FLAG, KEYCAP, HAND, "x"]),
        ("x² ½ Ⅷ a_b", ["x²", "½", "ⅷ", "a_b"]),
        ("ÄÖ A\u0308O\u0308", ["äö", "äö"]),
        ("İ J\u030c", ["i\u0307", "ǰ"]),
    ],
)
def test_where_words_end(text: str, words: list[str]) -> None:
    assert segments.WORD.findall(normal(text, "words")) == words


@pytest.mark.parametrize(
    ("text", "characters"),
    [
        (FAMILY + FLAG + FLAG + KEYCAP + HAND, [FAMILY, FLAG, FLAG, KEYCAP, HAND]),
        ("e\u0301q\u0303", ["é", "q\u0303"]),
        ("दीक्षा", ["दी", "क्षा"]),
        ("a\r\nb\rc", ["a", "\n", "b", "\n", "c"]),
        ("\u1112\u1161\u11ab", ["한"]),
    ],
)
def test_a_character_is_what_a_reader_counts_as_one(text: str, characters: list[str]) -> None:
    piece = normal(text, "characters")
    ids = Numbering({c: i for i, c in enumerate(dict.fromkeys(characters))})
    assert [list(ids.ids)[i] for i in ids.numbered(piece, "characters")] == characters
    assert counted(piece, "characters") == Counter(characters)


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from(PIECES) | st.characters(exclude_categories=["Cs", "Cc"])))
def test_characters_are_those_of_the_standard(text: str) -> None:
    """Runs and clusters taken apart make the same as one grapheme cluster after the other."""
    piece = normal(text, "characters")
    clusters = regex.findall(r"\X", piece)
    assert counted(piece, "characters") == Counter(clusters)
    known = list(dict.fromkeys(clusters))
    ids = Numbering({c: i for i, c in enumerate(known)}).numbered(piece, "characters")
    assert [known[i] for i in ids] == clusters


@settings(max_examples=300, deadline=None)
@given(
    st.text(st.sampled_from(PIECES + " \n  x"), max_size=30),
    st.sampled_from(["characters", "words"]),
)
def test_a_cut_is_never_within_a_token(text: str, unit: str) -> None:
    """What is read in two pieces is what is read in one, wherever the first one ends."""
    cut = boundary(text, unit)
    apart = counted(normal(text[:cut], unit), unit) + counted(normal(text[cut:], unit), unit)
    if "Σ" not in text:  # whose lower case depends on what follows the word
        assert apart == counted(normal(text, unit), unit)


def test_a_token_has_an_end() -> None:
    """A letter with marks without end is held in memory no longer than a token can be."""
    marks = "a" + "\u0301" * segments.LONGEST
    with pytest.raises(RuleError) as error:
        boundary(marks, "characters")
    assert str(error.value) == "holds characters of more than 65,536 code points, so it is no text"
    with pytest.raises(RuleError) as error:
        boundary("a" * (segments.LONGEST + 1), "words")
    assert (
        str(error.value)
        == "holds words of more than 65,536 code points, so it is no text; read it as characters"
    )


# what is written for a token, and its kind


@pytest.mark.parametrize(
    ("token", "name", "kind"),
    [
        ("नी", "नी", "letter"),
        ("\u0940", "U+0940", "letter"),
        (" \u0301", "U+0020U+0301", "letter"),
        (FAMILY, FAMILY, "mark"),
        (KEYCAP, KEYCAP, "digit"),
        ("❤\ufe0f", "❤\ufe0f", "mark"),
        ("a\u200db", "aU+200Db", "letter"),
        ("a\ufe0f", "aU+FE0F", "letter"),
        ("می\u200cخ", "می\u200cخ", "letter"),
        ("\u3164", "U+3164", "mark"),
        ("\u2800", "U+2800", "mark"),
        ("\u00a0", "U+00A0", "space"),
        ("\u202e", "U+202E", "mark"),
        ("१२", "१२", "digit"),
        ("Ⅷ", "Ⅷ", "digit"),
    ],
)
def test_what_is_written_for_a_token(token: str, name: str, kind: str) -> None:
    assert (written(token), kind_of(name)) == (name, kind)


def test_letters_are_told_apart_without_their_accents() -> None:
    kinds = {c: _kind(c, "letter") for c in ("e", "é", "q\u0303", "É", "न", "नी", "ж", "ß")}
    assert kinds == {
        "e": "vowel",
        "é": "vowel",
        "q\u0303": "consonant",
        "É": "capital",
        "न": "letter",
        "नी": "letter",
        "ж": "letter",
        "ß": "letter",
    }


# names in pictures


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine without further fonts."""
    monkeypatch.setattr(noto, "FOLDERS", ())
    monkeypatch.setattr(noto, "distributions", lambda path: ())
    noto._installed.cache_clear()
    yield
    noto._installed.cache_clear()


def typeface(path: Path, characters: str) -> Path:
    """A font whose glyphs are all one square."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pen = TTGlyphPen(None)
    for i, point in enumerate([(0, 0), (500, 0), (500, 700), (0, 700)]):
        (pen.lineTo if i else pen.moveTo)(point)
    pen.closePath()
    glyphs = [".notdef", *(f"g{ord(c):x}" for c in characters)]
    made = FontBuilder(1000, isTTF=True)
    made.setupGlyphOrder(glyphs)
    made.setupCharacterMap({ord(c): f"g{ord(c):x}" for c in characters})
    made.setupGlyf(dict.fromkeys(glyphs, pen.glyph()))
    made.setupHorizontalMetrics(dict.fromkeys(glyphs, (600, 0)))
    made.setupHorizontalHeader(ascent=800, descent=-200)
    made.setupNameTable(dict(familyName=path.stem.partition("-")[0], styleName="Regular"))
    made.setupOS2()
    made.setupPost()
    made.save(path)
    return path


def test_a_token_without_glyphs_is_numbered_with_a_legend(bare: None) -> None:
    whole = ("x", "नदी", "🙂", "#1", "café", "שלום", "a" * 40)
    short = short_names(whole)
    assert short == ("x", "##1", "#2", "#1", "café", short[5], short[6])
    assert short[5].startswith("ש")
    called = numbered(whole, short)
    assert called == {"##1": "नदी", "#2": "🙂"}
    assert (
        legend(called, ["#2 x", "##1,3"])
        == "A number stands for a token that has no glyph in the fonts, or no room: "
        "##1 is नदी, #2 is 🙂."
    )
    assert legend(called, ["#12", "x"]) == ""
    assert legend({"#3": "שלום"}, ["#3"]).endswith("#3 is \u2068שלום\u2069.")


def test_signs_in_the_words_of_a_picture_are_told_and_no_others() -> None:
    """A square that stands for a rare token would pass for a glyph that is missing."""
    said = "\u2423 is a space, \u25a1 any token too rare to have a name."
    assert legend({}, ["a\u2423\u25a1", "b"], TOLD) == said
    assert legend({"#1": "x"}, ["\u25a1 #1"], TOLD).startswith("\u25a1 is any token too rare")
    assert legend({}, ["\u25a1"], TOLD).count(".") == 1
    assert legend({}, ["a", "b"], TOLD) == legend({}, ["\u25a1"]) == ""


def test_every_sign_that_a_text_writes_is_told() -> None:
    assert {*TOLD} == {*SHOWN.values(), OTHER}


def test_a_character_and_its_marks_are_of_one_font(bare: None) -> None:
    """A keycap around a digit of another font would cover it."""
    assert names._has_glyphs("1")
    assert not names._has_glyphs(KEYCAP)
    assert names._has_glyphs("q\u0303")


def test_a_name_from_right_to_left_turns_nothing_around() -> None:
    assert in_line("abc") == "abc"
    assert in_line("שלום") == "\u200eשלום\u200e"


@pytest.mark.parametrize("name", [r"$\frac$", "$x$", "a_b^c", "\\", "<script>", "|", "`", "$"])
def test_a_name_is_never_a_formula(name: str) -> None:
    """Widths are those of the letters as they stand, also where nobody has set matplotlib for
    pictures.
    """
    with mpl.rc_context({"text.parse_math": True}):
        assert width_of(name + " ", 10.0) > 0
    assert readable((name, "y"), short_names((name, "y")), 100) == (name, "y")


def test_installed_noto_fonts_are_taken_and_are_part_of_the_key(
    bare: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = typeface(tmp_path / "fonts" / "NotoSansDevanagari-Regular.ttf", "नदी")
    typeface(tmp_path / "fonts" / "NotoSansThai-Regular.ttf", "ท")
    monkeypatch.setattr(noto, "FOLDERS", (str(tmp_path / "fonts"),))
    assert noto.fonts_for(("a", "é", "␣", "שלום")) == {}
    chosen = noto.fonts_for(("a", "नदी"))
    assert list(chosen) == [str(path)]
    with fonts.also(chosen):
        assert fonts.family() == ["Roboto", "DejaVu Sans", "NotoSansDevanagari"]
        assert short_names(("नद", "ท")) == ("नद", "#1")
        assert width_of("न", 10.0) > 0
    assert fonts.family() == ["Roboto", "DejaVu Sans"]
    assert short_names(("नद", "ท")) == ("#0", "#1")
    typeface(path, "नदीक")
    assert noto.fonts_for(("a", "नदी")) != chosen
    with pytest.raises(FigureError) as error, fonts.also(chosen):
        pass
    assert (
        str(error.value)
        == f"{path}: is not the font that this build began with; install the same one on every "
        "machine, or build again"
    )


def test_fonts_of_the_machine_change_no_picture(tmp_path: Path) -> None:
    """Another Roboto, installed or remembered in matplotlib's cache, is not the one that is drawn
    with.
    """
    stranger = FontEntry(
        fname=str(typeface(tmp_path / "Roboto-Bold.ttf", "a")),
        name="Roboto",
        weight=700,
        size="scalable",
    )
    fonts._own_names.cache_clear()
    fonts._first.cache_clear()
    fontManager.ttflist.insert(0, stranger)
    try:
        fonts.family()
        found = fontManager.findfont(FontProperties(family=["Roboto"], weight="bold"))
        assert Path(found) == noto.own_fonts("Bold")[0]
    finally:
        fontManager.ttflist.remove(stranger)


def test_every_name_of_the_mixed_text_is_its_own(tmp_path: Path, bare: None) -> None:
    found = read(text_of(tmp_path, PIECES * 3), "characters", 90)
    assert len(set(short_names(found.tokens))) == len(found.tokens)
    assert normalize("NFC", PIECES)
    assert len(spelled(found)) == len(found.ids)
