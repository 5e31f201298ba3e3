"""What a mistake in a configuration is called."""

from collections.abc import Collection, Mapping

from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from reportgen.core.config.sections import LINE, NAME
from reportgen.core.document import Key, dotted
from reportgen.errors import nearest

_WANTED = {
    "int_type": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "string_type": "text",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "dataclass_type": "a mapping",
    "tuple_type": "a list",
    "list_type": "a list",
    "greater_than_equal": "at least {ge}",
    "greater_than": "more than {gt}",
    "less_than_equal": "at most {le}",
    "less_than": "less than {lt}",
    "literal_error": "{expected}",
    "too_long": "{max_length} values",
    "too_short": "{min_length} values",
    "string_too_short": "at least {min_length} characters",
    "string_too_long": "at most {max_length} characters",
    "finite_number": "a finite number",
}
_PATTERNS = {
    NAME: "a lower-case name (a letter, then letters, digits, _; at most 64)",
    LINE: "one line",
}
Fields = Mapping[str, FieldInfo]


def sentence(key: Key, error: ErrorDetails, fields: Fields | Collection[str]) -> str:
    """One problem as `key: what it got, what is allowed`.

    `fields` are the keys that there are where the key stands, or in the section that it leads into.
    """
    name, kind, about = dotted(key), error["type"], dict(error.get("ctx", {}))
    about |= {bound: f"{limit:g}" for bound, limit in about.items() if isinstance(limit, float)}
    if kind in ("extra_forbidden", "unexpected_keyword_argument"):
        return f"{name}: unknown key{nearest(str(key[-1]), fields)}"
    if kind in ("missing", "missing_argument"):
        return f"{name}: missing"
    wanted = _WANTED[kind].format(**about) if kind in _WANTED else error["msg"]
    if kind == "string_pattern_mismatch":
        wanted = _PATTERNS.get(about["pattern"], wanted)
    if kind == "less_than_equal" and isinstance(fields, Mapping):
        reasons = [fields[str(part)].description for part in key if str(part) in fields]
        wanted = next(filter(None, reasons), wanted)
    return f"{name}: got {shown(error['input'])}, allowed: {wanted}"


def shown(value: object) -> str:
    """A value as the file might say it, cut where it is long."""
    words = (
        str(value).lower()
        if isinstance(value, bool)
        else "nothing"
        if value is None
        else repr(value)
    )
    return words if len(words) <= 60 else words[:57] + "..."
