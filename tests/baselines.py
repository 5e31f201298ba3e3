"""`make baselines`: measure, draw and write anew aside, show what differs from the stored
baselines, and copy it over when told so.

`pytest --force-regen` writes what differs; here it does so in a copy of tests/, so that looking
changes nothing.
"""

import difflib
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from pictures import difference, side_by_side
from PIL import Image

HERE = Path(__file__).parent
ROOT = HERE.parent
RESULTS = ROOT / "test-results"
APART = {"tests", "test-results", ".git", ".venv", ".reportgen"}
PYTEST = (*("-m", "pytest", "-n", "2", "--dist", "loadfile"), "--no-header", "--tb=no")


def main(sure: bool, *chosen: str) -> int:
    """Exit code 0 where the baselines are what they should be, or were written; 1 where they differ
    and stayed. What is `chosen` goes to pytest.
    """
    with TemporaryDirectory() as name:
        aside = Path(name)
        for path in ROOT.iterdir():
            if path.name not in APART:
                (aside / path.name).symlink_to(path)
        shutil.copytree(HERE, aside / "tests", ignore=shutil.ignore_patterns("__pycache__"))
        with_baselines = [
            str(p.relative_to(aside))
            for p in sorted((aside / "tests").rglob("test_*.py"))
            if "_regression" in p.read_text(encoding="utf-8")
        ]
        # what fails for other reasons is the business of `make test`
        command = [sys.executable, *PYTEST, "--force-regen", *with_baselines, *chosen]
        subprocess.run(command, cwd=aside)
        fresh = aside / "tests"
        names = {path.relative_to(top) for top in (fresh, HERE) for path in stored(top)}
        changed = sorted(n for n in names if bytes_of(HERE / n) != bytes_of(fresh / n))
        for path in changed:
            show(path, HERE / path, fresh / path)
        if not changed:
            print("every baseline is as stored")
            return 0
        if not sure and not (
            sys.stdin.isatty() and input(f"write {len(changed)} baselines? [y/N] ").lower() == "y"
        ):
            print(
                f"{len(changed)} baselines differ; nothing was written (make baselines in a"
                " terminal, or python tests/baselines.py --yes)"
            )
            return 1
        for path in changed:
            (HERE / path).unlink(missing_ok=True)
            if (fresh / path).is_file():
                (HERE / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(fresh / path, HERE / path)
        print(f"wrote {len(changed)} baselines")
        return 0


def stored(tests: Path) -> list[Path]:
    """Every baseline of a folder of tests."""
    return [path for path in tests.glob("systems/*/baselines/**/*") if path.is_file()]


def bytes_of(path: Path) -> bytes | None:
    """What is in a file; nothing where there is none."""
    return path.read_bytes() if path.is_file() else None


def show(name: Path, old: Path, new: Path) -> None:
    """Old, new and difference: of text as a diff, of a picture side by side in test-results/."""
    if name.suffix == ".png" and new.is_file():
        before, now = (Image.open(p) if p.is_file() else None for p in (old, new))
        assert now is not None
        RESULTS.mkdir(exist_ok=True)
        side_by_side(before, now).save(RESULTS / name.name)
        words = difference(before, now) if before else "new"
        print(f"{name}: {words}; old, new and difference: {RESULTS.name}/{name.name}")
    elif name.suffix == ".png":
        print(f"{name}: gone")
    else:
        lines = [p.read_text("utf-8").splitlines() if p.is_file() else [] for p in (old, new)]
        print(
            *difflib.unified_diff(*lines, f"old/{name}", f"new/{name}", lineterm="", n=1), sep="\n"
        )


if __name__ == "__main__":
    sys.exit(main("--yes" in sys.argv[1:], *(word for word in sys.argv[1:] if word != "--yes")))
