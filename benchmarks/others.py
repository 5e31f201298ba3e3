"""Numbers of published networks, by reportgen and by others: `python -m benchmarks.others FOLDER`.

FOLDER holds the files of weights that `examples/others/configs` name, as far as one has them; they
are not in this repository. Each report is built from its file, and its facts are set beside what is
public of the network. Values that are further off than their last digit end with exit code 1.
"""

import argparse
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NotRequired, TypedDict

import yaml

ROOT = Path(__file__).parents[1]
CONFIGS = ROOT / "examples" / "others" / "configs"
RESULTS = Path(__file__).parent / "results"
PUBLIC, MEASURED = RESULTS / "others_public.json", RESULTS / "others.json"
PAGE = ROOT / "docs" / "checked-by-others.md"
BEGIN, END = "<!-- the table: python -m benchmarks.others -->\n", "<!-- its end -->\n"


class Value(TypedDict):
    """A number that is public, and where a report has it."""

    report: str
    fact: str
    what: str
    public: float
    tolerance: float  # half a unit of its last digit
    part: NotRequired[str]
    times: NotRequired[int]  # of how many the fact is a share; below 0: the share that is not


class Measured(TypedDict):
    """What reports said, and when."""

    on: str
    values: list[float]


def values() -> list[Value]:
    """Every public number."""
    found: list[Value] = json.loads(PUBLIC.read_text(encoding="utf-8"))
    return found


def measured(folder: Path, names: Sequence[str]) -> dict[str, Mapping[str, object]]:
    """The facts of these reports, built from the files in a folder."""
    with TemporaryDirectory() as place:
        root = Path(place)
        (root / "mkdocs.yml").write_text("site_name: others\n")
        shutil.copytree(CONFIGS, root / "configs")
        (root / "weights").symlink_to(folder.resolve())
        for name in names:
            figure = "repeats-architecture" if "induction" in name else "margins-of-outputs"
            options = ("--no-site", "--only", figure, "--allow-outside-files")
            command = [sys.executable, "-m", "reportgen", "build", "--rule", name, *options]
            subprocess.run(command, cwd=root, check=True)
        facts = root / "docs" / "rules"
        return {
            name: json.loads((facts / name / "facts.json").read_text(encoding="utf-8"))["facts"]
            for name in names
        }


def said(value: Value, facts: Mapping[str, Mapping[str, object]]) -> float:
    """A public number, as a report has it."""
    fact = facts[value["fact"]]
    if "part" in value:
        fact = dict(fact["parts"])[value["part"]]  # type: ignore[call-overload]
    found = fact["value"]
    assert isinstance(found, float)
    times = value.get("times", 1)
    return (1 - found) * -times if times < 0 else found * times


def off(value: Value, found: float) -> bool:
    """Is a number further off than its last digit; counts come of shares, so not quite whole."""
    return abs(found - value["public"]) > (value["tolerance"] * (1 + 1e-9) or 1e-6)


def rows(found: Sequence[float]) -> Iterator[str]:
    """The table of the page."""
    yield "| report | what | public | reportgen |\n|---|---|---|---|\n"
    for value, number in zip(values(), found, strict=True):
        plain = f"{number:.0f}" if value["tolerance"] == 0 else f"{number:.7g}"
        yield f"| `{value['report']}` | {value['what']} | {value['public']:.10g} | {plain} |\n"


def rendered(page: str, results: Measured) -> str:
    """The page with the table of these results."""
    before, _, rest = page.partition(BEGIN)
    after = rest.partition(END)[2]
    last = f"\nLast reproduced on {results['on']}.\n\n"
    return before + BEGIN + last + "".join(rows(results["values"])) + "\n" + END + after


def main() -> None:
    """Build what there are files for, compare, and write results and page if all are there."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.others", description=__doc__)
    options.add_argument("folder", type=Path, help="where the files of weights lie")
    folder = options.parse_args().folder
    files = {
        path.stem: Path(yaml.safe_load(path.read_text(encoding="utf-8"))["weights"]["file"]).name
        for path in sorted(CONFIGS.glob("*.yaml"))
    }
    there = [name for name, file in files.items() if (folder / file).is_file()]
    for name in sorted({*files} - {*there}):
        print(f"{name}: left out, {folder} has no {files[name]}")
    facts = measured(folder, there) if there else {}
    wrong, found = 0, []
    for value in values():
        if value["report"] in there:
            found.append(said(value, facts[value["report"]]))  # type: ignore[arg-type]
            wrong += (differs := off(value, found[-1]))
            told = f"public {value['public']:g}, here {found[-1]:.9g}"
            print(f"{value['report']}: {value['what']}: {told}{' DIFFERS' if differs else ''}")
    if len(there) == len(files) and not wrong:
        results = Measured(on=date.today().isoformat(), values=found)
        MEASURED.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
        PAGE.write_text(rendered(PAGE.read_text(encoding="utf-8"), results), encoding="utf-8")
    sys.exit(1 if wrong or not there else 0)


if __name__ == "__main__":
    main()
