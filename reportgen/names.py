"""What may be a name: every name from outside is checked here before it becomes a path.

Names come from command lines, configurations, outlines, the names of files and stored records.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path, PurePosixPath

from reportgen.errors import ReportError, UsageError

WORD = r"[a-z][a-z0-9_]{0,63}"
SLUG = r"[a-z0-9][a-z0-9_-]{0,63}"
ALLOWED = {
    WORD: "a lower-case name (a letter, then letters, digits, _; at most 64)",
    SLUG: "a lower-case name (letters, digits, - and _; at most 64)",
}
DEVICES = frozenset(
    ("con", "prn", "aux", "nul", *(f"{kind}{n}" for kind in ("com", "lpt") for n in range(10)))
)  # names of devices on Windows, whatever ending they have
FEW = 3  # names that a message lists
LONGEST = 80  # characters of a name in a message


def problem(name: object, *, pattern: str = WORD, taken: Mapping[str, str] | None = None) -> str:
    """Why this cannot be a name; nothing where it can. `taken` says what has a name already."""
    if not isinstance(name, str) or not re.fullmatch(pattern, name):
        return f"allowed: {ALLOWED[pattern]}"
    if name in DEVICES:
        return f"{name.upper()} is a device on Windows, so no file can have this name there"
    return f"{taken[name]} has this name" if taken and name in taken else ""


def check(
    name: str,
    kind: str,
    *,
    pattern: str = WORD,
    taken: Mapping[str, str] | None = None,
    error: type[ReportError] = UsageError,
) -> str:
    """The name, if it is one; an error otherwise."""
    if wrong := problem(name, pattern=pattern, taken=taken):
        raise error(f"{kind} {shown(name)}: {wrong}; take another name")
    return name


def file_problem(name: object) -> str:
    """Why this cannot be the name of a file within a folder, like `text/the-text.md.j2`."""
    allowed = "allowed: a file in a folder of templates, like chapters/the-data.md.j2"
    if not isinstance(name, str) or not relative(name):
        return allowed
    for part in PurePosixPath(name).parts:
        stem, *endings = part.split(".")
        if wrong := problem(stem, pattern=SLUG):
            return allowed if wrong.startswith("allowed") else wrong
        if not all(re.fullmatch(r"[a-z0-9]{1,16}", ending) for ending in endings):
            return allowed
    return ""


def relative(name: str) -> bool:
    """Does a stored name lead to a file below the folder it belongs to, and nowhere else?"""
    parts = name.split("/")
    return not (
        any(part in ("", ".", "..") for part in parts)
        or any(character in name for character in "\0\n\r\\:")
        or not name.isprintable()
    )


def part(name: str) -> bool:
    """Does a stored name lead to something in the very folder that it belongs to?"""
    return relative(name) and "/" not in name


def step_of(name: str) -> int | None:
    """The checkpoint that a folder is named after."""
    return int(name) if re.fullmatch(r"0|[1-9][0-9]{0,17}", name) else None


def alike(name: str, others: Collection[str]) -> str:
    """Another name that differs from this one only in case, which some disks hold for the same."""
    return next((o for o in sorted(others) if o != name and o.casefold() == name.casefold()), "")


def link_on(path: Path, root: Path) -> Path | None:
    """The first link on the way from a folder to this path, itself included: it may lead out."""
    below = path.relative_to(root)
    way = (root / at for at in (*reversed(below.parents), below) if at.parts)
    return next((at for at in way if at.is_symlink()), None)


def some(found: Sequence[str]) -> str:
    """The first few of some names, and how many more there are."""
    more = f" and {len(found) - FEW} more" if found[FEW:] else ""
    return ", ".join(map(unbroken, found[:FEW])) + more


def unbroken(name: str) -> str:
    """A name as it is if it can be printed on one line, and quoted otherwise."""
    return name if name.isprintable() else shown(name)


def shown(name: object) -> str:
    """A name as a message shows it: on one line, and not too long."""
    text = repr(name)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 4]}...{text[-1]}"
