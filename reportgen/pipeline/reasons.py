"""Why a task runs, in words: what its last build was made of beside what this one is made of."""

import re
from collections.abc import Mapping

SHOWN, LONGEST = 4, 60  # inputs named, characters of a value
MISSING = "missing"  # stands for the digest of a product that is not there
_DIGEST = re.compile(r"[0-9a-f]{32}|[0-9a-f]{64}")


def changes(old: Mapping[str, str], new: Mapping[str, str], places: Mapping[str, str]) -> list[str]:
    """Every input that differs: values from what to what and in which file (`places`), then sources
    and templates, then products of other tasks.
    """
    names = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    return [
        _change(name, old.get(name), new.get(name), places)
        for name in sorted(names, key=lambda name: _order(name, places))
    ]


def because(said: list[str]) -> str:
    """Some changes as one reason."""
    return (
        "because "
        + ", ".join(said[:SHOWN])
        + (f" and {len(said) - SHOWN} more" if len(said) > SHOWN else "")
    )


def _order(name: str, places: Mapping[str, str]) -> int:
    return (
        0
        if name in places
        else 3
        if name.startswith("result of ")
        else 1
        if name.startswith("version ")
        else 2
    )


def _change(name: str, old: str | None, new: str | None, places: Mapping[str, str]) -> str:
    named = f"{places[name]} {name}" if name in places else name
    if old in (None, MISSING) or new in (None, MISSING):
        return f"{named} is {'new' if old in (None, MISSING) else 'gone'}"
    if _DIGEST.fullmatch(str(old)) or _DIGEST.fullmatch(str(new)):
        return f"{named} changed"
    return f"{named} {_short(str(old))} -> {_short(str(new))}"


def _short(value: str) -> str:
    return value if len(value) <= LONGEST else value[: LONGEST - 3] + "..."
