"""Networks that answer inputs: loss and right answers, on inputs that train and on inputs that are
held out, and where they look.
"""

import numpy as np

from reportgen.core.config import Config
from reportgen.core.data.material import VALIDATION, stream
from reportgen.core.evaluation.passes import Evaluated, over_runs, patterns, read
from reportgen.core.model import Params
from reportgen.systems.sequence_to_sequence.data import Inputs, Rows, some

WATCHED = 256  # inputs on which attention is watched at every checkpoint

HISTORY = {
    "train_loss": "cross-entropy on outputs of training inputs, nats per token",
    "validation_loss": "cross-entropy on outputs of held-out inputs, nats per token",
    "train_tokens": (
        "share of output tokens of training inputs that are right, given the right ones before them"
    ),
    "holdout_tokens": "the same of held-out inputs",
    "train_words": (
        "share of training inputs whose whole output is right; writing freely, the likeliest token"
        " each time, gives the same share"
    ),
    "holdout_words": "the same of held-out inputs",
    "mirror": (
        "attention on the digit that an output is made from, mean over outputs and heads, by layer"
    ),
}


def evaluate(config: Config, data: Inputs, parameters: dict[str, np.ndarray]) -> Evaluated:
    """The history [seed, checkpoint] of every quantity in HISTORY, and [seed, checkpoint, layer] of
    attention.

    Where there are many inputs, some of either split are evaluated; at the last checkpoint all of
    them are.
    """
    watched = data.rows.tokens[
        np.sort(stream(len(data.rows), VALIDATION).permutation(len(data.rows))[:WATCHED])
    ]
    per_row, train, holdout = (
        data.rows.inputs.shape[1] * len(config.rule.vocabulary),
        some(data.train),
        some(data.holdout),
    )
    history = over_runs(
        parameters,
        lambda p: _evaluated(config, p, train, holdout, data) | _looks(config, p, Rows(watched)),
        (len(train) + len(holdout)) * per_row,
    )
    if data.complete:
        return history
    last = over_runs(
        {name: values[:, -1:] for name, values in parameters.items()},
        lambda p: _evaluated(config, p, data.train, data.holdout, data),
        len(data.rows) * per_row,
    )
    return history | {
        name: np.concatenate([history[name][:, :-1], values], 1) for name, values in last.items()
    }


def _evaluated(config: Config, p: Params, train: Rows, holdout: Rows, data: Inputs) -> Evaluated:
    out: Evaluated = {}
    for name, loss, rows in (
        ("train", "train_loss", train),
        ("holdout", "validation_loss", holdout),
    ):
        surprise, right = read(
            config,
            p,
            rows.inputs,
            rows.targets,
            np.broadcast_to(data.scored, rows.inputs.shape).copy(),
        )
        whole = right.view(len(right), len(rows), data.length)
        out |= {
            loss: surprise.double().mean(1).numpy(),
            f"{name}_tokens": right.double().mean(1).numpy(),
            f"{name}_words": whole.all(2).double().mean(1).numpy(),
        }
    return out


def _looks(config: Config, p: Params, rows: Rows) -> Evaluated:
    """Attention of each output's query on the digit that the output is made from [run, layer]."""
    length = rows.inputs.shape[1] // 2
    queries = np.arange(length, 2 * length)
    mirrors = [config.rule.mirror(position) for position in range(length)]  # type: ignore[attr-defined]
    totals = np.zeros((len(p["W_E"]), config.model.n_layers))
    for _, seen in patterns(config, p, rows.inputs):
        for layer, pattern in seen.items():
            totals[:, layer] += (
                pattern[:, :, :, queries, mirrors].double().mean((2, 3)).sum(1).numpy()
            )
    return dict(mirror=totals / len(rows))
