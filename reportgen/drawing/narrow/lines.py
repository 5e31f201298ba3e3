"""Groups that stood side by side, in lines of a narrow room."""

from collections.abc import Sequence
from itertools import combinations, pairwise

from reportgen.drawing.narrow.atoms import Atom, body_of, box_of
from reportgen.drawing.narrow.stretches import covered

LEAST = 0.7  # of its width that a panel keeps beside others; below, it has a line of its own
MOST = 1.5  # times that a panel grows which is alone in its line
ALIKE = 1.1  # times that groups of small multiples may be wider than the narrowest
AIR = 4  # CSS pixels by which one gap is wider than another where it looks so
BETWEEN = 12  # CSS pixels at least between what stands side by side


def in_lines(groups: list[list[Atom]], room: float) -> list[list[list[Atom]]]:
    """Groups in as few lines as let panels keep enough of their width: as many in each where they
    are alike, else broken where they stood farthest apart.
    """
    count = len(groups)
    for lines in range(1, count):
        chosen = (
            [_even(groups, lines)]
            if alike(groups)
            else [_broken(groups, at) for at in combinations(range(1, count), lines - 1)]
        )
        fitting = [each for each in chosen if all(_fits(line, room) for line in each)]
        if fitting:
            widest = max(map(_apart, fitting))
            best = [each for each in fitting if _apart(each) > widest - AIR]
            return min(best, key=lambda each: (max(map(len, each)), -_apart(each)))
    return [[group] for group in groups]


def _even(groups: list[list[Atom]], lines: int) -> list[list[list[Atom]]]:
    """Groups in so many lines, as many in each."""
    each = -(-len(groups) // lines)
    return _broken(groups, range(each, len(groups), each))


def _broken(groups: list[list[Atom]], at: Sequence[int]) -> list[list[list[Atom]]]:
    """Groups in lines that begin with these."""
    return [groups[a:b] for a, b in pairwise((0, *at, len(groups)))]


def _fits(line: list[list[Atom]], room: float) -> bool:
    """Do panels of a line keep enough of their width."""
    return len(line) == 1 or scale_of(line, room) >= LEAST


def _apart(lines: list[list[list[Atom]]]) -> float:
    """How far apart the groups stood between which lines are broken, in CSS pixels."""
    return sum(
        box_of(after[0]).left - box_of(before[-1]).right for before, after in pairwise(lines)
    )


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
    box = body_of(group)
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
