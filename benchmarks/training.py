"""Twenty seeds in one stack against one seed in the loop that one would write first."""

import dataclasses
import math
import random
from collections.abc import Callable
from typing import Any

import torch
from torch import nn
from torch.nn.functional import cross_entropy

from benchmarks.measure import ROOT, Line, Size, Variant, in_turn, inside
from reportgen.core import config as configs
from reportgen.core.config import Config
from reportgen.systems.sequence_rules.data import Dataset, draw

STEPS, SEEDS, EVERY = 20_000, 20, 100  # of plus_last_even
WARM = 20  # steps before the clock starts: what torch does once would be scaled with the rest


def lines(size: Size) -> list[Line]:
    plain, ours = in_turn(
        size.runs,
        lambda: inside("training", "plain", steps=size.plain_steps),
        lambda: inside("training", "product", steps=size.steps, seeds=SEEDS),
    )
    return [
        Line(
            "training",
            f"{SEEDS} seeds of {STEPS:,} steps, evaluated every {EVERY} steps",
            Variant(
                f"all seeds in one stack; {size.steps:,} steps were run", ours, STEPS / size.steps
            ),
            Variant(
                f"one seed in a plain loop; {size.plain_steps:,} steps were run",
                plain,
                STEPS / size.plain_steps,
            ),
            least_ratio=1,
            note=(
                f"The plain loop trains one seed, the stack {SEEDS}; both are scaled by the step."
                " The plain loop measures loss and rule error at a checkpoint, the stack eight"
                " quantities and text of its own."
            ),
        )
    ]


def setting(
    *,
    steps: int,
    seeds: int = 1,
    every: int = EVERY,
    rule: dict[str, Any] | None = None,
    model: dict[str, Any] | None = None,
) -> Config:
    """plus_last_even with other numbers."""
    found = configs.load(ROOT / "configs" / "plus_last_even.yaml")
    training = found.training.model_copy(
        update=dict(steps=steps, seeds=seeds, checkpoint_every=min(every, steps))
    )
    return dataclasses.replace(
        found,
        rule=dataclasses.replace(found.rule, **rule or {}),
        model=found.model.model_copy(update=model or {}),
        training=training,
    )


def product(**numbers: Any) -> Callable[[], object]:
    """Our way: every seed at once, then all checkpoints evaluated."""
    from reportgen.core import train
    from reportgen.systems.sequence_rules.evaluation import evaluate

    torch.set_num_threads(1)
    config = setting(**numbers)
    data = draw(config)
    train.optimise(setting(**numbers | dict(steps=WARM)), data, (0,))

    def work() -> object:
        steps, kept = train.optimise(config, data, tuple(range(config.training.seeds)))
        return evaluate(
            config,
            data,
            {name: torch.stack([k[name] for k in kept], 1).numpy() for name in kept[0]},
        )

    return work


def plain(*, steps: int) -> Callable[[], object]:
    """The plain way: one seed, batches sampled in Python, a checkpoint kept and evaluated now and
    then.
    """
    torch.set_num_threads(1)
    torch.manual_seed(0)
    config = setting(steps=steps)
    data = draw(config)
    one = lambda count: fit(
        Plain(config),
        sampler(config, data, random.Random(0)),
        steps=count,
        lr=config.training.lr,
        evaluate=evaluated(data),
    )
    one(WARM)
    return lambda: one(steps)


class Plain(nn.Module):
    """The network as one would first write it."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        m, vocabulary = config.model, len(config.rule.vocabulary)
        self.token, self.position = (
            nn.Embedding(vocabulary, m.d_model),
            nn.Embedding(m.n_ctx, m.d_model),
        )
        self.query, self.key, self.value = (
            nn.Linear(m.d_model, m.d_head, bias=False) for _ in range(3)
        )
        self.mlp = nn.Sequential(
            nn.Linear(m.d_model, m.d_mlp), nn.ReLU(), nn.Linear(m.d_mlp, m.d_model)
        )
        self.head = nn.Linear(m.d_model, vocabulary)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        x = self.token(tokens) + self.position(torch.arange(tokens.shape[1]))
        q, k, v = self.query(x), self.key(x), self.value(x)
        scores = q @ k.transpose(1, 2) / math.sqrt(q.shape[-1])
        scores = scores.masked_fill(torch.ones_like(scores, dtype=torch.bool).triu(1), -math.inf)
        x = x + scores.softmax(-1) @ v
        return self.head(x + self.mlp(x))

    @torch.no_grad()
    def take(self, p: dict[str, torch.Tensor]) -> None:
        """Take over weights that are named as the package names them."""
        for theirs, ours in (
            (p["W_E"], self.token.weight),
            (p["W_pos"], self.position.weight),
            (p["W_Q"][0, 0].T, self.query.weight),
            (p["W_K"][0, 0].T, self.key.weight),
            (p["W_V"][0, 0].T, self.value.weight),
            (p["W_in"][0].T, self.mlp[0].weight),
            (p["b_in"][0], self.mlp[0].bias),
            (p["W_out"][0].T, self.mlp[2].weight),
            (p["b_out"][0], self.mlp[2].bias),
            (p["W_U"].T, self.head.weight),
            (p["b_U"], self.head.bias),
        ):
            ours.copy_(theirs)


def sampler(config: Config, data: Dataset, rng: random.Random) -> Callable[[int], torch.Tensor]:
    """A batch: a random sequence and a random window in it, a row at a time."""
    texts = [row[:length].tolist() for row, length in zip(data.train.tokens, data.train.lengths)]
    wide = config.model.n_ctx + 1

    def batch(step: int) -> torch.Tensor:
        rows = []
        for _ in range(config.training.batch):
            text = rng.choice(texts)
            start = rng.randrange(len(text) - wide + 1)
            rows.append(text[start : start + wide])
        return torch.tensor(rows)

    return batch


def evaluated(data: Dataset) -> Callable[[Plain], tuple[float, float]]:
    """Validation loss, and the share of places decided by the rule where the most likely token is
    not allowed.
    """
    windows = data.validation_windows
    inputs, targets = torch.from_numpy(windows.inputs), torch.from_numpy(windows.targets)

    @torch.no_grad()
    def evaluate(network: Plain) -> tuple[float, float]:
        logits = network(inputs)
        loss = cross_entropy(logits.flatten(0, 1), targets.flatten())
        return loss.item(), float(
            windows.broken(logits.argmax(-1).numpy())[windows.constrained].mean()
        )

    return evaluate


def fit(
    network: Plain,
    batch: Callable[[int], torch.Tensor],
    *,
    steps: int,
    lr: float,
    evaluate: Callable[[Plain], object],
) -> list[float]:
    """The loop, and the loss of every step."""
    optimiser = torch.optim.AdamW(network.parameters(), lr=lr)
    losses, kept = [], []
    for step in range(steps):
        if step % EVERY == 0:
            kept.append(
                (
                    evaluate(network),
                    {name: value.clone() for name, value in network.state_dict().items()},
                )
            )
        tokens = batch(step)
        logits = network(tokens[:, :-1])
        loss = cross_entropy(logits.flatten(0, 1), tokens[:, 1:].flatten())
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    return losses
