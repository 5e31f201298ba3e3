"""Rule, run, step and demonstrations, with everything that is traced once and read often: all that facts and figures may see."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Self, TypeVar

import numpy as np

from reportgen.core.config import Config
from reportgen.core.runs import Run
from reportgen.core.shared import Shared
from reportgen.core.trace import (
    Trace,
    Weights,
    trace,
)
from reportgen.rules.base import Rule
from reportgen.system import system_of

Made = TypeVar("Made")


@dataclass(frozen=True)
class Study:
    """One seed at one checkpoint. `at(step)` and `of_seed(i)` are the same study elsewhere; `showing(i)` turns to a demonstration."""

    shared: Shared
    seed: int  # index into run.seeds
    checkpoint: int  # index into run.steps
    demonstration: int = 0  # which demonstration a figure of one sequence shows
    called: tuple[str, ...] | None = (
        None  # what tokens are called where they have to be short; None: as the rule writes them
    )

    @classmethod
    def of(cls, config: Config, run: Run, step: int | None = None) -> Self:
        """The displayed seed of a run at a step, by default the last one."""
        return cls(
            Shared(config, run),
            run.shown,
            len(run.steps) - 1 if step is None else run.checkpoint(step),
        )

    def at(self, step: int) -> Self:
        """The same seed at another checkpoint; RunError for a step that is none."""
        return replace(self, checkpoint=self.run.checkpoint(step))

    def of_seed(self, index: int) -> Self:
        """Another seed at the same checkpoint."""
        return replace(self, seed=index)

    def showing(self, demonstration: int) -> Self:
        """The same study with another demonstration in view."""
        return replace(self, demonstration=demonstration)

    def calling(self, names: tuple[str, ...]) -> Self:
        """The same study with other names for its tokens, in the order of ids, and with all that it has traced."""
        study, named = replace(self, called=names), ("called", "classes")
        vars(study).update({k: v for k, v in vars(self).items() if k not in named})
        return study

    @property
    def config(self) -> Config:
        """The configuration."""
        return self.shared.config

    @property
    def rule(self) -> Rule:
        """The rule."""
        return self.config.rule

    @property
    def run(self) -> Run:
        """All seeds and checkpoints."""
        return self.shared.run

    @property
    def step(self) -> int:
        """The training step of this checkpoint."""
        return int(self.run.steps[self.checkpoint])

    @property
    def data(self) -> Any:
        """The data (`data.material.Material`), the same for all seeds and checkpoints."""
        return self.shared.data

    @property
    def demonstrations(self) -> Any:
        """The demonstration sequences, chosen by rule before any network was seen (`Material.demonstrations`)."""
        return self.shared.demonstrations

    def once(self, name: str, make: Callable[[], Made]) -> Made:
        """What `make` gives for this seed and checkpoint, made at most once for all facts and figures that ask for it by this name."""
        place = name, self.seed, self.checkpoint
        if place not in self.shared.kept:
            self.shared.kept[place] = make()
        made: Made = self.shared.kept[place]
        return made

    def forget(self) -> None:
        """Let go of what was traced and made for this seed and checkpoint; whoever asks for it again makes it again."""
        self.__dict__.pop("holdout", None)
        for place in [
            place for place in self.shared.kept if place[1:] == (self.seed, self.checkpoint)
        ]:
            del self.shared.kept[place]

    @property
    def tokens(self) -> tuple[str, ...]:
        """What is written for each token id."""
        return self.called or self.rule.tokens.names

    @cached_property
    def classes(self) -> Mapping[str, str]:
        """Token class ("even", "odd", "trigger") of each written token, in the order of ids."""
        return {
            name: self.rule.classes[token] for name, token in zip(self.tokens, self.rule.vocabulary)
        }

    @cached_property
    def weights(self) -> Weights:
        """The weights of this checkpoint, float64, named and laid out as in `reportgen.core.model`."""
        return self.run.weights(self.seed, self.checkpoint)

    def history(self, name: str) -> np.ndarray:
        """One quantity of `judge.HISTORY` over all checkpoints of this seed."""
        return self.run.history[name][self.seed].astype(float)

    @cached_property
    def trace(self) -> Trace:
        """The demonstrations at this checkpoint; arrays begin with the sequence axis."""
        return self.shared.film(self.seed).at(self.checkpoint)

    @cached_property
    def holdout(self) -> Trace:
        """Everything that is judged (`Material.judged`) at this checkpoint; arrays begin with the sequence axis."""
        return self.trace_of(self.data.judged, keep=self.data.kept)

    def trace_of(self, tokens: np.ndarray, *, keep: Collection[str] | None = None) -> Trace:
        """Any sequences of token ids [sequence, position] at this checkpoint; arrays begin with the sequence axis. `keep` says which are wanted, None all."""
        return trace(
            self.config.model,
            {name: w[None] for name, w in self.weights.items()},
            tokens,
            keep=keep,
        ).at(0)


def study_of(config: Config, run: Run, step: int | None = None) -> Any:
    """A run as its system sees it: the displayed seed at a step, by default the last one."""
    return system_of(config).study().of(config, run, step)
