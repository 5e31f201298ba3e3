"""A figure becomes a still: one drawing for light and dark pages, and a picture."""

import gc
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from types import MappingProxyType

import numpy as np
from jaxtyping import Int
from matplotlib.figure import Figure as MatplotlibFigure
from matplotlib.text import Text
from PIL import Image

from reportgen.core.study import Study
from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import NO_SEQUENCE, Data, Figure, Scale, View, show
from reportgen.drawing.marks.sheet import described
from reportgen.drawing.names import legend, numbered
from reportgen.drawing.narrow.headline import NARROW
from reportgen.drawing.narrow.sheet import narrow
from reportgen.drawing.sheets import Sheets
from reportgen.drawing.style import CLASSES, CSS_DPI, EXPORT_SCALE, applied, theme
from reportgen.drawing.twins import twins
from reportgen.measure.given import Words, words_for
from reportgen.measure.numbers import thin_spaced

PHONE = "-narrow.svg"  # what the file of a narrow drawing ends with
MARKS = "-marks.json"  # and that of the marks of both drawings
BETWEEN = 100_000  # new objects between two looks for garbage
SAMPLE = 50_000  # pixels from which the colours of gradients are chosen
FLAT = 48  # most common colours of a picture, kept exactly


def draw(
    figure: Figure[View, Data, Scale],
    data: Data,
    scale: Scale,
    appearance: str = "light",
    classes: tuple[str, ...] = CLASSES,
    said: Words = str,
) -> Canvas:
    """One picture of a rule with these token classes on a canvas; save it within `style.applied` of
    the same theme.
    """
    canvas = Canvas(theme(appearance, classes), figure.height_of(data), said=said)
    show(figure, canvas, data, scale)
    return canvas


def still(figure: Figure[Study, Data, Scale], study: Study, folder: Path, file: str) -> None:
    """Write the picture of a study into a folder."""
    data, names = figure.compute(study), study.rule.tokens.names
    whole = data if study.tokens == names else figure.compute(study.calling(names))
    classes, called = tuple(study.rule.class_names), numbered(names, study.tokens)
    told = dict(called=called, signs=study.rule.signs)
    shows, said = figure.sequences(study), words_for(study.config)
    picture(figure, data, folder, file, classes, whole=whole, shows=shows, said=said, **told)


def picture(
    figure: Figure[View, Data, Scale],
    data: Data,
    folder: Path,
    file: str,
    classes: tuple[str, ...] = CLASSES,
    *,
    whole: Data | None = None,
    called: Mapping[str, str] = MappingProxyType({}),
    signs: Mapping[str, str] = MappingProxyType({}),
    shows: Int[np.ndarray, "sequence position"] = NO_SEQUENCE,
    said: Words = str,
) -> None:
    """Write `file`.svg (light and dark), .png (light), .npz and .json (title, caption, alt text,
    size) into a folder, -narrow.svg for phones if the figure can be read so, and -marks.json for
    readers who point at its marks, if it has any.

    `whole` are the data with the names of all tokens in full, for whoever does not look at the
    picture; `called` are the tokens that have numbers in it, and `signs` what signs
    mean that are written for tokens, for its caption; `shows` are the sequences that it shows, and
    `said` is what becomes of its words.
    """
    whole = data if whole is None else whole
    scale = figure.scale([data])
    dpi = CSS_DPI * EXPORT_SCALE
    size = Canvas.width * EXPORT_SCALE, figure.height_of(data) * EXPORT_SCALE
    sheets = Sheets(round(size[0]), int(size[1]), dpi, twins(classes))
    with without_pauses(), applied(theme("light")):
        canvas = draw(figure, data, scale, classes=classes, said=said)
        canvas.figure.set_dpi(dpi)
        pixels, drawing = sheets.draw(canvas.figure)
        words = legend(called, words_of(canvas.figure), signs)
        phone = narrow(figure, data, scale, canvas, sheets)
        marks = described(canvas, phone.canvas if phone else None)
        del canvas
    (folder / f"{file}.png").write_bytes(shrink(Image.fromarray(pixels[..., :3])))
    (folder / f"{file}.svg").write_text(drawing, encoding="utf-8")
    if phone is not None:
        (folder / f"{file}{PHONE}").write_text(phone.drawing, encoding="utf-8")
    if marks is not None:
        (folder / f"{file}{MARKS}").write_text(marks, encoding="utf-8")
    np.savez_compressed(folder / f"{file}.npz", **figure.numbers(whole))  # type: ignore[arg-type]
    also: dict[str, object] = dict(marks=True) if marks is not None else {}
    also |= dict(narrow=dict(width=NARROW, height=phone.height)) if phone else {}
    describe(figure, data, folder, file, whole=whole, legend=words, shows=shows, said=said, **also)


