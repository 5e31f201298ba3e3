"""The page of the site: the table, the pictures, and what the plain ways are. Every number in it
comes from the results.
"""

from collections.abc import Sequence

from benchmarks.growth import Curve
from benchmarks.measure import Line, Variant
from benchmarks.picture import growth_height, seconds, table_height, times
from benchmarks.results import Results, Session
from reportgen.drawing.style import WIDTH

HEAD = """---
title: Benchmarks
description: How long everything takes, beside the plain way of doing it, measured in the same run.
search:
  boost: 0.2
---

# How long it takes

<p class="rg-lead" markdown="1">Every time stands beside the time of the plain\
 way: what a careful person would write first, run in turn with ours on the same machine.\
 The ratio says more than either.</p>

`make bench` measures all of this anew and writes this page; nothing on it is typed by hand.
"""
TABLE = """
## Beside the plain way

{session}

| work | ours | plain | ratio | processor seconds, ours / plain | largest process, ours | target |
|---|---:|---:|---:|---:|---:|---|
"""
NOTES = """
Times are medians by the clock, in seconds for the whole work; where less was run, they are\
 scaled, and it is said below.
Processor seconds count everything that a way started, on all cores.

### What is compared

"""
GROWTH = """
## How cost grows

Cost is processor seconds; time by the clock is shorter where two processes share the\
 work, and longer where others run on the machine.

"""
HEADS = """| size | from | to | processor seconds | by the clock | size grows | cost grows |
|---|---:|---:|---:|---:|---:|---:|
"""


def rendered(results: Results) -> str:
    """The page as Markdown."""
    out = [HEAD]
    if results.targets:
        session, lines = results.targets
        out += [
            TABLE.format(session=_circumstances(session)),
            *map(_row, lines),
            _image("benchmarks", table_height(lines), _alt(lines)),
            NOTES,
            *map(_note, lines),
        ]
    if results.growth:
        curves = results.curves
        out += [
            GROWTH,
            *(
                _measured(session, measured, alone=len(results.growth) == 1)
                for session, measured in results.growth
            ),
            HEADS,
            *map(_curve, curves),
        ]
        out += [f"\n{curve.note}\n" for curve in curves if curve.note]
        out += [
            _image(
                "benchmarks-growth",
                growth_height(curves),
                "; ".join(
                    f"{c.what} from {c.at[0]:,} to {c.at[-1]:,}: cost ×"
                    f" {c.ways[-1].cpu / c.ways[0].cpu:.1f}"
                    for c in curves
                )
                + ".",
            )
        ]
    return "".join(out)


def _circumstances(session: Session) -> str:
    shared = (
        "Others ran on the machine at the time: times by the clock are longer for it, processor"
        " seconds less so, and rows that were measured minutes apart met a different load."
        if max(session.load) > session.cores
        else "Little else ran on it at the time."
    )
    versions = ", ".join(f"{name} {number}" for name, number in session.versions.items())
    return (
        f"Measured on {session.when}, on {session.cores} cores, no graphics card.\nThe load average"
        f" was {session.load[0]:.1f} before and {session.load[1]:.1f} after, the measurement itself"
        f" included.\n{shared}\n({versions})"
    )


def _measured(session: Session, curves: Sequence[Curve], *, alone: bool) -> str:
    which = "" if alone else f"**{', '.join(curve.slug for curve in curves).capitalize()}.** "
    return f"{which}{_circumstances(session)}\n\n"


def _row(line: Line) -> str:
    plain = line.plain
    targets = "; ".join(f"{words}: {'met' if met else '**missed**'}" for words, met in line.targets)
    return (
        f"| {line.work} | {seconds(line.ours.seconds)} | {seconds(plain.seconds) if plain else ''}"
        f" | {times(plain.seconds / line.ours.seconds) if plain else ''} |"
        f" {seconds(line.ours.cpu)}{f' / {seconds(plain.cpu)}' if plain else ''} |"
        f" {line.ours.memory:,.0f} MiB | {targets} |\n"
    )


def _note(line: Line) -> str:
    ways = f"**{line.work}.** Ours: {_way(line.ours)}." + (
        f" Plain: {_way(line.plain)}." if line.plain else ""
    )
    return f"- {ways} {line.note}\n"


def _way(way: Variant) -> str:
    runs = [way.scale * sample.seconds for sample in way.samples]
    spread = (
        f"{len(runs)} runs, {seconds(min(runs))} to {seconds(max(runs))}"
        if len(runs) > 1
        else "one run"
    )
    return f"{way.name} ({spread})"


def _curve(curve: Curve) -> str:
    first, last = curve.ways[0], curve.ways[-1]
    span = lambda low, high: (
        f"{seconds(low).removesuffix(' s')} to {seconds(high).removesuffix(' s')}"
    )
    return (
        f"| {curve.what} ({curve.fixed}) | {curve.at[0]:,} | {curve.at[-1]:,} |"
        f" {span(first.cpu, last.cpu)} | {span(first.seconds, last.seconds)} |"
        f" {times(curve.at[-1] / curve.at[0])} | {times(last.cpu / first.cpu)} |\n"
    )


def _alt(lines: Sequence[Line]) -> str:
    return (
        "; ".join(
            f"{line.work}: {seconds(line.ours.seconds)}"
            + (f", plain {seconds(line.plain.seconds)}" if line.plain else "")
            for line in lines
        )
        + "."
    )


def _image(name: str, height: float, alt: str) -> str:
    size = f"{{ loading=lazy width={WIDTH} height={height:.0f} }}"
    return (
        f'\n<figure class="rg-figure" markdown="span">\n![{alt}](assets/{name}.svg){size}\n'
        f"</figure>\n\n[The picture as SVG](assets/{name}.svg), [as PNG](assets/{name}.png).\n"
    )
