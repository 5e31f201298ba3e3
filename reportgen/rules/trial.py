"""A trial: something done with a file of rules in a process of its own, once for each content,
before it is done here.

A rule is Python and may do anything, by mistake too: loop, leave, fill the memory, change what is
not its own. This is a net under mistakes, not a sandbox: what passed its trial is trusted.
"""

import json
import logging
import math
import os
import platform
import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cache, lru_cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from reportgen.children import apart, end
from reportgen.errors import DamageError, UsageError
from reportgen.files import read
from reportgen.placed import set_aside
from reportgen.project import PACKAGE, VERDICTS, Project
from reportgen.rules.written import Written, way_on

log = logging.getLogger(__name__)
FORMAT = 1
FOUND = 77  # exit code of a process that has found the line it looked for
SECONDS, GIGABYTES = ("REPORTGEN_RULE_SECONDS", 20.0), ("REPORTGEN_RULE_GIGABYTES", 2.0)
START = 60.0  # seconds that a busy machine may need until the process has begun
ROOMS = (
    "errors.py",
    "project.py",
    "vocabulary.py",
    "rules/*.py",
    "system.py",
    "core/config/*.py",
    "systems/*/*.py",
)  # that try
BEGIN = "import sys; from reportgen.rules.trying import main; main(sys.argv[1])"
SIGNALS = {int(number): number.name for number in signal.Signals}


@dataclass(frozen=True)
class Verdict:
    """What came of a trial."""

    gives: Any = None  # what was made, as JSON
    broken: str = ""  # place and words of what went wrong; empty where nothing did
    missing: str = ""  # the module that was not found: once it is there, the trial is made again
    limits: tuple[float, float] | None = None  # that were reached: higher ones are tried again
    lasts: bool = True  # will it come out the same as long as no content changes

    def holds(self, limits: tuple[float, float]) -> bool:
        """Does a verdict that was kept hold with these limits, here and now."""
        reached = self.limits is None or all(a <= b for a, b in zip(limits, self.limits))
        return self.lasts and reached and not (self.missing and _is_there(self.missing))


def tried(written: Written, does: str, arguments: Mapping[str, object]) -> Verdict:
    """What comes of `does` ("module:function") with a file of rules and some arguments."""
    job = json.dumps(dict(does=does, path=str(written.path), arguments=arguments), default=str)
    parts = [FORMAT, job, written.digest, _ways(), platform.python_version()]
    key = sha256(json.dumps(parts).encode()).hexdigest()[:32]
    kept = Project(written.path.parent.parent).store / VERDICTS / f"{key}.json"
    return _tried(kept, job, written.files, (_limit(*SECONDS), _limit(*GIGABYTES)))


@lru_cache(maxsize=1024)  # where no verdict can be kept, one process still tries a thing once
def _tried(kept: Path, job: str, files: tuple[str, ...], limits: tuple[float, float]) -> Verdict:
    verdict = _read(kept)
    if verdict is None or not verdict.holds(limits):
        verdict = _trial(job, files, limits)
        if verdict.lasts:
            _write(kept, verdict)
    return verdict


@cache
def _ways() -> str:
    """A hash of the code that tries: another version may try in another way."""
    paths = (path for pattern in ROOMS for path in sorted(PACKAGE.glob(pattern)))
    return sha256(b"\0".join(path.read_bytes() for path in paths)).hexdigest()


def _limit(name: str, usual: float) -> float:
    """A limit from the environment; UsageError for what is no number above 0."""
    given = os.environ.get(name)
    try:
        value = usual if given is None else float(given)
    except ValueError:
        value = math.nan
    if not 0 < value < math.inf:
        raise UsageError(f"{name}: got {given!r}, allowed: a number above 0; usual: {usual:g}")
    return value


def _is_there(module: str) -> bool:
    with suppress(ImportError, ValueError):
        return find_spec(module.partition(".")[0]) is not None
    return False


def _read(kept: Path) -> Verdict | None:
    """A verdict that was kept; None where there is none, or it is not what was written."""
    try:
        digest, _, body = read(kept).decode().partition("\n")
        if sha256(body.encode()).hexdigest() != digest:
            return None
        values = json.loads(body)
        return Verdict(**values | dict(limits=values["limits"] and tuple(values["limits"])))
    except (DamageError, ValueError, TypeError, KeyError):
        return None


