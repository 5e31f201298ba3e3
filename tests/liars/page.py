"""The page of the site: which reports were made of broken networks, and what became of their
verdicts. Every number comes from the results.
"""

from collections.abc import Iterable, Mapping

from liars.results import Results, Row

HEAD = """---
title: Liars
description: Trained networks are broken on purpose, and their pages are searched for what is false.
---

# What broken networks are made to say

<p class="rg-lead" markdown="1">Pages are easily right about a network that works. So the\
 networks of the tests are broken in every way we could think of, measured, and their pages written\
 by the same code: what such a page may not say is known beforehand.</p>

`make liars` does all of this anew and writes this page; nothing on it is typed by hand.

Of each report it is checked that

- no claim holds that the damage rules out, and no verdict changes that it leaves alone;
- no two verdicts exclude each other, of the shown network or of any seed;
- no verdict rests on a number from a sample that has no interval;
- outside of claims no sentence differs from that of the whole network but in its numbers;
- no sentence says what would change our mind and has been measured.

Every claim has another verdict under at least one kind of damage: else it could not be wrong.
"""
TRIED = """
{reports} reports of {runs} kinds of damage: {problems} of these things were found.
The runs are {names}.
In each cell stands how many verdicts are other ones than without the damage, of how many.

| damage | {systems} |
|---|{lines}|
"""


def rendered(found: Results, claims: Mapping[str, Iterable[str]]) -> str:
    """The page as Markdown."""
    systems, kinds, never = found.systems, found.perturbations, found.never_turned(claims)
    told = dict(
        reports=f"{found.reports:,}",
        names=", ".join(f"`{name}`" for name in sorted({row.run for row in found.rows})),
        runs=len([kind for kind in kinds if kind != "nothing"]),
        problems=len(found.problems) or "none",
        systems=" | ".join(name.replace("_", " ") for name in systems),
        lines="|".join("---:" for _ in systems),
    )
    table = [
        f"| {kind} | {' | '.join(_cell(found.rows, kind, system) for system in systems)} |\n"
        for kind in kinds
    ]
    return "".join(
        [HEAD, TRIED.format(**told), *table]
        + _listed("Found", found.problems)
        + _listed("Claims that nothing turned", never)
    )


def _cell(rows: Iterable[Row], kind: str, system: str) -> str:
    """How many verdicts are other ones, of how many."""
    mine = [row for row in rows if row.perturbation == kind and row.system == system]
    turned, verdicts = sum(len(row.turned) for row in mine), sum(row.verdicts for row in mine)
    return f"{turned} of {verdicts}" if mine else ""


def _listed(title: str, words: Iterable[str]) -> list[str]:
    items = [f"- {each}\n" for each in words]
    return [f"\n## {title}\n\n", *items] if items else []
