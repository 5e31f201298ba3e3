"""The code of a script, with blanks for what only looks like code: comments, and what stands in
strings, templates and regular expressions.
"""

import re

from reportgen.errors import StageError

PIECE = re.compile(
    r"""(?P<comment>//[^\n]*|/\*[\s\S]*?\*/)
    |(?P<string>"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])*')
    |(?P<word>[\w$]+)|(?P<space>\s+)|(?P<sign>.)""",
    re.VERBOSE,
)
PATTERN = re.compile(r"/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\[\n])+/\w*")
TEMPLATE = re.compile(r"(?:\\[\s\S]|\$(?!\{)|[^`\\$])*(?:`|\$\{)")
# words after which a slash begins a regular expression; after others it divides
BEFORE_A_PATTERN = frozenset(
    "return typeof case in of delete void throw new else do await yield instanceof".split()
)


def masked(text: str, name: str) -> str:
    """As long as the text, line by line; strings keep their quotes.

    StageError where a string or a template of the script `name` does not end.
    """
    out, at, before = list[str](), 0, ""
    braces = list[int]()  # open ones in each `${` that is open
    while at < len(text):
        pattern = PATTERN.match(text, at) if _may_begin_a_pattern(before) else None
        found = pattern or PIECE.match(text, at)
        assert found is not None
        piece, kind = found[0], "string" if pattern else found.lastgroup
        if piece == "`" or (piece == "}" and braces and not braces[-1]):
            more = TEMPLATE.match(text, at + 1)
            if more is None:
                raise unknown(text, at, name, "a template that does not end")
            opened, kind = more[0].endswith("${"), "template"
            if piece == "`" and opened:
                braces.append(0)
            elif piece == "}" and not opened:
                braces.pop()
            piece, before = piece + more[0], "{" if opened else "x"
        elif piece in "{}" and braces:
            braces[-1] += 1 if piece == "{" else -1
        elif piece in ('"', "'"):
            raise unknown(text, at, name, "a string that does not end")
        if kind in ("word", "string", "sign"):
            before = "x" if pattern else piece
        out.append(piece if kind in ("word", "space", "sign") else _blank(piece, kind))
        at += len(piece)
    return "".join(out)


def _may_begin_a_pattern(before: str) -> bool:
    """Can a slash after this piece begin a regular expression."""
    word = re.fullmatch(r"[\w$]+", before)
    return before in BEFORE_A_PATTERN if word else before[-1:] not in (*")]}\"'",)


def _blank(piece: str, kind: str | None) -> str:
    inner = re.sub(r"[^\n]", " ", piece)
    quoted = kind == "string" and piece[0] in "\"'"
    return f"{piece[0]}{inner[1:-1]}{piece[-1]}" if quoted else inner


def unknown(text: str, at: int, name: str, what: str) -> StageError:
    """The error about a place in a script."""
    line = text.count("\n", 0, at) + 1
    return StageError(
        f"{name}:{line}: {what}, which `reportgen offline` cannot make a plain script of"
    )
