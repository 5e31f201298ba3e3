"""How shapes and words are filled and stroked, as the attributes of an SVG element."""

from collections.abc import Mapping, Sequence
from typing import cast

import numpy as np
from matplotlib.backend_bases import GraphicsContextBase
from matplotlib.font_manager import FontProperties, weight_dict
from matplotlib.typing import ColorType

from reportgen.drawing.style import CSS_DPI, Colour
from reportgen.drawing.vector_paths import FINE

POINT = FINE * CSS_DPI / 72  # units of the drawing in a point
CAPS = {"butt": "", "projecting": "square", "round": "round"}
BOLD = 600  # weights from here on are set in the bold face
ANCHORS = {"left": "start", "center": "middle", "right": "end"}


def of_shape(gc: GraphicsContextBase, face: ColorType | None) -> dict[str, str]:
    """Attributes of a shape with this fill, or without one."""
    fill = cast("Sequence[float] | None", face)  # a renderer is given its colours as numbers
    alpha = gc.get_alpha() if gc.get_forced_alpha() else None
    style: dict[str, str] = {"fill": "none" if fill is None else _hexadecimal(fill)}

    def covers(colour: Sequence[float]) -> float:
        return alpha if alpha is not None else colour[3] if len(colour) == 4 else 1.0

    if fill is not None and covers(fill) != 1:
        style["fill-opacity"] = short(covers(fill), 3)
    if width := gc.get_linewidth():
        ink, (offset, dashes) = gc.get_rgb(), gc.get_dashes()
        style |= {
            "stroke": _hexadecimal(ink),
            "stroke-width": short(width * POINT),
            "stroke-opacity": "" if covers(ink) == 1 else short(covers(ink), 3),
            "stroke-linecap": CAPS[gc.get_capstyle()],
            "stroke-linejoin": "" if gc.get_joinstyle() == "round" else str(gc.get_joinstyle()),
            "stroke-dasharray": (
                "" if dashes is None else " ".join(short(d * POINT) for d in np.asarray(dashes))
            ),
            "stroke-dashoffset": short(offset * POINT) if dashes is not None and offset else "",
        }
    return _said(style)


def of_words(
    gc: GraphicsContextBase,
    prop: FontProperties,
    anchor: str,
    halo: tuple[Colour, float] | None,
) -> dict[str, str]:
    """Attributes of words in this font; `halo` is an outline's colour and width in points."""
    weight = weight_of(prop)
    opacity = gc.get_alpha() if gc.get_forced_alpha() else gc.get_rgb()[3]
    return _said(
        {
            "fill": _hexadecimal(gc.get_rgb()),
            "fill-opacity": "" if opacity == 1 else short(opacity),
            "font-size": short(prop.get_size_in_points() * POINT),
            "font-weight": "" if weight == 400 else str(weight),
            "font-style": "" if prop.get_style() == "normal" else prop.get_style(),
            "text-anchor": "" if anchor == "left" else ANCHORS[anchor],
            "stroke": _hexadecimal(halo[0]) if halo else "",
            "stroke-width": short(halo[1] * POINT) if halo else "",
            "paint-order": "stroke" if halo else "",
        }
    )


def weight_of(prop: FontProperties) -> int:
    """The weight of a font as a number."""
    given = prop.get_weight()
    return int(weight_dict.get(given, 400) if isinstance(given, str) else given)


def short(value: float, digits: int = 1) -> str:
    """A number with so many digits behind the point, and none that is not needed."""
    return f"{value:.{digits}f}".rstrip("0").rstrip(".")


def _said(given: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in given.items() if value}


def _hexadecimal(colour: Sequence[float]) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in colour[:3])
