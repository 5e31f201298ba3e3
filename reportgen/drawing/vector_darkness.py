"""What a drawing says of dark pages: colours in the place of its own, and second images."""

import re
from base64 import b64encode
from collections.abc import Iterable

import numpy as np

from reportgen.drawing.twins import Twins
from reportgen.drawing.vector_images import png, reduced

LIGHT, DARK = "l", "d"  # classes of the two pictures of one image
INK = re.compile(r'(?<=\s)(fill|stroke)="#([0-9a-f]{6})"')


def in_the_dark(lines: Iterable[str], twins: Twins) -> str:
    """CSS for the colours of a drawing's groups where a reader prefers dark."""
    used = sorted({found for line in lines for found in INK.findall(line)})
    rules = [
        f'[{of}="#{colour}"]{{{of}:#{twin}}}'
        for of, colour in used
        if (twin := bytes(twins.of(tuple(bytes.fromhex(colour)))).hex()) != colour
    ]
    shown = f".{LIGHT}{{display:none}}.{DARK}{{display:inline}}"
    return f"@media (prefers-color-scheme:dark){{{''.join(rules)}{shown}}}"


def images(place: str, pixels: np.ndarray, twins: Twins) -> list[str]:
    """Elements that show pixels [y, x, rgba] at a place (attributes): one for light pages and one
    for dark ones, unless they are the same.
    """
    small = reduced(pixels)
    light, dark = png(small), png(twins.pixels(small))
    kinds = (
        [(light, "")]
        if light == dark
        else [(light, f' class="{LIGHT}"'), (dark, f' class="{DARK}" display="none"')]
    )
    return [
        f'<image{place}{kind} preserveAspectRatio="none"'
        f' href="data:image/png;base64,{b64encode(data).decode()}"/>'
        for data, kind in kinds
    ]
