"""A study of a network that a rule was taught: what only this system asks of it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Self

import numpy as np
from jaxtyping import Float, Int

from reportgen.core import study
from reportgen.core.exact.verify import Verified
from reportgen.core.readout import Lattice, Readout, lattice, readout
from reportgen.core.recording import likeliest
from reportgen.core.scope import Key
from reportgen.core.study import held
from reportgen.system import known_as
from reportgen.systems.sequence_rules.config import WindowsData, data_config
from reportgen.systems.sequence_rules.data import Dataset
from reportgen.systems.sequence_rules.windows import Windows

if TYPE_CHECKING:
    from reportgen.systems.sequence_rules.floors import Floors

# the shortest length of a context answered wrongly, and of one that the data can produce
Mistakes = tuple[int | None, int | None]

# what belongs to a run, or is asked of one seed index and checkpoint by the others
FLOORS = Key["Floors"]("entropy floors")
ANSWERS = Key[np.ndarray]("likeliest next tokens on the holdout windows")
VERIFIED = Key[Verified]("every context tried")
FIRST_MISTAKES = Key[Mistakes]("first mistakes")


class Study(study.Study):
    """One seed at one checkpoint of a network that was taught a rule on windows of its
    sequences.
    """

    @property
    def data(self) -> Dataset:
        """Everything drawn from the rule."""
        return known_as(Dataset, self.shared.data)

    @property
    def demonstrations(self) -> Windows:
        """Held-out windows chosen by rule (`followed`)."""
        return known_as(Windows, self.shared.demonstrations)

    @property
    def data_config(self) -> WindowsData:
        """What the configuration says of the data."""
        return data_config(self.config)

    @property
    def trigger(self) -> int | None:
        """Id of the trigger token, if the rule has one."""
        return None if self.rule.trigger is None else self.rule.tokens.id(self.rule.trigger)

    @property
    @held
    def watched(self) -> Int[np.ndarray, "checkpoint window position"]:
        """Most likely next token on the validation windows at all checkpoints of this seed."""
        return likeliest(
            self.config.model,
            self.run.weights(self.seed, slice(None)),
            self.data.validation_windows.inputs,
        )

    @property
    def answers(self) -> Int[np.ndarray, "window position"]:
        """Most likely next token on the holdout windows in training's float32, held for all studies
        of the run.
        """
        from reportgen.core.interventions import run

        return self.shared.scope.once(
            ANSWERS.of(self.seed, self.checkpoint),
            lambda: run(
                self.config.model, self.weights, self.data.holdout_windows.inputs
            ).logits.argmax(-1),
        )

    @property
    @held
    def cells(self) -> tuple[int, ...]:
        """Ids of the tokens that win somewhere in the space that the unembedding reads."""
        from reportgen.core.exact.geometry import owners

        return owners(self.weights["W_U"], self.weights["b_U"])

    @property
    @held
    def lattice(self) -> Lattice:
        """Every token at every position."""
        return lattice(self.weights)

    @property
    @held
    def readout(self) -> Readout:
        """MLP and unembedding as a function of a point of the stream."""
        return readout(self.config.model, self.weights)

    @property
    def verified(self) -> Verified:
        """What this checkpoint answers in every context there is: as a build told with `knowing`,
        or else tried now.

        Of seeds that are not shown, few of the wrong contexts are kept.
        """
        from reportgen.core.exact.exhaustive import A_FEW, MOST_FAILING
        from reportgen.core.exact.verify import verify

        m, most = self.config.model, MOST_FAILING if self.seed == self.run.shown else A_FEW
        return self.shared.scope.once(
            VERIFIED.of(self.seed, self.checkpoint),
            lambda: verify(m, self.weights, self.data.reader, m.n_ctx, most=most),
        )

    @property
    def first_mistakes(self) -> list[Mistakes]:
        """For each seed at this checkpoint the length of the shortest contexts of which it answers
        one wrongly; None where it answers every one that can be tried.

        And the same of contexts that the data can produce.
        """
        return [
            self.shared.scope.once(
                FIRST_MISTAKES.of(index, self.checkpoint), self.of_seed(index)._first_mistakes
            )
            for index in range(len(self.run.seeds))
        ]

    def _first_mistakes(self) -> Mistakes:
        """Those of this seed, read off every context where these were tried."""
        from reportgen.core.exact.verify import verify

        if self.shared.scope.has(VERIFIED.of(self.seed, self.checkpoint)):
            return self.verified.first_mistakes
        m = self.config.model
        return verify(
            m, self.weights, self.data.reader, m.n_ctx, to_first_mistakes=True, most=0
        ).first_mistakes

    def knowing(
        self, verified: Verified, first_mistakes: Sequence[Sequence[int | None]] = ()
    ) -> Self:
        """The same study, which is told what a build found when it tried every context of this
        checkpoint, and of the same one of all seeds.
        """
        scope = self.shared.scope
        scope.put(VERIFIED.of(self.seed, self.checkpoint), verified)
        for i, (any_context, in_data) in enumerate(first_mistakes):
            scope.put(FIRST_MISTAKES.of(i, self.checkpoint), (any_context, in_data))
        return self

    @property
    def floors(self) -> "Floors":
        """Exact entropy floors of the rule under the law of the data."""
        from reportgen.systems.sequence_rules.floors import floors

        return self.shared.scope.once(FLOORS, lambda: floors(self.config, self.data))

    def sample(
        self,
        first: Int[np.ndarray, "sequence"],
        length: int,
        uniform: Float[np.ndarray, "..."],
    ) -> Int[np.ndarray, "sequence position"]:
        """Text that the network samples at temperature 1 from first tokens and random numbers
        (`evaluation.generate`).
        """
        import torch

        from reportgen.systems.sequence_rules.evaluation import generate

        weights = {n: torch.from_numpy(w[None].astype(np.float32)) for n, w in self.weights.items()}
        return np.asarray(generate(self.config, weights, first, length, uniform)[0])
