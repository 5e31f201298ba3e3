"""What can be taken away of a deep network? Whole parts of layers that hand over their mean at each
position.
"""

from collections.abc import Callable, Collection
from dataclasses import replace

import numpy as np

from reportgen.core.study import held
from reportgen.measure.fact import Fact, Reference, fact
from reportgen.measure.head_ablations import intact
from reportgen.measure.numbers import written
from reportgen.systems.text.facts.components import DEEP, feed_forward
from reportgen.systems.text.facts.holdout import average, counter_of_pairs, loss_of, surprise
from reportgen.systems.text.view import Study

Site = tuple[str, int]


def without(study: Study, sites: Collection[Site]) -> np.ndarray:
    """Surprise [window, position] on held-out text when these parts hand over their mean at each
    position.
    """
    from reportgen.core.interventions import run

    inputs, m = study.data.evaluated, study.config.model
    usual = run(m, study.weights, inputs, keep=sites).kept
    means = {
        site: np.broadcast_to(value.mean(0, keepdims=True, dtype=np.float64), value.shape)
        for site, value in usual.items()
    }
    return loss_of(study, run(m, study.weights, inputs, replace=means).logits)


def cases(study: Study) -> dict[str, tuple[Site, ...]]:
    """Every part of every layer, and all of a kind."""
    layers = range(study.config.model.n_layers)
    single = {
        name: ((step, layer),)
        for layer in layers
        for name, step in (
            (f"layer {layer}, attention", "attn_out"),
            (feed_forward(layer), "mlp_out"),
        )
    }
    return single | {
        "all attention": tuple(("attn_out", layer) for layer in layers),
        "all feed-forward": tuple(("mlp_out", layer) for layer in layers),
    }


@held
def part_rises(study: Study) -> dict[str, Fact]:
    """How far the loss rises without each of them, measured once."""
    whole, nothing = loss_of(study, intact(study)), Reference("nothing changes", 0.0)
    rise: Callable[[Collection[Site]], Fact] = lambda sites: average(
        study, without(study, sites) - whole, baseline=nothing
    )
    return {name: rise(sites) for name, sites in cases(study).items()}


@fact("Rise of the loss without a part", tolerance=0.03, needs=DEEP)
def part_rise(study: Study) -> Fact:
    """Rise of the loss on held-out text when the output of the attention or the feed-forward part
    of one layer is replaced by its mean at each position (mean ablation): the smallest rise of
    all parts; parts for every part.
    """
    parts = [(name, rise) for name, rise in part_rises(study).items() if not name.startswith("all")]
    (least_name, least), (most_name, most) = (
        choose(parts, key=lambda part: part[1].value or 0) for choose in (min, max)
    )
    return replace(
        least,
        parts=tuple(parts),
        details=dict(part_text=least_name, most_part=most_name, most_text=most.text),
    )


@fact("Loss without feed-forward parts", tolerance=0.03, needs=DEEP)
def loss_without_feed_forward(study: Study) -> Fact:
    """Loss on held-out text when the output of every feed-forward part is replaced by its mean at
    each position (mean ablation); beside it that of pair counts.
    """
    rises, whole = part_rises(study), float(surprise(study).mean())
    silent = without(study, cases(study)["all feed-forward"])
    details = dict(
        rise_text=rises["all feed-forward"].text,
        attention_text=written((rises["all attention"].value or 0.0) + whole, "nats"),
    )
    return average(study, silent, baseline=counter_of_pairs(study), details=details)


@fact("Rise without attention minus rise without feed-forward layers", tolerance=0.05, needs=DEEP)
def attention_beyond_forward(study: Study) -> Fact:
    """How much more the loss on held-out text rises, token by token, when the output of all
    attention is replaced by its mean at each position than when that of all feed-forward parts is;
    parts for both.
    """
    silent = {
        name: without(study, cases(study)[name]) for name in ("all attention", "all feed-forward")
    }
    both = part_rises(study)
    details = dict(
        attention_text=both["all attention"].text, forward_text=both["all feed-forward"].text
    )
    return average(
        study,
        silent["all attention"] - silent["all feed-forward"],
        baseline=Reference("the same rise", 0.0),
        parts=tuple((name, both[name]) for name in silent),
        details=details,
    )
