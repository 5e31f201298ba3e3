"""Networks that read a text: loss and right guesses, and how far those without layers are from the
table of pairs.
"""

from collections.abc import Callable

import numpy as np
import torch

from reportgen.core.config import Config
from reportgen.core.evaluation.passes import Evaluated, over_runs, read
from reportgen.core.model import Params, forward
from reportgen.systems.text.data import Passages, Text

HISTORY = {
    "train_loss": "cross-entropy on windows of training blocks, nats per token",
    "validation_loss": "cross-entropy on windows of validation blocks, nats per token",
    "spread": (
        "standard deviation of the cross-entropy over validation windows, each window's mean taken"
        " as one number"
    ),
    "accuracy": "share of tokens of validation windows that are the likeliest guess",
}
BY_WIDTH = {  # [seed, checkpoint, width], the narrower networks first, where a training has some
    "excess_by_width": (
        "Kullback-Leibler divergence of the guesses from the counts of the training blocks, mean"
        " over their tokens, nats"
    ),
    "agreement_by_width": (
        "share of the tokens of the training blocks for which the likeliest guess is the most"
        " frequent next token: of several that follow equally often, the first of the vocabulary"
        " alone"
    ),
}


def evaluate(config: Config, data: Text, parameters: dict[str, np.ndarray]) -> Evaluated:
    """The history [seed, checkpoint] of every quantity in HISTORY."""
    train, chosen = data.training_passages, data.validation
    return over_runs(
        parameters,
        lambda p: _evaluated(config, p, train, chosen),
        (len(train) + len(chosen)) * config.model.n_ctx * len(config.rule.vocabulary),
    )


def by_width(config: Config, data: Text, parameters: dict[str, np.ndarray]) -> Evaluated:
    """The history of every quantity in BY_WIDTH; parameters are [width, seed, checkpoint, ...], the
    full width first, then the narrower ones in their order.
    """
    vocabulary = len(config.rule.vocabulary)
    pairs = torch.from_numpy(data.pairs(data.counted_blocks, vocabulary)).double()
    found = [
        over_runs(
            {name: values[i] for name, values in parameters.items()},
            lambda p: against(config, p, pairs),
            vocabulary**2,
        )
        for i in [*range(1, len(parameters["W_E"])), 0]
    ]
    return {name: np.stack([each[name] for each in found], -1) for name in BY_WIDTH}


def against(config: Config, p: Params, pairs: torch.Tensor) -> Evaluated:
    """How far networks without layers are from counts of pairs [token, next], exactly."""
    vocabulary = len(pairs)
    chances = (
        forward(config.model, p, torch.arange(vocabulary).expand(len(p["W_E"]), 1, -1))[:, 0]
        .double()
        .log_softmax(-1)
    )
    often = pairs.sum(1)
    told = torch.xlogy(pairs, pairs / often.clamp(min=1)[:, None]).sum()
    right = chances.argmax(-1) == pairs.argmax(-1)
    return dict(
        excess_by_width=((told - (pairs * chances).sum((1, 2))) / often.sum()).numpy(),
        agreement_by_width=((right * often).sum(1) / often.sum()).numpy(),
    )


def _evaluated(config: Config, p: Params, train: Passages, chosen: Passages) -> Evaluated:
    everywhere: Callable[[Passages], np.ndarray] = lambda passages: np.ones(
        passages.inputs.shape, bool
    )
    surprise, right = read(config, p, chosen.inputs, chosen.targets, everywhere(chosen))
    others, _ = read(config, p, train.inputs, train.targets, everywhere(train))
    mean: Callable[[torch.Tensor], np.ndarray] = lambda values: values.double().mean(1).numpy()
    by_window = surprise.view(len(surprise), len(chosen), -1).double().mean(2)
    return dict(
        train_loss=mean(others),
        validation_loss=mean(surprise),
        spread=by_window.std(1).numpy(),
        accuracy=mean(right),
    )
