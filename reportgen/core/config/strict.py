"""Values taken for what they are: no text or truth value passes for a number, in sections and in
rules alike.
"""

import json
from collections.abc import Collection, Mapping
from typing import TypeVar

from pydantic import TypeAdapter

from reportgen.core.config.sections import Section

T = TypeVar("T")
S = TypeVar("S", bound=Section)
EXACT = 2**53  # the largest number up to which every whole one is a float of its own


def validated(kind: TypeAdapter[T], values: object) -> T:
    """The values as this kind, by pydantic's strict rules for JSON, where a list may be a tuple;
    ValidationError for what is wrong.

    A number without a fraction is whole, however it is written: 1e4 steps are 10000 steps.
    """
    return kind.validate_json(json.dumps(_whole(values)), strict=True, extra="forbid")


def sound(model: type[S], given: Mapping[str, object], wrong: Collection[str]) -> S:
    """What of a section is right by itself; asking it for another key raises Unsaid."""
    right: dict[str, object] = {}
    for name, field in model.model_fields.items():
        if name in given and name not in wrong:
            right[name] = validated(TypeAdapter(field.rebuild_annotation()), given[name])
    section = model.model_construct(None, **right)
    for name in wrong:
        vars(section).pop(name, None)
    return section


def _whole(value: object) -> object:
    if isinstance(value, float) and value.is_integer() and abs(value) <= EXACT:
        return int(value)
    if isinstance(value, Mapping):
        return {key: _whole(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_whole(inner) for inner in value]
    return value