def _write(kept: Path, verdict: Verdict) -> None:
    """Keep a verdict, if there is room: without it the trial is made again."""
    body = json.dumps(asdict(verdict))
    beside = kept.with_name(f".{kept.name}.{os.getpid()}")
    with suppress(OSError):
        kept.parent.mkdir(parents=True, exist_ok=True)
        if kept.is_dir() and not kept.is_symlink():
            set_aside(kept, Project(kept.parents[2]), log.warning)
        try:
            beside.write_text(f"{sha256(body.encode()).hexdigest()}\n{body}", encoding="utf-8")
            os.replace(beside, kept)
        finally:
            beside.unlink(missing_ok=True)


def _trial(job: str, files: tuple[str, ...], limits: tuple[float, float]) -> Verdict:
    """Make the trial; where it ends without a place, once more with every line followed."""
    path = Path(files[0])
    answer, place, words = _run(job, files, limits)
    if answer is not None and "gives" in answer:
        return Verdict(gives=answer["gives"])
    told = answer or dict(broken=words, lost=None if place else "")
    if told.get("lost") is not None:
        place = _run(job, files, limits, follow=told["lost"])[1]
    place = told.get("place") or place or str(path)
    user = "" if place.startswith(str(path)) else f" (used by {path.name})"
    return Verdict(
        broken=f"{place}: {told['broken']}{user}; {way_on(path)}",
        missing=told.get("missing", ""),
        limits=limits if answer is None or told.get("full") else None,
        lasts=told.get("lasts", True),
    )


def _run(
    job: str, files: tuple[str, ...], limits: tuple[float, float], *, follow: str | None = None
) -> tuple[dict[str, Any] | None, str, str]:
    """What the process answered, the place it was at, and, where it did not answer, why.

    With `follow` every line is noted, until something of that kind (`Surroundings.checks`) changes;
    "" is no kind.
    """
    with TemporaryDirectory(prefix="reportgen-rule-") as name:
        folder = Path(name)
        values = json.loads(job) | dict(files=files, limits=limits, follow=follow)
        (folder / "job").write_text(json.dumps(values), encoding="utf-8")
        code, late = _process(folder, limits[0] + START)
        if answer := _answer(folder):
            return answer, "", ""
        stuck = _text(folder / "stuck")
        if late := late or stuck.startswith("Timeout"):
            words = f"did not end within {limits[0]:g} s ({SECONDS[0]}=60 gives it a minute)"
        elif code < 0:
            words = f"ended its process by {SIGNALS.get(-code, f'signal {-code}')}"
        else:
            words = f"ended its process with exit code {code}"
        known = code == FOUND if follow else not late  # is the last line the one that did it
        return None, (known and _line(folder, files)) or _deepest(stuck, files), words


def _answer(folder: Path) -> dict[str, Any] | None:
    """What the process has answered, if that is an answer: what the file gives, or what is wrong
    with it.
    """
    try:
        found = json.loads((folder / "answer").read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    kinds = dict(place=str, missing=str, full=bool, lasts=bool, lost=str | None)
    sound = isinstance(found, dict) and (
        found.keys() == {"gives"}
        or (
            isinstance(found.get("broken"), str)
            and all(isinstance(found.get(key), kind) for key, kind in kinds.items())
        )
    )
    return found if sound else None


def _process(folder: Path, seconds: float) -> tuple[int, bool]:
    """The exit code of the process that tries, and whether it had to be ended."""
    paths = os.pathsep.join(dict.fromkeys([str(PACKAGE.parent), *(p or "." for p in sys.path)]))
    one = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    process = subprocess.Popen(
        [sys.executable, "-P", "-W", "ignore", "-c", BEGIN, str(folder)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | one | {"PYTHONPATH": paths},
        **apart(),
    )
    late = False
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        late = True
    finally:
        end(process)
    return process.returncode, late


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""


def _line(folder: Path, files: tuple[str, ...]) -> str:
    """The line that was followed last; empty where none was."""
    number, _, line = _text(folder / "line").partition(" ")
    return f"{files[int(number)]}:{int(line)}" if line else ""


def _deepest(stuck: str, files: tuple[str, ...]) -> str:
    """The innermost place in the files of a rule that Python left when it ended."""
    written = {file.encode("ascii", "backslashreplace").decode(): file for file in files}
    for file, line in re.findall(r'File "(.+)", line (\d+)', stuck):
        if file in written:
            return f"{written[file]}:{line}"
    return ""
