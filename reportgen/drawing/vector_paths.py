"""The outline of a path as SVG writes it: whole numbers of tenths of a pixel, in relative steps."""

import numpy as np
from matplotlib.path import Path
from matplotlib.transforms import Transform

FINE = 10  # units of the drawing in a CSS pixel


def outline(
    path: Path,
    transform: Transform,
    window: tuple[float, float, float, float] | None = None,
    simplify: bool = False,
) -> str:
    """The `d` of a path."""
    clean = path.cleaned(transform, remove_nans=True, clip=window, simplify=simplify, curves=True)
    return _steps(
        np.rint(np.asarray(clean.vertices).clip(-1e5, 1e5) * FINE).astype(int).tolist(),
        np.asarray(clean.codes).tolist(),
    )


def _steps(points: list[list[int]], codes: list[int]) -> str:
    """Whole-number points as the `d` of a path: where it starts, then from each point to the next;
    steps of no length are left out.
    """
    out: list[str] = []
    x = y = 0
    start, last, i = (0, 0), "", 0
    while i < len(codes) and codes[i] != Path.STOP:
        code, (px, py) = codes[i], points[i]
        if code == Path.MOVETO:
            out.append(f"M{px} {py}")
            x, y, start, last = px, py, (px, py), "M"
        elif code == Path.CLOSEPOLY:
            out.append("z")
            (x, y), last = start, "z"
        elif code == Path.LINETO:
            dx, dy = px - x, py - y
            # a line of no length is still a dot where ends are round
            if (
                dx
                or dy
                or (
                    last == "M"
                    and (i + 1 == len(codes) or codes[i + 1] in (Path.STOP, Path.MOVETO))
                )
            ):
                letter, numbers = (
                    ("v", (dy,)) if not dx else ("h", (dx,)) if not dy else ("l", (dx, dy))
                )
                out.append(_joined(letter, last, numbers))
                x, y, last = px, py, letter
        else:
            size, letter = (2, "q") if code == Path.CURVE3 else (3, "c")
            ends = points[i : i + size]
            out.append(_joined(letter, last, tuple(v for ex, ey in ends for v in (ex - x, ey - y))))
            (x, y), last = ends[-1], letter
            i += size - 1
        i += 1
    return "".join(out)


def _joined(letter: str, last: str, numbers: tuple[int, ...]) -> str:
    """A command, its letter left out after the same one; a minus sign needs no space before it."""
    words = "".join(f" {n}" if n >= 0 else str(n) for n in numbers)
    return words if letter == last else letter + words.lstrip(" ")
