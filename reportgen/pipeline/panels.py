"""The pictures of all reports: what each adds to them, gathered, read with suspicion and drawn."""

import io
import zipfile
import zlib
from pathlib import Path

from reportgen.errors import DamageError
from reportgen.files import read, write_json
from reportgen.pipeline.artefact import Artefact
from reportgen.pipeline.worker import Job
from reportgen.system import all_sheets

LEFT_OUT = "left-out.json"  # reports that the pages or pictures of all reports could not show
# what NumPy raises on a file that is cut, flipped, of another version or no archive at all
UNREADABLE = (
    *(KeyError, IndexError, ValueError, TypeError, OSError, EOFError, MemoryError, RuntimeError),
    *(zipfile.BadZipFile, zlib.error),
)


def gathered(job: Job) -> None:
    """What every report adds to the pictures of all: fresh, or as it lies in the others' pages.

    Its products are the same whichever reports a build was asked for, so that the pictures are
    drawn anew only if one changed. What is damaged is left out, and told.
    """
    from reportgen.pages import site
    from reportgen.pages.stored import Shelf, left_out

    own: dict[str, str] = job.arguments["own"]
    shelf, left = Shelf(job.arguments["project"]), list[str]()
    found: dict[str, bytes] = {}
    for name, path in shelf.panels().items():
        if name not in own.values():
            try:
                found[name] = shelf.content(path)
                read_panels(path, found[name])
            except DamageError as error:
                found.pop(name, None)
                left.append(name)
                job.say(left_out(name, error))
    for task, folder in job.inputs.items():
        found[own[task]] = read(folder / site.PANELS)
    for name, content in found.items():
        (job.folder / f"{name}.npz").write_bytes(content)
    leave_out(job.folder, left)


def leave_out(folder: Path, left: list[str]) -> None:
    """Note which reports could not be shown: such products never count as up to date."""
    if left:
        write_json(folder / LEFT_OUT, sorted(left))


def whole(artefact: Artefact) -> list[str]:
    """Which reports could not be shown when something was made of all of them."""
    path = artefact.folder / LEFT_OUT
    return [f"{path} lists reports that were left out"] if LEFT_OUT in artefact.files else []


def comparison(job: Job) -> None:
    """The pictures of all reports."""
    from reportgen.drawing.rendering import picture

    sheets = all_sheets()
    panels: dict[str, list[object]] = {slug: [] for slug in sheets}
    for path in sorted(job.inputs[job.arguments["panels"]].glob("*.npz")):
        for slug, panel in read_panels(path, read(path)).items():
            panels[slug].append(panel)
    for slug, sheet in sheets.items():
        picture(sheet, panels[slug], job.folder, slug)


def read_panels(path: Path, content: bytes) -> dict[str, object]:
    """What one report adds to each sheet; DamageError where its part cannot be read."""
    import numpy as np

    try:
        with np.load(io.BytesIO(content)) as stored:
            arrays = dict(stored)
        return {slug: sheet.read(arrays) for slug, sheet in all_sheets().items()}
    except UNREADABLE as error:
        said = f"{type(error).__name__}: {error}"
        raise DamageError(f"{path} is of another version, or damaged ({said})") from error