@contextmanager
def without_pauses() -> Iterator[None]:
    """Look for garbage rarely: artists are many, point at one another and live as long as their
    sheet.
    """
    before = gc.get_threshold()
    gc.set_threshold(BETWEEN)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def words_of(sheet: MatplotlibFigure) -> Iterator[str]:
    """All that is written on a sheet."""
    yield from (text.get_text() for text in sheet.findobj(Text))


def describe(
    figure: Figure[View, Data, Scale],
    data: Data,
    folder: Path,
    file: str,
    *,
    whole: Data,
    legend: str,
    shows: Int[np.ndarray, "sequence position"],
    said: Words = str,
    **more: object,
) -> None:
    """Write `file`.json: what a page needs to show the picture."""
    caption, alt = (thin_spaced(said(text)) for text in (figure.caption(data), figure.alt(whole)))
    about = dict(
        slug=figure.slug,
        file=file,
        title=said(figure.title),
        caption=f"{caption} {legend}".strip(),
        alt=alt,
        width=int(Canvas.width),
        height=round(figure.height_of(data)),
        film=figure.film,
    )
    about |= dict(sequences=shows.tolist()) if len(shows) else {}
    (folder / f"{file}.json").write_text(
        json.dumps(about | more, ensure_ascii=False, indent=1, allow_nan=False) + "\n",
        encoding="utf-8",
    )


def shrink(full: Image.Image) -> bytes:
    """A picture in red, green and blue as a PNG of 256 colours, dithered so that no gradient shows
    steps; flat areas, the paper first of all, keep their exact colour.
    """
    wanted = _packed(full)
    sample = wanted[::2, ::2].ravel()  # as good, and a quarter of the time
    colours, index, counts = np.unique(sample, return_inverse=True, return_counts=True)
    common = np.argsort(-counts, kind="stable")[:FLAT]
    rest = np.ones(len(colours), bool)
    rest[common] = False
    flat, between = (
        colours[common],
        sample[rest[index]],
    )  # the second: gradients and the edges of letters
    palette = Image.new("P", (1, 1))
    palette.putpalette([*_unpacked(flat).ravel().tolist(), *_palette(between, 256 - len(flat))])
    small = full.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG)
    chosen = np.array(small)
    have = np.resize(np.concatenate([flat, np.zeros(256, np.uint32)]), 256)[chosen]
    off = np.flatnonzero(
        (have != wanted).ravel()
    )  # Pillow looks for the nearest colour in coarse steps
    order = np.argsort(flat)
    missed = wanted.ravel()[off]
    found = order[np.searchsorted(flat, missed, sorter=order).clip(max=len(flat) - 1)]
    exactly = flat[found] == missed
    chosen.ravel()[off[exactly]] = found[exactly]
    exact = Image.fromarray(chosen)
    exact.putpalette(small.getpalette() or [])
    out = BytesIO()
    exact.save(out, "PNG")
    return out.getvalue()


def _palette(colours: np.ndarray, count: int) -> list[int]:
    """Red, green and blue of up to `count` colours that stand for these packed ones."""
    if not len(colours):
        return []
    every = max(1, len(colours) // SAMPLE)
    row = Image.fromarray(_unpacked(colours[::every])[None])
    return (row.quantize(count, method=Image.Quantize.MAXCOVERAGE, kmeans=1).getpalette() or [])[
        : 3 * count
    ]


def _packed(picture: Image.Image) -> np.ndarray:
    """One whole number a pixel for its colour."""
    return np.asarray(picture.convert("RGBA")).view("<u4")[..., 0]


def _unpacked(colours: np.ndarray) -> np.ndarray:
    """Red, green and blue [colour, 3] of such numbers."""
    return np.ascontiguousarray(colours).view(np.uint8).reshape(-1, 4)[:, :3]
