"""Networks that answer inputs: loss and right answers, on inputs that train and on inputs that are held out."""

import numpy as np

from reportgen.config import Config
from reportgen.data.inputs import Inputs, Rows
from reportgen.data.material import VALIDATION, stream
from reportgen.judge.passes import Judged, over_runs, read
from reportgen.model import Params

MOST = 2_000  # rows of either split that are judged at every checkpoint; the last checkpoint is judged on all of them elsewhere

HISTORY = {
    "train_loss": "cross-entropy on outputs of training inputs, nats per token",
    "validation_loss": "cross-entropy on outputs of held-out inputs, nats per token",
    "train_tokens": "share of output tokens of training inputs that are right, given the right ones before them",
    "holdout_tokens": "the same of held-out inputs",
    "train_words": "share of training inputs whose whole output is right; writing freely, the likeliest token each time, gives the same share",
    "holdout_words": "the same of held-out inputs",
}


def judge(config: Config, data: Inputs, parameters: dict[str, np.ndarray]) -> Judged:
    """The history [seed, checkpoint] of every quantity in HISTORY."""
    train, holdout = (some(rows) for rows in (data.train, data.holdout))
    per_row = train.inputs.shape[1] * len(config.rule.vocabulary)
    return over_runs(parameters, lambda p: _judged(config, p, train, holdout, data), (len(train) + len(holdout)) * per_row)


def some(rows: Rows) -> Rows:
    """All rows, or a random choice of them, always the same."""
    return rows if len(rows) <= MOST else Rows(rows.tokens[np.sort(stream(len(rows), VALIDATION).permutation(len(rows))[:MOST])])


def _judged(config: Config, p: Params, train: Rows, holdout: Rows, data: Inputs) -> Judged:
    out: Judged = {}
    for name, loss, rows in (("train", "train_loss", train), ("holdout", "validation_loss", holdout)):
        surprise, right = read(config, p, rows.inputs, rows.targets, np.broadcast_to(data.scored, rows.inputs.shape))
        whole = right.view(len(right), len(rows), data.length)
        out |= {loss: surprise.double().mean(1).numpy(), f"{name}_tokens": right.double().mean(1).numpy(), f"{name}_words": whole.all(2).double().mean(1).numpy()}
    return out
