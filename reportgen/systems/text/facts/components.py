"""What the parts of a deep network add to the stream, and what each addition is worth at the end.

Normalization divides the last stream by its own length. With that length kept as it came out, the
rest of the way to the logits is linear, so every logit is a sum over the parts: the token, its
position where positions are in the stream, each head, each feed-forward part, and all biases
together.
"""

from collections.abc import Iterator

import numpy as np

from reportgen.core.trace import Trace
from reportgen.measure.head_circuits import Circuits
from reportgen.measure.heads import heads
from reportgen.systems.text.data import Passages
from reportgen.systems.text.facts.heads import name_of
from reportgen.systems.text.view import Study

DEEP = ["layers", "mlp", "residual"]
TOKEN, BIASES = "the token itself", "all biases"


def feed_forward(layer: int) -> str:
    """What a layer's feed-forward part is called."""
    return f"layer {layer}, feed-forward"


def added(study: Study, trace: Trace) -> Iterator[tuple[str, np.ndarray]]:
    """Each part with what it adds to the stream [window, position, d_model], its biases left out,
    in the order of the network.
    """
    made, w, m = Circuits(study), study.weights, study.config.model
    yield TOKEN, trace.embed
    if m.positions == "stream":
        yield "its position", np.broadcast_to(trace.pos_embed, trace.embed.shape)
    for layer in range(m.n_layers):
        out = made.out(layer)
        for at in heads(study):
            if at[0] == layer:
                yield name_of(study, at), trace.z(layer=layer, head=at[1]) @ out[at[1]]
        yield feed_forward(layer), trace.mlp_post(layer=layer) @ w["W_out"][layer]


def bias_logits(study: Study, trace: Trace) -> np.ndarray:
    """What all biases together add to the logits [window, position, token]: of heads and
    feed-forward parts through the last normalization, and those behind it.
    """
    w = study.weights
    streams = w["b_out"].sum(0) + (w["b_O"].sum(0) if "b_O" in w else 0.0)
    behind = w["b_U"] + (w["ln_final_b"] @ w["W_U"] if "ln_final_b" in w else 0.0)
    return np.asarray(streams @ Circuits(study).spoken / trace.ln_final_scale[..., None] + behind)


def summed(study: Study, trace: Trace, *, together: int = 50) -> Iterator[tuple[slice, np.ndarray]]:
    """Logits as the sum over all parts, each taken to the logits by itself; some windows at a
    time.
    """
    spoken, streams, biases = (
        Circuits(study).spoken,
        [stream for _, stream in added(study, trace)],
        bias_logits(study, trace),
    )
    for first in range(0, len(trace.tokens), together):
        part = slice(first, first + together)
        yield (
            part,
            sum(
                (stream[part] @ spoken / trace.ln_final_scale[part, :, None] for stream in streams),
                biases[part],
            ),
        )


def pushes(study: Study, trace: Trace, windows: Passages) -> tuple[tuple[str, ...], np.ndarray]:
    """The names of the parts, and how far each raised the token that came above the mean of all
    tokens [part, window, position].
    """
    spoken, targets = Circuits(study).spoken, windows.targets
    wanted = (spoken - spoken.mean(1, keepdims=True)).T[targets]
    names, values = zip(
        *(
            (name, (stream * wanted).sum(-1) / trace.ln_final_scale)
            for name, stream in added(study, trace)
        )
    )
    biases = bias_logits(study, trace)
    of_biases = np.take_along_axis(biases, targets[..., None], -1)[..., 0] - biases.mean(-1)
    return (*names, BIASES), np.stack([*values, of_biases])
