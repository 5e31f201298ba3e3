"""A sheet as SVG: real text, paths no finer than the eye, no elements that only group others."""

from io import StringIO

from matplotlib import _path
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import weight_dict
from matplotlib.text import Text

from reportgen.figures.style import CSS_DPI, family

POINTS = 72  # units of the drawing in an inch
DIGITS = 2  # decimals of a coordinate: a hundredth of a point
ANCHORS = {"left": "start", "center": "middle", "right": "end"}


class Vectors(RendererSVG):  # type: ignore[misc]
    """Matplotlib's SVG, written shorter."""

    def open_group(self, s: str, gid: str | None = None) -> None:
        """A figure's parts need no names."""

    def close_group(self, s: str) -> None:
        """Nothing was opened."""

    def _convert_path(self, path, transform=None, clip=None, simplify=None, sketch=None) -> str:
        window = (0.0, 0.0, self.width, self.height) if clip else None
        codes = [b"M", b"L", b"Q", b"C", b"z"]
        written: bytes = _path.convert_to_string(path, transform, window, simplify, sketch, DIGITS, codes, False)  # type: ignore[attr-defined]
        return written.decode("ascii").replace("\n", "")

    def draw_text(self, gc, x, y, s, prop, angle, ismath=False, mtext: Text | None = None) -> None:
        """Words as text, anchored where they were set, so that another font's width moves nothing."""
        if ismath or angle or mtext is None:
            return super().draw_text(gc, x, y, s, prop, angle, ismath, mtext)
        anchor = mtext.get_horizontalalignment()
        left = mtext.get_transform().transform(mtext.get_unitless_position())[0]
        weight = weight_dict.get(prop.get_weight(), prop.get_weight())
        opacity = gc.get_alpha() if gc.get_forced_alpha() else gc.get_rgb()[3]
        given = {
            "x": _short(left), "y": _short(y), "fill": _hex(gc.get_rgb()), "font-size": _short(prop.get_size_in_points()),
            "font-weight": "" if weight == 400 else str(weight), "font-style": "" if prop.get_style() == "normal" else prop.get_style(),
            "text-anchor": "" if anchor == "left" else ANCHORS[anchor], "opacity": "" if opacity == 1 else _short(opacity),
        }  # fmt: skip
        clipped = self._get_clip_attrs(gc)
        if clipped:
            self.writer.start("g", **clipped)
        self.writer.element("text", s, attrib={name: value for name, value in given.items() if value})
        if clipped:
            self.writer.end("g")
        return None


def svg(figure: Figure) -> str:
    """The drawing of a sheet, the same text every time."""
    was, out = figure.dpi, StringIO()
    figure.set_dpi(POINTS)
    try:
        width, height = figure.get_size_inches() * POINTS
        renderer = Vectors(width, height, out, image_dpi=CSS_DPI, metadata={"Date": None})
        names = ", ".join(f"'{name}'" for name in family())
        renderer.writer.start("g", attrib={"font-family": names})
        figure.draw(renderer)
        renderer.writer.end("g")
        renderer.finalize()
    finally:
        figure.set_dpi(was)
    return out.getvalue()


def _short(value: float) -> str:
    return f"{value:.{DIGITS}f}".rstrip("0").rstrip(".")


def _hex(colour: tuple[float, ...]) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in colour[:3])
