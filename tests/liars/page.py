"""The page of the site: which reports were made of broken networks, and what became of their
verdicts. Every number comes from the results.
"""

from collections.abc import Iterable

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
In each cell stands how many verdicts are other ones than without the damage, of how many.

| damage | {systems} |
|---|{lines}|
"""


def rendered(found: Results) -> str:
    """The page as Markdown."""
    systems = list(found.claims)
    kinds = list(dict.fromkeys(row.perturbation for row in found.rows))
    told = dict(
        reports=f"{found.reports:,}",
        runs=len([kind for kind in kinds if kind != "nothing"]),
        problems=len(found.problems) or "none",
        systems=" | ".join(name.replace("_", " ") for name in systems),
        lines="|".join("---:" for _ in systems),
    )
    rows = {(row.perturbation, row.system): row for row in found.rows}
    table = [
        f"| {kind} | {' | '.join(_cells(rows.get((kind, system)) for system in systems))} |\n"
        for kind in kinds
    ]
    lost = [f"- {words}\n" for words in found.problems]
    never = [f"- {name}\n" for name in found.never_turned]
    return "".join(
        [HEAD, TRIED.format(**told), *table]
        + (["\n## Found\n\n", *lost] if lost else [])
        + (["\n## Claims that nothing turned\n\n", *never] if never else [])
    )


def _cells(rows: Iterable[Row | None]) -> list[str]:
    return [f"{row.turned} of {row.verdicts}" if row else "" for row in rows]
