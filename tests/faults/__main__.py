"""`make faults`: try every fault, print a table, and write results and page."""

import argparse
import math
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain, zip_longest
from pathlib import Path
from queue import Queue
from random import Random
from tempfile import TemporaryDirectory

from faults import damage, disks, edits, kills, moved, page, results, surroundings, together
from faults.lab import ROOT, Fault, Lab
from faults.results import Row
from faults.trial import Lost, NotTried

PAGE = ROOT / "docs" / "faults.md"


def all_faults(lab: Lab) -> list[Fault]:
    """Every fault there is, in the order of the page."""
    return [
        *kills.faults(),
        *damage.faults(lab),
        *disks.faults(),
        *edits.faults(),
        *together.faults(),
        *moved.faults(),
        *surroundings.faults(),
    ]


def attempt(fault: Fault, lab: Lab, seed: int) -> Lost | NotTried | None:
    """What comes of a fault: nothing, if it is survived."""
    try:
        fault.attempt(lab, Random(f"{seed} {fault.kind} {fault.what} {fault.where}"))
    except (Lost, NotTried) as error:
        return error
    except Exception as error:  # what nobody thought of ends no other try
        return Lost(f"{type(error).__name__}: {error}")
    return None


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m faults", description=__doc__)
    options.add_argument("--seed", type=int, default=0, help="other moments, files and sizes")
    options.add_argument("--jobs", type=int, default=2, help="trials at a time")
    options.add_argument("--only", default="", help="faults with these words; prints only")
    options.add_argument("--sample", type=int, help="only so many, of all lines; prints only")
    options.add_argument("--minutes", type=float, help="begin none later; those of all lines first")
    options.add_argument(
        "--redraw", action="store_true", help="try nothing; the page from the results"
    )
    given = options.parse_args()
    if not given.redraw:
        found = tried(given.seed, given.jobs, given.only, given.sample, given.minutes)
        show(found)
        if given.only or given.sample:
            return
        results.save(found)
    PAGE.write_text(page.rendered(results.load()), encoding="utf-8")


def sampled(faults: Sequence[Fault], number: int, seed: int) -> list[Fault]:
    """Some faults, drawn: one of each line before a second of any."""
    lines: dict[tuple[str, str], list[Fault]] = {}
    for fault in Random(seed).sample(faults, len(faults)):
        lines.setdefault((fault.kind, fault.what), []).append(fault)
    turns = chain.from_iterable(zip_longest(*lines.values()))
    return [fault for fault in turns if fault is not None][:number]


def tried(
    seed: int, jobs: int, only: str, sample: int | None, minutes: float | None = None
) -> results.Results:
    """All faults, or those with some words, in as many labs as there are jobs.

    With a number of minutes, those of all lines come first, and none is begun after them.
    """
    begun = time.monotonic()
    with TemporaryDirectory(prefix="reportgen-faults-") as folder, ThreadPoolExecutor(jobs) as pool:
        places = [Path(folder) / str(i) for i in range(jobs)]
        for place in places:
            place.mkdir()
        free: Queue[Lab] = Queue()
        for lab in pool.map(Lab.open, places):
            free.put(lab)
        known = [f for f in all_faults(lab) if only in f"{f.kind}, {f.what}, {f.where}"]
        rows = {(f.kind, f.what): Row(f.kind, f.what) for f in known}
        chosen = known
        if sample is not None or minutes is not None:
            chosen = sampled(known, len(known) if sample is None else sample, seed)
        last = math.inf if minutes is None else time.monotonic() + 60 * minutes

        def one(fault: Fault) -> tuple[Fault, Lost | NotTried | None]:
            lab = free.get()
            try:
                if time.monotonic() > last:
                    return fault, NotTried("no time was left")
                return fault, attempt(fault, lab, seed)
            finally:
                free.put(lab)

        for fault, error in pool.map(one, chosen):
            count(rows[fault.kind, fault.what], fault, error)
    drawn = [row for row in rows.values() if row.tried or row.not_tried]
    return results.Results.of(drawn, seed, time.monotonic() - begun, len(known))


def count(row: Row, fault: Fault, error: Lost | NotTried | None) -> None:
    """Add a try to its row, and say at once what was lost."""
    words = f"{fault.where}: {error}"
    if isinstance(error, NotTried):
        row.not_tried.append(words)
        return
    row.tried += 1
    row.survived += error is None
    if error is not None:
        row.lost.append(words)
        print(f"LOST {fault.kind}, {fault.what}, {words}", flush=True)


def show(found: results.Results) -> None:
    """The table in the terminal."""
    for row in found.rows:
        print(f"{row.kind}: {row.what}: {row.survived} of {row.tried}")
        for words in row.not_tried:
            print(f"  not tried {words}")
    print(f"{found.survived} of {found.tried} survived, {found.minutes} minutes")


if __name__ == "__main__":
    main()
