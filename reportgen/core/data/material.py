"""What every kind of data offers to training and to a study."""

import abc
import inspect
from typing import ClassVar, Protocol, runtime_checkable

import numpy as np
from jaxtyping import Int

from reportgen.core.config import Config
from reportgen.errors import UsageError

BESIDE = (  # what the history of networks trained on other data begins with (`Material.beside`)
    "beside_"
)
TEXT, HOLDOUT, PHASE, BATCHES, GENERATION, RESAMPLING, VALIDATION = range(
    7
)  # independent random streams of one data seed


def stream(seed: int, *purpose: int) -> np.random.Generator:
    """A random generator of its own for each purpose."""
    return np.random.default_rng([seed, *purpose])


@runtime_checkable
class Followed(Protocol):
    """Sequences that pages and figures follow step by step."""

    def __len__(self) -> int:
        """How many there are."""

    @property
    def inputs(self) -> Int[np.ndarray, "sequence position"]:
        """What the model reads."""

    @property
    def targets(self) -> Int[np.ndarray, "sequence position"]:
        """What comes next."""


class Material(abc.ABC):
    """Everything drawn for one configuration, the same for every training seed."""

    @abc.abstractmethod
    def batches(
        self, config: Config, seed: int, first: int, count: int
    ) -> Int[np.ndarray, "step batch _"]:
        """What one network is trained on at `count` steps from `first` on: rows of n_ctx + 1 token
        ids.

        The same step always has the same batch, however steps are asked for.
        """

    @property
    def first_scored(self) -> int:
        """The input position from which on the next token counts in the loss."""
        return 0

    @property
    def beside(self) -> "Material | None":
        """Other data that the same seeds are trained on as well, to compare how they do; None for
        most kinds.
        """
        return None

    @property
    def everything(self) -> bool:
        """Is what is evaluated everything that the data can produce, so that none is held out."""
        return False

    # activations that are recorded where all that is evaluated is traced; None: any, as it is asked
    # for
    kept: ClassVar[tuple[str, ...] | None] = None

    # does each row begin where a sequence of the rule begins; then rows are tried against it
    whole_sequences: ClassVar[bool] = True

    @property
    @abc.abstractmethod
    def evaluated(self) -> Int[np.ndarray, "sequence position"]:
        """What a study traces as a whole: inputs that chose nothing."""

    @abc.abstractmethod
    def demonstrations(self, count: int) -> Followed:
        """The few sequences that pages and figures follow; chosen by rule before any network was
        seen.
        """

    def follow(self, config: Config, tokens: Int[np.ndarray, "sequence position"]) -> Followed:
        """Sequences of a reader's own, of one length and not longer than the network reads, as
        figures follow the demonstrations.

        UsageError where this kind of data has no such sequence, or nothing to say of any.
        """
        raise UsageError(
            f"figures of {config.name} cannot be drawn of a sequence of your own:"
            f" {type(self).__name__} has no method `follow` ({inspect.getfile(type(self))}); leave"
            " tokens out"
        )
