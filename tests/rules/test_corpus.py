"""Texts as ids: against plain Python, in pieces of every size, and every file that is no text with
the place in the configuration.
"""

import pickle
import resource
from pathlib import Path
from unicodedata import normalize

import numpy as np
import pytest
import regex
from corpuswork import CONFIG, read, spelled, text_of

from reportgen.core import config as configs
from reportgen.errors import ConfigError
from reportgen.rules import corpus as corpora
from reportgen.rules import pieces
from reportgen.rules.glyphs import OTHER, kind_of, written
from reportgen.rules.text import Text

HOSTILE = (
    "<b>a</b> *b* `c` | $d$ \\ é \u200b\u202e\u05d0\u0627\u0301"
    " \U0001f600\u2423\u25a1\u23ce\u00a0\ufeffz\t{{ x }} [l](u)\r\nend\rlast\n"
)


def test_the_built_in_text_is_that_of_the_running_python() -> None:
    """Its reference texts one after another; 465,048 characters, 103 different, with Python
    3.11.7.
    """
    from pydoc_data.topics import topics

    text = "\n".join(topics[name].strip() + "\n" for name in sorted(topics))
    characters, words = read(None, "characters", 90), read(None, "words", 1000)
    assert (len(characters.ids), characters.different, len(characters.tokens)) == (
        len(text),
        len(set(text)),
        90,
    )
    assert (len(words.tokens), words.counts[0] > 0) == (1_000, True)
    assert characters.tokens[:3] == (OTHER, "␣", "e")
    assert characters.counts == tuple(np.bincount(characters.ids))
    assert spelled(characters)[:200] == [
        written(c) if written(c) in characters.tokens else OTHER for c in text[:200]
    ]


PLAIN = normalize("NFC", HOSTILE.replace("\r\n", "\n").replace("\r", "\n"))
WORDS = "One two,\r\nthree  one Ünder_score नदी ठंडा। cafe\u0301 a\u200cb " + "x" * 3


@pytest.mark.parametrize("piece", [1, 2, 3, 7, 1 << 22])
def test_pieces_of_any_size_make_the_same_characters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, piece: int
) -> None:
    """A character cut in two, a line end cut in two, a cluster of which a piece holds only a
    part.
    """
    monkeypatch.setattr(pieces, "PIECE", piece)
    found = read(text_of(tmp_path, "\ufeff" + HOSTILE), "characters", 96)
    assert spelled(found) == [written(c) for c in regex.findall(r"\X", PLAIN)]
    assert found.counts == tuple(np.bincount(found.ids))


@pytest.mark.parametrize("piece", [1, 2, 3, 7, 1 << 22])
def test_pieces_of_any_size_make_the_same_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, piece: int
) -> None:
    monkeypatch.setattr(pieces, "PIECE", piece)
    found = read(text_of(tmp_path, WORDS), "words", 96)
    words = "one two , three one ünder_score नदी ठंडा । café a\u200cb xxx".split(" ")
    assert spelled(found) == [written(w) for w in words]
    assert found.counts == tuple(np.bincount(found.ids))


def test_too_rare_tokens_share_a_name(tmp_path: Path) -> None:
    found = read(text_of(tmp_path, "aaabbc\nd"), "characters", 3)
    assert found.tokens == (OTHER, "a", "b")
    assert spelled(found) == ["a", "a", "a", "b", "b", OTHER, OTHER, OTHER]
    assert (found.counts, found.different) == ((3, 3, 2), 5)


def test_every_token_can_be_seen_and_no_two_look_alike(tmp_path: Path) -> None:
    """White space, marks without a form, marks that turn the line around, and the very signs that
    stand for others.
    """
    found = read(text_of(tmp_path, HOSTILE), "characters", 96)
    names = set(found.tokens)
    assert {
        "␣",
        "⏎",
        "⇥",
        "U+200B",
        "U+202E",
        "\u0627\u0301",
        "U+00A0",
        "U+FEFF",
        "U+2423",
        "U+25A1",
        "U+23CE",
        "😀",
        "א",
        "<",
    } <= names
    assert len(names) == len(found.tokens)
    assert [kind_of(n) for n in ("␣", "⏎", "a", "é", "א", "7", "<", "U+200B", OTHER, "😀")] == [
        "space",
        "space",
        "letter",
        "letter",
        "letter",
        "digit",
        "mark",
        "mark",
        "mark",
        "mark",
    ]


def test_a_rule_travels_without_its_text(tmp_path: Path) -> None:
    """Workers get the parameters; ids are read from the shared file."""
    rule = Text("words", 4, str(text_of(tmp_path, "a b c d " * 50_000)))
    assert len(rule.ids()) == 200_000
    sent = pickle.dumps(rule)
    assert len(sent) < 500
    assert (pickle.loads(sent).ids() == rule.ids()).all()


