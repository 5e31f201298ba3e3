"""A study of a network that a rule was taught: what only this system asks of it."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any, Self

import numpy as np

from reportgen.core import study
from reportgen.core.trace import Lattice, Readout, lattice, likeliest, readout


class Study(study.Study):
    """One seed at one checkpoint of a network that was taught a rule on windows of its sequences."""

    @property
    def trigger(self) -> int | None:
        """Id of the trigger token, if the rule has one."""
        return None if self.rule.trigger is None else self.rule.tokens.id(self.rule.trigger)

    @cached_property
    def watched(self) -> np.ndarray:
        """Most likely next token [checkpoint, window, position] on the validation windows at all checkpoints of this seed."""
        return likeliest(
            self.config.model,
            self.run.weights(self.seed, slice(None)),
            self.data.validation_windows.inputs,
        )

    @property
    def answers(self) -> np.ndarray:
        """Most likely next token [window, position] on the holdout windows in training's float32, kept for all studies of the run."""
        from reportgen.core.interventions import run

        found, here = self.shared.answers, (self.seed, self.checkpoint)
        if here not in found:
            found[here] = run(
                self.config.model, self.weights, self.data.holdout_windows.inputs
            ).logits.argmax(-1)
        return found[here]

    @cached_property
    def cells(self) -> tuple[int, ...]:
        """Ids of the tokens that win somewhere in the space that the unembedding reads."""
        from reportgen.core.exact.geometry import owners

        return owners(self.weights["W_U"], self.weights["b_U"])

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
        from reportgen.core.exact.verify import verify

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
        from reportgen.core.exact.verify import verify

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

    def knowing(self, verified: Any, first_mistakes: Sequence[Sequence[int | None]] = ()) -> Self:
        """The same study, which is told what a build found when it tried every context of this checkpoint, and of the same one of all seeds."""
        self.shared.verified[self.seed, self.checkpoint] = verified
        for i, (any_context, in_data) in enumerate(first_mistakes):
            self.shared.first_mistakes[i, self.checkpoint] = any_context, in_data
        return self

    @property
    def floors(self) -> Any:
        """Exact entropy floors of the rule under the law of the data (`exact.floors.Floors`)."""
        from reportgen.systems.sequence_rules.floors import floors

        return self.shared.once("floors", lambda: floors(self.config, self.data))

    def sample(self, first: np.ndarray, length: int, uniform: np.ndarray) -> np.ndarray:
        """Text [sequence, length] that the network samples at temperature 1 from first tokens and random numbers (`evaluation.generate`)."""
        import torch

        from reportgen.systems.sequence_rules.evaluation import generate

        weights = {n: torch.from_numpy(w[None].astype(np.float32)) for n, w in self.weights.items()}
        return generate(self.config, weights, first, length, uniform)[0]
