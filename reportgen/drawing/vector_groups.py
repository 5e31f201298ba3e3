"""What neighbours in a drawing have in common is said once, around them."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

Style = Mapping[str, str]  # attributes of an element, whatever else it says of itself
Drawn = tuple[Style, str]  # an element without its style
COLOURS = ("fill", "fill-opacity", "stroke", "stroke-opacity")  # what differs from cell to cell


def grouped(drawn: Sequence[Drawn]) -> Iterator[str]:
    """Elements in their order: in groups of one style but for colours, and in these in groups of
    one colour.
    """
    for shared, run in groupby(drawn, lambda one: _part(one[0], colours=False)):
        inner = [
            (colours, [element for _, element in same])
            for colours, same in groupby(run, lambda one: _part(one[0], colours=True))
        ]
        if len(inner) == 1:
            yield from _around(shared + inner[0][0], inner[0][1])
        else:
            lines = [line for colours, same in inner for line in _around(colours, same)]
            yield from [f"<g{shared}>", *lines, "</g>"] if shared else lines


def _part(style: Style, *, colours: bool) -> str:
    """Attributes that are colours, or all the others."""
    return "".join(f' {k}="{v}"' for k, v in style.items() if (k in COLOURS) == colours)


def _around(style: str, elements: Sequence[str]) -> list[str]:
    """Elements of one style, which a single one says itself; but not a clip, which would move and
    turn with it.
    """
    if not style:
        return list(elements)
    if len(elements) > 1 or " clip-path=" in style:
        return [f"<g{style}>", *elements, "</g>"]
    name, rest = elements[0][1:].split(" ", 1)
    return [f"<{name}{style} {rest}"]
