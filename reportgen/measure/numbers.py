"""How a number is written, and whether it is one: NaN and infinity are no results."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from math import ceil, floor, isfinite

from reportgen.errors import ClaimError

# Errors and other rates are percentages ("1.3 %"), differences of two of them are percentage points
# ("1.3"), what is divided up (attention, probability, variance) are shares ("0.984").
DIGITS = {
    "share": 3,
    "percent": 1,
    "points": 1,
    "of": 1,
    "nats": 3,
    "step": 0,
    "count": 0,
    "logits": 2,
    "distance": 2,
    "ratio": 2,
    "degrees": 0,
}
UNITS = {
    "nats": "nats",
    "logits": "logits",
    "degrees": "degrees",
    "points": "percentage points",
}  # units that a reader has to be told
ASTRONOMIC = 1e15  # counts from here on are written as powers of ten
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
MOST_MORE = 4  # digits beyond those of its unit in which the ends of an interval may differ
THIN = "\u202f"  # a thin space at which no line is broken
ROUNDING = 1e-9  # a sum of shares may miss 1 by so much


class NotFinite(ClaimError):
    """A number was to be written that is none."""


def written(value: float, unit: str, more: int = 0) -> str:
    """A number in the digits its unit deserves, and so many more, with a true minus sign and thin
    spaces between thousands.

    Nearly none or all is not written as none or all. NotFinite for NaN and infinity.
    """
    if not isfinite(value):
        raise NotFinite(f"a number to be written: {value}")
    digits, times = DIGITS[unit] + more, 100 if unit in ("percent", "points", "of") else 1
    least = 10.0**-digits
    if unit in ("share", "percent", "points", "of") and 0 < abs(value * times) < least / 2:
        text = f"under {least:.{digits}f}"
    elif (
        unit in ("share", "percent", "of") and times - least / 2 < value * times < times - ROUNDING
    ):
        text = f"over {times - least:.{digits}f}"
    elif digits == 0 and abs(value) >= ASTRONOMIC:
        tenths, power = f"{value:.1e}".split("e+")
        text = f"{tenths} × 10{power.translate(RAISED)}"
    else:
        text = grouped(round(value * times, digits) + 0, f".{digits}f").replace("-", "−")
    if unit == "step":
        return f"step {text}"
    return f"{text} %" if unit in ("percent", "of") else text


def grouped(value: float, digits: str = "") -> str:
    """A number with thin spaces between thousands, on pages and in pictures; `digits` is how it is
    formatted otherwise, such as ".1f".
    """
    return f"{value:,{digits}}".replace(",", THIN)


def at_step(step: int) -> str:
    """When a checkpoint is from, in words: the first one that a run kept need not be untrained."""
    return "before training" if step == 0 else f"at {written(step, 'step')}"


def thin_spaced(words: str) -> str:
    """Words in which commas between thousands are thin spaces, as on the rest of a page."""
    return re.sub(r"(?<=\d),(?=\d{3}(?!\d))", THIN, words)


def interval_written(low: float, high: float, unit: str) -> str:
    """Both ends of an interval, in as many more digits as it takes to tell them apart: what has a
    width is not written as if it had none. If these are not enough beside none or all, one bound
    for both, "below 0.0000001".
    """
    unit, most = "percent" if unit == "of" else unit, MOST_MORE if low != high else 0
    ends: Callable[[int], tuple[str, str]] = lambda more: (
        written(low, unit, more),
        written(high, unit, more),
    )
    told = (pair for pair in map(ends, range(most + 1)) if _apart(*pair))
    pair = next(told, None)
    if pair is None and (bound := _one_bound(low, high, unit, most)):
        return bound
    return " to ".join(pair or ends(0))


def _apart(low: str, high: str) -> bool:
    """Do the written ends of an interval say more than one bound: not "under 0.1 to 0.1"."""
    return low != high and low != f"under {high}" and high != f"over {low}"


def _one_bound(low: float, high: float, unit: str, more: int) -> str:
    """What both ends lie below or above, if one of them is nearly none or all; else empty."""
    least = 10.0 ** -(DIGITS[unit] + more) / (100 if unit in ("percent", "points") else 1)
    if low > 0 and written(low, unit, more).startswith("under"):
        return f"below {written((floor(high / least) + 1) * least, unit, more)}"
    if written(high, unit, more).startswith("over"):
        return f"above {written((ceil(low / least) - 1) * least, unit, more)}"
    return ""


def rule_of_three(value: float, low: float, high: float, unit: str, clusters: int) -> str:
    """The interval after none or all of some items; empty where there are too few sequences to
    bound anything.
    """
    if high - low >= 1:
        return ""
    bound = f"at most {written(high, unit)}" if value == 0 else f"at least {written(low, unit)}"
    return f"{bound} (rule of three over {written(clusters, 'count')} sequences)"


def scale_of(known: Sequence[float], unit: str) -> tuple[float, float]:
    """Where a scale that shows these numbers begins and ends."""
    if unit in ("share", "percent", "of"):
        return 0.0, 1.0
    if not known or unit in ("step", "count", "points"):
        return -1.0 if min([*known, 0]) < 0 else 0.0, float(max([*known, 1]))
    room = 0.1 * (max(known) - min(known)) or 0.1 * abs(known[0]) or 1.0
    return min(known) - room, max(known) + room


def not_finite(value: object) -> str:
    """Where in a fact a number is none, "value: nan" or "parts, answer 4, value: inf"; empty where
    all are finite.
    """
    *path, number = _path(value) or ("",)
    return f"{', '.join(path)}: {number}" if number else ""


def _path(value: object) -> tuple[str, ...]:
    if isinstance(value, float):
        return () if isfinite(value) else (str(float(value)),)
    if isinstance(value, Mapping):
        inner = list(value.items())
    elif is_dataclass(value):
        inner = [(field.name, getattr(value, field.name)) for field in fields(value)]
    elif isinstance(value, (list, tuple)):
        inner = [item if _named(item) else ("", item) for item in value]
    else:
        return ()
    return next(
        (tuple(filter(None, (str(name), *path))) for name, item in inner if (path := _path(item))),
        (),
    )


def _named(item: object) -> bool:
    """Is it a part: a name and what has it."""
    return isinstance(item, tuple) and len(item) == 2 and isinstance(item[0], str)
