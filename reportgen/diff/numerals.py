"""Words without their numbers: a sentence whose numbers alone changed says the same of another
measurement.
"""

import re

# a number as `measure.numbers.written` writes it, whichever side of its last digit it lies on
NUMERAL = re.compile(r"((under|over|below|above) )?[−-]?\d[\d.\u202f]*")
# what a threshold came to in a run, as in “under half of the baseline (41.7 %)”
_MEASURED = re.compile(r" \([−-]?\d[^()]*\)")


def without(text: str) -> str:
    """A text with a sign in place of each number."""
    return NUMERAL.sub("#", text)


def as_defined(text: str) -> str:
    """A threshold as its claim defines it, without what it came to in a run."""
    return _MEASURED.sub("", text)
