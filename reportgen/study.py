"""Rule, run, step and demonstrations, with everything that is traced once and read often: all that facts and figures may see."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeVar

import numpy as np

from reportgen.config import Config
from reportgen.rules.base import Rule
from reportgen.runs import Run
from reportgen.shared import Shared
from reportgen.trace import (
    Lattice,
    Readout,
    Trace,
    Weights,
    lattice,
    likeliest,
    readout,
    softmax,
    trace,
)

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
    def of(cls, config: Config, run: Run, step: int | None = None) -> "Study":
        """The displayed seed of a run at a step, by default the last one."""
        return cls(
            Shared(config, run),
            run.shown,
            len(run.steps) - 1 if step is None else run.checkpoint(step),
        )

    def at(self, step: int) -> "Study":
        """The same seed at another checkpoint; RunError for a step that is none."""
        return replace(self, checkpoint=self.run.checkpoint(step))

    def of_seed(self, index: int) -> "Study":
        """Another seed at the same checkpoint."""
        return replace(self, seed=index)

    def showing(self, demonstration: int) -> "Study":
        """The same study with another demonstration in view."""
        return replace(self, demonstration=demonstration)

    def calling(self, names: tuple[str, ...]) -> "Study":
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

    @property
    def trigger(self) -> int | None:
        """Id of the trigger token, if the rule has one."""
        return None if self.rule.trigger is None else self.rule.tokens.id(self.rule.trigger)

    @cached_property
    def weights(self) -> Weights:
        """The weights of this checkpoint, float64, named and laid out as in `reportgen.model`."""
        return self.run.weights(self.seed, self.checkpoint)

    def history(self, name: str) -> np.ndarray:
        """One quantity of `judge.HISTORY` over all checkpoints of this seed."""
        return self.run.history[name][self.seed].astype(float)

    @cached_property
    def watched(self) -> np.ndarray:
        """Most likely next token [checkpoint, window, position] on the validation windows at all checkpoints of this seed."""
        return likeliest(
            self.config.model,
            self.run.weights(self.seed, slice(None)),
            self.data.validation_windows.inputs,
        )

    @cached_property
    def trace(self) -> Trace:
        """The demonstrations at this checkpoint; arrays begin with the sequence axis."""
        return self.shared.film(self.seed).at(self.checkpoint)

    @cached_property
    def holdout(self) -> Trace:
        """Everything that is judged (`Material.judged`) at this checkpoint; arrays begin with the sequence axis."""
        return self.trace_of(self.data.judged, keep=self.data.kept)

    @property
    def answers(self) -> np.ndarray:
        """Most likely next token [window, position] on the holdout windows in training's float32, kept for all studies of the run."""
        from reportgen.interventions import run

        found, here = self.shared.answers, (self.seed, self.checkpoint)
        if here not in found:
            found[here] = run(
                self.config.model, self.weights, self.data.holdout_windows.inputs
            ).logits.argmax(-1)
        return found[here]

    @cached_property
    def cells(self) -> tuple[int, ...]:
        """Ids of the tokens that win somewhere in the space that the unembedding reads."""
        from reportgen.exact.geometry import owners

        return owners(self.weights["W_U"], self.weights["b_U"])

    def trace_of(self, tokens: np.ndarray, *, keep: Collection[str] | None = None) -> Trace:
        """Any sequences of token ids [sequence, position] at this checkpoint; arrays begin with the sequence axis. `keep` says which are wanted, None all."""
        return trace(
            self.config.model,
            {name: w[None] for name, w in self.weights.items()},
            tokens,
            keep=keep,
        ).at(0)

    @cached_property
    def lattice(self) -> Lattice:
        """Every token at every position."""
        return lattice(self.weights)

    @cached_property
    def readout(self) -> Readout:
        """MLP and unembedding as a function of a point of the stream."""
        return readout(self.config.model, self.weights)

    @property
    def verified(self) -> Any:
        """What this checkpoint answers in every context there is (`exact.verify.Verified`): as a build told with `knowing`, or else tried now."""
        from reportgen.exact.verify import verify

        place = self.seed, self.checkpoint
        if place not in self.shared.verified:
            self.shared.verified[place] = verify(
                self.config.model, self.weights, self.data.reader, self.config.model.n_ctx
            )
        return self.shared.verified[place]

    @property
    def first_mistakes(self) -> list[tuple[int | None, int | None]]:
        """For each seed at this checkpoint the length of the shortest contexts of which it answers one wrongly; None where it answers every one that can be tried.

        And the same of contexts that the data can produce.
        """
        from reportgen.exact.verify import verify

        known, reads, n_ctx = self.shared.first_mistakes, self.data.reader, self.config.model.n_ctx
        for other in map(self.of_seed, range(len(self.run.seeds))):
            if (place := (other.seed, self.checkpoint)) not in known:
                full = self.shared.verified.get(place)
                known[place] = (
                    full
                    or verify(
                        self.config.model, other.weights, reads, n_ctx, to_first_mistakes=True
                    )
                ).first_mistakes
        return [known[i, self.checkpoint] for i in range(len(self.run.seeds))]

    def knowing(
        self, verified: Any, first_mistakes: Sequence[Sequence[int | None]] = ()
    ) -> "Study":
        """The same study, which is told what a build found when it tried every context of this checkpoint, and of the same one of all seeds."""
        self.shared.verified[self.seed, self.checkpoint] = verified
        for i, (any_context, in_data) in enumerate(first_mistakes):
            self.shared.first_mistakes[i, self.checkpoint] = any_context, in_data
        return self

    @property
    def floors(self) -> Any:
        """Exact entropy floors of the rule under the law of the data (`exact.floors.Floors`)."""
        return self.shared.floors

    @property
    def counts(self) -> Any:
        """What counting the training blocks of a text can know (`exact.counts.Counts`)."""
        return self.shared.counts

    @cached_property
    def table(self) -> np.ndarray:
        """Chance of each next token after each token [token, next], of a network without layers."""
        return softmax(self.table_logits)

    @cached_property
    def table_logits(self) -> np.ndarray:
        """Logits of each next token after each token [token, next], of a network without layers."""
        return self.trace_of(np.arange(len(self.tokens))[None]).logits[0]

    def write(
        self,
        first: np.ndarray,
        uniform: np.ndarray,
        *,
        temperature: float = 1.0,
        top: int | None = None,
    ) -> np.ndarray:
        """Text [sequence, position] of the network's own from first tokens on, by random numbers [position, sequence]."""
        from reportgen.writing import reader, written

        return written(
            reader(self.config.model, self.weights),
            first,
            uniform,
            temperature=temperature,
            top=top,
        )
