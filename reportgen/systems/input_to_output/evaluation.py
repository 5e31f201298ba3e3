"""Networks that answer inputs: loss and right outputs, on inputs that train and on inputs that are
held out; on a clock also what the key frequencies do alone, and what is left without them.
"""

from collections.abc import Iterator

import numpy as np
import torch
from jaxtyping import Float

from reportgen.core.config import Config
from reportgen.core.evaluation.passes import Evaluated, over_runs, passes
from reportgen.core.model import Params
from reportgen.systems.input_to_output import waves
from reportgen.systems.input_to_output.config import task_of
from reportgen.systems.input_to_output.data import Inputs
from reportgen.systems.input_to_output.progress import progress_losses

HISTORY = {
    "train_loss": "cross-entropy over possible answers, outputs of training inputs, nats a token",
    "validation_loss": "the same of held-out inputs; of all inputs where none is held out",
    "train_tokens": "share of output tokens of training inputs that are right, given those before",
    "holdout_tokens": "the same of held-out inputs",
    "train_right": "share of training inputs whose whole output is right",
    "holdout_right": "the same of held-out inputs",
    "key_power": "on a clock: of the power of W_E, that in the last checkpoint's key frequencies",
    "restricted_loss": "on a clock: loss over all inputs with the key frequencies of logits alone",
    "excluded_loss": "on a clock: loss over training inputs without these frequencies",
}


def evaluate(config: Config, data: Inputs, parameters: dict[str, np.ndarray]) -> Evaluated:
    """The history [seed, checkpoint] of every quantity in HISTORY, in float64: losses of a network
    that is sure are smaller than what float32 tells from 0.
    """
    numbers = data.rows.inputs.size * len(config.rule.vocabulary)
    history = over_runs(parameters, lambda p: _evaluated(config, _double(p), data), numbers)
    if task_of(config).modulus is None:
        return history
    by_seed = []
    for seed in range(len(parameters["W_E"])):
        mine = {name: values[seed : seed + 1] for name, values in parameters.items()}
        last = mine["W_E"][0, -1, data.answerable].astype(float)
        keys = waves.key_frequencies(waves.power(last))
        progress = lambda p, keys=keys: _on_the_clock(config, _double(p), data, keys)
        by_seed.append(over_runs(mine, progress, numbers))
    return history | {name: np.concatenate([each[name] for each in by_seed]) for name in by_seed[0]}


def _double(p: Params) -> Params:
    return {name: value.double() for name, value in p.items()}


def _chances(
    config: Config, p: Params, data: Inputs
) -> Iterator[tuple[slice, Float[torch.Tensor, "run row output answer"]]]:
    """Rows, some at a time, with the log-probabilities of possible answers."""
    for part, chances in passes(config, p, data.rows.inputs):
        yield part, chances[:, :, data.queries][..., data.answerable].log_softmax(-1)


def _evaluated(config: Config, p: Params, data: Inputs) -> Evaluated:
    wanted, loss, right = torch.from_numpy(data.wanted), [], []
    for part, chances in _chances(config, p, data):
        own = wanted[part].expand(len(chances), *wanted[part].shape)
        loss.append(-chances.gather(-1, own[..., None])[..., 0])
        right.append(chances.argmax(-1) == own)
    losses, rights = torch.cat(loss, 1).numpy(), torch.cat(right, 1).numpy()
    held_out = np.ones_like(data.in_train) if data.everything else ~data.in_train
    out: Evaluated = {}
    for name, told, rows in (
        ("train", "train_loss", data.in_train),
        ("holdout", "validation_loss", held_out),
    ):
        out |= {
            told: losses[:, rows].mean((1, 2)),
            f"{name}_tokens": rights[:, rows].mean((1, 2)),
            f"{name}_right": rights[:, rows].all(2).mean(1),
        }
    return out


def _on_the_clock(config: Config, p: Params, data: Inputs, keys: np.ndarray) -> Evaluated:
    """Restricted and excluded loss [run], and the key frequencies' share of W_E."""
    logits = np.concatenate([c[:, :, 0].numpy() for _, c in _chances(config, p, data)], 1)
    embeddings = p["W_E"][:, data.answerable].numpy()
    made = [
        (
            *progress_losses(each, data, keys),
            waves.shares(waves.power(rows))[keys - 1].sum(),
        )
        for each, rows in zip(logits, embeddings)
    ]
    names = ("restricted_loss", "excluded_loss", "key_power")
    return {name: np.array(values) for name, values in zip(names, zip(*made))}
