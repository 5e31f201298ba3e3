"""What a head would find that always looks at the same distance or at the same position."""

import numpy as np

from reportgen.measure.numbers import written
from reportgen.systems.sequence_rules.facts.answers import steps_back
from reportgen.systems.sequence_rules.windows import Windows


def fixed_habit(windows: Windows, alone: float) -> dict[str, object]:
    """The best fixed habit over all positions with the answer in view: its share of them, what it
    is, and the middle between it and all of them.

    Where the answer always stands at the same distance or position the habit is the rule itself,
    and the line is `alone`.
    """
    held = windows.held
    if not held.any():
        return {}
    found = [
        *(
            (float(windows.mean(windows.lag == lag, held)), steps_back(int(lag)))
            for lag in np.unique(windows.lag[held])
        ),
        *(
            (float(windows.mean(windows.source == position, held)), f"at position {int(position)}")
            for position in np.unique(windows.source[held])
        ),
    ]
    share, what = max(found, key=lambda each: each[0])
    return dict(
        habit=share,
        habit_text=written(share, "share"),
        habit_is=what,
        half_way=(1 + share) / 2 if share < 1 else alone,
    )
