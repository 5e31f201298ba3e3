"""A sheet as SVG: real text, whole numbers of tenths of a pixel, neighbours of one style in one
group.
"""

from base64 import b64encode
from collections.abc import Mapping
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import numpy as np
from matplotlib.backend_bases import RendererBase
from matplotlib.font_manager import weight_dict
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import Affine2D
from PIL import Image

from reportgen.drawing.style import CSS_DPI, Colour, family

FINE = 10  # units of the drawing in a CSS pixel
POINT = FINE * CSS_DPI / 72  # units in a point
INLINE = 40  # letters of a shape that is written out again instead of referred to
ROUNDING = 2  # of 255: how far a colour may be off once it is laid over another
COARSE = 2  # an image has one pixel in so many of the bitmap's
ANCHORS = {"left": "start", "center": "middle", "right": "end"}
CAPS = {"butt": "", "projecting": "square", "round": "round"}


class Vectors(RendererBase):
    """The calls of a bitmap renderer, written as SVG. `dpi` is that of the bitmap: what comes in is
    measured in its pixels.
    """

    def __init__(self, width: float, height: float, dpi: float) -> None:
        super().__init__()
        self.width, self.height, self.dpi = width, height, dpi
        self.unit = FINE * CSS_DPI / dpi  # units in a pixel of the bitmap
        self.place = Affine2D().scale(1, -1).translate(0, height).scale(self.unit / FINE)
        self.body: list[str] = []
        self.open: str | None = None
        self.shapes: dict[str, str] = {}
        self.clips: dict[str, str] = {}

    def document(self) -> str:
        """All that was drawn; the same text every time."""
        self._group(None)
        wide, high = (round(side * self.unit) for side in (self.width, self.height))
        clips = "".join(
            f'<clipPath id="{name}"><path d="{d}"/></clipPath>\n' for d, name in self.clips.items()
        )
        shapes = "".join(
            f'<path id="{name}" d="{d}"/>\n' for d, name in self.shapes.items() if name
        )
        fonts = quoteattr(", ".join(f"'{name}'" for name in family()))
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide / FINE:g}"'
            f' height="{high / FINE:g}" viewBox="0 0 {wide} {high}" stroke-linejoin="round"'
            f" font-family={fonts}>"
        )
        return "\n".join(
            [
                head,
                f"<style>text{{white-space:pre}}</style>\n<defs>\n{clips}{shapes}</defs>",
                *self.body,
                "</svg>\n",
            ]
        )

    def points_to_pixels(self, points: Any) -> Any:
        return points * self.dpi / 72

    def get_canvas_width_height(self) -> tuple[float, float]:
        return self.width, self.height

    def draw_path(self, gc: Any, path: Path, transform: Any, rgbFace: Any = None) -> None:
        line = rgbFace is None
        window = (
            (0.0, 0.0, self.width * self.unit / FINE, self.height * self.unit / FINE)
            if line
            else None
        )
        self._write(
            self._style(gc, rgbFace),
            self._shape(path, transform + self.place, window, line and path.should_simplify),
        )

    def draw_markers(
        self,
        gc: Any,
        marker_path: Path,
        marker_trans: Any,
        path: Path,
        trans: Any,
        rgbFace: Any = None,
    ) -> None:
        shape = self._shape(
            marker_path, marker_trans + Affine2D().scale(self.unit / FINE, -self.unit / FINE)
        )
        at = (trans + self.place).transform(path.vertices)
        for x, y in at[np.isfinite(at).all(1)]:
            self._write(self._style(gc, rgbFace), self._at(shape, x, y))

    def draw_path_collection(
        self,
        gc: Any,
        master_transform: Any,
        paths: Any,
        all_transforms: Any,
        offsets: Any,
        offset_trans: Any,
        *rest: Any,
        **more: Any,
    ) -> None:
        small = Affine2D().scale(self.unit / FINE, -self.unit / FINE)
        raw = list(self._iter_collection_raw_paths(master_transform, paths, all_transforms))  # type: ignore[attr-defined]
        shapes: dict[int, str] = {}
        hatched = more.get("hatchcolors")
        colours = dict(hatchcolors=[] if hatched is None else hatched)
        places = gc, range(len(raw)), offsets, offset_trans
        each = self._iter_collection(*places, *rest, **colours)  # type: ignore[attr-defined]
        for x, y, i, context, face in each:
            path, transform = raw[i]
            if not (x or y):
                self.draw_path(context, path, transform, face)
                continue
            if i not in shapes:
                shapes[i] = self._shape(path, transform + small)
            self._write(
                self._style(context, face), self._at(shapes[i], *self.place.transform((x, y)))
            )

    def draw_image(self, gc: Any, x: float, y: float, im: Any, transform: Any = None) -> None:
        high, wide = im.shape[:2]
        if not high or not wide:
            return
        box = dict(
            x=x * self.unit,
            y=(self.height - y - high) * self.unit,
            width=wide * self.unit,
            height=high * self.unit,
        )
        given = "".join(f' {name}="{round(value)}"' for name, value in box.items())
        self._write(
            self._clip(gc),
            f'<image{given} preserveAspectRatio="none"'
            f' href="data:image/png;base64,{b64encode(_png(im[::-1])).decode()}"/>',
        )

    def words(
        self,
        gc: Any,
        x: float,
        y: float,
        s: str,
        prop: Any,
        angle: float,
        ismath: Any,
        mtext: Text | None,
        wide: float,
        halo: tuple[Colour, float] | None,
    ) -> None:
        """Words as text, anchored where they were set and as `wide` as they were set, so that
        another font moves nothing; `halo` is an outline's colour and width in points.
        """
        if ismath:
            self._draw_text_as_path(gc, x, y, s, prop, angle, ismath, mtext)  # type: ignore[attr-defined]
            return
        anchor = "left"
        if mtext is not None and not angle:
            anchor, x = (
                mtext.get_horizontalalignment(),
                mtext.get_transform().transform(mtext.get_unitless_position())[0],
            )
        weight, opacity = (
            weight_dict.get(prop.get_weight(), prop.get_weight()),
            gc.get_alpha() if gc.get_forced_alpha() else gc.get_rgb()[3],
        )
        style = {
            "fill": _hex(gc.get_rgb()),
            "fill-opacity": "" if opacity == 1 else _short(opacity),
            "font-size": _short(prop.get_size_in_points() * POINT),
            "font-weight": "" if weight == 400 else str(weight),
            "font-style": "" if prop.get_style() == "normal" else prop.get_style(),
            "text-anchor": "" if anchor == "left" else ANCHORS[anchor],
            "stroke": _hex(halo[0]) if halo else "",
            "stroke-width": _short(halo[1] * POINT) if halo else "",
            "paint-order": "stroke" if halo else "",
        }
        at = round(x * self.unit), round(y * self.unit)
        fitted = (
            f' textLength="{round(wide * self.unit)}" lengthAdjust="spacingAndGlyphs"'
            if len(s) > 1 or halo
            else ""
        )  # an index stands close to the one letter of a label
        turned = f' transform="rotate({_short(-angle)} {at[0]} {at[1]})"' if angle else ""
        self._write(
            self._clip(gc) + _attributes(style),
            f'<text x="{at[0]}" y="{at[1]}"{fitted}{turned}>{escape(s)}</text>',
        )

    def _write(self, style: str, element: str) -> None:
        """An element that consists of a path's `d` or is written already, in the group of its
        style.
        """
        self._group(style)
        self.body.append(element if element.startswith("<") else f'<path d="{element}"/>')

    def _group(self, style: str | None) -> None:
        if style != self.open:
            if self.open is not None:
                self.body.append("</g>")
            if style is not None:
                self.body.append(f"<g{style}>")
            self.open = style

    def _at(self, shape: str, x: float, y: float) -> str:
        """A shape around its own zero, moved to this place in CSS pixels."""
        x, y = round(x * FINE), round(y * FINE)
        if len(shape) <= INLINE and shape.count("M") == 1 and shape.startswith("M"):
            end = next((i for i, letter in enumerate(shape) if letter in "lhvqcz"), len(shape))
            left, top = (int(part) for part in shape[1:end].split())
            return f"M{x + left} {y + top}{shape[end:]}"
        return (
            f'<use href="#{self.shapes.setdefault(shape, f"s{len(self.shapes)}")}" x="{x}"'
            f' y="{y}"/>'
        )

    def _shape(
        self,
        path: Path,
        transform: Any,
        window: tuple[float, float, float, float] | None = None,
        simplify: bool = False,
    ) -> str:
        """The `d` of a path, in relative steps."""
        clean = path.cleaned(
            transform, remove_nans=True, clip=window, simplify=simplify, curves=True
        )
        return _steps(
            np.rint(np.asarray(clean.vertices).clip(-1e5, 1e5) * FINE).astype(int).tolist(),
            np.asarray(clean.codes).tolist(),
        )

    def _clip(self, gc: Any) -> str:
        path, transform = gc.get_clip_path()
        rectangle = gc.get_clip_rectangle()
        if path is not None:
            d = self._shape(path, transform + self.place)
        elif rectangle is not None:
            d = self._shape(Path(rectangle.corners()[[0, 1, 3, 2]]), self.place)
        else:
            return ""
        return f' clip-path="url(#{self.clips.setdefault(d, f"c{len(self.clips)}")})"'

    def _style(self, gc: Any, face: Any) -> str:
        """Attributes of a path's group."""
        alpha = gc.get_alpha() if gc.get_forced_alpha() else None
        style: dict[str, str] = {"fill": "none" if face is None else _hex(face)}
        covers = lambda colour: (
            alpha if alpha is not None else colour[3] if len(colour) == 4 else 1.0
        )
        if face is not None and covers(face) != 1:
            style["fill-opacity"] = _short(covers(face), 3)
        if width := gc.get_linewidth():
            ink, (offset, dashes) = gc.get_rgb(), gc.get_dashes()
            style |= {
                "stroke": _hex(ink),
                "stroke-width": _short(width * POINT),
                "stroke-opacity": "" if covers(ink) == 1 else _short(covers(ink), 3),
                "stroke-linecap": CAPS[gc.get_capstyle()],
                "stroke-linejoin": "" if gc.get_joinstyle() == "round" else str(gc.get_joinstyle()),
                "stroke-dasharray": (
                    "" if dashes is None else " ".join(_short(d * POINT) for d in dashes)
                ),
                "stroke-dashoffset": (
                    _short(offset * POINT) if dashes is not None and offset else ""
                ),
            }
        return self._clip(gc) + _attributes(style)


