"""`make baselines`: measure, draw and write anew aside, show what differs from the stored baselines, and copy it over when told so.

Tests write their baselines where REPORTGEN_BASELINES=1 says so; here they do it in a copy of tests/, so that looking changes nothing.
"""

import difflib
import os
import shutil
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from pictures import difference, side_by_side
from PIL import Image

HERE = Path(__file__).parent
ROOT = HERE.parent
STORED = HERE / "baselines"
RESULTS = ROOT / "test-results"
APART = {"tests", "test-results", ".git", ".venv", ".reportgen"}


def main(sure: bool) -> int:
    """Exit code 0 where the baselines are what they should be, or were written; 1 where they differ and stayed."""
    with TemporaryDirectory() as name:
        aside = Path(name)
        for path in ROOT.iterdir():
            if path.name not in APART:
                (aside / path.name).symlink_to(path)
        shutil.copytree(HERE, aside / "tests", ignore=shutil.ignore_patterns("__pycache__"))
        with_baselines = [
            str(p.relative_to(aside))
            for p in sorted((aside / "tests").glob("test_*.py"))
            if "BASELINES" in p.read_text(encoding="utf-8")
        ]
        environment = os.environ | {"REPORTGEN_BASELINES": "1"}
        # what fails for other reasons is the business of `make test`
        subprocess.run(
            [
                sys.executable,
                "-m",
                "pytest",
                "-n",
                "2",
                "--no-header",
                "--tb=line",
                *with_baselines,
            ],
            cwd=aside,
            env=environment,
        )
        fresh = aside / "tests" / "baselines"
        changed = sorted(
            p.relative_to(fresh)
            for p in fresh.rglob("*")
            if p.is_file() and not same(STORED / p.relative_to(fresh), p)
        )
        for path in changed:
            show(path, STORED / path, fresh / path)
        if not changed:
            print("every baseline is as stored")
            return 0
        if not (
            sure
            or (
                sys.stdin.isatty()
                and input(f"write {len(changed)} baselines? [y/N] ").strip().lower() == "y"
            )
        ):
            print(
                f"{len(changed)} baselines differ; nothing was written (make baselines in a terminal, or python tests/baselines.py --yes)"
            )
            return 1
        for path in changed:
            (STORED / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(fresh / path, STORED / path)
        print(f"wrote {len(changed)} baselines")
        return 0


def same(old: Path, new: Path) -> bool:
    """Are two files equal, byte for byte?"""
    return old.is_file() and old.read_bytes() == new.read_bytes()


def show(name: Path, old: Path, new: Path) -> None:
    """Old, new and difference: of text as a diff, of a picture side by side in test-results/."""
    if new.suffix == ".png":
        pictures = [
            Image.open(BytesIO(p.read_bytes())) if p.is_file() else None for p in (old, new)
        ]
        assert pictures[1] is not None
        RESULTS.mkdir(exist_ok=True)
        side_by_side(pictures[0], pictures[1]).save(RESULTS / name.name)
        words = difference(pictures[0], pictures[1]) if pictures[0] else "new"
        print(
            f"{name}: {words or 'the same to the eye'}; old, new and difference: {RESULTS.name}/{name.name}"
        )
        return
    lines = [p.read_text(encoding="utf-8").splitlines() if p.is_file() else [] for p in (old, new)]
    print("\n".join(difflib.unified_diff(*lines, f"old/{name}", f"new/{name}", lineterm="", n=1)))


if __name__ == "__main__":
    sys.exit(main("--yes" in sys.argv[1:]))
