"""What would be guessed if the stream were read early? At every depth the last normalization, with
the stream's own mean and length there, and the unembedding (the logit lens).
"""

from collections.abc import Callable

import numpy as np

from reportgen.core.study import held
from reportgen.core.trace import Trace
from reportgen.measure.fact import Fact, Reference, fact
from reportgen.measure.logit_lens import logit_lens
from reportgen.measure.numbers import written
from reportgen.systems.text.facts.components import DEEP
from reportgen.systems.text.facts.holdout import average, counter_of_pairs, loss_of
from reportgen.systems.text.view import Study

END = "the end"


def depths(trace: Trace) -> dict[str, np.ndarray]:
    """The stream [window, position, d_model] before the first layer and after each part; after the
    last part it is the end.
    """
    found, last = {"the start": trace.resid_pre(layer=0)}, trace.resid_pre().shape[1] - 1
    for layer in range(last + 1):
        found[f"attention {layer}"] = trace.resid_mid(layer=layer)
        found[END if layer == last else f"feed-forward {layer}"] = trace.resid_post(layer=layer)
    return found


@held
def read_early(study: Study) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """For every depth the surprise and the likeliest token [window, position] on held-out text,
    computed once.
    """
    each = {name: logit_lens(study, stream) for name, stream in depths(study.holdout).items()}
    return {name: (loss_of(study, logits), logits.argmax(-1)) for name, logits in each.items()}


@fact("Loss just before the last part", tolerance=0.02, needs=DEEP)
def lens_loss(study: Study) -> Fact:
    """Loss on held-out text when the stream is read before the last feed-forward part, through the
    last normalization with recomputed statistics; parts for every depth, from the embedding to the
    end.
    """
    pairs = counter_of_pairs(study)
    parts = tuple(
        (name, average(study, loss, baseline=pairs))
        for name, (loss, _) in read_early(study).items()
    )
    before, (_, start) = parts[-2][1], parts[0]
    return Fact(
        before.value,
        "nats",
        before.n,
        before.of,
        before.low,
        before.high,
        clusters=before.clusters,
        baseline=pairs,
        parts=parts,
        details=dict(start_text=start.text, end_text=parts[-1][1].text),
    )


@fact("Fall of the loss from depth to depth", tolerance=0.02, needs=DEEP)
def lens_step(study: Study) -> Fact:
    """How far the loss of the stream read early falls through one part of the network, token by
    token: of the part with the least fall; parts for every part.
    """
    early, none = list(read_early(study).items()), Reference("no fall", 0.0)
    fall: Callable[[np.ndarray, np.ndarray], Fact] = lambda before, after: average(
        study, before - after, baseline=none
    )
    parts = [
        (
            f"feed-forward {study.config.model.n_layers - 1}" if name == END else name,
            fall(before, after),
        )
        for (_, (before, _)), (name, (after, _)) in zip(early, early[1:])
    ]
    ends = {
        word: choose(parts, key=lambda part: part[1].value or 0)
        for word, choose in (("least", min), ("most", max))
    }
    least = ends["least"][1]
    details = {f"{word}_part": name for word, (name, _) in ends.items()} | dict(
        most_text=ends["most"][1].text
    )
    return Fact(
        least.value,
        "nats",
        least.n,
        least.of,
        least.low,
        least.high,
        clusters=least.clusters,
        baseline=least.baseline,
        parts=tuple(parts),
        details=details,
    )


@fact("Agreement with the end before the last layer", tolerance=0.02, needs=DEEP)
def lens_agreement(study: Study) -> Fact:
    """Share of held-out tokens at which the stream, read just before the last layer, names the same
    token as at the end; parts for every depth.
    """
    early = read_early(study)
    end = early[END][1]
    always = float((end == np.bincount(end.ravel()).argmax()).mean())
    share: Callable[[np.ndarray], Fact] = lambda likeliest: average(
        study,
        likeliest == end,
        unit="percent",
        counted=True,
        baseline=Reference("naming one token always", always),
    )
    parts = tuple((name, share(likeliest)) for name, (_, likeliest) in early.items())
    name, before = parts[-3]
    start = parts[0][1]
    return Fact(
        before.value,
        "percent",
        before.n,
        before.of,
        before.low,
        before.high,
        clusters=before.clusters,
        counted=True,
        baseline=before.baseline,
        parts=parts,
        details=dict(
            depth=name,
            start_text=start.text,
            last_text=parts[-2][1].text,
            loss_text=written(float(early[name][0].mean()), "nats"),
        ),
    )
