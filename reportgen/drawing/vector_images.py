"""Pictures within a vector drawing, as small as they can be without a visible difference."""

from io import BytesIO

import numpy as np
from PIL import Image

ROUNDING = 2  # of 255: how far a colour may be off once it is laid over another
COARSE = 2  # an image has one pixel in so many of the bitmap's


def reduced(pixels: np.ndarray) -> np.ndarray:
    """An image [y, x, rgba] with as few pixels and colours as it needs."""
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
    return small


def png(pixels: np.ndarray) -> bytes:
    """An image as PNG: on a palette, and exact, where it has no more than 256 colours."""
    colours, index = np.unique(packed(pixels), return_inverse=True)
    out = BytesIO()
    if len(colours) <= 256:
        flat = Image.fromarray(index.reshape(pixels.shape[:2]).astype(np.uint8))
        table = unpacked(colours)
        flat.putpalette(table[:, :3].ravel().tolist())
        flat.save(
            out,
            "PNG",
            **({} if (table[:, 3] == 255).all() else {"transparency": table[:, 3].tobytes()}),
        )
    else:
        Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()


def packed(pixels: np.ndarray) -> np.ndarray:
    """One whole number [y, x] a pixel for its colour and opacity."""
    return np.ascontiguousarray(pixels).view("<u4")[..., 0]


def unpacked(colours: np.ndarray) -> np.ndarray:
    """Colours and opacity [colour, rgba] of such numbers."""
    return np.ascontiguousarray(colours.astype("<u4")).view(np.uint8).reshape(-1, 4)
