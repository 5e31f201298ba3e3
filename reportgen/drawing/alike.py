"""Panels that look the same are one panel."""

from collections.abc import Sequence

import numpy as np

from reportgen.drawing.canvas import width_of

ALIKE = 0.05  # of a probability: maps that differ by less anywhere look the same


def alike(maps: np.ndarray, tolerance: float = ALIKE) -> tuple[tuple[int, ...], ...]:
    """Groups of maps [..., map], in the order of their first ones, in which no two differ by as
    much as the tolerance anywhere.
    """
    groups: list[list[int]] = []
    ends: list[tuple[np.ndarray, np.ndarray]] = []  # the least and the most of each group
    for i in range(maps.shape[-1]):
        one = maps[..., i]
        for k, (least, most) in enumerate(ends):
            low, high = np.minimum(least, one), np.maximum(most, one)
            if float((high - low).max(initial=0.0)) < tolerance:
                groups[k].append(i)
                ends[k] = low, high
                break
        else:
            groups.append([i])
            ends.append((one, one))
    return tuple(tuple(group) for group in groups)


def wrapped(words: Sequence[str], room: float, last: float, size: float) -> list[str]:
    """Words in bold lines that fit into a room of so many CSS pixels, the last one into `last`; a
    word that fits nowhere has a line of its own.
    """

    def fits(line: str, width: float) -> bool:
        return width_of(line, size, "bold") <= width

    lines: list[str] = []
    line = ""
    for word in words:
        longer = f"{line} {word}".strip()
        if line and not fits(longer, room):
            lines, line = [*lines, line], word
        else:
            line = longer
    if not fits(line, last) and " " in line:
        head, _, tail = line.rpartition(" ")
        lines, line = [*lines, head], tail
    return [*lines, line]
