"""Pictures within a vector drawing, as small as they can be without a visible difference."""

from io import BytesIO
from zlib import crc32

import numpy as np
from PIL import Image

LIGHTNESS = np.array([0.2126, 0.7152, 0.0722])  # weights of red, green and blue
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
    if len(colours) > 256:
        return _saved(Image.fromarray(pixels))
    table = unpacked(colours)
    order = np.argsort(table[:, :3] @ LIGHTNESS, kind="stable")
    ranks = np.argsort(order)[index].reshape(pixels.shape[:2]).astype(np.uint8)
    return _on_palette(ranks, table[order])


def grey(values: np.ndarray) -> bytes:
    """Values [y, x] of 255 as a picture in shades of grey."""
    return _saved(Image.fromarray(values))


def _on_palette(index: np.ndarray, table: np.ndarray) -> bytes:
    """Rows [y, x] of a table of colours. Pillow writes them as they are; where neighbours differ
    little, differences are smaller, as it writes greys: then these, under another header.
    """
    flat, colours = Image.fromarray(index), table[:, :3].tobytes()
    flat.putpalette(list(colours))
    clear = None if (table[:, 3] == 255).all() else table[:, 3].tobytes()
    plain = _saved(flat, **({} if clear is None else {"transparency": clear}))
    shades = grey(index)
    header = shades[16:25] + b"\x03" + shades[26:29]  # 3: numbers of a palette
    more = _chunk(b"PLTE", colours) + (b"" if clear is None else _chunk(b"tRNS", clear))
    stepped = shades[:8] + _chunk(b"IHDR", header) + more + shades[33:]
    return min(plain, stepped, key=len)


def _chunk(kind: bytes, data: bytes) -> bytes:
    """A part of a PNG file."""
    return len(data).to_bytes(4) + kind + data + crc32(kind + data).to_bytes(4)


def _saved(picture: Image.Image, **more: bytes) -> bytes:
    out = BytesIO()
    picture.save(out, "PNG", optimize=True, **more)
    return out.getvalue()


def packed(pixels: np.ndarray) -> np.ndarray:
    """One whole number [y, x] a pixel for its colour and opacity."""
    return np.ascontiguousarray(pixels).view("<u4")[..., 0]


def unpacked(colours: np.ndarray) -> np.ndarray:
    """Colours and opacity [colour, rgba] of such numbers."""
    return np.ascontiguousarray(colours.astype("<u4")).view(np.uint8).reshape(-1, 4)
