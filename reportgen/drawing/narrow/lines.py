"""Groups that stood side by side, in lines of a narrow room."""

from collections.abc import Sequence

from reportgen.drawing.narrow.atoms import Atom, box_of
from reportgen.drawing.narrow.stretches import covered

LEAST = 0.7  # of its width that a panel keeps beside others; below, it has a line of its own
MOST = 1.5  # times that a panel grows which is alone in its line
ALIKE = 1.1  # times that groups of small multiples may be wider than the narrowest
BETWEEN = 12  # CSS pixels at least between what stands side by side


def in_lines(groups: list[list[Atom]], room: float) -> list[list[list[Atom]]]:
    """Groups in lines of about as many each, in which panels keep enough of their width."""
    for count in range(len(groups), 0, -1):
        lines = [groups[i : i + count] for i in range(0, len(groups), count)]
        if count == 1 or all(scale_of(line, room) >= LEAST for line in lines):
            even = -(-len(groups) // len(lines))
            return [groups[i : i + even] for i in range(0, len(groups), even)]
    return [groups]


def scale_of(groups: Sequence[Sequence[Atom]], room: float) -> float:
    """How wide panels of a line become, as a share of what they were."""
    sizes = [widths(group) for group in groups]
    fixed = sum(f for _, f in sizes) + BETWEEN * (len(groups) - 1)
    flexible = sum(f for f, _ in sizes)
    if not flexible:
        return 1.0 if fixed <= room else 0.0
    return min((room - fixed) / flexible, MOST if len(groups) == 1 else 1.0)


def widths(group: Sequence[Atom]) -> tuple[float, float]:
    """Width of what can be squeezed, and of what stands around it."""
    box = box_of(group)
    flexible = sum(high - low for low, high in covered(group, across=False))
    return flexible, box.wide - flexible


def alike(groups: Sequence[Sequence[Atom]]) -> bool:
    """Are they several of one width, as small multiples are."""
    sizes = [widths(group)[0] for group in groups]
    return len(groups) > 2 and max(sizes) < ALIKE * min(sizes)


def with_panels(groups: list[list[Atom]]) -> list[list[Atom]]:
    """Groups that hold only words join the one before, or at the very left the one after."""
    joined: list[list[Atom]] = []
    waiting: list[Atom] = []
    for group in groups:
        if not any(atom.frames for atom in group):
            if joined:
                joined[-1] = [*joined[-1], *group]
            else:
                waiting += group
        else:
            joined.append([*waiting, *group])
            waiting = []
    return joined


def caption_width(group: Sequence[Atom]) -> float:
    """Width of the longest name of a panel, from the left edge of the group on."""
    left = box_of(group).left
    over = (p.box.right - left for atom in group for p in atom.pieces if p.over and p.bold)
    return max(over, default=0.0)
