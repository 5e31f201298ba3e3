"""What only drawing the data can tell of a configuration: is there anything that pages can show."""

from collections.abc import Iterator
from dataclasses import replace

from reportgen.core.config import Config
from reportgen.core.data.misfits import one_group
from reportgen.system import Problem
from reportgen.systems.sequence_rules.config import data_config
from reportgen.systems.sequence_rules.data import Dataset, draw
from reportgen.systems.sequence_rules.followed import fit

ENOUGH = 500  # held-out sequences; what none of so many shows, more of them hardly will
TRIED = 6  # other lengths of a context, the nearest ones, that may be offered instead


def misfits(config: Config, data: Dataset) -> Iterator[Problem]:
    """Windows of sequences: is there one to follow, and are there others to compare it with."""
    told = data_config(config)
    able, count = len(fit(data.holdout_windows)), config.report.demonstrations
    if not able and told.holdout < ENOUGH and _shows(_with(config, "data", holdout=ENOUGH)):
        yield (
            ("data", "holdout"),
            (
                f"data.holdout: got {told.holdout}: {_reason(data)}; raise it, with {ENOUGH} "
                "there is one"
            ),
        )
    elif not able:
        words = f"{_reason(data)}, with sequences of data.length {list(told.length)}"
        yield (
            ("model", "n_ctx"),
            f"model.n_ctx: got {config.model.n_ctx}: {words}; {_way_on(config, data)}",
        )
    elif able < count:
        yield (
            ("report", "demonstrations"),
            (
                f"report.demonstrations: got {count}: only {able} of {len(data.holdout_windows)}"
                " held-out windows can be followed: different ones that end with a visible answer,"
                " hold another, and none that lies before them; lower it, or raise data.holdout"
            ),
        )
    elif one_group(data.holdout_windows.sequence):
        yield (
            ("data", "holdout"),
            (
                f"data.holdout: got {told.holdout}: more than half of the windows are of one "
                "sequence, and some facts set each beside one of another; raise it"
            ),
        )
    elif not data.validation_windows.visible.any():
        yield (
            ("data", "validation"),
            (
                f"data.validation: got {told.validation:g}: none of its "
                f"{len(data.validation_windows)} windows holds a visible answer; raise it, or "
                "data.sequences"
            ),
        )


def _reason(data: Dataset) -> str:
    """Why no held-out window can be followed."""
    windows, tells = data.holdout_windows, data.holdout_windows.visible[:, -1]
    if not windows.constrained[:, -1].any():
        return "no window ends where the rule decides the next token"
    if not tells.any():
        return "no window that ends where the rule decides the next token tells which it is"
    if not (windows.visible[tells].sum(1) >= 2).any():
        return "no window that ends with a visible answer holds another"
    return "every window that ends with a visible answer has one that lies before it"


def _way_on(config: Config, data: Dataset) -> str:
    """Another context, or other sequences, with which there is a window to follow."""
    constrained = data.automaton.constrained[data.holdout.states] & (data.holdout.tokens >= 0)
    decided = constrained.any(0)  # [position in a sequence]
    (shortest, longest), stride = data_config(config).length, data_config(config).window_stride
    n_ctx = config.model.n_ctx
    able = [
        n for n in range(2, shortest) if any(decided[s + n] for s in range(0, longest - n, stride))
    ]
    nearest = sorted(able, key=lambda n: abs(n - n_ctx))[:TRIED]
    if others := sorted(n for n in nearest if _shows(_with(config, "model", n_ctx=n))):
        return f"allowed: one of {', '.join(map(str, others))}"
    whole = (n_ctx + 1, n_ctx + 1)
    if _shows(_with(config, "data", length=whole)):
        return f"set data.length to {list(whole)}, so that each window is a whole sequence"
    return "change data.length too, or choose a rule whose answers lie nearer"


def _with(config: Config, section: str, **values: object) -> Config:
    return replace(config, **{section: getattr(config, section).model_copy(update=values)})


def _shows(config: Config) -> bool:
    """Is there a held-out window that can be followed."""
    return len(fit(draw(config).holdout_windows)) > 0
