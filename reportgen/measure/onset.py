"""When a thing begins and stays: the first checkpoint of several in a row."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from reportgen.core.study import Study
from reportgen.measure.fact import Fact, absent
from reportgen.measure.numbers import written

STAYS = 3  # checkpoints in a row that make an onset
TOO_FEW = f"there are fewer than {STAYS} checkpoints, too few to see that something stays"


def onset(study: Study, past: np.ndarray, never: str = "never", *, exhaustive: bool = True) -> Fact:
    """The first checkpoint from which `past` [checkpoint] holds three times in a row, as a fact,
    `exhaustive` where everything there is was evaluated at each of them.

    The details say whether it holds from there to the end, and else when it is first lost again.
    With fewer checkpoints there is nothing to be measured.
    """
    if len(past) < STAYS:
        return absent(TOO_FEW)
    runs = np.lib.stride_tricks.sliding_window_view(past, STAYS).all(1)
    step, words = None, never
    more = dict[str, object]()
    if runs.any():
        first = int(runs.argmax())
        step, words, lost = float(study.run.steps[first]), "", ~np.asarray(past)[first:]
        more = dict(checkpoint=first, stays=not lost.any(), ends_past=bool(past[-1]))
        if lost.any():
            more["lost_text"] = written(float(study.run.steps[first + lost.argmax()]), "step")
    of, n = "checkpoints", len(past)
    return Fact(step, "step", n, of, exhaustive=exhaustive, words=words, details=more)


def afterwards(found: Fact) -> str:
    """What a picture says beside an onset: nothing where it holds to the end or there is none."""
    return "" if found.details.get("stays", True) else ", lost again"


def settled(study: Study, name: str, past: Callable[[np.ndarray], np.ndarray]) -> Fact:
    """The same of a quantity of the history, which may have had nothing to be measured on."""
    if not study.run.defined(name):
        return absent("no position of a validation window asks for it")
    return onset(study, past(study.history(name)))


def halfway(study: Study, values: np.ndarray, *, falls: bool = False) -> Fact:
    """The first checkpoint from which values [checkpoint] are past the middle between where they
    begin and the best they reach, three times in a row: the same share of its own range for
    whatever is compared by when it comes.
    """
    best = values.min() if falls else values.max()
    middle = (values[0] + best) / 2
    found = onset(study, values < middle if falls else values > middle)
    return replace(found, details={**found.details, "middle": float(middle)})
