"""Where the outputs look: by place, and on what holds the answer."""

from dataclasses import replace

import numpy as np
from jaxtyping import Bool, Float

from reportgen.core.study import held
from reportgen.measure.estimates import missing
from reportgen.measure.fact import Fact, Reference, fact
from reportgen.measure.heads import Head, heads
from reportgen.systems.input_to_output.facts.probe import (
    BEST,
    always_the_same,
    mean,
    position_names,
    right,
)
from reportgen.systems.input_to_output.view import Study

UNEQUAL = "outputs whose answer stands at some places of the input but not at all"


def head_name(study: Study, at: Head) -> str:
    """What a head is called."""
    return f"head {at[1]}" if study.config.model.n_layers == 1 else f"head {at[0]}.{at[1]}"


def looks(study: Study, at: Head) -> Float[np.ndarray, "input output key"]:
    """Attention of the outputs' queries in one head."""
    layer, head = at
    return np.asarray(study.holdout.pattern(layer=layer, head=head)[:, study.data.queries])


def on_inputs(study: Study) -> Bool[np.ndarray, "key"]:
    """Which positions hold the input."""
    return np.isin(np.arange(study.data.rows.inputs.shape[1]), study.data.places)


@fact("Attention on the input", tolerance=0.02, needs=["attention"])
def attention_on_input(study: Study) -> Fact:
    """Share of their attention that the queries of outputs give to the places of the input, mean
    over all inputs, outputs and heads; parts: each head on each position.
    """
    every = heads(study)
    inputs = on_inputs(study)
    found = np.mean([looks(study, at)[..., inputs].sum(-1) for at in every], 0)
    seen = study.data.queries + 1
    even = float((inputs.cumsum()[study.data.queries] / seen).mean())
    parts = tuple(
        (
            f"{head_name(study, at)} on {name}",
            mean(study, looks(study, at)[..., key], unit="share", of="queries"),
        )
        for at in every
        for key, name in enumerate(position_names(study))
    )
    return mean(
        study,
        found,
        unit="share",
        of="queries",
        baseline=Reference("equal shares", even),
        parts=parts,
    )


@held
def holders(study: Study) -> Bool[np.ndarray, "input output key"]:
    """Which positions of the input hold the answer."""
    data = study.data
    ids = data.rows.inputs[:, None] == data.rows.tokens[:, data.head :, None]
    return np.asarray(ids & on_inputs(study))


@held
def unequal(study: Study) -> Bool[np.ndarray, "input output"]:
    """Where the answer stands at some places of the input, but not at all of them."""
    count = holders(study).sum(-1)
    return np.asarray((count > 0) & (count < len(study.data.places)))


def _over_unequal(study: Study, values: np.ndarray, **more: object) -> Fact:
    """The mean over the outputs whose answer stands at some places and not at all."""
    found = values[unequal(study)].astype(float)
    if not found.size:
        return missing(f"not defined: there are no {UNEQUAL}", unit="share", of=UNEQUAL)
    made = dict(unit="share", counted=False) | more
    return Fact(float(found.mean()), n=found.size, of=UNEQUAL, exhaustive=True, **made)  # type: ignore[arg-type]


@fact("Attention on the answer", better="high", tolerance=0.02, needs=["attention", "held"])
def attention_on_answer(study: Study) -> Fact:
    """Share of its attention that an output's query gives to the places that hold its answer, where
    not all of them do, mean over inputs, outputs and heads; parts: by head. Of two unequal numbers,
    of which the larger is asked for, that is the attention on the larger.
    """
    there = holders(study)
    on = {at: (looks(study, at) * there).sum(-1) for at in heads(study)}
    even = (there.sum(-1) / (study.data.queries + 1))[unequal(study)]
    parts = tuple((head_name(study, at), _over_unequal(study, each)) for at, each in on.items())
    best = max(parts, key=lambda part: part[1].value or 0.0, default=None)
    details = dict[str, object]()
    if best is not None:
        details = dict(best=best[0], best_text=best[1].text)
    return _over_unequal(
        study,
        np.mean(list(on.values()), 0),
        baseline=Reference("equal shares", float(even.mean()) if even.size else 0.0),
        floor=None,
        parts=parts,
        details=details,
    )


@fact("Looks most at the answer", better="high", tolerance=0.02, needs=["attention", "held"])
def looks_at_answer(study: Study) -> Fact:
    """Of the outputs whose answer stands at some places of the input and not at all, the share
    whose query gives a place that holds it the most attention, all heads of a layer taken
    together; in the layer where most do. Parts: by head.
    """
    there = holders(study)

    def hits(pattern: np.ndarray) -> np.ndarray:
        best = pattern.argmax(-1)[..., None]
        return np.asarray(np.take_along_axis(there, best, -1)[..., 0])

    options = dict(unit="percent", counted=True)
    by_layer = [
        _over_unequal(
            study,
            hits(np.sum([looks(study, at) for at in heads(study) if at[0] == layer], 0)),
            **options,
        )
        for layer in range(study.config.model.n_layers)
    ]
    most = max(by_layer, key=lambda each: each.value or 0.0)
    parts = tuple(
        (head_name(study, at), _over_unequal(study, hits(looks(study, at)), **options))
        for at in heads(study)
    )
    layer = dict(layer=by_layer.index(most))
    return Fact(**vars(most) | dict(parts=parts, details=layer))


@fact("Right with attention frozen", tolerance=0.02, needs=["attention"])
def frozen_attention(study: Study) -> Fact:
    """Share of all inputs whose output is right when each head's attention is the mean over all
    inputs, so that where it looks does not depend on what is read; beside it the share of the
    network as it is.
    """
    layers = range(study.config.model.n_layers)
    frozen = {
        ("pattern", layer): np.broadcast_to(each.mean(0), each.shape)
        for layer in layers
        for each in [study.holdout.pattern(layer=layer)]
    }
    found = answers_with(study, frozen)
    whole, constant = float(right(study).all(1).mean()), always_the_same(study)
    made = mean(
        study,
        (found == study.data.wanted).all(1),
        baseline=Reference("the network as it is", whole),
        floor=BEST,
    )
    return replace(made, details=dict(constant=constant.value if constant else 0.0))


def answers_with(study: Study, edits: dict[tuple[str, int], np.ndarray]) -> np.ndarray:
    """What is said of each input [input, output] with some steps of the forward pass replaced."""
    from reportgen.core.interventions import run

    data = study.data
    made = run(study.config.model, study.weights, data.rows.inputs, replace=edits).logits
    return np.asarray(made[:, data.queries][..., data.answerable].argmax(-1))
