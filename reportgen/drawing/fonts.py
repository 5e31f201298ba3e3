"""Which fonts the figures are set in: always the same files, whatever else a machine has or
remembers of its fonts.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from hashlib import sha256
from pathlib import Path

from matplotlib.font_manager import FontProperties, findfont, fontManager, get_font

from reportgen.drawing.noto import DEJAVU, characters, own_fonts
from reportgen.errors import FigureError

_MORE: ContextVar[tuple[Path, ...]] = ContextVar("fonts beside those of the figures", default=())


def family() -> list[str]:
    """Roboto, the face of the page's own text; DejaVu Sans for every glyph it lacks; then what
    `also` names.
    """
    more = dict.fromkeys(get_font(path).family_name for path in _MORE.get())
    return [*_own_names(), *more]


@contextmanager
def also(fonts: Mapping[str, str]) -> Iterator[None]:
    """Take glyphs that the figures' own fonts lack from these, path -> digest, while the block
    runs.

    Errors: FigureError where one of them is not what it was when the pictures were planned.
    """
    for path, digest in fonts.items():
        try:
            same = sha256(Path(path).read_bytes()).hexdigest() == digest
        except OSError:
            same = False
        if not same:
            raise FigureError(
                f"{path}: is not the font that this build began with; install the same one on "
                "every machine, or build again"
            )
        _first(Path(path))
    token = _MORE.set(tuple(map(Path, fonts)))
    try:
        yield
    finally:
        _MORE.reset(token)


def heights(prop: FontProperties, dpi: float) -> tuple[float, float, float]:
    """Pixels that the lines of a font reach above and below where they are set, and pixels between
    lines: what matplotlib would look up anew for each text, whenever it measures it.
    """
    font = get_font(findfont(prop))
    table, head = font.get_sfnt_table("OS/2"), font.get_sfnt_table("head")
    # all fonts of `noto.own_fonts` have them
    assert table is not None
    assert head is not None
    scale = prop.get_size_in_points() * dpi / 72 / head["unitsPerEm"]
    above, below = table["sTypoAscender"] * scale, -table["sTypoDescender"] * scale
    return above, below, table["sTypoLineGap"] * scale


def coverage() -> tuple[frozenset[str], ...]:
    """The characters that each font has, in the order in which they are asked."""
    return tuple(characters((path,)) for path in (*own_fonts(), *_MORE.get()))


@cache
def _own_names() -> tuple[str, str]:
    for weight in DEJAVU:
        for path in own_fonts(weight):
            _first(path)
    return "Roboto", "DejaVu Sans"


@cache
def _first(path: Path) -> None:
    """Make a font known before all others of its name, of which the machine may have another
    version.
    """
    before = len(fontManager.ttflist)
    fontManager.addfont(path)
    added = fontManager.ttflist[before:]
    fontManager.ttflist[:] = added + fontManager.ttflist[:before]
