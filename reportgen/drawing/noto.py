"""Fonts of the Noto family that are installed, for tokens whose characters the figures' own fonts
lack.

They belong to the machine, so the ones that a report needs are part of the keys of its pictures.
Nothing here loads matplotlib: builds are planned without it.
"""

import sys
from collections.abc import Iterable, Iterator
from functools import cache
from hashlib import sha256
from importlib.metadata import distributions
from importlib.util import find_spec
from pathlib import Path

import regex

# where systems put fonts that packages install; packages of Python are looked through too
FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts", "/System/Library/Fonts")
WEIGHTS = ("Regular", "Bold")
CJK = {"Han", "Hiragana", "Katakana", "Hangul", "Bopomofo"}
COMMON = ("NotoSans", "NotoSansSymbols", "NotoSansSymbols2", "NotoSansMath", "NotoEmoji")
# the characters that nearly all tokens are made of, which the figures' own fonts have
USUAL = regex.compile(r"[\x20-\x7e\u2423\u23ce\u21e5\u25a1]*")
INVISIBLE = regex.compile(r"\p{Default_Ignorable_Code_Point}")  # need no glyph


def own_fonts(weight: str = "Bold") -> tuple[Path, Path]:
    """Roboto, the face of the page's own text, and DejaVu Sans for the glyphs that it lacks, as the
    packages bring them.
    """
    return (
        _package("font_roboto") / "files" / f"Roboto-{weight}.ttf",
        _package("matplotlib") / "mpl-data" / "fonts" / "ttf" / f"DejaVuSans{DEJAVU[weight]}.ttf",
    )


DEJAVU = {"Regular": "", "Medium": "", "Bold": "-Bold", "Italic": "-Oblique"}


def fonts_for(tokens: Iterable[str]) -> dict[str, str]:
    """The installed fonts, path -> digest, that have what the figures' own fonts lack of these
    tokens; in the order in which they are asked.
    """
    unusual = sorted({c for token in tokens if not USUAL.fullmatch(token) for c in token})
    lacking = [c for c in unusual if c not in characters(own_fonts()) and not INVISIBLE.match(c)]
    chosen: dict[str, str] = {}
    for character in lacking:
        if any(character in characters((Path(path),)) for path in chosen):
            continue
        for face in _faces(character):
            files = [path for w in WEIGHTS if (path := _installed().get(f"{face}-{w}"))]
            if any(character in characters((path,)) for path in files):
                chosen |= {str(path): sha256(path.read_bytes()).hexdigest() for path in files}
                break
    return chosen


@cache
def characters(files: tuple[Path, ...]) -> frozenset[str]:
    """Every character of which one of these fonts has a glyph."""
    from fontTools.ttLib import TTFont

    found: set[int] = set()
    for file in files:
        with TTFont(file, lazy=True, fontNumber=0) as font:
            found |= (font.getBestCmap() or {}).keys()
    return frozenset(map(chr, found))


def _faces(character: str) -> Iterator[str]:
    """Names of faces that may have a character, the likeliest first."""
    from fontTools.unicodedata import script, script_name

    name = script_name(script(character))
    yield "NotoSansCJK" if name in CJK else f"NotoSans{name.replace('_', '')}"
    yield from COMMON


@cache
def _installed() -> dict[str, Path]:
    """The files of the family by face and weight: those of Python's packages, then those of the
    system.

    A variable font is taken at its default, which is Regular.
    """
    packages = (
        Path(str(file.locate()))
        for package in distributions(path=sys.path)
        if "noto" in str(package.metadata["Name"]).lower()
        for file in package.files or ()
    )
    system = (path for folder in FOLDERS for path in sorted(Path(folder).rglob("Noto*.[to]t[fc]")))
    found: dict[str, Path] = {}
    for path in (*packages, *system):
        if path.suffix in (".ttf", ".otf", ".ttc") and path.is_file():
            stem, variable, _ = path.stem.partition("[")
            found.setdefault(f"{stem}-Regular" if variable else stem, path)
    return found


def _package(name: str) -> Path:
    """The folder of a package, without running it."""
    found = find_spec(name)
    if found is None or not found.submodule_search_locations:
        raise ModuleNotFoundError(f"no package {name}", name=name)
    return Path(next(iter(found.submodule_search_locations)))
