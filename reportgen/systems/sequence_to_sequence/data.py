"""Every input there is, with the one right output: some train, the others are held out."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import cast

import numpy as np
from jaxtyping import Bool, Int

from reportgen.core.config import Config
from reportgen.core.data.material import BATCHES, HOLDOUT, TEXT, VALIDATION, Material, stream
from reportgen.errors import UsageError
from reportgen.systems.sequence_to_sequence.config import InputsData, Split, data_config
from reportgen.systems.sequence_to_sequence.rules import Backwards

# rows of either split that are looked into where there are more; how many answers are right is told
# of all
MOST = 1_000


@dataclass(frozen=True)
class Rows:
    """Some sequences, each an input with its right output."""

    tokens: Int[
        np.ndarray, "row _"
    ]  # ids, n_ctx + 1 of them: the first token, the input, the output

    def __len__(self) -> int:
        return len(self.tokens)

    @property
    def inputs(self) -> Int[np.ndarray, "row position"]:
        """What the model reads; the last token of the output is only ever predicted."""
        return self.tokens[:, :-1]

    @property
    def targets(self) -> Int[np.ndarray, "row position"]:
        """What comes next."""
        return self.tokens[:, 1:]


def some(rows: Rows) -> Rows:
    """All rows, or a random choice of them, always the same."""
    return (
        rows
        if len(rows) <= MOST
        else Rows(rows.tokens[np.sort(stream(len(rows), VALIDATION).permutation(len(rows))[:MOST])])
    )


@dataclass(frozen=True)
class Inputs(Material):
    """All inputs in the order of a dictionary, and which of them are held out."""

    # what facts and figures look into: of queries, keys, scores and what neurons give nothing is
    # measured on all rows
    kept = (
        "embed",
        "resid_pre",
        "pattern",
        "resid_mid",
        "mlp_pre",
        "mlp_out",
        "resid_post",
        "logits",
    )

    rows: Rows
    held_out: Bool[np.ndarray, "row"]
    length: int  # tokens of an input, and of an output
    beside: "Inputs | None" = None  # the same inputs split in another way

    @property
    def first_scored(self) -> int:
        """The last token of the input: what comes next is the first of the output."""
        return self.length

    @property
    def scored(self) -> Bool[np.ndarray, "position"]:
        """Where the next token belongs to the output."""
        return np.arange(2 * self.length) >= self.first_scored

    @cached_property
    def train(self) -> Rows:
        """The rows that train."""
        return Rows(self.rows.tokens[~self.held_out])

    @cached_property
    def holdout(self) -> Rows:
        """The rows that are held out; they choose the displayed seed, and nothing else."""
        return Rows(self.rows.tokens[self.held_out])

    @cached_property
    def probe(self) -> Rows:
        """The rows that are looked into: training inputs, then held-out ones, all of them or some
        of each.
        """
        return Rows(np.concatenate([some(self.train).tokens, some(self.holdout).tokens]))

    @property
    def unseen(self) -> Bool[np.ndarray, "row"]:
        """Which rows of the probe are held out."""
        return np.arange(len(self.probe)) >= len(some(self.train))

    @property
    def complete(self) -> bool:
        """Is every input there is in the probe."""
        return len(self.probe) == len(self.rows)

    @property
    def evaluated(self) -> Int[np.ndarray, "row position"]:
        """The rows that are looked into."""
        return self.probe.inputs

    def batches(
        self, config: Config, seed: int, first: int, count: int
    ) -> Int[np.ndarray, "step batch _"]:
        """Training rows, shuffled anew for each pass over them, without a row left over between two
        passes.
        """
        batch, n = config.training.batch, len(self.train)
        begin, end = first * batch, (first + count) * batch
        passes = range(begin // n, -(-end // n))
        rows = np.concatenate(
            [stream(config.data.seed, BATCHES, seed, each).permutation(n) for each in passes]
        )[begin - passes[0] * n : end - passes[0] * n]
        return np.asarray(self.train.tokens[rows].reshape(count, batch, -1))

    def demonstrations(self, count: int) -> Rows:
        """Rows of the holdout, drawn at random once and for all."""
        chosen = stream(self.length, HOLDOUT).permutation(len(self.holdout))[:count]
        return Rows(self.holdout.tokens[np.sort(chosen)])

    def follow(self, config: Config, tokens: Int[np.ndarray, "input position"]) -> Rows:
        """Whole rows of inputs, which may be given without their outputs; UsageError for what is
        the beginning of no row.
        """
        return Rows(np.stack([self._row(config, given) for given in tokens]))

    def _row(self, config: Config, given: Int[np.ndarray, "position"]) -> Int[np.ndarray, "_"]:
        """The row that begins so."""
        rows, names = self.rows.tokens, config.rule.tokens.names
        for position, token in enumerate(given.tolist()):
            if not (fits := rows[:, position] == token).any():
                allowed = " or ".join(names[i] for i in np.unique(rows[:, position]))
                raise UsageError(
                    f"tokens: position {position}: got {names[token]}, allowed: {allowed}; figures"
                    f" of {config.name} show inputs with their right outputs, and `trace` reads any"
                    " other tokens too"
                )
            rows = rows[fits]
        if len(rows) > 1:
            raise UsageError(
                f"tokens: got {len(given)}, allowed: {self.length + 1} or more, the token that"
                f" begins and {self.length} of an input; the outputs may be left out"
            )
        return np.asarray(rows[0])


def draw(config: Config) -> Inputs:
    """All inputs of a rule that offers `rows`, split as the configuration says; beside it, if it
    asks for one, the other split.
    """
    rule = cast(Backwards, config.rule)
    rows = Rows(rule.tokens.encode(t for row in rule.rows() for t in row).reshape(rule.inputs, -1))
    told = data_config(config)
    mine = Inputs(rows, _held_out(told, told.split, len(rows)), rule.length)
    if told.beside is None:
        return mine
    return replace(mine, beside=replace(mine, held_out=_held_out(told, told.beside, len(rows))))


def _held_out(told: InputsData, split: Split, count: int) -> Bool[np.ndarray, "row"]:
    """Which rows a split holds out."""
    order = (
        np.arange(count)[::-1]
        if split == "lexicographic"
        else stream(told.seed, TEXT).permutation(count)
    )
    return np.isin(np.arange(count), order[: told.holdout])
