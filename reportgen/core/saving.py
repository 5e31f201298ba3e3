"""When a training under way is saved, and how it goes on from there."""

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from reportgen.core.config import Config
from reportgen.core.gradient.stack import Stack
from reportgen.core.model import Params
from reportgen.core.runs.unfinished import Unfinished
from reportgen.errors import RunError

# seconds between two savings of a training under way, or twenty times what saving takes
SAVED_EVERY = 2.0


def unsaid(message: str) -> None:
    """A remark made to nobody."""


class Saving:
    """When a training under way is saved, and where it goes on."""

    def __init__(self, path: Path | None = None, say: Callable[[str], None] = unsaid) -> None:
        self.path, self.say = path, say
        self.wait, self.last = SAVED_EVERY, time.monotonic()

    def due(self) -> bool:
        """Has enough time passed since the last saving."""
        return self.path is not None and time.monotonic() - self.last >= self.wait

    def save(self, make: Callable[[], Unfinished]) -> None:
        """Save a state; where that fails, the training goes on unsaved."""
        if self.path is not None:
            begun = time.monotonic()
            try:
                make().save(self.path)
            except OSError as error:
                self.say(
                    f"{self.path}: the training under way cannot be saved ({error.strerror}); it"
                    " goes on, but a kill would lose it"
                )
                self.path = None
            self.last = time.monotonic()
            self.wait = max(SAVED_EVERY, 20 * (self.last - begun))

    def found(self, config: Config, seeds: tuple[int, ...], networks: int) -> Unfinished | None:
        """The state that was saved last, if it is of this very training."""
        try:
            state = (
                Unfinished.load(self.path) if self.path is not None and self.path.exists() else None
            )
        except (RunError, OSError) as error:
            self.say(f"{str(error).partition(';')[0]}; the training begins again")
            return None
        mine = state and state.of(config.told(), seeds, config.shapes, networks)
        return state if mine else None


def state_of(
    config: Config,
    seeds: tuple[int, ...],
    step: int,
    steps: list[int],
    kept: list[Params],
    networks: Stack,
    memory: Params,
) -> Unfinished:
    """All from which this training can go on."""
    remembered = {key: value.numpy() for key, value in memory.items()}
    stacked = {name: torch.stack([k[name] for k in kept]).numpy() for name in networks.p}
    return Unfinished(
        config.told(), seeds, step, np.array(steps), stacked, networks.vector.numpy(), remembered
    )


def resume(state: Unfinished, networks: Stack, memory: Params) -> list[Params]:
    """Put weights and the optimiser's memory where they were; the parameters [network, ...] at
    each checkpoint reached.
    """
    # in torch's own memory, aligned as it was: the same sums in the same order
    own: Callable[[np.ndarray], torch.Tensor] = lambda value: torch.from_numpy(value).clone()
    with torch.no_grad():
        networks.vector.copy_(torch.from_numpy(state.now))
    memory.update({key: own(value) for key, value in state.optimiser.items()})
    return [
        {name: own(values[i]) for name, values in state.kept.items()}
        for i in range(len(state.steps))
    ]
