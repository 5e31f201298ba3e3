"""Pictures within a vector drawing, as small as they can be without a visible difference."""

from io import BytesIO

import numpy as np
from PIL import Image

ROUNDING = 2  # of 255: how far a colour may be off once it is laid over another
COARSE = 2  # an image has one pixel in so many of the bitmap's


def png(pixels: np.ndarray) -> bytes:
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
    colours, index = np.unique(small.view("<u4")[..., 0], return_inverse=True)
    out = BytesIO()
    if len(colours) <= 256:
        flat = Image.fromarray(index.reshape(small.shape[:2]).astype(np.uint8))
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
