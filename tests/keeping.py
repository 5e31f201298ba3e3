"""Baselines are kept and checked by pytest-regressions; what it lacks, and how it is used here,
stands here.

`pytest --force-regen` accepts what differs, `--regen-all` writes everything; `make baselines` shows
it first.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from reportgen.diff.numerals import without
from reportgen.regressions import accepting, baseline

WAY_ON = "make baselines"


def all_of(*checks: Callable[[], None]) -> None:
    """Run every check and fail with all that they said, so that one run accepts whatever
    differs.
    """
    said = []
    for check in checks:
        try:
            check()
        except (AssertionError, pytest.fail.Exception) as error:
            said.append(str(error))
    if said:
        pytest.fail("\n\n".join(said))


def same_pages(file_regression: Any, pages: Mapping[str, str], folder: Path) -> None:
    """Fail with the lines that differ unless these are the pages of a folder, and all of them."""

    def check(place: str) -> Callable[[], None]:
        return lambda: file_regression.check(
            pages[place],
            encoding="utf-8",
            extension=".md",
            fullpath=baseline(file_regression, folder / place, WAY_ON),
        )

    def no_other() -> None:
        more = {str(p.relative_to(folder)) for p in folder.rglob("*.md")} - set(pages)
        for place in more if accepting(file_regression) else ():
            (folder / place).unlink()
        assert not more, f"kept in {folder.name}, but no page any more: {', '.join(sorted(more))}"

    all_of(*map(check, pages), no_other)


def same_measured(file_regression: Any, measured: Mapping[str, Any], path: Path) -> None:
    """Fail unless the stored measurements are these: words and verdicts exactly, numbers within the
    tolerance that each fact states.
    """
    file_regression.check(
        json.dumps(measured, ensure_ascii=False, indent=0) + "\n",
        encoding="utf-8",
        extension=".json",
        fullpath=baseline(file_regression, path, WAY_ON),
        check_fn=lambda *files: alike(*(json.loads(f.read_text("utf-8")) for f in files)),
    )


def alike(now: Mapping[str, Any], then: Mapping[str, Any]) -> None:
    """Every claim with the same words, thresholds and verdict; every fact with the same words, in
    its details too, and it and its parts as near as they have to be.

    Numerals in words, and numbers in details, are left out: they have no tolerance of their own,
    and would hold on one machine only.
    """
    said = ("verdict", "statement", "holds_if", "partly_if", "reason")
    claims = lambda measured: {
        name: {key: claim[key] for key in said} for name, claim in measured["claims"].items()
    }
    assert claims(now) == claims(then)
    said_now, said_then = words(there(now)), words(there(then))
    changed = {
        name for name in {*said_now, *said_then} if said_now.get(name) != said_then.get(name)
    }
    assert not changed, "\n".join(
        f"{name}: {said_now.get(name)!r}, was {said_then.get(name)!r}" for name in sorted(changed)
    )
    values, tolerances = numbers(there(now))
    stored, _ = numbers(there(then))
    assert set(values) == set(stored)
    for name, value in values.items():
        expected = (
            stored[name]
            if stored[name] is None
            else pytest.approx(stored[name], abs=tolerances[name], rel=0)
        )
        assert value == expected, f"{name}: {value}, was {stored[name]}"


def there(measured: Mapping[str, Any]) -> dict[str, Any]:
    """Without the facts that this run has nothing to be measured of: later ones need no new
    baseline of a network that lacks them.
    """
    return dict(facts={name: f for name, f in measured["facts"].items() if not f["lacking"]})


def words(value: object, place: str = "") -> dict[str, str]:
    """Every string in what was measured, by where it stands, with its numerals left out."""
    if isinstance(value, str):
        return {place: without(value)}
    items = (
        value.items()
        if isinstance(value, Mapping)
        else enumerate(value)
        if isinstance(value, list | tuple)
        else ()
    )
    return {k: v for name, each in items for k, v in words(each, f"{place} / {name}").items()}


def numbers(measured: Mapping[str, Any]) -> tuple[dict[str, float | None], dict[str, float]]:
    """The value and the tolerance of each fact and part that there is, by its name."""
    values: dict[str, float | None] = {}
    tolerances: dict[str, float] = {}
    for name, fact in measured["facts"].items():
        found = {name: fact["value"]} | {f"{name} / {p}": v["value"] for p, v in fact["parts"]}
        values |= found
        tolerances |= dict.fromkeys(found, fact["tolerance"] + 1e-9)
    return values, tolerances
