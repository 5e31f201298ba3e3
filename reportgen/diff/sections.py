"""What moved, as tables of words: the same for a terminal, a comment and a page."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from reportgen.diff.changes import Changes, Comparison
from reportgen.diff.claims import Reworded
from reportgen.diff.facts import MovedFact

CASES = 3  # of a fact that are listed one by one
Row = tuple[str, ...]


@dataclass(frozen=True)
class Section:
    """One kind of what moved."""

    title: str
    columns: Row
    rows: tuple[Row, ...]


def sections(changes: Changes) -> list[Section]:
    """All that moved in a report, the gravest first; kinds of which nothing moved are left out."""
    return [each for each in _all(changes) if each.rows]


def _all(changes: Changes) -> Iterator[Section]:
    facts, claims, pages = changes.facts, changes.claims, changes.pages
    yield Section(
        "verdicts that changed",
        ("claim", "was", "is", "the pages said", "the pages say"),
        tuple(
            (f"{c.statement} ({c.id})", c.old, c.new, c.old_wording, c.new_wording)
            for c in claims.flipped
        ),
    )
    yield Section(
        "facts that moved",
        ("fact", "was", "is", "how"),
        tuple(_facts(facts.moved)),
    )
    named = [
        *(("fact", "new", each) for each in facts.came),
        *(("fact", "gone", each) for each in facts.went),
        *(("claim", "new", each) for each in claims.came),
        *(("claim", "gone", each) for each in claims.went),
    ]
    yield Section(
        "facts and claims that came or went",
        ("", "", "what it is", "what it says"),
        tuple((k, how, f"{each.label} ({each.id})", each.said) for k, how, each in named),
    )
    yield _reworded("thresholds that read otherwise", claims.thresholds)
    yield _reworded("counts over seeds that moved", claims.seeds)
    pictures = [p for group in (changes.figures, changes.films) if group for p in group.moved]
    yield Section(
        "figures and films that moved",
        ("picture", "", "how"),
        tuple((p.name, "film" if p.film else "figure", p.how) for p in pictures),
    )
    if pages:
        listed = [(page, "", "a new page") for page in pages.came]
        listed += [(page, "a page that is gone", "") for page in pages.went]
        rows = (*listed, *((s.page, s.old, s.new) for s in pages.said))
        yield Section("sentences that changed", ("page", "was", "is"), rows)
    yield _reworded("definitions in other words", (*claims.words, *changes.meanings))


def _reworded(title: str, found: tuple[Reworded, ...]) -> Section:
    rows = tuple((each.id, each.what, each.old, each.new) for each in found)
    return Section(title, ("of", "", "was", "is"), rows)


def _facts(moved: tuple[MovedFact, ...]) -> Iterator[Row]:
    """A line a fact, and one for each of its first cases."""
    for name, group in groupby(moved, key=lambda each: each.id):
        found = list(group)
        shown = [each for each in found if not each.part]
        shown += [each for each in found if each.part][:CASES]
        for each in shown:
            part = f", {each.part}" if each.part else ""
            yield f"{each.label}{part} ({name})", each.old, each.new, each.how
        if more := len(found) - len(shown):
            yield f"{found[0].label} ({name})", "", "", f"and {more} more of its cases"


def headline(comparison: Comparison) -> str:
    """What became of all reports, in a line."""
    moved = [each.name for each in comparison.reports if each.status]
    said = [
        f"{len(moved)} of {len(comparison.reports)} reports moved: {', '.join(moved)}"
        if moved
        else "nothing moved",
        f"new: {', '.join(comparison.came)}" if comparison.came else "",
        f"gone: {', '.join(comparison.went)}" if comparison.went else "",
    ]
    if not moved and (comparison.came or comparison.went):
        said = said[1:]
    return "; ".join(each for each in said if each)


def notes(changes: Changes) -> list[str]:
    """What is to be known besides."""
    settings = "; ".join(changes.settings)
    return [*([f"made from other settings: {settings}"] if settings else []), *changes.remarks]
