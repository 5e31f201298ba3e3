"""Many networks evaluated on the same windows in one call: losses, rule errors, attention, and text
of their own.
"""

from collections.abc import Callable

import numpy as np
import torch

from reportgen.core.config import Config
from reportgen.core.data.material import GENERATION, stream
from reportgen.core.model import Params, Step, as_it_is, by_token, forward
from reportgen.systems.sequence_rules.config import data_config
from reportgen.systems.sequence_rules.data import Dataset
from reportgen.systems.sequence_rules.windows import Windows

# positions evaluated in one forward pass, if several networks fit: their activations then stay in
# the cache
TOGETHER = 15_000
GENERATED = (16, 32)  # sequences a checkpoint writes, and their length

HISTORY = {
    "train_loss": "cross-entropy on training windows, nats per token",
    "validation_loss": "cross-entropy on validation windows, nats per token",
    "error": (
        "teacher-forced rule error: share of constrained positions whose most likely next token is"
        " not allowed"
    ),
    "error_visible": "the same where the window tells what is demanded",
    "error_sampled": (
        "expected sampled rule error: probability on tokens that are not allowed, at constrained"
        " positions"
    ),
    "error_generated": (
        "generated rule error: share of violated constrained positions in text the network samples"
        " at temperature 1"
    ),
    "generated_trigger_pairs": (
        "share of constrained positions of that text filled with the trigger itself"
    ),
    "attention_on_answer": (
        "attention on the position that holds the answer, where one in the window does, averaged"
        " over layers and heads; NaN where none ever does"
    ),
}


def evaluate(
    config: Config, data: Dataset, parameters: dict[str, np.ndarray]
) -> dict[str, np.ndarray]:
    """The history [seed, checkpoint] of every quantity in HISTORY; parameters are [seed,
    checkpoint, ...].
    """
    seeds, checkpoints = next(iter(parameters.values())).shape[:2]
    flat = {
        name: torch.from_numpy(np.ascontiguousarray(v)).reshape(seeds * checkpoints, *v.shape[2:])
        for name, v in parameters.items()
    }
    together = max(1, TOGETHER // (len(data.validation_windows) * config.model.n_ctx))
    parts = [
        evaluate_runs(config, data, {k: v[i : i + together] for k, v in flat.items()})
        for i in range(0, seeds * checkpoints, together)
    ]
    history = {
        name: np.concatenate([part[name] for part in parts]) for name in parts[0]
    } | generation_errors(config, data, flat)
    return {name: history[name].reshape(seeds, checkpoints).astype(np.float32) for name in HISTORY}


@torch.no_grad()
def evaluate_runs(config: Config, data: Dataset, p: Params) -> dict[str, np.ndarray]:
    """Losses, teacher-forced and expected sampled errors, and attention on the answer, of each run
    [run].
    """
    windows = data.validation_windows
    seen: dict[tuple[str, int], torch.Tensor] = {}

    def keep_patterns(name: str, layer: int, value: torch.Tensor) -> torch.Tensor:
        if name == "pattern":
            seen[name, layer] = value
        return value

    chances = _chances(config, p, windows, keep_patterns)
    c, v = (
        torch.from_numpy(np.flatnonzero(where))
        for where in (windows.constrained, windows.visible[windows.constrained])
    )
    allowed = torch.from_numpy(windows.allowed[windows.constrained])
    constrained = chances[:, :, c]  # [run, token, constrained position]
    right = allowed[torch.arange(len(c)), constrained.argmax(1)]
    mass = (constrained.exp() * allowed.T).sum(1)
    w, q = np.nonzero(windows.held)
    read = torch.stack(
        [pattern[:, w, :, q, windows.source[w, q]].mean((0, 2)) for pattern in seen.values()]
    ).mean(0)  # NaN where no answer is held
    mean: Callable[[torch.Tensor], np.ndarray] = lambda x: x.double().mean(-1).numpy()
    return dict(
        train_loss=_loss(_chances(config, p, data.train_windows), data.train_windows),
        validation_loss=_loss(chances, windows),
        error=1 - mean(right),
        error_visible=1 - mean(right[:, v]),
        error_sampled=1 - mean(mass),
        attention_on_answer=read.double().numpy(),
    )


def _chances(config: Config, p: Params, windows: Windows, step: Step = as_it_is) -> torch.Tensor:
    """Log-probabilities [run, token, item] at every position of every window."""
    tokens = torch.from_numpy(windows.inputs)
    return torch.log_softmax(
        by_token(forward(config.model, p, tokens.expand(len(p["W_E"]), *tokens.shape), step)), 1
    )


def _loss(chances: torch.Tensor, windows: Windows) -> np.ndarray:
    targets = torch.from_numpy(windows.targets).reshape(1, 1, -1)
    return -chances.gather(1, targets.expand(len(chances), -1, -1)).double().mean((1, 2)).numpy()


@torch.no_grad()
def generate(
    config: Config, p: Params, first: np.ndarray, length: int, uniform: np.ndarray
) -> np.ndarray:
    """Text [run, sequence, length] sampled at temperature 1, token by token, from first tokens
    [sequence].

    `uniform` [length, sequence] are the random numbers, the same for every run; the model sees the
    last n_ctx tokens.
    """
    runs, n_ctx = len(p["W_E"]), config.model.n_ctx
    text = torch.zeros((runs, len(first), length), dtype=torch.int64)
    text[:, :, 0] = torch.from_numpy(first)
    for i in range(1, length):
        chances = (
            forward(config.model, p, text[:, :, max(0, i - n_ctx) : i])[:, :, -1]
            .softmax(-1)
            .cumsum(-1)
        )
        chances[..., -1] = 1
        draw = (
            torch.from_numpy(uniform[i])
            .to(chances.dtype)[None, :, None]
            .expand(runs, -1, 1)
            .contiguous()
        )
        text[:, :, i] = torch.searchsorted(chances.contiguous(), draw, right=True)[..., 0].clamp(
            max=chances.shape[-1] - 1
        )
    return text.numpy()


def generation_errors(config: Config, data: Dataset, p: Params) -> dict[str, np.ndarray]:
    """Rule errors [run] of text that each run writes by itself; first tokens come from the law of
    the data.
    """
    rng = stream(config.data.seed, GENERATION)
    sequences, length = GENERATED
    length = min(length, data_config(config).length[1])
    first, uniform = data.automaton.sample(rng, sequences, 1)[:, 0], rng.random((length, sequences))
    together = max(1, TOGETHER // (sequences * config.model.n_ctx))
    errors, pairs = [], []
    trigger = config.rule.tokens.id(config.rule.trigger) if config.rule.trigger is not None else -1
    for i in range(0, len(p["W_E"]), together):
        text = generate(
            config, {k: v[i : i + together] for k, v in p.items()}, first, length, uniform
        )
        states = data.automaton.walk(text)
        constrained = data.automaton.constrained[states]
        wrong = constrained & ~data.automaton.allowed[states, text]
        constrained_each = constrained.sum((1, 2)).clip(1)
        errors.append(wrong.sum((1, 2)) / constrained_each)
        pairs.append((constrained & (text == trigger)).sum((1, 2)) / constrained_each)
    return dict(
        error_generated=np.concatenate(errors), generated_trigger_pairs=np.concatenate(pairs)
    )
