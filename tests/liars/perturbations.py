"""What is done to a run, all its networks alike: each function gives the run with other weights, as
if a training had left them, before anything is evaluated.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from liars.tasks import OTHERS, fewest, other
from reportgen.core import config as configs
from reportgen.core.config import Config
from reportgen.core.runs import Run
from reportgen.system import system_of

Weights = Mapping[str, np.ndarray]  # name -> [seed, checkpoint, ...]
Change = Callable[[Weights], Weights]  # what is other: the rest stays
SURE = 100.0  # nats that one logit stands above or below all others
TOKEN, OTHER = 0, 2  # ids that every vocabulary here has, and answers of every rule


@dataclass(frozen=True)
class Perturbation:
    """One way to break a run, what it needs to mean anything, and its name on the page."""

    name: str
    change: Callable[[Run], Run]
    needs: tuple[str, ...] = ()  # weights without which it would change nothing
    task: Callable[[Config], Config] | None = None  # what the same networks are asked for instead
    systems: tuple[str, ...] = ()  # those that have such a task; empty for all
    seeds: int = 0  # how many are kept, if other ones than usual
    always: bool = False  # of every run: those that learnt nothing, and those of another text, too
    compared: bool = True  # is its text that of the unperturbed report, verdicts and numbers apart


def weights(change: Change) -> Callable[[Run], Run]:
    """A change of weights, of every seed at every checkpoint."""
    return lambda run: replace(
        run,
        parameters=run.parameters
        | {
            name: np.ascontiguousarray(values).astype(run.parameters[name].dtype)
            for name, values in change(run.parameters).items()
        },
    )


def zeroed(*names: str, layer: int | None = None, head: int | None = None) -> Change:
    """These weights are zero: everywhere, in one layer, or in one head of it."""
    where = (slice(None), slice(None), *(each for each in (layer, head) if each is not None))

    def change(given: Weights) -> Weights:
        made = {name: given[name].copy() for name in names if name in given}
        for values in made.values():
            values[where] = 0
        return made

    return change


def constant(given: Weights) -> Weights:
    """The same token at every place, whatever was read."""
    return {"W_U": given["W_U"] * 0, "b_U": _only(given["b_U"], SURE)}


def never(given: Weights) -> Weights:
    """One answer is never given."""
    return {"b_U": given["b_U"] + _only(given["b_U"], -SURE)}


def _only(values: np.ndarray, size: float) -> np.ndarray:
    made = np.zeros_like(values)
    made[..., TOKEN] = size
    return made


def swapped(given: Weights) -> Weights:
    """Two tokens are read as one another."""
    made = given["W_E"].copy()
    made[:, :, [TOKEN, OTHER]] = made[:, :, [OTHER, TOKEN]]
    return {"W_E": made}


def rolled(given: Weights) -> Weights:
    """Every token has the output of the one before it in the vocabulary."""
    return {name: np.roll(given[name], 1, -1) for name in ("W_U", "b_U")}


def rotated(given: Weights) -> Weights:
    """What is written is read in another basis."""
    turn = np.linalg.qr(np.random.default_rng(1).normal(size=2 * (given["W_U"].shape[-2],)))[0]
    return {"W_U": turn @ given["W_U"]}


def level(name: str, axis: int) -> Change:
    """All rows of a table are their mean."""
    return lambda given: {
        name: np.broadcast_to(given[name].mean(axis, keepdims=True), given[name].shape)
    }


def noise(size: float, *names: str) -> Change:
    """Normal noise on matrices, so large beside the spread of each."""

    def change(given: Weights) -> Weights:
        rng = np.random.default_rng(2)
        return {
            name: values + size * values.std((*range(2, values.ndim),), keepdims=True) * drawn
            for name, values in given.items()
            if name in names or not names and name.startswith("W_")
            for drawn in [rng.normal(size=values.shape[2:])]
        }

    return change


def reversed_positions(given: Weights) -> Weights:
    """The last position has the embedding of the first one."""
    return {"W_pos": given["W_pos"][:, :, ::-1]}


def circle(given: Weights) -> Weights:
    """Positions go round and round, each a third of a turn from the one before."""
    made = np.zeros_like(given["W_pos"])
    turns = 2 * np.pi * np.arange(made.shape[2]) / 3
    made[..., 0], made[..., 1] = np.cos(turns), np.sin(turns)
    return {"W_pos": made * np.abs(given["W_pos"]).max((2, 3), keepdims=True)}


def frequencies(run: Run) -> Run:
    """Each token as likely as it is often in the text that trains, whatever was read."""
    config = configs.from_values(run.config)
    data = system_of(config).draw(config)
    often = 1 + data.pairs(data.train_blocks, len(config.rule.vocabulary)).sum(1)
    same = lambda given: {
        "W_U": given["W_U"] * 0,
        "b_U": np.broadcast_to(np.log(often / often.sum()), given["b_U"].shape),
    }
    return weights(same)(run)


def cut(given: Weights) -> Weights:
    """A position that the queries of most tokens find last: its key is opposite to their mean."""
    made, (q, k) = given["W_pos"].copy(), (given[n][:, :, 0] for n in ("W_Q", "W_K"))
    at = made.shape[2] // 2
    stream = given["W_E"].mean(2, keepdims=True) + made.mean(2, keepdims=True)
    query = np.einsum("scpd,schde->schpe", stream, q)[:, :, 0]  # of the first head, [s, c, 1, e]
    away = -np.einsum("scpe,scde->scpd", query, k[:, :, 0])[:, :, 0]
    size = np.linalg.norm(away, axis=-1, keepdims=True)
    made[:, :, at] += 5 * np.abs(made).max((2, 3))[..., None] * away / np.maximum(size, 1e-9)
    return {"W_pos": made}


def moved(given: Weights) -> Weights:
    """The first layer stands in the place of the last one, and nothing before it does anything."""
    whole = ("W_E", "W_pos", "W_U", "b_U", "ln_final_w", "ln_final_b")
    made = {name: values.copy() for name, values in given.items() if name not in whole}
    for name, values in made.items():
        values[:, :, -1] = values[:, :, 0]
        if name in (*ATTENTION, *FORWARD):
            values[:, :, :-1] = 0
    return made


def alike(given: Weights) -> Weights:
    """Queries, keys and values are what they are made from, as far as there is room."""
    shape = given["W_V"].shape
    one = np.broadcast_to(np.eye(*shape[-2:]), shape)
    return {name: one for name in ("W_Q", "W_K", "W_V")}


def scaled(name: str, by: float) -> Change:
    """A matrix so many times as large, with the bias beside it."""
    beside = f"b{name[1:]}"
    return lambda given: {n: given[n] * by for n in (name, beside) if n in given}


def reordered(order: Callable[[int], np.ndarray]) -> Callable[[Run], Run]:
    """Checkpoints in another order, some of them more than once; what the history says of other
    networks goes with them.
    """

    def change(run: Run) -> Run:
        which = order(len(run.steps))
        pick = lambda named: {n: np.ascontiguousarray(v[:, which]) for n, v in named.items()}
        return replace(run, parameters=pick(run.parameters), history=pick(run.history))

    return change


def between(run: Run) -> Run:
    """Four checkpoints for each one: the way to the next in a straight line."""
    steps = np.arange(4 * len(run.steps) - 3) / 4
    low = steps.astype(int)
    far, high = steps - low, np.minimum(low + 1, len(run.steps) - 1)
    part = lambda values: far.reshape(1, -1, *[1] * (values.ndim - 2))
    mix = lambda named: {
        n: np.ascontiguousarray(v[:, low] * (1 - part(v)) + v[:, high] * part(v), dtype=v.dtype)
        for n, v in named.items()
    }
    told = np.interp(steps, np.arange(len(run.steps)), run.steps).round()
    return replace(
        run,
        steps=told.astype(run.steps.dtype),
        parameters=mix(run.parameters),
        history=mix(run.history),
    )


def leap(run: Run) -> Run:
    """Nothing for half of the training, and then all of it at one checkpoint."""
    far = lambda count: np.where(np.arange(count) < count // 2, 0, count - 1)
    return reordered(far)(between(run))


def lost_again(count: int) -> np.ndarray:
    """The last third of the training is as its beginning."""
    return np.where(np.arange(count) < count - max(1, count // 3), np.arange(count), 0)


def alone(run: Run) -> Run:
    """The shown seed and no other."""
    return run.only([run.shown])


def tenfold(run: Run) -> Run:
    """The shown seed ten times."""
    return _often(run, run.shown)


def another(run: Run) -> Run:
    """Another seed than the shown one ten times."""
    return _often(run, max(i for i in range(len(run.seeds)) if i != run.shown))


def _often(run: Run, which: int) -> Run:
    seeds = tuple(run.seeds[which] + 100 * i for i in range(10))
    return replace(run.only([which] * len(seeds)), seeds=seeds)


def same(run: Run) -> Run:
    """Nothing is done."""
    return run


# in these, a checkpoint before the end is another point of the training
OVER_TIME = (
    "weights before training",
    "training backwards",
    "learnt and lost again",
    "learnt at once",
    "training broken off",
    "learnt in straight lines",
    "learnt in one leap",
)
ATTENTION = ("W_V", "b_V", "b_O")
FORWARD = ("W_out", "b_out")
WITH = {  # what is done beside asking for something else
    "another task without attention": weights(zeroed(*ATTENTION)),
    "an easier task, values three times as large": weights(scaled("W_V", 3)),
    "constant output, and right so": weights(constant),
    "a task that reads two kinds, all embeddings equal": weights(level("W_E", 2)),
    "a text in random order, and its frequencies": frequencies,
}
# how many are asked for something else, if not four: with more, another one is the best of them
SEEDS = {
    "an easier task, values three times as large": 2,
    "a task that reads two kinds": 2,
    "a task that reads two kinds, all embeddings equal": 2,
}
ORIGINAL = Perturbation("nothing", same)
PERTURBATIONS: tuple[Perturbation, ...] = (
    Perturbation("constant output", weights(constant), always=True),
    Perturbation("values zeroed", weights(zeroed(*ATTENTION)), ("W_V",), always=True),
    Perturbation("attention spread evenly", weights(zeroed("W_Q", "b_Q")), ("W_Q",), always=True),
    Perturbation("feed-forward layers zeroed", weights(zeroed(*FORWARD)), ("W_out",), always=True),
    Perturbation(
        "first layer zeroed", weights(zeroed(*ATTENTION, *FORWARD, layer=0)), ("W_V",), always=True
    ),
    Perturbation("last layer zeroed", weights(zeroed(*ATTENTION, *FORWARD, layer=-1)), ("W_V",)),
    Perturbation("first head zeroed", weights(zeroed("W_V", "b_V", layer=0, head=0)), ("W_V",)),
    Perturbation(
        "first layer in the place of the last",
        weights(moved),
        ("W_V",),
        systems=("sequence_to_sequence",),
    ),
    Perturbation("two embeddings swapped", weights(swapped), always=True),
    Perturbation("all embeddings equal", weights(level("W_E", 2)), always=True),
    Perturbation("unembedding permuted", weights(rolled), always=True),
    Perturbation("unembedding rotated", weights(rotated), always=True),
    Perturbation("an answer never given", weights(never), always=True),
    Perturbation("outputs a tenth as sure", weights(scaled("W_U", 0.1)), always=True),
    Perturbation("outputs ten times as sure", weights(scaled("W_U", 10)), always=True),
    Perturbation("positions reversed", weights(reversed_positions), ("W_pos",), always=True),
    Perturbation(
        "positions all equal",
        weights(level("W_pos", 2)),
        ("W_pos",),
        # the largest of some numbers is the same in any order
        systems=("sequence_rules", "sequence_to_sequence", "repeated_sequences", "text"),
    ),
    Perturbation("positions around a circle", weights(circle), ("W_pos",)),
    Perturbation("attention to one position cut", weights(cut), ("W_pos",)),
    Perturbation("queries, keys and values alike", weights(alike), ("W_V",)),
    Perturbation("scores ten times as large", weights(scaled("W_Q", 10)), ("W_Q",)),
    Perturbation("a last bit of noise", weights(noise(1e-6)), always=True),
    Perturbation("outputs a billion times as sure", weights(scaled("W_U", 1e9)), always=True),
    Perturbation("noise on the embedding", weights(noise(0.5, "W_E")), always=True),
    Perturbation("noise on the unembedding", weights(noise(0.5, "W_U")), always=True),
    Perturbation("noise on queries and keys", weights(noise(0.5, "W_Q", "W_K")), ("W_Q",)),
    Perturbation("noise on values", weights(noise(0.5, "W_V", "W_O")), ("W_V",)),
    Perturbation(
        "noise on the feed-forward layers", weights(noise(0.5, "W_in", "W_out")), ("W_in",)
    ),
    Perturbation(
        "feed-forward layers a billion times as large",
        weights(scaled("W_out", 1e9)),
        ("W_in",),
        systems=("text",),
        always=True,
    ),
    Perturbation("weights before training", reordered(lambda n: np.zeros(n, int))),
    Perturbation("training backwards", reordered(lambda n: np.arange(n)[::-1]), always=True),
    Perturbation("learnt and lost again", reordered(lost_again)),
    Perturbation(
        "learnt at once", reordered(lambda n: np.where(np.arange(n), n - 1, 0)), always=True
    ),
    Perturbation(
        "training broken off",
        reordered(lambda n: np.minimum(np.arange(n), n // 8)),
        systems=("sequence_to_sequence",),
        seeds=1,
        always=True,
    ),
    Perturbation("learnt in straight lines", between, systems=("repeated_sequences",)),
    Perturbation("learnt in one leap", leap, systems=("repeated_sequences",)),
    Perturbation("a single seed", alone),
    Perturbation("every seed the same", tenfold, always=True),
    Perturbation(
        "every seed another one",
        another,
        systems=("sequence_to_sequence", "repeated_sequences"),
    ),
    Perturbation("as few held-out items as there can be", same, task=fewest),
    *(
        Perturbation(
            name,
            WITH.get(name, same),
            task=other(name),
            systems=tuple(tasks),
            compared=False,
            seeds=SEEDS.get(name, 4),
        )
        for name, tasks in OTHERS.items()
    ),
)