def _steps(points: list[list[int]], codes: list[int]) -> str:
    """Whole-number points as the `d` of a path: where it starts, then from each point to the next;
    steps of no length are left out.
    """
    out: list[str] = []
    x = y = 0
    start, last, i = (0, 0), "", 0
    while i < len(codes) and codes[i] != Path.STOP:
        code, (px, py) = codes[i], points[i]
        if code == Path.MOVETO:
            out.append(f"M{px} {py}")
            x, y, start, last = px, py, (px, py), "M"
        elif code == Path.CLOSEPOLY:
            out.append("z")
            (x, y), last = start, "z"
        elif code == Path.LINETO:
            dx, dy = px - x, py - y
            # a line of no length is still a dot where ends are round
            if (
                dx
                or dy
                or (
                    last == "M"
                    and (i + 1 == len(codes) or codes[i + 1] in (Path.STOP, Path.MOVETO))
                )
            ):
                letter, numbers = (
                    ("v", (dy,)) if not dx else ("h", (dx,)) if not dy else ("l", (dx, dy))
                )
                out.append(_joined(letter, last, numbers))
                x, y, last = px, py, letter
        else:
            size, letter = (2, "q") if code == Path.CURVE3 else (3, "c")
            ends = points[i : i + size]
            out.append(_joined(letter, last, tuple(v for ex, ey in ends for v in (ex - x, ey - y))))
            (x, y), last = ends[-1], letter
            i += size - 1
        i += 1
    return "".join(out)


