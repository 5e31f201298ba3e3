"""What a drawing says of dark pages: colours in the place of its own, and second images."""

import re
from base64 import b64encode
from collections.abc import Iterable

import numpy as np

from reportgen.drawing.twins import Twins
from reportgen.drawing.vector_images import grey, png

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


def veil(place: str, pixels: np.ndarray) -> tuple[str, str] | None:
    """The tone of pixels [y, x, rgba] that differ only in how much they cover, and a picture of
    that, for a mask at a place (attributes): it serves both appearances. None where pixels have
    several tones or cover all the same.
    """
    cover, tones = pixels[..., 3], pixels[..., :3].reshape(-1, 3)
    if (tones != tones[0]).any() or (cover == cover[0, 0]).all():
        return None
    # in even steps, since no eye sees one of 255 and a file is smaller without it
    even = np.where(cover < 255, cover & ~np.uint8(1), cover)
    return f"#{bytes(tones[0]).hex()}", _image(place, grey(even))


def images(place: str, pixels: np.ndarray, twins: Twins) -> list[str]:
    """Elements that show pixels [y, x, rgba] at a place (attributes): one for light pages and one
    for dark ones, unless they are the same.
    """
    light, dark = png(pixels), png(twins.pixels(pixels))
    kinds = (
        [(light, "")]
        if light == dark
        else [(light, f' class="{LIGHT}"'), (dark, f' class="{DARK}" display="none"')]
    )
    return [_image(place + kind, data) for data, kind in kinds]


def _image(attributes: str, data: bytes) -> str:
    return (
        f'<image{attributes} preserveAspectRatio="none"'
        f' href="data:image/png;base64,{b64encode(data).decode()}"/>'
    )
