"""The products of one task: a folder of files, with a manifest that says their digests."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypedDict

from reportgen import names
from reportgen.digests import Digests
from reportgen.errors import DamageError
from reportgen.files import digest_of, read, read_json

MANIFEST = "manifest.json"
FORMAT = 1


class Versioned(TypedDict):
    """What all versions of a manifest, and of the mark of a store, have in common."""

    format: int


class Manifest(TypedDict):
    """What an artefact says of itself."""

    format: int
    key: str
    seconds: float
    files: dict[str, str]  # name -> digest


@dataclass(frozen=True)
class Artefact:
    """The products of one task."""

    folder: Path
    files: Mapping[str, str]  # name -> digest
    seconds: float  # how long it took to make

    @cached_property
    def digest(self) -> str:
        """A hash of all products: what depends on them need not know how they came about."""
        return digest_of(json.dumps(dict(self.files), sort_keys=True).encode())[:32]

    def read(self) -> dict[str, bytes]:
        """The content of all files."""
        return {name: read(self.folder / name) for name in self.files}


def manifest_of(folder: Path) -> Manifest:
    """What an artefact says of itself; DamageError where that cannot be used."""
    path = folder / MANIFEST
    if folder.is_symlink():
        raise DamageError(f"{folder} is a link, not the folder that was stored")
    found = read_json(path, Versioned)["format"]
    if found != FORMAT:
        raise DamageError(f"{path} has format {found}, this version reads {FORMAT}")
    manifest = read_json(path, Manifest)
    for name in manifest["files"]:
        if not names.relative(name):
            raise DamageError(f"{path} names {names.shown(name)}, which is no file of it")
    return manifest


def check(folder: Path, name: str, digest: str, known: Digests) -> None:
    """DamageError where a product is not what was stored."""
    path = folder / name
    if (link := names.link_on(path, folder)) is not None:
        raise DamageError(f"{link} is a link, not what was stored")
    if known.at(path) != digest:
        raise DamageError(
            f"{path} is not what was stored: its digest differs from the one in {MANIFEST}"
        )