def _joined(letter: str, last: str, numbers: tuple[int, ...]) -> str:
    """A command, its letter left out after the same one; a minus sign needs no space before it."""
    words = "".join(f" {n}" if n >= 0 else str(n) for n in numbers)
    return words if letter == last else letter + words.lstrip(" ")


def _png(pixels: np.ndarray) -> bytes:
    """An image as PNG: on a palette, and exact, where it has no more than 256 colours."""
    small = (
        pixels[::COARSE, ::COARSE].copy() if min(pixels.shape[:2]) >= 4 * COARSE else pixels.copy()
    )
    cover, tone = (
        small[..., 3:].astype(int),
        small[np.unravel_index(small[..., 3].argmax(), small.shape[:2])][:3],
    )
    if (abs(small[..., :3] - tone.astype(int)) * cover).max() <= ROUNDING * 255:
        small[..., :3] = (
            tone  # one colour that fades: resampling rounds it differently where it is faint
        )
    colours, place = np.unique(small.view("<u4")[..., 0], return_inverse=True)
    out = BytesIO()
    if len(colours) <= 256:
        flat = Image.fromarray(place.reshape(small.shape[:2]).astype(np.uint8))
        table = colours.astype("<u4").view(np.uint8).reshape(-1, 4)
        flat.putpalette(table[:, :3].ravel().tolist())
        flat.save(
            out,
            "PNG",
            **({} if (table[:, 3] == 255).all() else {"transparency": table[:, 3].tobytes()}),
        )
    else:
        Image.fromarray(small).save(out, "PNG")
    return out.getvalue()


def _attributes(given: Mapping[str, str]) -> str:
    return "".join(f' {name}="{value}"' for name, value in given.items() if value)


def _short(value: float, digits: int = 1) -> str:
    return f"{value:.{digits}f}".rstrip("0").rstrip(".")


def _hex(colour: tuple[float, ...]) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in colour[:3])