def test_a_long_text_is_never_held_as_a_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file in many pieces, one line without a single gap: memory grows by some pieces, not by the
    file.
    """
    monkeypatch.setattr(pieces, "PIECE", 1 << 18)
    path = text_of(tmp_path, b"0123456789abcdef" * (1 << 21))  # 32 MiB
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = read(path, "characters", 16)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert len(found.ids) == 1 << 25
    assert isinstance(found.ids, np.memmap)
    assert (
        grown < 32 + 64 + 48
    )  # the file's bytes and its ids are mapped pages, which the system may count and may drop


# what is no text, said when the configuration is loaded


def said(tmp_path: Path, text: bytes | None, **values: object) -> list[str]:
    """What loading a configuration says of a text, without the folder."""
    if text is not None:
        text_of(tmp_path, text)
    words = CONFIG
    for key, value in (
        dict(UNIT="characters", SIZE=4, BLOCK=20, HOLDOUT=0.1, NARROWER="[1, 2]") | values
    ).items():
        words = words.replace(key, str(value))
    path = tmp_path / "mine.yaml"
    path.write_text(words)
    try:
        configs.load(path)
    except ConfigError as error:
        return [p.replace(f"{tmp_path}/", "") for p in error.problems]
    return []


FINE = b"abcd efgh\n" * 40
FILE, SIZE_AT = "mine.yaml:2:20: rule.file: text.txt: ", "mine.yaml:2:36: rule.size: "


@pytest.mark.parametrize(
    ("text", "values", "words"),
    [
        (FINE, {}, []),
        (None, {}, [FILE + "cannot be read: No such file or directory"]),
        (b"", {}, [FILE + "holds no text; give a file with some"]),
        (b" \n ", dict(UNIT="words"), [FILE + "holds no text; give a file with some"]),
        (
            b"\x7fELF\x00\x01" * 9,
            {},
            [
                FILE
                + "holds the control character '\\x7f', so it is no text; give a UTF-8 text file"
            ],
        ),
        (
            b"plain\x00text",
            {},
            [
                FILE
                + "holds the control character '\\x00', so it is no text; give a UTF-8 text file"
            ],
        ),
        (
            "100 \u00b0".encode("latin-1"),
            {},
            [FILE + "is not UTF-8 text (byte 4: invalid start byte); save it as UTF-8"],
        ),
        (
            b"a" * 5_000_000 + b"\xff" + b"a" * 9,
            {},
            [FILE + "is not UTF-8 text (byte 5000000: invalid start byte); save it as UTF-8"],
        ),
        (
            "wide".encode("utf-16"),
            {},
            [FILE + "is not UTF-8 text (byte 0: invalid start byte); save it as UTF-8"],
        ),
        (
            b"\xed\xa0\x80",
            {},
            [FILE + "is not UTF-8 text (byte 0: invalid continuation byte); save it as UTF-8"],
        ),
        (
            b"aaaaaaaaaaaaaaaaaaaaaa",
            {},
            [
                FILE
                + "holds the same token again and again; give a text with at least 2 different ones"
            ],
        ),
        (
            FINE,
            dict(SIZE=20),
            [
                SIZE_AT
                + "got 20, allowed: at most 10, the number of different characters in text.txt"
            ],
        ),
        (
            FINE,
            dict(BLOCK=8),
            [
                "mine.yaml:3:17: data.block: got 8, allowed: more than model.n_ctx, 8, so that a"
                " block holds a window and the token that comes next"
            ],
        ),
        (
            b"abcd",
            {},
            [
                "mine.yaml:3:17: data.block: got 20: the text has 4 tokens, and at least 3 blocks"
                " are needed, for training, for validation and to hold out; give a longer text, or"
                " a shorter context (model.n_ctx 8)"
            ],
        ),
        (
            b"abcd " * 9,
            {},
            [
                "mine.yaml:3:17: data.block: got 20: the text has 45 tokens, and at least 3 blocks"
                " are needed, for training, for validation and to hold out; allowed: at most 15"
            ],
        ),
        (
            FINE,
            dict(HOLDOUT=0.9),
            [
                "mine.yaml:3:45: data.holdout: got 0.9, allowed: less than 0.9, so that some of the"
                " text is left to train on (data.validation takes 0.1)"
            ],
        ),
        (
            b"abcd " * 20,
            dict(HOLDOUT=0.85),
            [
                "mine.yaml:3:45: data.holdout: got 0.85: of 5 blocks 1 are for validation and 4"
                " held out, which leaves none to train on; allowed: a smaller share here or in"
                " data.validation, or a smaller data.block"
            ],
        ),
        (
            FINE,
            dict(NARROWER="[2, 4]"),
            [
                "mine.yaml:6:12: training.narrower: got [2, 4], allowed: widths below"
                " model.d_model, 4; 4 is not"
            ],
        ),
        (
            FINE,
            dict(NARROWER="[2, 1]"),
            [
                "mine.yaml:6:12: training.narrower: got [2, 1], allowed: each width once, the"
                " narrowest first"
            ],
        ),
    ],
)
def test_each_text_that_will_not_do_is_refused_with_its_place(
    tmp_path: Path, text: bytes | None, values: dict, words: list[str]
) -> None:
    assert said(tmp_path, text, **values) == words


def test_a_folder_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "text.txt").mkdir()
    assert said(tmp_path, None) == [FILE + "cannot be read: Is a directory"]


def test_more_different_words_than_can_be_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corpora, "MOST_DIFFERENT", 100)
    words = " ".join(f"w{i}" for i in range(200)).encode()
    assert said(tmp_path, words, UNIT="words") == [
        FILE
        + "holds more than 100 different words, so it is no text of words; read it as characters"
    ]


def test_a_full_disk_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*given: object, **named: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(corpora, "TemporaryFile", full)
    monkeypatch.setattr("tempfile.tempdir", "/full")
    assert said(tmp_path, FINE) == [
        "mine.yaml:2:20: rule.file: /full: the text cannot be kept there as ids: No space left on"
        " device; make room, or set TMPDIR to another folder"
    ]
