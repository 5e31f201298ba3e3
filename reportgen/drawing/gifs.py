"""A film as a GIF, written while it is drawn: colours chosen once, and of each frame only the pixels that others see change."""

from collections.abc import Iterator, Sequence
from io import BytesIO
from struct import pack

import numpy as np
from PIL import Image

from reportgen.errors import FigureError

GIF_BYTES = 4_000_000
GIF_WIDTH = 640  # pixels
SMALLER = (
    (640, 72),
    (520, 96),
    (400, 64),
    (320, 32),
)  # width in pixels and colours of one that is too large; every frame is kept
SAMPLES = 9  # frames from which the colours are chosen
FLAT = 48  # most common colours, kept exactly
CLOSE = 6  # of 255 in red, green and blue: a colour that changes by less than this stays
CLEAR = 255  # number of the colour that leaves a pixel as it was
_LOOP = b"!\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00"


def sampled(frames: int) -> list[int]:
    """Places of the frames from which colours are chosen: the first, the last, and some between."""
    return sorted({round(i * (frames - 1) / (SAMPLES - 1)) for i in range(SAMPLES)})


def halved(pixels: np.ndarray, width: int) -> np.ndarray:
    """Pixels [y, x, rgb and one more] as an image so wide; each of its colours is the mean of those it stands for."""
    height, whole = pixels.shape[:2]
    picture = Image.frombuffer(
        "RGBX", (whole, height), np.ascontiguousarray(pixels), "raw", "RGBX", 0, 1
    )
    if whole % width == 0:
        return np.asarray(picture.reduce(whole // width))
    return np.asarray(
        picture.resize((width, round(height * width / whole)), Image.Resampling.LANCZOS)
    )


class Palette:
    """Up to `count` colours for small pictures [y, x, rgb and one more]: the most common ones exactly, the others so that no gradient has far to go."""

    def __init__(self, pictures: Sequence[np.ndarray], count: int = CLEAR) -> None:
        seen, place, counts = np.unique(
            np.concatenate([_packed(p[::2, ::2]).ravel() for p in pictures]),
            return_inverse=True,
            return_counts=True,
        )
        common = np.argsort(-counts, kind="stable")[: min(FLAT, count // 2)]
        rest = np.ones(len(seen), bool)
        rest[common] = False
        flat, between = seen[common], seen[place[rest[place]]]
        self.colours = np.concatenate([_unpacked(flat), _spread(between, count - len(flat))])
        # the nearest colour to the middle of each cell of colours that agree in their first six bits
        bits = np.arange(1 << 18, dtype=np.uint32)
        cells = np.stack([(bits >> shift & 63) * 4 + 2 for shift in (0, 6, 12)], -1).astype(
            np.uint8
        )
        self._nearest = (
            np.asarray(
                Image.fromarray(cells.reshape(512, 512, 3)).quantize(
                    palette=_as_palette(self.colours), dither=Image.Dither.NONE
                )
            )
            .ravel()
            .copy()
        )
        for i in reversed(range(len(flat))):  # the more common of two in one cell counts
            self._nearest[_cell(flat[i])] = i
        apart = np.abs(self.colours[:, None].astype(np.int16) - self.colours).max(-1)
        alike = apart < CLOSE
        alike[:, : len(flat)] = False  # what becomes paper is paper
        np.fill_diagonal(alike, True)
        self._alike = np.zeros((256, 256), bool)
        self._alike[: len(alike), : len(alike)] = alike

    def numbers(self, picture: np.ndarray) -> np.ndarray:
        """Number of the colour [y, x] for each pixel."""
        return self._nearest.take(_cell(_packed(picture)))

    def differ(self, shown: np.ndarray, now: np.ndarray) -> np.ndarray:
        """Where a reader would see a colour change to another."""
        return ~self._alike.ravel().take(shown.astype(np.uint16) << 8 | now)


class Gif:
    """A GIF that repeats for ever, frame by frame; `bytes()` when all are in."""

    def __init__(self, palette: Palette) -> None:
        self.palette, self.out = palette, BytesIO()
        self.shown: np.ndarray | None = None

    def add(self, picture: np.ndarray, hundredths: int) -> None:
        """One more frame [y, x, rgb and one more], for so many hundredths of a second."""
        now = self.palette.numbers(picture)
        if self.shown is None:
            self._begin(now.shape)
            self.shown = np.full_like(now, CLEAR)
        changed = self.palette.differ(self.shown, now)
        rows, columns = np.flatnonzero(changed.any(1)), np.flatnonzero(changed.any(0))
        box = (
            (slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1))
            if len(rows)
            else (slice(1), slice(1))
        )
        part = np.where(changed[box], now[box], np.uint8(CLEAR))
        np.copyto(self.shown, now, where=changed)
        height, width = part.shape
        self.out.write(
            b"!\xf9\x04\x05" + pack("<HB", hundredths, CLEAR) + b"\0"
        )  # what is there stays, one colour is none
        self.out.write(
            b"," + pack("<4H", box[1].start or 0, box[0].start or 0, width, height) + b"\0\x08"
        )
        self.out.write(
            Image.frombytes("P", (width, height), part.tobytes()).tobytes("gif", "P") + b"\0"
        )

    def _begin(self, shape: tuple[int, ...]) -> None:
        table = np.zeros((256, 3), np.uint8)
        table[: len(self.palette.colours)] = self.palette.colours
        self.out.write(
            b"GIF89a" + pack("<2H", shape[1], shape[0]) + b"\xf7\0\0" + table.tobytes() + _LOOP
        )

    def bytes(self) -> bytes:
        """The whole file."""
        return self.out.getvalue() + b";"


def fitting(gif: bytes, name: str, limit: int = GIF_BYTES) -> bytes:
    """This GIF, or the first of `SMALLER` that has at most so many bytes."""
    tried = gif
    for width, colours in SMALLER:
        if len(tried) <= limit:
            return tried
        tried = again(gif, width, colours)
    if len(tried) <= limit:
        return tried
    raise FigureError(
        f"{name}: {len(tried):,} bytes at {width} px and {colours} colours, allowed: {limit:,}; draw less that moves, or keep fewer checkpoints"
    )


def again(gif: bytes, width: int, colours: int) -> bytes:
    """The same frames in another width and with fewer colours."""
    with Image.open(BytesIO(gif)) as picture:
        chosen = set(sampled(getattr(picture, "n_frames", 1)))
    palette = Palette(
        [frame for i, (frame, _) in enumerate(_frames(gif, width)) if i in chosen], colours
    )
    out = Gif(palette)
    for frame, hundredths in _frames(gif, width):
        out.add(frame, hundredths)
    return out.bytes()


def _frames(gif: bytes, width: int) -> Iterator[tuple[np.ndarray, int]]:
    """Its frames so wide, and the hundredths of a second that each is seen."""
    with Image.open(BytesIO(gif)) as picture:
        for i in range(getattr(picture, "n_frames", 1)):
            picture.seek(i)
            yield (
                halved(np.asarray(picture.convert("RGBA")), width),
                round(picture.info["duration"] / 10),
            )


def _packed(picture: np.ndarray) -> np.ndarray:
    """One whole number a pixel for its red, green and blue."""
    return np.ascontiguousarray(picture).view("<u4")[..., 0] & 0xFFFFFF


def _unpacked(colours: np.ndarray) -> np.ndarray:
    """Red, green and blue [colour, 3] of such numbers."""
    return np.ascontiguousarray(colours, "<u4").view(np.uint8).reshape(-1, 4)[:, :3]


def _cell(packed: np.ndarray) -> np.ndarray:
    """The first six bits of red, green and blue as one number."""
    return packed >> 2 & 0x3F | packed >> 4 & 0xFC0 | packed >> 6 & 0x3F000


def _spread(packed: np.ndarray, count: int) -> np.ndarray:
    """Red, green and blue of up to `count` colours that stand for these."""
    if not len(packed):
        return np.zeros((0, 3), np.uint8)
    few = Image.fromarray(_unpacked(packed[:: max(1, len(packed) // 50_000)])[None]).quantize(
        count, method=Image.Quantize.MAXCOVERAGE, kmeans=1
    )
    return np.array(few.getpalette() or [], np.uint8).reshape(-1, 3)[:count]


def _as_palette(colours: np.ndarray) -> Image.Image:
    image = Image.new("P", (1, 1))
    image.putpalette(colours.ravel().tolist())
    return image
