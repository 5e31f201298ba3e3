"""Networks that read sequences which repeat themselves: loss, right answers, and what their heads
look at.
"""

from collections.abc import Callable

import numpy as np
import torch

from reportgen.core.config import Config
from reportgen.core.data.material import TEXT, stream
from reportgen.core.evaluation.passes import Evaluated, over_runs, patterns, read
from reportgen.core.model import Params
from reportgen.systems.repeated_sequences.data import Repeating, Repeats, repeating

HISTORY = {
    "train_loss": "cross-entropy on fresh sequences as training draws them, nats per token",
    "validation_loss": "cross-entropy on validation sequences, nats per token",
    "told_loss": (
        "the same where the next token is known from a copy, because its sequence has begun again"
    ),
    "accuracy": (
        "share of the positions where the next token is known from a copy at which the likeliest"
        " token is the right one"
    ),
    "previous_token": (
        "attention on the position just before, mean over positions from the second on, by layer"
        " and head"
    ),
    "prefix_matching": (
        "attention on tokens that came after earlier copies of the present one, mean over positions"
        " with an earlier copy, by layer and head (Olsson et al. 2022)"
    ),
}


def evaluate(config: Config, data: Repeats, parameters: dict[str, np.ndarray]) -> Evaluated:
    """The history of every quantity in HISTORY: [seed, checkpoint], and [seed, checkpoint, layer,
    head] of what is said by layer and head.
    """
    fresh = repeating(config, stream(config.data.seed, TEXT), len(data.validation))
    numbers = (
        2
        * data.validation.inputs.size
        * max(len(config.rule.vocabulary), config.model.n_heads * config.model.n_ctx)
    )
    return over_runs(parameters, lambda p: _evaluated(config, p, data.validation, fresh), numbers)


def _evaluated(config: Config, p: Params, sequences: Repeating, fresh: Repeating) -> Evaluated:
    everywhere = np.ones(sequences.inputs.shape, bool)
    surprise, right = read(config, p, sequences.inputs, sequences.targets, everywhere)
    told = torch.from_numpy(sequences.told.ravel())
    others, _ = read(config, p, fresh.inputs, fresh.targets, everywhere)
    mean: Callable[[torch.Tensor], np.ndarray] = lambda values: values.double().mean(1).numpy()
    looks = scores(config, p, sequences)
    return (
        dict(
            train_loss=mean(others),
            validation_loss=mean(surprise),
            told_loss=mean(surprise[:, told]),
            accuracy=mean(right[:, told]),
        )
        | looks
    )


def scores(config: Config, p: Params, sequences: Repeating) -> Evaluated:
    """Previous-token and prefix-matching score of every head, [run, layer, head] each."""
    m = config.model
    totals = {
        name: np.zeros((len(p["W_E"]), m.n_layers, m.n_heads))
        for name in ("previous_token", "prefix_matching")
    }
    after = torch.from_numpy(sequences.follows).to(p["W_E"].dtype)
    told = torch.from_numpy(sequences.told)
    for part, seen in patterns(config, p, sequences.inputs):
        for layer, pattern in seen.items():
            totals["previous_token"][:, layer] += (
                pattern.diagonal(-1, -2, -1).double().mean(-1).sum(1).numpy()
            )
            found = (pattern * after[part][:, None]).sum(-1)  # [run, sequence, head, query]
            totals["prefix_matching"][:, layer] += (
                (found * told[part][:, None]).double().sum((1, 3)).numpy()
            )
    return dict(
        previous_token=totals["previous_token"] / len(sequences),
        prefix_matching=totals["prefix_matching"] / sequences.told.sum(),
    )
