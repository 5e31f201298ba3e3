"""Text that comes from data reaches a page as text: it can be neither markup of HTML nor of
Markdown.
"""

import re
from urllib.parse import quote

from markupsafe import Markup

from reportgen.measure.numbers import grouped

SPECIAL = re.compile(r"[&<>\"`*_\[\]{}\\|]")
LEADING = re.compile(r"^[-+#=:~!]")  # would begin a list, a heading, a definition or an image
IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*")
CODE = re.compile(r"``(.+?)``|`([^`]+)`")


def _entity(match: re.Match[str]) -> str:
    return f"&#{ord(match.group())};"


def safe(text: object) -> Markup:
    """Text so that a Markdown page shows exactly its characters, in prose, tables, alt texts
    and attributes alike; white space is one space.
    """
    plain = SPECIAL.sub(
        _entity,
        " ".join(str(text).split(" ")).replace("\n", " ").replace("\r", " ").replace("\t", " "),
    )
    return Markup(LEADING.sub(_entity, plain))


def code(text: object) -> Markup:
    """A token, a name or a command, in the type of code."""
    return Markup("<code>") + safe(text) + Markup("</code>")


def prose(text: object) -> Markup:
    """A sentence from data in which `backticks` set code and nothing else is markup."""
    out, end = Markup(), 0
    for match in CODE.finditer(str(text)):
        out += safe_within(str(text)[end : match.start()]) + code(match[1] or match[2])
        end = match.end()
    return safe(str(text)[end:]) if end == 0 else out + safe_within(str(text)[end:])


def safe_within(text: str) -> Markup:
    """As `safe`, for the part of a line that does not begin it."""
    return Markup(SPECIAL.sub(_entity, re.sub(r"[\r\n\t]", " ", text)))


def key(text: object) -> Markup:
    """An identifier for an anchor or a footnote: as it is if it can be no markup, and safe in any
    case.
    """
    return Markup(text) if IDENTIFIER.fullmatch(str(text)) else safe(text)


def url(text: object) -> Markup:
    """A relative address as the target of a Markdown link."""
    return Markup(quote(str(text)))


def finalized(value: object) -> object:
    """What a template prints: data made safe, lists and all; what macros and functions made, and
    numbers, stay as they are.
    """
    return value if isinstance(value, (Markup, int, float)) else safe(value)


def number(value: float) -> str:
    """A count with thin spaces between thousands."""
    return grouped(value)
