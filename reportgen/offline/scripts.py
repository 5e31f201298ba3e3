"""Plain scripts of a site in the place of what a page opened from a file may not load: modules, and
data.
"""

import re
from base64 import b64encode
from collections.abc import Collection, Iterator
from pathlib import Path

from reportgen.errors import StageError
from reportgen.offline.bundle import bundle
from reportgen.offline.masked import masked
from reportgen.project import LIVE, LIVE_FILES

MARKS = "-marks.json"  # what names of files end with that say what a figure's marks show
CALL, ASKED = re.compile(r"(?<![\w$])fetch\s*\("), '"file:"'


def bundled(site: Path, entries: Collection[str]) -> None:
    """Write each module that a page begins with as a plain script, in its place; those that it
    imports are in it, and go.
    """

    def text_of(name: str) -> str:
        path = site / name
        if not path.is_file():
            raise StageError(f"{name}: a module imports it, but it is no file of the site")
        text = path.read_text(encoding="utf-8")
        _check(name, text)
        return text

    made = {entry: bundle(entry, text_of) for entry in sorted(entries)}
    gone = set[str]()
    for entry, (_, held) in made.items():
        if twice := (held - {entry}) & {*entries}:
            raise StageError(
                f"{min(twice)}: a page begins with this module, and {entry} holds it too: as plain"
                " scripts it would run twice"
            )
        gone |= held
    for name in gone:
        (site / name).unlink()
    for entry, (script, _) in made.items():
        (site / entry).write_text(script, encoding="utf-8")


def _check(name: str, text: str) -> None:
    """Fetching is for those that know what else to do in a page opened from a file."""
    found = CALL.search(masked(text, name))
    if found and ASKED not in text:
        line = text.count("\n", 0, found.start()) + 1
        raise StageError(
            f"{name}:{line}: a page opened from a file may not fetch; "
            "docs/assets/data.js has `read`, which can do both"
        )


def data_held(site: Path, pages: Collection[Path]) -> None:
    """Beside each file that a script reads, and each of these pages, a script that holds it."""
    for path in sorted({*_data(site), *pages}):
        held = b64encode(path.read_bytes()).decode()
        beside = path.with_name(f"{path.name}.js")
        beside.write_text(f'document.currentScript.held = "{held}";\n', encoding="utf-8")


def _data(site: Path) -> Iterator[Path]:
    for path in site.rglob("*"):
        of_playground = path.parent.name == LIVE and path.name in LIVE_FILES
        if of_playground or path.name.endswith(MARKS):
            yield path
