"""Rule, run, step and demonstrations, with everything that is traced once and read often: all that
facts and figures may see.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, wraps
from typing import Concatenate, ParamSpec, Self, TypeVar

import numpy as np
from jaxtyping import Int

from reportgen.core.config import Config
from reportgen.core.data.material import Followed, Material
from reportgen.core.recording import Weights
from reportgen.core.runs import Run
from reportgen.core.scope import Key, Scope
from reportgen.core.shared import Shared
from reportgen.core.trace import Trace, trace
from reportgen.rules.base import Rule
from reportgen.system import system_of

Made = TypeVar("Made")
Seen = TypeVar("Seen", bound="Study")
Asked = ParamSpec("Asked")

CLASSES = Key[Mapping[str, str]]("token classes")


def held(
    function: Callable[Concatenate[Seen, Asked], Made],
) -> Callable[Concatenate[Seen, Asked], Made]:
    """A function of a study, and of plain values, that is computed once for its seed and checkpoint
    and then held.
    """
    key = Key[Made](f"{function.__module__}.{function.__qualname__}")

    @wraps(function)
    def once(study: Seen, /, *values: Asked.args, **named: Asked.kwargs) -> Made:
        return study.once(
            key.of(*values, *sorted(named.items())), lambda: function(study, *values, **named)
        )

    return once


@dataclass(frozen=True)
class Study:
    """One seed at one checkpoint. `at(step)` and `of_seed(i)` are the same study elsewhere;
    `showing(i)` turns to a demonstration.

    What is traced and made belongs to the scope of seed and checkpoint, which all studies of these
    two share. It is gone with the last of them, and at the end of a block: `with study.at(step) as
    there: ...`.
    """

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
        """The same study with other names for its tokens, in the order of ids."""
        return replace(self, called=names)

    def following(self, tokens: Int[np.ndarray, "sequence position"]) -> Self:
        """The same study, whose demonstrations are sequences of a reader's own (`Material.follow`);
        UsageError where there can be none of these.
        """
        own = self.data.follow(self.config, tokens)
        return replace(self, shared=self.shared.following(own), demonstration=0)

    @cached_property
    def scope(self) -> Scope:
        """What was traced and made for this seed and checkpoint."""
        return self.shared.scope_of(self.seed, self.checkpoint)

    def __enter__(self) -> Self:
        self.scope.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self.scope.__exit__(*error)

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
    def data(self) -> Material:
        """The data, the same for all seeds and checkpoints; each system's view says of which
        kind.
        """
        return self.shared.data

    @property
    def demonstrations(self) -> Followed:
        """The demonstration sequences, chosen by rule before any network was seen
        (`Material.demonstrations`).
        """
        return self.shared.demonstrations

    def once(self, key: Key[Made], make: Callable[[], Made]) -> Made:
        """What `make` gives for this seed and checkpoint, made at most once for all facts and
        figures that ask for it by this key.
        """
        return self.scope.once(key, make)

    @property
    def tokens(self) -> tuple[str, ...]:
        """What is written for each token id."""
        return self.called or self.rule.tokens.names

    @property
    def classes(self) -> Mapping[str, str]:
        """Token class ("even", "odd", "trigger") of each written token, in the order of ids."""
        rule, names = self.rule, self.tokens
        return self.once(
            CLASSES.of(self.called),
            lambda: {name: rule.classes[token] for name, token in zip(names, rule.vocabulary)},
        )

    @property
    @held
    def weights(self) -> Weights:
        """The weights of this checkpoint, float64, named and laid out as in
        `reportgen.core.model`.
        """
        return self.run.weights(self.seed, self.checkpoint)

    def history(self, name: str) -> np.ndarray:
        """One quantity of the system's `HISTORY` over all checkpoints of this seed."""
        return np.asarray(self.run.history[name][self.seed].astype(float))

    @property
    def trace(self) -> Trace:
        """The demonstrations at this checkpoint; arrays begin with the sequence axis."""
        return self.shared.film(self.seed).at(self.checkpoint)

    @property
    @held
    def holdout(self) -> Trace:
        """Everything that is evaluated (`Material.evaluated`) at this checkpoint; arrays begin with
        the sequence axis.
        """
        return self.trace_of(self.data.evaluated, keep=self.data.kept)

    def trace_of(
        self, tokens: Int[np.ndarray, "sequence position"], *, keep: Collection[str] | None = None
    ) -> Trace:
        """Any sequences of token ids at this checkpoint; arrays begin with the sequence axis.
        `keep` names the activations that may be asked for, without it any may.
        """
        return trace(
            self.config.model,
            {name: w[None] for name, w in self.weights.items()},
            tokens,
            keep=keep,
        ).at(0)


def study_of(config: Config, run: Run, step: int | None = None) -> Study:
    """A run as its system sees it: the displayed seed at a step, by default the last one."""
    return system_of(config).study().of(config, run, step)
