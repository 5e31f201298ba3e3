"""Damage: every kind of file that a build writes, in every way that a disk, a program or a person
damages files.
"""

import json
import os
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random

from faults.compare import DIGESTS, LIBRARIES, LOCK, contents
from faults.lab import Fault, Lab
from faults.trial import Lost, NotTried, Trial

KIND = "Damage"
Does = Callable[[Path, Path, Random], None]  # the file, another file of its kind, draws
JSONS = ([], {}, None, 0, True, "text", [[]], {"format": 1})
INSIDE = "somebodys-file"
DEEP = "[" * 100_000 + "]" * 100_000
PLACES = {".reportgen": "the store", "docs": "docs/rules", "site": "site"}


def emptied(path: Path, other: Path, rng: Random) -> None:
    path.write_bytes(b"")


def cut(path: Path, other: Path, rng: Random) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def flipped(path: Path, other: Path, rng: Random) -> None:
    content = bytearray(path.read_bytes()) or bytearray(1)
    content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
    path.write_bytes(content)


def folder(path: Path, other: Path, rng: Random) -> None:
    path.unlink()
    path.mkdir()


def somebodys(path: Path, other: Path, rng: Random) -> None:
    folder(path, other, rng)
    (path / INSIDE).write_text("not ours")


def dangling(path: Path, other: Path, rng: Random) -> None:
    path.unlink()
    path.symlink_to("nowhere")


def pipe(path: Path, other: Path, rng: Random) -> None:
    path.unlink()
    os.mkfifo(path)


def exchanged(path: Path, other: Path, rng: Random) -> None:
    if other == path:
        raise NotTried("no other file ends in the same way")
    shutil.copyfile(other, path)


def other_json(path: Path, other: Path, rng: Random) -> None:
    path.write_text(json.dumps(rng.choice(JSONS)))


def deep_json(path: Path, other: Path, rng: Random) -> None:
    path.write_text(DEEP)


def another_type(path: Path, other: Path, rng: Random) -> None:
    told = json.loads(path.read_text(encoding="utf-8"))
    told[rng.choice(sorted(told))] = rng.choice(JSONS)
    path.write_text(json.dumps(told))


def another_version(path: Path, other: Path, rng: Random) -> None:
    told = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(told | dict(format=999, new="a key that is not known yet")))


ANY: Mapping[str, Does] = {
    "removed": lambda path, other, rng: path.unlink(),
    "emptied": emptied,
    "cut in half": cut,
    "one bit flipped": flipped,
    "an empty folder in its place": folder,
    "a folder with somebody's file in its place": somebodys,
    "a link to nowhere in its place": dangling,
    "a pipe in its place": pipe,
    "not readable": lambda path, other, rng: path.chmod(0),
    "another file of its kind in its place": exchanged,
}
JSON: Mapping[str, Does] = {
    "other JSON in its place": other_json,
    "JSON 100,000 levels deep in its place": deep_json,
    "a value of another type": another_type,
    "from another version": another_version,
}


KEY = "KEY"  # a file with this in its name begins with the digest of the rest, and is no JSON


def kind_of(name: str) -> str:
    """What kind of file this is: its path without what tells one report, figure, key or page from
    another.
    """
    top, *_, last = name.split("/")
    if top == "site":
        return f"site/*{Path(last).suffix}"
    last = re.sub(r"^(embedding|attention|loss)[a-z-]*", "FIGURE", last)
    last = re.sub(r"^[0-9a-f]{32}", KEY, last)
    last = re.sub(r"^\d+-", "NN-", last)
    return f"{top}/{last}" if top == ".reportgen" else f"{top}{'/*' * (name.count('/') - 1)}/{last}"


def kinds(lab: Lab) -> dict[str, list[str]]:
    """Every file of a built project, by kind."""
    found: dict[str, list[str]] = {}
    root = lab.folder / "built"
    others = [p.relative_to(root).as_posix() for p in (root / LIBRARIES).rglob("*")]
    for name in [*contents(root), LOCK, DIGESTS, *others]:
        if (root / name).is_file():
            found.setdefault(kind_of(name), []).append(name)
    return found


def faults(lab: Lab) -> Iterator[Fault]:
    """Every kind of file, in every way that fits it; which file of a kind is drawn."""
    for kind in kinds(lab):
        place = PLACES[kind.split("/")[0]]
        for words, does in (
            ANY | (JSON if kind.endswith(".json") and KEY not in kind else {})
        ).items():
            yield Fault(f"{KIND} in {place}", words, kind, partial(damaged, does, kind))


def damaged(does: Does, kind: str, lab: Lab, rng: Random) -> None:
    """Build with a damaged file: it is named, hurts no other report, and is made again."""
    name = rng.choice(kinds(lab)[kind])
    with lab.trial() as trial:
        does(trial.root / name, another(trial.root / name, trial.root, rng), rng)
        try:
            tried(trial, name, foreign=does is somebodys)
        except Lost as error:
            raise Lost(f"{name}: {error}") from error


def tried(trial: Trial, name: str, *, foreign: bool = False) -> None:
    """The build that meets the damage, and what follows."""
    done = trial.build(jobs=1)
    refused = name == LOCK and done.code == 2 and LOCK in done.said
    if done.code not in (0, 1) and not refused:
        raise Lost(f"ends with {done.code}: {done.tail}")
    if (done.ran or done.code) and not any(words in done.said for words in names_of(name)):
        raise Lost(f"is not named: {done.tail}")
    if done.code == 1 and (hurt := others(done.ran, name)):
        raise Lost(f"stops {', '.join(sorted(hurt))}: {done.tail}")
    if refused:
        remove(trial.root / name)
    trial.heals(replace(done, code=1) if foreign and taken_home(trial, name) else done)


def taken_home(trial: Trial, name: str) -> bool:
    """A file that no build made may be moved out of the way among the pages, but not be lost; it
    goes home, if it is still there.
    """
    found = [path.parent for path in trial.root.rglob(INSIDE)]
    if name.startswith("docs") and not found:
        raise Lost("somebody's file is lost")
    for folder in found:
        shutil.rmtree(folder)
    return bool(found)


def names_of(name: str) -> tuple[str, ...]:
    """Words of which a message needs one: the file, or the step that wrote it."""
    parts = name.split("/")
    if parts[0] == ".reportgen":
        return parts[-1], "/".join(parts[1:3])
    if parts[0] == "site":
        return name, "_site/site"
    return name, f"{parts[2]}/pages", "_site/index"


def others(ran: set[str], name: str) -> set[str]:
    """Steps of reports that have nothing to do with the file."""
    own = {part for part in name.split("/")} | {"_site"}
    return (
        {step for step in ran if step.split("/")[0] not in own} if own & {"one", "two"} else set()
    )


def another(path: Path, root: Path, rng: Random) -> Path:
    """Some other file that ends in the same way; the file itself where there is none."""
    found: list[Path] = sorted(
        other
        for folder in (".reportgen", "docs", "site")
        for other in (root / folder).rglob(f"*{path.suffix}")
        if other.is_file() and other != path
    )
    return rng.choice(found) if found else path


def remove(path: Path) -> None:
    """Whatever lies there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
