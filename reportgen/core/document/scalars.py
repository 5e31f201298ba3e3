"""What a scalar without quotes means by the core schema of YAML 1.2."""

import re
from typing import TypeAlias
from unicodedata import category

Value: TypeAlias = "None | bool | int | float | str | list[Value] | dict[str, Value]"

NULL = re.compile(r"null|Null|NULL|~|")
TRUTH = re.compile(r"(true|True|TRUE)|false|False|FALSE")
WHOLE = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
UNBOUNDED = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")


def plain(text: str) -> Value:
    """The value of a scalar: nothing, a truth value, a number or the text itself."""
    if NULL.fullmatch(text):
        return None
    if truth := TRUTH.fullmatch(text):
        return truth[1] is not None
    if WHOLE.fullmatch(text):
        return int(text, {"0o": 8, "0x": 16}.get(text[:2], 10))
    if NUMBER.fullmatch(text):
        return float(text)
    if UNBOUNDED.fullmatch(text):
        return float(text.replace(".", ""))
    return text


def is_number(text: str) -> bool:
    """Does a scalar stand for a finite number."""
    return bool(WHOLE.fullmatch(text) or NUMBER.fullmatch(text))


def control(text: str) -> str:
    """The first character that no file of text may hold; empty where there is none."""
    return next((c for c in text if category(c) in ("Cc", "Cs") and c not in "\t\n"), "")
