"""Networks that read a text: loss and right guesses."""

import numpy as np

from reportgen.config import Config
from reportgen.data.text import Passages, Text
from reportgen.judge.passes import Judged, over_runs, read
from reportgen.model import Params

HISTORY = {
    "train_loss": "cross-entropy on windows of training blocks, nats per token",
    "validation_loss": "cross-entropy on windows of validation blocks, nats per token",
    "spread": "standard deviation of the cross-entropy over validation windows, each window's mean taken as one number",
    "accuracy": "share of tokens of validation windows that are the likeliest guess",
}


def judge(config: Config, data: Text, parameters: dict[str, np.ndarray]) -> Judged:
    """The history [seed, checkpoint] of every quantity in HISTORY."""
    train, chosen = data.training_passages, data.validation
    return over_runs(parameters, lambda p: _judged(config, p, train, chosen), (len(train) + len(chosen)) * config.model.n_ctx * len(config.rule.vocabulary))


def _judged(config: Config, p: Params, train: Passages, chosen: Passages) -> Judged:
    everywhere = lambda passages: np.ones(passages.inputs.shape, bool)
    surprise, right = read(config, p, chosen.inputs, chosen.targets, everywhere(chosen))
    others, _ = read(config, p, train.inputs, train.targets, everywhere(train))
    mean = lambda values: values.double().mean(1).numpy()
    by_window = surprise.view(len(surprise), len(chosen), -1).double().mean(2)
    return dict(train_loss=mean(others), validation_loss=mean(surprise), spread=by_window.std(1).numpy(), accuracy=mean(right))
