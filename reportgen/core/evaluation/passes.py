"""Forward passes of many networks over the same sequences, a few networks at a time."""

from collections.abc import Callable, Iterator

import numpy as np
import torch
from jaxtyping import Float, Int

from reportgen.core.config import Config
from reportgen.core.model import Params, Step, as_it_is, forward
from reportgen.memory import release_memory

ROOM = 600_000  # logits held at once: what is computed on the way then fits into the cache
BETWEEN = (
    32  # evaluations after which free memory goes back: what they leave lies between their results
)

Evaluated = dict[str, np.ndarray]


def over_runs(
    parameters: dict[str, np.ndarray], each: Callable[[Params], Evaluated], numbers: int
) -> Evaluated:
    """What `each` says of parameters [seed, checkpoint, ...], as arrays [seed, checkpoint, ...];
    `numbers` is how many logits one network makes.
    """
    seeds, checkpoints = parameters["W_E"].shape[:2]
    flat = {
        name: torch.from_numpy(np.ascontiguousarray(v)).flatten(0, 1)
        for name, v in parameters.items()
    }
    together = max(1, ROOM // max(numbers, 1))
    parts: list[Evaluated] = []
    with torch.no_grad():
        for count, i in enumerate(range(0, seeds * checkpoints, together), 1):
            parts.append(each({name: v[i : i + together] for name, v in flat.items()}))
            if count % BETWEEN == 0:
                release_memory()
    joined = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    return {
        name: values.reshape(seeds, checkpoints, *values.shape[1:]).astype(np.float32)
        for name, values in joined.items()
    }


def passes(
    config: Config, p: Params, inputs: Int[np.ndarray, "row position"], step: Step = as_it_is
) -> Iterator[tuple[slice, Float[torch.Tensor, "run row position token"]]]:
    """Rows, some at a time, with the log-probabilities of the next token."""
    tokens = torch.from_numpy(np.ascontiguousarray(inputs, dtype=np.int64))
    room = max(1, ROOM // (len(p["W_E"]) * tokens.shape[1] * len(config.rule.vocabulary)))
    for first in range(0, len(tokens), room):
        part = slice(first, min(first + room, len(tokens)))
        some = tokens[part]
        yield (
            part,
            forward(config.model, p, some.expand(len(p["W_E"]), *some.shape), step).log_softmax(-1),
        )


def patterns(
    config: Config, p: Params, inputs: Int[np.ndarray, "row position"]
) -> Iterator[tuple[slice, dict[int, Float[torch.Tensor, "run row head query key"]]]]:
    """Rows, some at a time, with the attention of each layer."""
    seen: dict[int, torch.Tensor] = {}

    def keep(name: str, layer: int, value: torch.Tensor) -> torch.Tensor:
        if name == "pattern":
            seen[layer] = value
        return value

    for part, _ in passes(config, p, inputs, keep):
        yield part, seen


def read(
    config: Config,
    p: Params,
    inputs: Int[np.ndarray, "row position"],
    targets: Int[np.ndarray, "row position"],
    where: np.ndarray,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Surprise in nats and whether the likeliest token is the next one, [run, item] each, at the
    positions where `where` [row, position] holds.
    """
    surprise, right = [], []
    for part, chances in passes(config, p, inputs):
        wanted = torch.from_numpy(np.ascontiguousarray(targets[part], dtype=np.int64))
        counted = torch.from_numpy(np.array(where[part]))
        own = chances.gather(-1, wanted.expand(len(chances), *wanted.shape)[..., None])[..., 0]
        surprise.append(-own[:, counted])
        right.append((chances.argmax(-1) == wanted)[:, counted])
    return torch.cat(surprise, 1), torch.cat(right, 1)
