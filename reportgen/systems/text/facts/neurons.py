"""A catalogue of neurons: what each fires on, what it says, and whether it is missed."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from reportgen.core.study import held
from reportgen.measure.cross_entropy import cross_entropy
from reportgen.measure.estimates import LEVEL, Sample, counted_from
from reportgen.measure.fact import Fact, Reference, fact
from reportgen.measure.head_circuits import Circuits
from reportgen.measure.numbers import written
from reportgen.systems.text.facts.components import DEEP
from reportgen.systems.text.facts.holdout import TOKENS
from reportgen.systems.text.view import Study

TRIED = 100  # held-out windows on which neurons are silenced, evenly spaced among all
LISTED, TOP, REACH = (
    12,
    4,
    10,
)  # neurons in the list, tokens named of each, tokens of a passage before the position

Neuron = tuple[int, int]  # layer and number, from 0


@dataclass(frozen=True)
class Firing:
    """How often each neuron [layer, neuron] fires on held-out text: hands on more than nothing."""

    share: np.ndarray
    dead: np.ndarray  # never
    always: np.ndarray


def firing(study: Study) -> Firing:
    """Over all positions of the held-out windows."""
    fires = study.holdout.mlp_post() > 0
    return Firing(fires.mean((0, 2)), np.asarray(~fires.any((0, 2))), np.asarray(fires.all((0, 2))))


def neurons(study: Study) -> list[Neuron]:
    """Every neuron, layer by layer."""
    m = study.config.model
    return [(layer, neuron) for layer in range(m.n_layers) for neuron in range(m.d_mlp)]


def name_of_neuron(at: Neuron) -> str:
    """What a neuron is called."""
    return f"layer {at[0]}, neuron {at[1]}"


@held
def missed(study: Study) -> dict[Neuron, Fact]:
    """How far the loss rises on some held-out windows when a neuron has its mean at each position,
    measured once; ReLU neurons that never fire are left out, since nothing would change.
    """
    from reportgen.core.interventions import run

    windows, m = study.data.holdout, study.config.model
    dead = firing(study).dead & (m.activation == "relu")
    chosen = np.unique(np.linspace(0, len(windows) - 1, min(TRIED, len(windows))).astype(int))
    inputs, targets = windows.inputs[chosen], windows.targets[chosen]
    blocks, block = np.unique(windows.block[chosen], return_inverse=True)
    sample, everywhere = Sample(block, len(blocks), "held-out blocks"), np.ones(inputs.shape, bool)

    def loss(logits: np.ndarray) -> np.ndarray:
        return cross_entropy(logits.astype(np.float64), targets)

    usual = run(m, study.weights, inputs, keep=[("mlp_post", layer) for layer in range(m.n_layers)])
    whole, found = loss(usual.logits), dict[Neuron, Fact]()
    for layer, neuron in neurons(study):
        if not dead[layer, neuron]:
            edited = usual.kept["mlp_post", layer].copy()
            edited[..., neuron] = edited[..., neuron].mean(0, dtype=np.float64)
            more = (
                loss(run(m, study.weights, inputs, replace={("mlp_post", layer): edited}).logits)
                - whole
            )
            found[layer, neuron] = sample.average(
                more, everywhere, unit="nats", of=TOKENS, baseline=Reference("nothing changes", 0.0)
            )
    return found


def spoken(study: Study) -> np.ndarray:
    """What a neuron hands straight to the logits when it fires with strength one, before the last
    division [layer, neuron, token], without the mean over tokens.
    """
    table = study.weights["W_out"] @ Circuits(study).spoken
    return np.asarray(table - table.mean(-1, keepdims=True))


def fired_on(study: Study, at: Neuron) -> tuple[list[int], list[str]]:
    """The tokens on which a neuron is strongest on average, among those read twenty times in
    held-out text (or all), and the passages before its strongest positions, each from another
    window.
    """
    values, tokens = study.holdout.mlp_post(layer=at[0])[:, :, at[1]], study.data.holdout.inputs
    count = np.bincount(tokens.ravel(), minlength=len(study.tokens))
    mean = np.bincount(tokens.ravel(), values.ravel(), minlength=len(study.tokens)) / count.clip(
        min=1
    )
    often = count >= 20 if (count >= 20).any() else count > 0
    order = np.argsort(-np.where(often, mean, -np.inf), kind="stable")[:TOP]
    windows = np.argsort(-values.max(1), kind="stable")[:TOP]
    positions = values[windows].argmax(1)
    join = "" if study.rule.unit == "characters" else " "
    said = [
        join.join(study.tokens[t] for t in tokens[w, max(0, p - REACH) : p + 1])
        for w, p in zip(windows, positions)
    ]
    return [int(t) for t in order if mean[t] > 0], said


@dataclass(frozen=True)
class Line:
    """What the catalogue says of one neuron."""

    name: str
    rise: Fact
    fires: float  # share of the positions
    on: tuple[int, ...]  # ids of tokens
    passages: tuple[str, ...]
    raises: tuple[int, ...]
    lowers: tuple[int, ...]


def lines(study: Study) -> tuple[Line, ...]:
    """The neurons that are missed most among those whose interval excludes zero."""
    found = sorted(
        ((at, rise) for at, rise in missed(study).items() if rise.low is not None and rise.low > 0),
        key=lambda item: -(item[1].value or 0),
    )[:LISTED]
    said, share = spoken(study), firing(study).share
    made = []
    for at, rise in found:
        on, passages = fired_on(study, at)
        order = np.argsort(-said[at], kind="stable")
        made.append(
            Line(
                name_of_neuron(at),
                rise,
                float(share[at]),
                tuple(on),
                tuple(passages),
                tuple(int(t) for t in order[:TOP]),
                tuple(int(t) for t in order[::-1][:TOP]),
            )
        )
    return tuple(made)


@fact("Neurons without which the loss rises", tolerance=6, needs=DEEP)
def missed_neurons(study: Study) -> Fact:
    """Number of neurons whose mean ablation raises the loss: each is replaced by its mean at each
    position, and the whole interval of the rise lies above zero. Each interval would lie above zero
    by chance once in forty times; the baseline counts that.
    """
    found = missed(study)
    above = [rise for rise in found.values() if rise.low is not None and rise.low > 0]
    below = sum(rise.high is not None and rise.high < 0 for rise in found.values())
    total, chance = len(neurons(study)), (1 - LEVEL) / 2 * len(found)
    most = max((rise.value or 0.0 for rise in found.values()), default=0.0)
    told = [
        dict(
            name=line.name,
            rise=line.rise.text,
            interval=line.rise.interval,
            fires=written(line.fires, "percent"),
            on=" ".join(study.tokens[t] for t in line.on),
            passages=list(line.passages[:2]),
            raises=" ".join(study.tokens[t] for t in line.raises),
            lowers=" ".join(study.tokens[t] for t in line.lowers),
        )
        for line in lines(study)
    ]
    details = dict(
        rows=told,
        all_text=written(total, "count"),
        below_text=written(below, "count"),
        most=most,
        most_text=written(most, "nats"),
        listed_text=written(len(told), "count"),
        windows_text=written(min(TRIED, len(study.data.holdout)), "count"),
        chance_text=written(chance, "count"),
    )
    count = Fact(
        float(len(above)),
        "count",
        total,
        "neurons",
        exhaustive=True,
        baseline=Reference("intervals above zero by chance", chance),
        details=details,
    )
    return counted_from(found.values(), count)


@fact("Neurons that are never or always active", tolerance=0.02, needs=[*DEEP, "relu"])
def idle_neurons(study: Study) -> Fact:
    """Share of the neurons that fire at no position of the held-out windows, or at every one: such
    a neuron tells no position from another, or is a straight line; parts for both.
    """
    found = firing(study)
    total = found.dead.size
    part: Callable[[np.ndarray], Fact] = lambda which: Fact(
        float(which.mean()), "of", total, "neurons", exhaustive=True
    )
    middle = float(np.median(found.share))
    return Fact(
        float((found.dead | found.always).mean()),
        "of",
        total,
        "neurons",
        exhaustive=True,
        parts=(("never", part(found.dead)), ("always", part(found.always))),
        details=dict(
            never_text=written(int(found.dead.sum()), "count"),
            always_text=written(int(found.always.sum()), "count"),
            middle_text=written(middle, "percent"),
        ),
    )
