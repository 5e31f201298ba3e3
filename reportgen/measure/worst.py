"""The case in which a fact is worst, and on how many items that was seen."""

from collections.abc import Sequence

from reportgen.measure.fact import Fact
from reportgen.measure.numbers import written

Parts = Sequence[tuple[str, Fact]]


def worst_of(parts: Parts, called: str, *, better: str) -> dict[str, object]:
    """Details that name the worst of some cases, its value and on how many items it was measured;
    none where no case has a value.
    """
    known = [(name, part) for name, part in parts if part.value is not None]
    if not known:
        return {}
    value = lambda case: case[1].value or 0.0
    name, part = max(known, key=value) if better == "low" else min(known, key=value)
    return {
        called: name,
        f"{called}_text": part.text,
        f"{called}_n_text": written(part.n, "count"),
    }
