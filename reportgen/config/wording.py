"""What a mistake in a configuration is called, and where it stands."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml
from pydantic import BaseModel

from reportgen.errors import nearest

Key = tuple[str | int, ...]

_WANTED = {
    "missing": "missing",
    "int_parsing": "a whole number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_parsing": "a number",
    "float_type": "a number",
    "bool_parsing": "true or false",
    "bool_type": "true or false",
    "string_type": "text",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "tuple_type": "a list",
    "greater_than_equal": "at least {ge}",
    "greater_than": "more than {gt}",
    "less_than_equal": "at most {le}",
    "less_than": "less than {lt}",
    "literal_error": "{expected}",
    "too_long": "{max_length} values",
    "too_short": "{min_length} values",
    "string_pattern_mismatch": "a lower-case name (letters, digits, _; at most 64)",
    "finite_number": "a finite number",
}


def sentence(key: Key, error: Any, known: Any) -> str:
    """One problem as `key: what it got, what is allowed`."""
    name, kind = ".".join(map(str, key)), error["type"]
    if kind in ("extra_forbidden", "unexpected_keyword_argument"):
        return f"{name}: unknown key{nearest(str(key[-1]), known if isinstance(known, set) else _keys(known, key[:-1]))}"
    if kind in ("missing", "missing_argument"):
        return f"{name}: missing"
    wanted = _WANTED.get(kind, error["msg"]).format(**error.get("ctx", {}))
    return f"{name}: got {shown(error['input'])}, allowed: {wanted}"


def _keys(model: type[BaseModel], path: Key) -> Sequence[str]:
    for part in path:
        model = getattr(model.model_fields.get(str(part)), "annotation", model)
    return list(getattr(model, "model_fields", {}))


def shown(value: Any) -> str:
    """A value as the file might say it, cut where it is long."""
    words = (
        str(value).lower()
        if isinstance(value, bool)
        else "nothing"
        if value is None
        else repr(value)
    )
    return words if len(words) <= 60 else words[:57] + "..."


def places(node: yaml.Node | None, key: Key) -> Iterator[tuple[Key, tuple[int, int]]]:
    """(line, column) of every key of a YAML tree, from 1."""
    if node is None:
        return
    yield key, (node.start_mark.line + 1, node.start_mark.column + 1)
    if isinstance(node, yaml.MappingNode):
        for k, v in node.value:
            at = (k.start_mark.line + 1, k.start_mark.column + 1)
            for inner, place in places(v, (*key, k.value)):
                yield inner, at if inner == (*key, k.value) else place
    elif isinstance(node, yaml.SequenceNode):
        yield from (found for i, item in enumerate(node.value) for found in places(item, (*key, i)))


def place(places: Mapping[Key, tuple[int, int]], key: Key) -> str:
    """LINE:COLUMN of a key, or of the nearest one above it that the file has."""
    return "{}:{}".format(
        *next(places[key[:n]] for n in range(len(key), -1, -1) if key[:n] in places)
    )


def order(place: str) -> tuple:
    """What sorts places by line and column."""
    return tuple(int(p) if p.isdigit() else 0 for p in place.split(":")[-2:])
