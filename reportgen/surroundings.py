"""What a child process finds around it: an environment of its own, the same on every machine."""

import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path

from reportgen.project import PACKAGE

# What a child takes over from the user, each for a reason; whatever is not named here it never
# sees.
KEPT = {
    "PATH": "where the system looks for programs",
    "HOME": "whose files these are",
    "LD_LIBRARY_PATH": "libraries may not load without it",
    "LD_PRELOAD": "some systems run nothing without it",
    "DYLD_LIBRARY_PATH": "libraries may not load without it",
    "DYLD_FALLBACK_LIBRARY_PATH": "libraries may not load without it",
    "PYTHONHOME": "a Python that was moved does not start without it",
    "PYTHONUSERBASE": "where packages of one user are installed",
    "PYTHONNOUSERSITE": "whether these packages are seen at all",
    "PYTHONDONTWRITEBYTECODE": "whether compiled modules are written down; they say the same",
    "PYTHONPYCACHEPREFIX": "where they are written down",
    "PYTHONPROFILEIMPORTTIME": "tells what is imported, and changes nothing",
    "PYTHONFAULTHANDLER": "tells where a process crashed, and changes nothing",
    "__PYVENV_LAUNCHER__": "how a virtual environment is found on macOS",
    "SYSTEMROOT": "Windows opens no socket without it",
    "WINDIR": "as SYSTEMROOT",
    "COMSPEC": "how Windows runs commands",
    "PATHEXT": "what Windows takes for a program",
    "USERPROFILE": "HOME on Windows",
    "APPDATA": "where Windows keeps packages of one user",
    "LOCALAPPDATA": "as APPDATA",
}
OWN_FOLDERS = SCRATCH, DRAWING = ("_scratch", "_matplotlib")  # where a child may write for itself
OURS = "REPORTGEN_"  # names that begin like this are the program's own, and are kept

# What a child is given, whatever the user has set.
FIXED = {
    # one thread each: tiny models and small pictures gain nothing from more, and with another
    # number of threads sums run in another order, to other bits
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "VECLIB_MAXIMUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
    # text is UTF-8, numbers have a decimal point and days begin at midnight in Greenwich
    "PYTHONUTF8": "1",
    "LC_ALL": "C",
    "TZ": "UTC",
    # sets are gone through in the same order each time
    "PYTHONHASHSEED": "0",
    # pictures are drawn in memory, without a window
    "MPLBACKEND": "agg",
    # the day of a build is no part of the site
    "SOURCE_DATE_EPOCH": "0",
    # a notice about another program's future is nothing that went wrong
    "NO_MKDOCS_2_WARNING": "1",
}


def environment(folder: Path, given: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a child process, which may write what it needs for itself into a
    folder.
    """
    given = os.environ if given is None else given
    kept = {name: given[name] for name in given if name.upper() in KEPT or name.startswith(OURS)}
    return {
        **kept,
        **FIXED,
        "PYTHONPATH": os.pathsep.join(search_path()),
        "MPLCONFIGDIR": str(folder / DRAWING),
        **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(folder / SCRATCH)),
    }


def asked_for(settings: str, given: Mapping[str, str] | None = None) -> dict[str, str]:
    """Variables that settings of mkdocs name by its `!ENV NAME` or `!ENV [NAME, ..., default]`, and
    their values here.
    """
    given = os.environ if given is None else given
    places = re.findall(r"!ENV\s+(\[[^]]*\]|\S+)", settings)
    names = {name for place in places for name in re.findall(r"[A-Za-z_]\w*", place)}
    return {name: given[name] for name in sorted(names) if name in given}


def search_path() -> list[str]:
    """Where a child looks for modules: where this process does, but for the folder that the user
    happens to be in.

    A file `random.py` there would take the place of Python's own. Of several copies of this
    package a child finds the one that this process runs, or it would measure with other code.
    """
    here, own = _current(), str(PACKAGE.parent)
    found = [os.path.abspath(place) if here or os.path.isabs(place) else "" for place in sys.path]
    places = [place for place in found if place and (place != here or place == own)]
    copies = [place for place in places if Path(place, PACKAGE.name, "__init__.py").is_file()]
    if own in copies and copies[0] != own:
        places.remove(own)
        places.insert(places.index(copies[0]), own)
    return places


def _current() -> str:
    """The current folder; nothing where it was removed."""
    try:
        return os.getcwd()
    except FileNotFoundError:
        return ""
