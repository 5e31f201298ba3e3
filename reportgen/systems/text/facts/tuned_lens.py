"""What would be guessed if the stream were read early by a readout made for that depth? An affine
map from the stream there to the stream at the end, fitted on training text (the tuned lens, in
closed form).

The logit lens asks what the last unembedding can read of an early stream; a guess that stands there
in another form escapes it.
"""

from dataclasses import replace

import numpy as np

from reportgen.core.study import held
from reportgen.measure.fact import Fact, Reference, fact
from reportgen.measure.logit_lens import normalized
from reportgen.measure.numbers import written
from reportgen.systems.text.facts.components import DEEP
from reportgen.systems.text.facts.holdout import average, counter_of_pairs, loss_of
from reportgen.systems.text.facts.lens import END, depths
from reportgen.systems.text.view import Study

KEEP = ("resid_pre", "resid_mid", "resid_post")


def form(study: Study, stream: np.ndarray) -> np.ndarray:
    """A stream [..., d_model] as the last normalization makes it, apart from gain and bias."""
    return normalized(stream) if study.config.model.normalization == "LN" else stream


def with_one(points: np.ndarray) -> np.ndarray:
    """Points [..., d_model] and a one for the offset."""
    return np.concatenate([points, np.ones((*points.shape[:-1], 1))], -1)


@held
def translators(study: Study) -> dict[str, np.ndarray]:
    """For every depth the affine map [d_model + 1, d_model] that comes nearest, in least squares
    over training text, to the stream at the end.
    """
    trace = study.trace_of(study.data.training_passages.inputs, keep=KEEP)
    found = {name: form(study, stream) for name, stream in depths(trace).items()}
    goal = found[END].reshape(-1, found[END].shape[-1])
    return {
        name: np.linalg.lstsq(with_one(points).reshape(-1, points.shape[-1] + 1), goal, rcond=None)[
            0
        ]
        for name, points in found.items()
    }


@held
def read_tuned(study: Study) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """For every depth the surprise and the likeliest token [window, position] on held-out text, by
    the readout made for that depth.
    """
    w, maps = study.weights, translators(study)
    gain, bias = w.get("ln_final_w", 1.0), w.get("ln_final_b", 0.0)

    def logits(name: str, stream: np.ndarray) -> np.ndarray:
        at_the_end = with_one(form(study, stream)) @ maps[name]
        return np.asarray((at_the_end * gain + bias) @ w["W_U"] + w["b_U"])

    each = {name: logits(name, stream) for name, stream in depths(study.holdout).items()}
    return {name: (loss_of(study, made), made.argmax(-1)) for name, made in each.items()}


@fact("Loss just before the last part, by the tuned lens", tolerance=0.02, needs=DEEP)
def tuned_loss(study: Study) -> Fact:
    """Loss on held-out text when the stream is read before the last feed-forward part by a readout
    made for that depth: the affine map to the stream at the end that is nearest in least squares on
    training text, and the unembedding; parts for every depth.
    """
    pairs = counter_of_pairs(study)
    parts = tuple(
        (name, average(study, loss, baseline=pairs))
        for name, (loss, _) in read_tuned(study).items()
    )
    return replace(
        parts[-2][1],
        parts=parts,
        details=dict(start_text=parts[0][1].text, end_text=parts[-1][1].text),
    )


@fact(
    "Agreement with the end before the last layer, by the tuned lens",
    tolerance=0.02,
    needs=DEEP,
)
def tuned_agreement(study: Study) -> Fact:
    """Share of held-out tokens at which the stream just before the last layer names the same token
    as at the end, by a readout made for that depth and fitted on training text; parts for every
    depth.
    """
    early, end = read_tuned(study), study.holdout.logits.argmax(-1)
    always = float((end == np.bincount(end.ravel()).argmax()).mean())
    parts = tuple(
        (
            name,
            average(
                study,
                likeliest == end,
                unit="percent",
                counted=True,
                baseline=Reference("naming one token always", always),
            ),
        )
        for name, (_, likeliest) in early.items()
    )
    name, before = parts[-3]
    details = dict(
        depth=name,
        start_text=parts[0][1].text,
        last_text=parts[-2][1].text,
        loss_text=written(float(early[name][0].mean()), "nats"),
    )
    return replace(before, parts=parts, details=details)
