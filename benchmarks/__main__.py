"""`make bench`: measure, print a table, and write results, pictures and the page."""

import argparse
import os
from collections.abc import Sequence

from benchmarks import (
    building,
    exhaustive,
    films,
    growth,
    page,
    picture,
    results,
    starting,
    training,
)
from benchmarks.measure import FULL, QUICK, ROOT, Line
from benchmarks.picture import seconds, times
from reportgen.cli.terminal import table

BENCHMARKS = {
    "training": training,
    "films": films,
    "exhaustive": exhaustive,
    "starting": starting,
    "building": building,
}
DOCS = ROOT / "docs"


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    options.add_argument(
        "--quick", action="store_true", help="small sizes and a tiny report; prints only"
    )
    options.add_argument("--only", choices=BENCHMARKS, help="one benchmark; prints only")
    options.add_argument(
        "--growth",
        nargs="*",
        choices=growth.AXES,
        metavar="SIZE",
        help=(
            "how cost grows with each size, or with these alone, instead of the table:"
            f" {', '.join(growth.AXES)}"
        ),
    )
    options.add_argument("--runs", type=int, help="runs of each side, five by default")
    options.add_argument("--cold-runs", type=int, default=1, help="runs of the build from nothing")
    options.add_argument(
        "--redraw",
        action="store_true",
        help="measure nothing; pictures and page from the results that are there",
    )
    given = options.parse_args()
    found, before = results.load(), os.getloadavg()[0]
    if given.growth is not None:
        curves = growth.curves(
            given.runs or 1, {slug: growth.AXES[slug] for slug in given.growth or growth.AXES}
        )
        found = found.renewed(results.session(before), curves)
    elif not given.redraw:
        size = QUICK if given.quick else FULL
        size = type(size)(
            **vars(size) | dict(runs=given.runs or size.runs, cold_runs=given.cold_runs)
        )
        lines = [
            line
            for name, benchmark in BENCHMARKS.items()
            if given.only in (None, name)
            for line in benchmark.lines(size)
        ]
        show(lines)
        if given.quick or given.only:
            return
        found = results.Results((results.session(before), tuple(lines)), found.growth)
    results.save(found)
    publish(results.load())


def show(lines: Sequence[Line]) -> None:
    """The table in the terminal."""
    rows = []
    for line in lines:
        plain = (
            (
                seconds(line.plain.seconds),
                times(line.plain.seconds / line.ours.seconds),
                seconds(line.plain.cpu),
            )
            if line.plain
            else ("", "", "")
        )
        targets = "; ".join(f"{words}: {'met' if met else 'MISSED'}" for words, met in line.targets)
        rows.append(
            (
                line.work,
                seconds(line.ours.seconds),
                *plain[:2],
                seconds(line.ours.cpu),
                plain[2],
                f"{line.ours.memory:,.0f}",
                targets,
            )
        )
    table(
        "benchmarks",
        ("work", "ours", "plain", "ratio", "CPU ours", "CPU plain", "MiB", "target"),
        rows,
    )
    for line in lines:
        print(f"{line.slug}: {line.note}")


def publish(found: results.Results) -> None:
    """Pictures and page."""
    if found.targets:
        lines = found.targets[1]
        picture.write(
            DOCS / "assets",
            "benchmarks",
            picture.table_height(lines),
            lambda canvas: picture.draw_table(canvas, lines),
        )
    if found.growth:
        picture.write(
            DOCS / "assets",
            "benchmarks-growth",
            picture.growth_height(found.curves),
            lambda canvas: picture.draw_growth(canvas, found.curves),
        )
    (DOCS / "benchmarks.md").write_text(page.rendered(found), encoding="utf-8")


if __name__ == "__main__":
    main()
