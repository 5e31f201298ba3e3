"""What the arrays of a run must be: each guard gives the words for what is wrong, the first thing
first, or none.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

PARAMETERS, HISTORY, KEPT = "parameters.", "history.", "kept."
LOSSES = ("train_loss", "validation_loss")  # of the history; by the second, seeds are compared


def steps_wrong(steps: np.ndarray | None) -> Iterator[str]:
    """Checkpoints come in order, each once."""
    if steps is None or steps.dtype != np.int64 or steps.ndim != 1 or not steps.size:
        yield "steps: wanted the step of each checkpoint, whole numbers in a row"
    elif steps[0] < 0 or (steps[1:] <= steps[:-1]).any():
        yield f"steps: got {_few(steps)}, wanted steps from 0 on, each after the one before"


def shape_wrong(
    name: str, values: np.ndarray, first: Sequence[int], axes: str, *, more: bool
) -> Iterator[str]:
    """A weight or a quantity begins with the same axes as every other one, and holds numbers."""
    if values.dtype not in (np.float32, np.float64):
        yield f"{name}: is of type {values.dtype}, wanted float32 or float64"
    elif values.shape[: len(first)] != tuple(first) or more and values.ndim == len(first):
        yield f"{name}: has the shape {list(values.shape)}, wanted {list(first)} first: {axes}"
    elif not values.size:
        yield f"{name}: has the shape {list(values.shape)}, which holds nothing"


def weights_wrong(
    parameters: Mapping[str, np.ndarray], seeds: Sequence[int], steps: np.ndarray
) -> Iterator[str]:
    """A weight [seed, checkpoint, ...] is a number."""
    for name, values in parameters.items():
        if not (finite := np.isfinite(values)).all():
            seed, checkpoint, *_ = np.argwhere(~finite)[0]
            yield (
                f"{name} of seed {seeds[seed]} at step {steps[checkpoint]} holds "
                f"{values[~finite][0]}, which is no number"
            )


def history_wrong(history: Mapping[str, np.ndarray]) -> Iterator[str]:
    """A loss is a number; another quantity is one, or NaN throughout where the task has nothing to
    measure it on.
    """
    for name, values in history.items():
        finite = np.isfinite(values)
        undefined = np.isnan(values).all() and not name.endswith(LOSSES)
        if not finite.all() and not undefined:
            yield f"the history of {name} holds {values[~finite][0]}, which is no number"


def names_wrong(
    parameters: Mapping[str, np.ndarray], shapes: Mapping[str, tuple[int, ...]], axes: int
) -> Iterator[str]:
    """Weights have the names and, behind some axes, the shapes that a configuration asks for."""
    for name in shapes.keys() - parameters.keys():
        yield f"{name} is missing"
    for name, values in parameters.items():
        if name not in shapes:
            yield f"{name!r} is no weight of such a network"
        elif values.shape[axes:] != shapes[name]:
            yield f"{name}: has the shape {list(values.shape[axes:])}, wanted {list(shapes[name])}"


def _few(steps: np.ndarray) -> str:
    """The first steps and the last one."""
    said = [str(step) for step in steps]
    return ", ".join(said if len(said) < 5 else [*said[:3], "...", said[-1]])
