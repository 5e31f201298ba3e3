"""A sheet as SVG: real text, whole numbers of tenths of a pixel, neighbours of one style in one
group.
"""

from collections.abc import Sequence
from typing import Literal, cast
from xml.sax.saxutils import escape, quoteattr

import numpy as np
from matplotlib.backend_bases import GraphicsContextBase, RendererBase
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import Affine2D, Affine2DBase, Transform
from matplotlib.typing import ColorType
from numpy.typing import ArrayLike

from reportgen.drawing.embedded import faces
from reportgen.drawing.fonts import family
from reportgen.drawing.style import CSS_DPI, Colour
from reportgen.drawing.twins import Twins
from reportgen.drawing.vector_darkness import images, in_the_dark, veil
from reportgen.drawing.vector_groups import Drawn, Style, grouped
from reportgen.drawing.vector_images import reduced
from reportgen.drawing.vector_paths import FINE, outline
from reportgen.drawing.vector_styles import BOLD, of_shape, of_words, short, weight_of

FEW = 4  # letters of a word that may be a little wider in another font
INLINE = 40  # letters of a shape that is written out again instead of referred to


class Vectors(RendererBase):
    """The calls of a bitmap renderer, written as SVG. `dpi` is that of the bitmap: what comes in is
    measured in its pixels; `twins` are the colours it takes on dark pages.
    """

    def __init__(self, width: float, height: float, dpi: float, twins: Twins) -> None:
        super().__init__()
        self.width, self.height, self.dpi, self.twins = width, height, dpi, twins
        self.unit = FINE * CSS_DPI / dpi  # units in a pixel of the bitmap
        css = self.unit / FINE  # CSS pixels in one of the bitmap
        self.to_css = Affine2D().scale(1, -1).translate(0, height).scale(css)
        self.small = Affine2D().scale(css, -css)  # for shapes around their own zero
        self.body: list[Drawn] = []
        self.shapes: dict[str, str] = {}
        self.clips: dict[str, str] = {}
        self.masks: dict[str, str] = {}
        self.letters: dict[bool, set[str]] = {False: set(), True: set()}  # by whether they are bold

    def document(self) -> str:
        """All that was drawn; the same text every time."""
        body = list(grouped(self.body))
        wide, high = (round(side * self.unit) for side in (self.width, self.height))
        clips = "".join(
            f'<clipPath id="{name}"><path d="{d}"/></clipPath>\n' for d, name in self.clips.items()
        )
        shapes = "".join(
            f'<path id="{name}" d="{d}"/>\n' for d, name in self.shapes.items() if name
        )
        masks = "".join(f'<mask id="{name}">{image}</mask>\n' for image, name in self.masks.items())
        dark = in_the_dark(body, self.twins)
        fonts = quoteattr(", ".join([*(f"'{name}'" for name in family()), "sans-serif"]))
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide / FINE:g}"'
            f' height="{high / FINE:g}" viewBox="0 0 {wide} {high}" stroke-linejoin="round"'
            f" font-family={fonts}>"
        )
        return "\n".join(
            [
                head,
                f"<style>{faces(self.letters)}text{{white-space:pre}}{dark}</style>",
                f"<defs>\n{clips}{shapes}{masks}</defs>",
                *body,
                "</svg>\n",
            ]
        )

    def points_to_pixels(self, points: ArrayLike) -> ArrayLike:
        return np.multiply(points, self.dpi) / 72

    def get_canvas_width_height(self) -> tuple[float, float]:
        return self.width, self.height

    def draw_path(
        self,
        gc: GraphicsContextBase,
        path: Path,
        transform: Transform,
        rgbFace: ColorType | None = None,
    ) -> None:
        line = rgbFace is None
        sheet = (0.0, 0.0, self.width * self.unit / FINE, self.height * self.unit / FINE)
        self._write(
            self._style(gc, rgbFace),
            outline(
                path,
                transform + self.to_css,
                sheet if line else None,
                line and path.should_simplify,
            ),
        )

    def draw_markers(
        self,
        gc: GraphicsContextBase,
        marker_path: Path,
        marker_trans: Transform,
        path: Path,
        trans: Transform,
        rgbFace: ColorType | None = None,
    ) -> None:
        shape = outline(marker_path, marker_trans + self.small)
        at = (trans + self.to_css).transform(path.vertices)
        for x, y in at[np.isfinite(at).all(1)]:
            self._write(self._style(gc, rgbFace), self._at(shape, x, y))

    def draw_path_collection(
        self,
        gc: GraphicsContextBase,
        master_transform: Transform,
        paths: Sequence[Path],
        all_transforms: Sequence[ArrayLike],
        offsets: ArrayLike | Sequence[ArrayLike],
        offset_trans: Transform,
        *rest: object,
        **more: object,
    ) -> None:
        raw = list(self._iter_collection_raw_paths(master_transform, paths, all_transforms))  # type: ignore[attr-defined]
        shapes: dict[int, str] = {}
        hatched = more.get("hatchcolors")
        colours = dict(hatchcolors=[] if hatched is None else hatched)
        given = gc, range(len(raw)), offsets, offset_trans
        each = self._iter_collection(*given, *rest, **colours)  # type: ignore[attr-defined]
        for x, y, i, context, face in each:
            path, transform = raw[i]
            if not (x or y):
                self.draw_path(context, path, transform, face)
                continue
            if i not in shapes:
                shapes[i] = outline(path, transform + self.small)
            self._write(
                self._style(context, face), self._at(shapes[i], *self.to_css.transform((x, y)))
            )

    def draw_image(
        self,
        gc: GraphicsContextBase,
        x: float,
        y: float,
        im: ArrayLike,
        transform: Affine2DBase | None = None,
    ) -> None:
        pixels = np.asarray(im)
        high, wide = pixels.shape[:2]
        if not high or not wide:
            return
        box = dict(
            x=x * self.unit,
            y=(self.height - y - high) * self.unit,
            width=wide * self.unit,
            height=high * self.unit,
        )
        given = "".join(f' {name}="{round(value)}"' for name, value in box.items())
        small = reduced(pixels[::-1])
        if (covered := veil(given, small)) is not None:
            tone, image = covered
            name = self.masks.setdefault(image, f"m{len(self.masks)}")
            self._write({**self._clip(gc), "fill": tone}, f'<rect{given} mask="url(#{name})"/>')
            return
        for element in images(given, small, self.twins):
            self._write(self._clip(gc), element)

    def words(
        self,
        gc: GraphicsContextBase,
        x: float,
        y: float,
        s: str,
        prop: FontProperties,
        angle: float,
        ismath: bool | Literal["TeX"],
        mtext: Text | None,
        wide: float,
        halo: tuple[Colour, float] | None,
    ) -> None:
        """Words as text, anchored where they were set and, where they are more than a few letters,
        as `wide` as they were set, so that another font moves nothing; `halo` is an outline's
        colour and width in points.
        """
        if ismath:
            self._draw_text_as_path(gc, x, y, s, prop, angle, ismath, mtext)  # type: ignore[attr-defined]
            return
        self.letters[weight_of(prop) >= BOLD].update(s)
        anchor = "left"
        if mtext is not None and not angle:
            anchor = mtext.get_horizontalalignment()
            x = mtext.get_transform().transform(mtext.get_unitless_position())[0]
        at = round(x * self.unit), round(y * self.unit)
        fitted = (
            f' textLength="{round(wide * self.unit)}" lengthAdjust="spacingAndGlyphs"'
            if len(s) > FEW
            else ""
        )
        turned = f' transform="rotate({short(-angle)} {at[0]} {at[1]})"' if angle else ""
        self._write(
            {**self._clip(gc), **of_words(gc, prop, anchor, halo)},
            f'<text x="{at[0]}" y="{at[1]}"{fitted}{turned}>{escape(s)}</text>',
        )

    def _style(self, gc: GraphicsContextBase, face: ColorType | None) -> Style:
        return {**self._clip(gc), **of_shape(gc, face)}

    def _write(self, style: Style, element: str) -> None:
        """An element that consists of a path's `d` or is written already, and its style."""
        written = element if element.startswith("<") else f'<path d="{element}"/>'
        self.body.append((style, written))

    def _at(self, shape: str, x: float, y: float) -> str:
        """A shape around its own zero, moved to this point in CSS pixels."""
        x, y = round(x * FINE), round(y * FINE)
        if len(shape) <= INLINE and shape.count("M") == 1 and shape.startswith("M"):
            end = next((i for i, letter in enumerate(shape) if letter in "lhvqcz"), len(shape))
            left, top = (int(part) for part in shape[1:end].split())
            return f"M{x + left} {y + top}{shape[end:]}"
        return (
            f'<use href="#{self.shapes.setdefault(shape, f"s{len(self.shapes)}")}" x="{x}"'
            f' y="{y}"/>'
        )

    def _clip(self, gc: GraphicsContextBase) -> Style:
        # a path, whatever matplotlib's own types call it
        path, transform = cast("tuple[Path | None, Transform]", gc.get_clip_path())
        rectangle = gc.get_clip_rectangle()
        if path is not None:
            d = outline(path, transform + self.to_css)
        elif rectangle is not None:
            d = outline(Path(rectangle.corners()[[0, 1, 3, 2]]), self.to_css)
        else:
            return {}
        return {"clip-path": f"url(#{self.clips.setdefault(d, f'c{len(self.clips)}')})"}
