"""Everything that moved between two builds of a report, and between two sets of reports."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Literal

from reportgen.diff import claims as of_claims
from reportgen.diff import facts as of_facts
from reportgen.diff import pages as of_pages
from reportgen.diff import pictures as of_pictures
from reportgen.diff.built import Build
from reportgen.diff.claims import Claims, Reworded
from reportgen.diff.facts import Facts
from reportgen.diff.pages import Pages
from reportgen.diff.pictures import Pictures
from reportgen.errors import UsageError

FORMAT = 1  # of what `as_plain` gives
# exit codes: 2 is wrong usage, as everywhere
NOTHING: Final = 0
MOVED: Final = 1
FLIPPED: Final = 3
Status = Literal[0, 1, 3]


@dataclass(frozen=True)
class Changes:
    """What moved in one report."""

    name: str
    old: str  # what either build is called
    new: str
    facts: Facts
    claims: Claims
    meanings: tuple[Reworded, ...]  # of facts
    figures: Pictures | None  # None where they were not compared
    films: Pictures | None
    pages: Pages | None
    settings: tuple[str, ...]  # of the configuration: why something may have moved
    remarks: tuple[str, ...]  # what was not compared, and why

    @property
    def prose(self) -> int:
        """How much changed that is words alone."""
        pages = self.pages
        said = len(pages.said) + len(pages.came) + len(pages.went) if pages else 0
        return said + len(self.claims.words) + len(self.meanings)

    @property
    def measured(self) -> int:
        """How much changed that is no prose."""
        facts, claims = self.facts, self.claims
        told = (facts.moved, facts.came, facts.went)
        asked = (claims.flipped, claims.came, claims.went, claims.thresholds, claims.seeds)
        drawn = [each.moved for each in (self.figures, self.films) if each]
        return sum(map(len, (*told, *asked, *drawn)))

    @property
    def status(self) -> Status:
        """What an exit code says of it."""
        if self.claims.flipped:
            return FLIPPED
        return MOVED if self.measured or self.prose else NOTHING

    def summary(self) -> str:
        """All of it in a line."""
        if self.status == NOTHING:
            return f"nothing moved{self._unmoved()}"
        if not self.measured:
            words = _many(self.prose, "place changed its words", "places changed their words")
            return f"prose alone: {words}, and nothing that was measured or drawn moved"
        return ", ".join(self._counted()) + self._unmoved()

    def _counted(self) -> Iterator[str]:
        facts, claims = self.facts, self.claims
        moved_facts = {each.id for each in facts.moved}
        counts = [
            (len(claims.flipped), "verdict changed", "verdicts changed"),
            (len(moved_facts), "fact moved", "facts moved"),
            (len(facts.came), "fact came", "facts came"),
            (len(facts.went), "fact went", "facts went"),
            (len(claims.came), "claim came", "claims came"),
            (len(claims.went), "claim went", "claims went"),
            (len(claims.thresholds), "threshold reads otherwise", "thresholds read otherwise"),
            (len(claims.seeds), "count over seeds moved", "counts over seeds moved"),
            (len(self.figures.moved) if self.figures else 0, "figure moved", "figures moved"),
            (len(self.films.moved) if self.films else 0, "film moved", "films moved"),
            (self.prose, "place changed its words", "places changed their words"),
        ]
        return (_many(*each) for each in counts if each[0])

    def _unmoved(self) -> str:
        """What differs and counts for nothing."""
        facts, numbers = self.facts.within, self.pages.numbers if self.pages else 0
        told = [
            _many(facts, "fact differs within what it may", "facts differ within what they may"),
            _many(numbers, "sentence has other numbers", "sentences have other numbers"),
        ]
        said = [words for words, count in zip(told, (facts, numbers)) if count]
        return f" ({', '.join(said)})" if said else ""


@dataclass(frozen=True)
class Comparison:
    """What moved in all reports that were compared."""

    old: str
    new: str
    reports: tuple[Changes, ...]
    came: tuple[str, ...] = ()  # reports that only the new side has
    went: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def status(self) -> Status:
        """What an exit code says of it."""
        found = {each.status for each in self.reports}
        if FLIPPED in found:
            return FLIPPED
        return MOVED if MOVED in found or self.came or self.went else NOTHING

    def as_plain(self) -> dict[str, object]:
        """Plain values, as JSON has them."""
        reports = [
            {**asdict(each), "status": each.status, "summary": each.summary()}
            for each in self.reports
        ]
        whole = {**asdict(self), "reports": reports}
        return {"format": FORMAT, "status": self.status, **{k: _plain(v) for k, v in whole.items()}}


def _plain(value: object) -> object:
    """A value as JSON can hold it."""
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return str(value) if isinstance(value, Path) else value


def compare(old: Build, new: Build) -> Changes:
    """What moved from one build to another.

    Errors: UsageError where the two are of different systems, and have no facts in common.
    """
    if old.system and new.system and old.system != new.system:
        raise UsageError(
            f"{old.label} is a report of the system {old.system}, and {new.label} of"
            f" {new.system}: they have no facts in common; compare reports of one system"
        )
    facts = of_facts.compare(old.measured["facts"], new.measured["facts"])
    claims = of_claims.compare(old, new)
    named = {each.id for each in claims.flipped}
    named |= {each.id for each in (*claims.came, *claims.went)}
    paged = old.pages is not None and new.pages is not None and old.html == new.html
    return Changes(
        new.name,
        old.label,
        new.label,
        facts,
        claims,
        of_claims.meanings(old.measured["facts"], new.measured["facts"]),
        of_pictures.compare(old, new, film=False),
        of_pictures.compare(old, new, film=True),
        of_pages.compare(old, new, named) if paged else None,
        tuple(_settings(old, new)),
        tuple(_remarks(old, new)),
    )


def together(old: list[Build], new: list[Build], labels: tuple[str, str]) -> Comparison:
    """What moved from some builds to others, report by report; a single one on both sides is
    compared whatever it is called.
    """
    if len(old) == len(new) == 1:
        return Comparison(*labels, (compare(old[0], new[0]),))
    before, now = ({each.name: each for each in builds} for builds in (old, new))
    both = sorted(before.keys() & now.keys())
    return Comparison(
        *labels,
        tuple(compare(before[name], now[name]) for name in both),
        tuple(sorted(now.keys() - before.keys())),
        tuple(sorted(before.keys() - now.keys())),
    )


def _settings(old: Build, new: Build) -> Iterator[str]:
    """What the configurations differ in, key by key."""
    before, now = (dict(_flat(each.measured.get("config", {}), "")) for each in (old, new))
    for key in dict.fromkeys([*before, *now]) if before and now else ():
        first, second = before.get(key, "not there"), now.get(key, "not there")
        if first != second:
            yield f"{key} {first} → {second}"


def _flat(values: Mapping[str, object], above: str) -> Iterator[tuple[str, object]]:
    for key, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{above}{key}.")
        else:
            yield f"{above}{key}", value


def _remarks(old: Build, new: Build) -> Iterator[str]:
    """What a reader of the comparison has to know."""
    if old.name != new.name:
        yield f"these are two reports: {old.name} and {new.name}"
    if old.measured["step"] != new.measured["step"]:
        steps = (old.measured["step"], new.measured["step"])
        yield f"the old one is of step {steps[0]}, the new one of step {steps[1]}"
    yield from dict.fromkeys((*old.told, *new.told))
    if old.told or new.told:
        return
    for what in ("figures", "films", "pages"):
        lacking = [each.label for each in (old, new) if getattr(each, what) is None]
        if len(lacking) == 1 and not (old.kept or new.kept):
            yield f"{what} were not compared: {lacking[0]} has none"
    if old.pages is not None and new.pages is not None and old.html != new.html:
        yield "pages were not compared: one side is Markdown, the other a site"


def _many(count: int, one: str, several: str) -> str:
    return f"{count} {one if count == 1 else several}"
