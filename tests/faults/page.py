"""The page of the site: which faults were tried, how often, and how often the build survived. Every
number comes from the results.
"""

from itertools import groupby

from faults.results import Results, Row

HEAD = """---
title: Faults
description: Which faults were put into builds on purpose, and how many of them were survived.
search:
  boost: 0.2
---

# What a build survives

<p class="rg-lead" markdown="1">A build is killed, its files are damaged, its disk is full, and\
 somebody edits what it reads. Then it is built again, and every byte is compared\
 with a build that nothing happened to.</p>

`make faults` tries all of this anew and writes this page; nothing on it is typed by hand.

A fault is survived if the build that meets it ends by itself, names what is wrong where something
is, and stops no report that has nothing to do with it; and if the next plain build then makes the
same store, the same pages and the same site as a clean one, byte for byte, with no file and no
process left over (what is kept by content aside: token ids of texts in `.reportgen/_texts` and
verdicts on rule files in `.reportgen/_rules`).
Only times and process numbers are not compared.
"""
TRIED = """
Tried on {when} ({system}, {cores} cores, seed {seed}, {minutes} minutes):\
 {tried} of {known} faults, of which {survived} were survived.
"""
TABLE = """
## {kind}

| fault | tried | survived |
|---|---:|---:|
"""


def rendered(results: Results) -> str:
    """The page as Markdown."""
    told = dict(
        when=results.when,
        system=results.system,
        cores=results.cores,
        seed=results.seed,
        minutes=results.minutes,
        known=f"{results.known:,}",
        tried=f"{results.tried:,}",
        survived="all" if results.survived == results.tried else f"{results.survived:,}",
    )
    out = [HEAD, TRIED.format(**told)]
    for kind, rows in groupby(results.rows, lambda row: row.kind):
        out += [TABLE.format(kind=kind), *map(_row, rows)]
    lost = [f"- {row.kind}, {row.what}, {words}\n" for row in results.rows for words in row.lost]
    return "".join(out + (["\n## Not survived\n\n", *lost] if lost else []))


def _row(row: Row) -> str:
    survived = f"{row.survived}" if row.survived == row.tried else f"**{row.survived}**"
    why = (
        f" (not tried: {row.not_tried[0].partition(': ')[2]})"
        if row.not_tried and not row.tried
        else ""
    )
    return f"| {row.what}{why} | {row.tried} | {survived} |\n"
