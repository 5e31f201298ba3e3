"""Pictures within a drawing lose nothing that is seen, however they are written."""

import re
from base64 import b64decode
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from reportgen.drawing.vector_darkness import veil
from reportgen.drawing.vector_images import png

RAMP = np.add.outer(np.arange(40), 2 * np.arange(60)).astype(np.uint8)  # [y, x]


def seen(data: bytes) -> np.ndarray:
    return np.array(Image.open(BytesIO(data)).convert("RGBA"))


@pytest.mark.parametrize("opacity", [255, RAMP], ids=["opaque", "fading"])
@pytest.mark.parametrize("values", [RAMP, RAMP % 2 * 255], ids=["smooth", "flat"])
def test_a_picture_on_a_palette_is_exact(values: np.ndarray, opacity: np.ndarray | int) -> None:
    pixels = np.stack([values, 255 - values, values // 2, values * 0], 2)
    pixels[..., 3] = opacity
    assert (seen(png(pixels)) == pixels).all()


def test_smooth_values_are_written_as_steps() -> None:
    """On a palette too, where Pillow writes each row as it is."""
    pixels = np.stack([RAMP, RAMP, RAMP, RAMP * 0 + 255], 2)
    plain = BytesIO()
    Image.fromarray(RAMP).convert("P").save(plain, "PNG", optimize=True)
    assert len(png(pixels)) < len(plain.getvalue())


def test_a_veil_is_one_picture_for_both_appearances() -> None:
    pixels = np.stack([RAMP * 0 + 255, RAMP * 0 + 16, RAMP * 0, RAMP], 2)
    found = veil(' x="0"', pixels)
    assert found is not None
    tone, image = found
    assert tone == "#ff1000"
    cover = seen(b64decode(re.findall('base64,([^"]*)"', image)[0]))[..., 0]
    assert abs(cover.astype(int) - RAMP).max() <= 1
    pixels[0, 0, 0] = 0
    assert veil("", pixels) is None
