"""A figure becomes a picture; the same draw over checkpoints becomes a film."""

import json
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

from reportgen.figures.base import Figure
from reportgen.figures.parts.canvas import Canvas
from reportgen.figures.style import CSS_DPI, EXPORT_SCALE, THEMES, applied, theme
from reportgen.study import Study


def draw(figure: Figure, data: Any, scale: Any, appearance: str = "light") -> Canvas:
    """One picture on a canvas; save it within `style.applied` of the same theme."""
    canvas = Canvas(theme(appearance), figure.height)
    figure.draw(canvas, data, scale)
    return canvas


def still(figure: Figure, study: Study, folder: Path, file: str) -> None:
    """Write `file`.png, .svg, .dark.png, .dark.svg, .npz and .json (title, caption, alt text, size) into a folder."""
    data = figure.compute(study)
    scale = figure.scale([data])
    for appearance in THEMES:
        suffix = "" if appearance == "light" else f".{appearance}"
        with applied(theme(appearance)):
            canvas = draw(figure, data, scale, appearance)
            FigureCanvasAgg(canvas.figure)
            picture = BytesIO()
            canvas.figure.savefig(picture, dpi=CSS_DPI * EXPORT_SCALE, format="png")
            (folder / f"{file}{suffix}.png").write_bytes(shrink(picture.getvalue()))
            canvas.figure.savefig(folder / f"{file}{suffix}.svg", format="svg", metadata={"Date": None})
    np.savez_compressed(folder / f"{file}.npz", **figure.numbers(data))
    describe(figure, data, folder, file)


def describe(figure: Figure, data: Any, folder: Path, file: str, **more: Any) -> None:
    """Write `file`.json: what a page needs to show the picture."""
    about = dict(slug=figure.slug, file=file, title=figure.title, caption=figure.caption(data), alt=figure.alt(data), width=int(Canvas.width), height=round(figure.height), film=figure.film)
    (folder / f"{file}.json").write_text(json.dumps(about | more, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def frames(figure: Figure, study: Study, steps: Sequence[int]) -> list[Any]:
    """The data of a film: a few numbers a checkpoint, never pixels."""
    return [figure.compute(study.at(step)) for step in steps]


def shrink(png: bytes) -> bytes:
    """The same picture in 256 colours, dithered so that no gradient shows steps; the paper keeps its exact colour."""
    full = Image.open(BytesIO(png)).convert("RGB")
    palette = full.quantize(256, method=Image.Quantize.MAXCOVERAGE, kmeans=1)
    small = full.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG)
    colours, page = small.getpalette() or [], small.getpixel((0, 0))
    colours[3 * page : 3 * page + 3] = full.getpixel((0, 0))
    small.putpalette(colours)
    out = BytesIO()
    small.save(out, "PNG", optimize=True)
    return out.getvalue()
