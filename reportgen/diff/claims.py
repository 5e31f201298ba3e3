"""Verdicts that changed, with what the pages say of either; thresholds, and counts over seeds."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from reportgen.diff.built import Build
from reportgen.diff.facts import Named
from reportgen.diff.measured import Claim, Fact
from reportgen.diff.numerals import as_defined

COUNTED = ("holds", "partly", "undecided", "fails")


@dataclass(frozen=True)
class Flipped:
    """A claim whose verdict is another one."""

    id: str
    statement: str
    old: str
    new: str
    old_wording: str
    new_wording: str


@dataclass(frozen=True)
class Reworded:
    """Something that a report defines in other words, or by another threshold."""

    id: str
    what: str
    old: str
    new: str


@dataclass(frozen=True)
class Claims:
    """What became of all claims."""

    flipped: tuple[Flipped, ...]
    came: tuple[Named, ...]
    went: tuple[Named, ...]
    thresholds: tuple[Reworded, ...]
    seeds: tuple[Reworded, ...]  # counts over seeds
    words: tuple[Reworded, ...]  # statements and reasons
    same: int


def compare(old: Build, new: Build) -> Claims:
    """What became of all claims, in the order of their names."""
    before, now = old.claims(), new.claims()
    both = sorted(before.keys() & now.keys())
    turned = [name for name in both if before[name]["verdict"] != now[name]["verdict"]]
    said = old.wordings(), new.wordings()
    flipped = tuple(_flipped(name, before[name], now[name], said) for name in turned)
    asked = [name for name in both if before[name]["holds_if"] and now[name]["holds_if"]]
    pairs = [(name, before[name], now[name]) for name in asked]
    criteria = [
        Reworded(name, what.replace("_", " "), first[what], second[what])
        for name, first, second in pairs
        for what in ("holds_if", "partly_if")
        if as_defined(first[what]) != as_defined(second[what])
    ]
    words = [
        Reworded(name, what, first[what], second[what])
        for name, first, second in pairs
        for what in ("statement", "reason")
        if first[what] != second[what]
    ]
    counted = [
        Reworded(name, "over seeds", _counted(first), _counted(second))
        for name, first, second in pairs
        if _counted(first) != _counted(second)
    ]
    return Claims(
        flipped,
        _only(now, before),
        _only(before, now),
        tuple(criteria),
        tuple(counted),
        tuple(words),
        len(both) - len(turned),
    )


def _flipped(
    name: str, old: Claim, new: Claim, said: tuple[Mapping[str, str], Mapping[str, str]]
) -> Flipped:
    wordings = [texts.get(name) or claim.get("why") or "" for texts, claim in zip(said, (old, new))]
    return Flipped(name, new["statement"], old["verdict"], new["verdict"], *wordings)


def _only(these: Mapping[str, Claim], others: Mapping[str, Claim]) -> tuple[Named, ...]:
    names = sorted(these.keys() - others.keys())
    return tuple(Named(name, these[name]["statement"], these[name]["verdict"]) for name in names)


def _counted(claim: Claim) -> str:
    """How many seeds have each verdict, in words."""
    seeds = claim.get("seeds")
    return ", ".join(f"{v} in {len(seeds.get(v, []))}" for v in COUNTED) if seeds else ""


def meanings(old: Mapping[str, Fact], new: Mapping[str, Fact]) -> tuple[Reworded, ...]:
    """Facts that are called otherwise, or are said to mean something else."""
    kinds: dict[str, Callable[[Fact], str]] = {
        "label": lambda fact: fact["label"],
        "meaning": lambda fact: fact["meaning"],
        "tolerance": lambda fact: f"{fact['tolerance']:g}",
    }
    return tuple(
        Reworded(name, what, of(old[name]), of(new[name]))
        for name in sorted(old.keys() & new.keys())
        for what, of in kinds.items()
        if of(old[name]) != of(new[name])
    )
