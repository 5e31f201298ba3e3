"""Figures and films that look otherwise: figures at the size they are shown at, films by a few
frames.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from reportgen.diff.built import Build, Files
from reportgen.diff.frames import strip
from reportgen.diff.tiles import (
    AS_DRAWN,
    AS_KEPT,
    at_shown_size,
    difference,
    few_colours,
    marked,
)
from reportgen.errors import DamageError
from reportgen.files import read

CAME, WENT, UNREADABLE = "new", "gone", "the {} file cannot be read as a picture"


@dataclass(frozen=True)
class MovedPicture:
    """A figure or a film that looks otherwise."""

    name: str
    film: bool
    how: str
    old: Path | None
    new: Path | None
    kept: tuple[bool, bool]  # is either a file of what was accepted


@dataclass(frozen=True)
class Pictures:
    """What became of figures or films."""

    moved: tuple[MovedPicture, ...]
    same: int


def compare(old: Build, new: Build, *, film: bool) -> Pictures | None:
    """What became of all figures, or films; None where one side has none at all."""
    before, now = ((each.films if film else each.figures) for each in (old, new))
    if (old.kept or new.kept) and not (old.told or new.told):
        before, now = before or {}, now or {}  # all that there was, was kept
    if before is None or now is None:
        return None
    moved = tuple(_moved(before, now, film=film, kept=(old.kept, new.kept)))
    return Pictures(moved, len({*before, *now}) - len(moved))


def _moved(
    before: Files, now: Files, *, film: bool, kept: tuple[bool, bool]
) -> Iterator[MovedPicture]:
    for name in sorted({*before, *now}):
        old, new = before.get(name), now.get(name)
        if how := _how(old, new, kept):
            yield MovedPicture(name, film, how, old, new, kept)


def _how(old: Path | None, new: Path | None, kept: tuple[bool, bool]) -> str:
    if old is None or new is None:
        return CAME if old is None else WENT
    if read(old) == read(new):
        return ""
    found: list[Image.Image] = []
    for which, path, own in zip(("old", "new"), (old, new), kept):
        try:
            found.append(picture(path, reduced=any(kept), kept=own))
        except (DamageError, Image.DecompressionBombError):
            return UNREADABLE.format(which)
    return difference(found[0], found[1], AS_KEPT if any(kept) else AS_DRAWN)


def picture(path: Path, *, reduced: bool, kept: bool = False) -> Image.Image:
    """A figure as it is shown, or the frames of a film in a strip; in few colours, and frames half
    as wide, where it is compared with one that was `kept` so. DamageError where it is neither.
    """
    try:
        if path.suffix == ".mp4":
            frames = strip(path)
            found = frames.reduce(2) if reduced else frames
        else:
            found = _opened(path) if kept else at_shown_size(_opened(path))
    except (OSError, SyntaxError, ValueError) as error:
        raise DamageError(f"{path} is damaged: it cannot be read as a picture") from error
    opaque = np.asarray(found.convert("RGBA"))[..., 3].min() == 255
    return few_colours(found) if reduced and opaque and not kept else found


def _opened(path: Path) -> Image.Image:
    with Image.open(BytesIO(read(path)), formats=["PNG"]) as image:
        image.load()
        return image


def three(moved: MovedPicture) -> Mapping[str, bytes]:
    """Old, new and difference as PNG files, as far as there are such."""
    found: dict[str, Image.Image] = {}
    for name, path, kept in zip(("old", "new"), (moved.old, moved.new), moved.kept):
        try:
            if path is not None:
                found[name] = picture(path, reduced=any(moved.kept), kept=kept)
        except DamageError:
            continue
    if len(found) == 2:
        found["difference"] = marked(found["old"], found["new"])
    return {name: as_png(few_colours(image)) for name, image in found.items()}


def as_png(image: Image.Image) -> bytes:
    """A picture as a file, as small as it gets."""
    out = BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()
