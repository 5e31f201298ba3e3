"""Every input there is, with its output: some train, the others are held out."""

from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

import numpy as np
from jaxtyping import Bool, Int

from reportgen.core.config import Config
from reportgen.core.data.material import BATCHES, HOLDOUT, TEXT, Material, stream
from reportgen.errors import RuleError
from reportgen.rules.task import Task
from reportgen.systems.input_to_output.config import InputsData, data_config, task_of
from reportgen.vocabulary import Token

HASHED = 8  # bytes of a hash that become a share


@dataclass(frozen=True)
class Rows:
    """Some inputs as they are laid out, each with its output."""

    tokens: Int[np.ndarray, "row _"]  # ids, n_ctx + 1 of them

    def __len__(self) -> int:
        return len(self.tokens)

    @property
    def inputs(self) -> Int[np.ndarray, "row position"]:
        """What the network reads; the last token of the output is only ever predicted."""
        return self.tokens[:, :-1]

    @property
    def targets(self) -> Int[np.ndarray, "row position"]:
        """What comes next."""
        return self.tokens[:, 1:]


@dataclass(frozen=True)
class Inputs(Material):
    """All inputs in the order of a dictionary, and which of them train."""

    kept = ("pattern", "mlp_post", "logits")

    rows: Rows
    in_train: Bool[np.ndarray, "row"]
    head: int  # positions before the output
    places: tuple[int, ...]  # the position of each place of an input
    answerable: Int[np.ndarray, "answer"]  # ids of the tokens that can be answers

    @property
    def width(self) -> int:
        """Tokens of an output."""
        return int(self.rows.tokens.shape[1]) - self.head

    @property
    def first_scored(self) -> int:
        """The last position before the output: what comes next is its first token."""
        return self.head - 1

    @property
    def queries(self) -> Int[np.ndarray, "output"]:
        """The positions from which the output is written."""
        return np.arange(self.head - 1, self.head - 1 + self.width)

    @property
    def wanted(self) -> Int[np.ndarray, "row output"]:
        """The right outputs, as indices into `answerable`."""
        return self.as_answers(self.rows.tokens[:, self.head :])

    def as_answers(self, ids: Int[np.ndarray, "*any"]) -> Int[np.ndarray, "*any"]:
        """Ids of tokens as indices into `answerable`, -1 for a token that is none."""
        index = np.full(max(int(ids.max(initial=0)), int(self.answerable.max())) + 1, -1)
        index[self.answerable] = np.arange(len(self.answerable))
        return np.asarray(index[ids])

    @cached_property
    def train(self) -> Rows:
        """The rows that train."""
        return Rows(self.rows.tokens[self.in_train])

    @cached_property
    def holdout(self) -> Rows:
        """The rows that are held out; they choose the displayed seed, and nothing else."""
        return Rows(self.rows.tokens[~self.in_train])

    @property
    def everything(self) -> bool:
        """Does every input train, so that none is held out."""
        return bool(self.in_train.all())

    @property
    def evaluated(self) -> Int[np.ndarray, "row position"]:
        """Every input there is."""
        return self.rows.inputs

    def batches(
        self, config: Config, seed: int, first: int, count: int
    ) -> Int[np.ndarray, "step batch _"]:
        """Training rows, shuffled anew for each pass over them, without a row left over between two
        passes; a full batch is all of them, in their own order.
        """
        batch, n = config.training.batch, len(self.train)
        if batch == n:
            return np.repeat(self.train.tokens[None], count, 0)
        begin, end = first * batch, (first + count) * batch
        passes = range(begin // n, -(-end // n))
        rows = np.concatenate(
            [stream(config.data.seed, BATCHES, seed, each).permutation(n) for each in passes]
        )[begin - passes[0] * n : end - passes[0] * n]
        return np.asarray(self.train.tokens[rows].reshape(count, batch, -1))

    def demonstrations(self, count: int) -> Rows:
        """Held-out rows, drawn at random once and for all; rows of any kind where none is held
        out.
        """
        there = shown_from(self.in_train)
        chosen = stream(len(there), HOLDOUT).permutation(len(there))[:count]
        return Rows(self.rows.tokens[there[np.sort(chosen)]])


def shown_from(in_train: Bool[np.ndarray, "row"]) -> Int[np.ndarray, "_"]:
    """The rows from which demonstrations are taken."""
    return np.arange(len(in_train)) if in_train.all() else np.flatnonzero(~in_train)


def draw(config: Config) -> Inputs:
    """All inputs of a task, split as the configuration says."""
    rule = task_of(config)
    place = {each: at for at, each in enumerate(rule.laid_out) if isinstance(each, int)}
    return Inputs(
        Rows(rule.rows),
        train_mask(data_config(config), rule),
        len(rule.laid_out),
        tuple(place[i] for i in range(len(rule.places))),
        np.sort(rule.tokens.encode(rule.outputs)),
    )


def train_mask(told: InputsData, rule: Task) -> Bool[np.ndarray, "row"]:
    """Which inputs train; RuleError for a listed one that is none, or that stands there twice."""
    if told.split == "list":
        return _listed(told.train, rule)
    share = told.train_share or 0.0
    if told.split == "hash":
        return np.array([_hashed(row, told.seed) < share for row in _written(rule)])
    train = np.zeros(rule.count, dtype=bool)
    order = stream(told.seed, TEXT).permutation(rule.count)
    train[order[: round(share * rule.count)]] = True
    return train


def _written(rule: Task) -> list[str]:
    """Each input in words, from which its side of a split follows."""
    names = np.array(rule.tokens.names, dtype=object)
    return [" ".join(row) for row in names[rule.inputs]]


def _hashed(words: str, seed: int) -> float:
    """Where between 0 and 1 the hash of an input lies."""
    digest = sha256(f"{seed} {words}".encode()).digest()[:HASHED]
    return int.from_bytes(digest, "big") / 2.0 ** (8 * HASHED)


def _listed(train: tuple[tuple[Token, ...], ...], rule: Task) -> Bool[np.ndarray, "row"]:
    """The listed inputs."""
    sizes = [{token: i for i, token in enumerate(each)} for each in rule.places]
    mask = np.zeros(rule.count, dtype=bool)
    for inputs in train:
        known = len(inputs) == len(sizes)
        index = [each.get(token, -1) for each, token in zip(sizes, inputs)]
        words = " ".join(map(str, inputs))
        if not known or -1 in index:
            raise RuleError(
                f"got the input {words}, allowed: {len(sizes)} tokens, each of the alphabet of its"
                " place"
            )
        at = int(np.ravel_multi_index(index, [len(each) for each in sizes]))
        if mask[at]:
            raise RuleError(f"got the input {words} twice, allowed: each once")
        mask[at] = True
    return mask
