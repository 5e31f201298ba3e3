"""A study of a network that reads a text: what only this system asks of it."""

import numpy as np
from jaxtyping import Float, Int

from reportgen.core import study
from reportgen.core.recording import softmax
from reportgen.core.scope import Key
from reportgen.core.study import held
from reportgen.rules.text import Text as TextRule
from reportgen.system import known_as
from reportgen.systems.text.config import TextData, data_config
from reportgen.systems.text.counts import Counts, counts
from reportgen.systems.text.data import Passages, Text

COUNTS = Key[Counts]("counts")


class Study(study.Study):
    """One seed at one checkpoint of a network that reads a text."""

    @property
    def data(self) -> Text:
        """The text, and which blocks of it do what."""
        return known_as(Text, self.shared.data)

    @property
    def demonstrations(self) -> Passages:
        """The first held-out windows."""
        return known_as(Passages, self.shared.demonstrations)

    @property
    def rule(self) -> TextRule:
        """What is read."""
        return known_as(TextRule, self.config.rule)

    @property
    def data_config(self) -> TextData:
        """What the configuration says of the text."""
        return data_config(self.config)

    @property
    def counts(self) -> Counts:
        """What counting the training blocks of a text can know, the same for all seeds and
        checkpoints.
        """
        return self.shared.scope.once(COUNTS, lambda: counts(self.config, self.data))

    def spelled(self, ids: Int[np.ndarray, "token"]) -> tuple[str, ...]:
        """Tokens as they are called."""
        return tuple(self.tokens[i] for i in ids)

    @property
    @held
    def table(self) -> Float[np.ndarray, "token next"]:
        """Chance of each next token after each token, of a network without layers."""
        return softmax(self.table_logits)

    @property
    @held
    def table_logits(self) -> Float[np.ndarray, "token next"]:
        """Logits of each next token after each token, of a network without layers."""
        every = np.arange(len(self.tokens))[None]
        return np.asarray(self.trace_of(every, keep=["logits"]).logits[0])

    def write(
        self,
        first: Int[np.ndarray, "sequence"],
        uniform: Float[np.ndarray, "position sequence"],
        *,
        temperature: float = 1.0,
        top: int | None = None,
    ) -> Int[np.ndarray, "sequence position"]:
        """Text of the network's own from first tokens on, by random numbers."""
        from reportgen.core.writing import reader, written

        return written(
            reader(self.config.model, self.weights),
            first,
            uniform,
            temperature=temperature,
            top=top,
        )
