"""`make liars`: break trained networks in every way, write their reports, and look for what is
false on them; exit code 1 where something is, or where a claim is turned by nothing.
"""

import argparse
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path
from warnings import filterwarnings

from conftest import committed
from lookups import listed
from places import ROOT

from liars import page, results
from liars.bench import RUNS, Report, applies, pairs, reports
from liars.checks import problems, ruled, turned
from liars.perturbations import ORIGINAL, PERTURBATIONS, Perturbation
from liars.results import Row

PAGE = ROOT / "docs" / "liars.md"
CALLED = {each.name: each for each in (ORIGINAL, *PERTURBATIONS)}


@cache
def originals(run: str, kept: Path | None) -> dict[float, Report]:
    """The reports of a run as it was trained, by part of the training."""
    return {report.stage: report for report in reports(run, ORIGINAL, kept)}


def tried(run: str, perturbation: Perturbation, kept: Path | None = None) -> Row:
    """The reports of a perturbed run, with everything that is wrong with them."""
    filterwarnings("ignore", category=RuntimeWarning)  # NumPy says where infinities arise
    known = originals(run, kept)
    row = Row(run, next(iter(known.values())).system, perturbation.name)
    for report in known.values() if perturbation is ORIGINAL else reports(run, perturbation, kept):
        original = known[report.stage]
        row.reports += 1
        row.verdicts += len(report.verdicts)
        row.ruled += len(ruled(report))
        row.turned += turned(report, original)
        row.asked |= {n: v for n, v in report.verdicts.items() if n not in original.verdicts}
        row.problems += [f"{report}: {kind}: {words}" for kind, words in problems(report, original)]
    return row


def try_all(run: str, only: str, kept: Path | None, jobs: int) -> None:
    """A run, or every one, with every perturbation that applies to it and has some words; what came
    of each is saved at once.
    """
    tasks = [
        (each, name)
        for each in ([run] if run else RUNS)
        for name, perturbation in CALLED.items()
        if only in name and (perturbation is ORIGINAL or applies(perturbation, each))
    ]
    with ProcessPoolExecutor(jobs) as pool:
        for row in pool.map(_one, tasks, [kept] * len(tasks)):
            save(results.load().updated([row]))
            print(f"{row.run}, {row.perturbation}: {row.reports} reports, {len(row.turned)} turned")
            for words in row.problems:
                print(f"  {words}", flush=True)


def _one(task: tuple[str, str], kept: Path | None) -> Row:
    """In a process of its own, to which functions cannot be sent."""
    return tried(task[0], CALLED[task[1]], kept)


def claims() -> dict[str, list[str]]:
    """All claims, by the systems of the runs."""
    systems = dict.fromkeys(committed(run).config.rule.system for run in RUNS)
    return {system: list(listed(system)[1]) for system in systems}


def save(found: results.Results) -> results.Results:
    """Keep the results of what there is to try, and write the page; what was tried before a bench
    that was broken off is not lost.
    """
    results.save(found.of((run, each.name) for run, each in pairs()))
    kept = results.load()  # in the order of the file, from which the page can be made again
    PAGE.write_text(page.rendered(kept, claims()), encoding="utf-8")
    return kept


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m liars", description=__doc__)
    options.add_argument("--run", default="", help="one committed run alone; the others stay")
    options.add_argument("--only", default="", help="damage with these words; the rest stays")
    options.add_argument("--jobs", type=int, default=2, help="processes")
    options.add_argument("--keep", type=Path, help="a folder for what is measured, to begin from")
    options.add_argument("--redraw", action="store_true", help="try nothing; the page anew")
    given = options.parse_args()
    begun = time.monotonic()
    if not given.redraw:
        try_all(given.run, given.only, given.keep, given.jobs)
    found = save(results.load())
    never = found.never_turned(claims())
    print(f"{found.reports} reports, {len(found.problems)} problems")
    print(f"{(time.monotonic() - begun) / 60:.1f} minutes")
    print("turned by nothing:", ", ".join(never) or "none")
    return int(bool(found.problems or never))


if __name__ == "__main__":
    sys.exit(main())
