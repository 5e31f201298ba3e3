"""`make liars`: break trained networks in every way, write their reports, and look for what is
false on them; exit code 1 where something is, or where a claim is turned by nothing.
"""

import argparse
import sys
import time
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path
from warnings import filterwarnings

from lookups import listed
from places import ROOT

from liars import page, results
from liars.bench import RUNS, Report, applies, reports
from liars.checks import problems, turned
from liars.perturbations import ORIGINAL, PERTURBATIONS, Perturbation
from liars.results import Row

PAGE = ROOT / "docs" / "liars.md"
Found = tuple[Row, dict[str, set[str]]]  # of one run and perturbation, with the claims it turned


@cache
def originals(run: str, kept: Path | None) -> dict[float, Report]:
    """The reports of a run as it was trained, by part of the training."""
    return {report.stage: report for report in reports(run, ORIGINAL, kept)}


def tried(run: str, perturbation: Perturbation, kept: Path | None = None) -> Found:
    """The reports of a perturbed run, with everything that is wrong with them."""
    filterwarnings("ignore", category=RuntimeWarning)  # NumPy says where infinities arise
    known = originals(run, kept)
    row = Row(perturbation.name, next(iter(known.values())).system)
    changed: dict[str, set[str]] = defaultdict(set)
    for report in known.values() if perturbation is ORIGINAL else reports(run, perturbation, kept):
        original = known[report.stage]
        row.reports += 1
        row.verdicts += len(report.verdicts)
        for name in turned(report, original):
            row.turned += 1
            changed[name].add(perturbation.name)
        row.problems += [f"{report}: {kind}: {words}" for kind, words in problems(report, original)]
    return row, dict(changed)


def _of_run(task: tuple[str, str, Path | None]) -> Found:
    """In a process of its own, to which functions cannot be sent."""
    run, name, kept = task
    known = {each.name: each for each in (ORIGINAL, *PERTURBATIONS)}
    return tried(run, known[name], kept)


def all_tried(only: str, kept: Path | None, jobs: int) -> results.Results:
    """Every run with every perturbation that applies to it; with words, those that have them."""
    begun = time.monotonic()
    tasks = [
        (run, each.name, kept)
        for run in RUNS
        for each in (ORIGINAL, *PERTURBATIONS)
        if (each is ORIGINAL or applies(each, run)) and only in f"{run}, {each.name}"
    ]
    rows: list[Row] = []
    claims = {system: dict.fromkeys(listed(system)[1], 0) for system in systems()}
    by: dict[tuple[str, str], set[str]] = defaultdict(set)
    with ProcessPoolExecutor(jobs) as pool:
        for row, changed in pool.map(_of_run, tasks):
            rows.append(row)
            for name, perturbations in changed.items():
                by[row.system, name] |= perturbations
            for words in row.problems:
                print(words, flush=True)
    for (system, name), perturbations in by.items():
        claims[system][name] = len(perturbations)
    minutes = round((time.monotonic() - begun) / 60, 1)
    return results.Results(minutes, results.joined(rows), claims)


def systems() -> list[str]:
    """The systems of the runs, each once, in their order."""
    return list(dict.fromkeys(originals_system(run) for run in RUNS))


def originals_system(run: str) -> str:
    from conftest import committed

    return committed(run).config.rule.system


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m liars", description=__doc__)
    options.add_argument(
        "--only", default="", help="runs and perturbations with these words; prints only"
    )
    options.add_argument("--jobs", type=int, default=2, help="processes")
    options.add_argument("--keep", type=Path, help="a folder for what was measured, to start from")
    options.add_argument(
        "--redraw", action="store_true", help="try nothing; the page from the results"
    )
    given = options.parse_args()
    if given.redraw:
        PAGE.write_text(page.rendered(results.load()), encoding="utf-8")
        return 0
    found = all_tried(given.only, given.keep, given.jobs)
    for row in found.rows:
        print(f"{row.perturbation}: {row.system}: {row.reports} reports, {row.turned} turned")
    print(f"{found.reports} reports, {len(found.problems)} problems, {found.minutes} minutes")
    print("turned by nothing:", ", ".join(found.never_turned) or "none")
    if not given.only:
        results.save(found)
        PAGE.write_text(page.rendered(found), encoding="utf-8")
    return int(bool(found.problems or (not given.only and found.never_turned)))


if __name__ == "__main__":
    sys.exit(main())
