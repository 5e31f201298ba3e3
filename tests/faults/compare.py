"""What a project holds that was built, without what differs from build to build: times, and who
built.
"""

import gzip
import json
import os
import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path

from reportgen.pipeline.store import MANIFEST, RECORD

STORE = ".reportgen"
BUILT = (STORE, "docs/rules", "site")
SCRATCH = ".reportgen/_scratch"
# whose content means nothing: two locks, and what the file system said of files
LOCK, DIGESTS = ".reportgen/lock", ".reportgen/digests.json"
MEANINGLESS = (LOCK, ".reportgen/_texts/lock", DIGESTS)
BY_CONTENT = (".reportgen/_rules/", ".reportgen/_texts/")  # what was there for a while stays
LIBRARIES = ".reportgen/_matplotlib"  # what a library keeps for itself, with the places of fonts
ARTEFACT = re.compile(r"\.reportgen/[^/]+/[^/]+/[0-9a-f]{32}(/|$)")
TIMES = ("seconds", "built")
MOST = 6  # differences that a message lists

Contents = Mapping[str, str]  # path -> digest, or what lies there instead of a file


def contents(root: Path) -> Contents:
    """Everything below the folders that a build writes to."""
    return {
        str(path.relative_to(root)): _digest(path)
        for folder in BUILT
        for path in _below(root / folder)
        if str(path.relative_to(root)) not in (SCRATCH, *MEANINGLESS)
        and not path.is_relative_to(root / LIBRARIES)
    }


def differences(found: Contents, right: Contents) -> str:
    """How one project differs from another; nothing where it does not."""
    words = [
        f"{name} is left over"
        for name in sorted(found.keys() - right.keys())
        if not name.startswith(BY_CONTENT)
    ]
    words += [f"{name} is missing" for name in sorted(right.keys() - found.keys())]
    words += [
        f"{name} is another"
        for name in sorted(found.keys() & right.keys())
        if found[name] != right[name]
    ]
    more = [f"and {len(words) - MOST} more"] if len(words) > MOST else []
    return "; ".join(words[:MOST] + more)


def _below(folder: Path) -> Iterator[Path]:
    """Files and folders, links not followed."""
    yield folder
    if folder.is_dir() and not folder.is_symlink():
        for path in sorted(folder.iterdir()):
            yield from _below(path)


def _digest(path: Path) -> str:
    if path.is_symlink():
        return f"a link to {os.readlink(path)}"
    if path.is_dir():
        return "a folder"
    if not path.is_file():
        return "neither file nor folder" if path.exists() else "nothing"
    content = path.read_bytes()
    if path.name in (MANIFEST, RECORD):
        content = _timeless(content)
    if path.suffix == ".gz":  # its head says when it was packed
        content = gzip.decompress(content)
    return sha256(content).hexdigest()


def _timeless(content: bytes) -> bytes:
    try:
        told = json.loads(content)
    except ValueError:
        return content
    return json.dumps({k: v for k, v in told.items() if k not in TIMES}).encode()
