"""The page of the site: which reports were made of broken networks, and what became of their
verdicts. Every number comes from the results.
"""

from collections.abc import Iterable, Mapping

from liars.bench import LONGEST, RUNS
from liars.perturbations import ORIGINAL, PERTURBATIONS
from liars.results import Results, Row

HEAD = """---
title: Liars
description: Trained networks are broken on purpose, and their pages are searched for what is false.
search:
  boost: 0.2
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

## What was tried
"""
TRIED = """
{reports} reports of {kinds} kinds of damage: {problems} of these things were found.
They give {verdicts} verdicts; of {ruled} of them the damage says beforehand what they may not be,\
 and the others have only to agree with one another.
Of {claims} claims, {turned} have another verdict under some damage.

| run | networks | reports |
|---|---:|---:|
{runs}
A report is of the end of a training, and of some runs also of its beginning and its middle.
The shown network is the best of its run; the others are counted where a claim is about seeds.

In each cell below stands how many verdicts are other ones than without the damage, of how many.

| damage | {systems} |
|---|{lines}|
"""
UNSEEN = """
## What this cannot see

- Damage that nobody thought of: who wrote the pages wrote the damage too.
- Larger networks: these are the small runs of the tests, of one configuration for each kind of\
 network.
- Longer contexts: of sequence rules, every context of up to {longest} tokens is tried here, and\
 none of the whole window.
- Whether a line is drawn at the right place: a verdict that changes shows that a claim can fail,\
 not that its threshold is the best one.
- Pictures and films, which are not drawn, and the ledger, which has a sentence for every fact.
"""


def rendered(found: Results, claims: Mapping[str, Iterable[str]]) -> str:
    """The page as Markdown."""
    systems, never = found.systems, found.never_turned(claims)
    kinds = [e.name for e in (ORIGINAL, *PERTURBATIONS) if e.name in found.perturbations]
    named = [(system, name) for system, names in claims.items() for name in names]
    told = dict(
        reports=f"{found.reports:,}",
        kinds=len([kind for kind in kinds if kind != "nothing"]),
        problems=len(found.problems) or "none",
        verdicts=f"{sum(row.verdicts for row in found.rows):,}",
        ruled=f"{sum(row.ruled for row in found.rows):,}",
        claims=len(named),
        turned=len(named) - len(never),
        runs="".join(_run(found.rows, name) for name in RUNS),
        systems=" | ".join(name.replace("_", " ") for name in systems),
        lines="|".join("---:" for _ in systems),
    )
    table = [
        f"| {kind} | {' | '.join(_cell(found.rows, kind, system) for system in systems)} |\n"
        for kind in kinds
    ]
    turned = found.turned()
    once = [(*key, *turned[key]) for key in named if len(turned.get(key, ())) == 1]
    return "".join(
        [HEAD, TRIED.format(**told), *table]
        + _listed("Found", found.problems)
        + _listed("Claims that nothing turned", never)
        + _listed(
            "Claims that one kind of damage alone turned",
            (f"{system.replace('_', ' ')}: {name}, by {kind}" for system, name, kind in once),
        )
        + [UNSEEN.format(longest=LONGEST)]
    )


def _run(rows: Iterable[Row], name: str) -> str:
    """A run, how many of its networks are taken, and its reports."""
    count = sum(row.reports for row in rows if row.run == name)
    return f"| `{name}` | {RUNS[name][0]} | {count} |\n" if count else ""


def _cell(rows: Iterable[Row], kind: str, system: str) -> str:
    """How many verdicts are other ones, of how many."""
    mine = [row for row in rows if row.perturbation == kind and row.system == system]
    turned, verdicts = sum(len(row.turned) for row in mine), sum(row.verdicts for row in mine)
    return f"{turned} of {verdicts}" if mine else ""


def _listed(title: str, words: Iterable[str]) -> list[str]:
    items = [f"- {each}\n" for each in words]
    return [f"\n## {title}\n\n", *items] if items else []
