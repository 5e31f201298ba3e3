"""Config in, Run out: many seeds trained together by the only optimiser, then evaluated on the
same windows at every checkpoint.
"""

import math
import platform
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Int
from torch.optim.adamw import adamw

from reportgen import __version__
from reportgen.core.config import Config
from reportgen.core.config.sections import TrainingConfig
from reportgen.core.data.material import BESIDE, Material
from reportgen.core.gradient.network import descend
from reportgen.core.gradient.stack import Stack
from reportgen.core.model import Params
from reportgen.core.runs import Run
from reportgen.core.saving import Saving, resume, state_of, unsaid
from reportgen.core.training_jobs import TrainingJob, first_weights, training_jobs
from reportgen.errors import RunError
from reportgen.memory import release_memory
from reportgen.system import system_of

# steps whose batches are drawn in one go, and the tokens that these may hold
AHEAD, TOKENS_AHEAD = 1_000, 10_000_000


def nothing(done: int) -> None:
    """Progress told to nobody."""


def train(
    config: Config,
    progress: Callable[[int], None] = nothing,
    *,
    seeds: Sequence[int] | None = None,
    partial: Path | None = None,
    say: Callable[[str], None] = unsaid,
) -> Run:
    """Train seeds of a configuration, all of them if none are named, and evaluate all checkpoints.

    `progress(step)` is called at every checkpoint. Where the data have others `beside` them, the
    same seeds are trained on those too, in the same steps; of these networks only the history is
    kept, under names that begin with `BESIDE`. AdamW with torch's default betas and weight decay,
    at the learning rate of `rate`. With `partial` the training is saved there every few seconds,
    and goes on from there: the run is the same, bit by bit. What is wrong with that file is said
    and costs time, not the run; who stores the run removes it. Errors: RunError with step, seed and
    learning rate where a loss is no longer finite.
    """
    data = system_of(config).draw(config)
    chosen = tuple(range(config.training.seeds) if seeds is None else seeds)
    steps, kept = optimise(config, data, chosen, progress, Saving(partial, say))
    # batches drawn ahead, before evaluation fills the gaps between what is left of them
    release_memory()
    networks = {
        name: torch.stack([k[name] for k in kept], 1).unflatten(0, (-1, len(chosen))).numpy()
        for name in kept[0]
    }  # [group, seed, checkpoint, ...]
    group: Callable[[int | slice], dict[str, np.ndarray]] = lambda which: {
        name: values[which] for name, values in networks.items()
    }
    versions = dict(
        reportgen=__version__,
        torch=str(torch.__version__),
        numpy=np.__version__,
        python=platform.python_version(),
    )
    system, narrower = system_of(config), len(config.training.narrower)
    history = system.evaluate(config, data, group(0))
    if narrower and system.evaluate_widths:
        history |= system.evaluate_widths(config, data, group(slice(1 + narrower)))
    if data.beside is not None:
        history |= {
            f"{BESIDE}{name}": values
            for name, values in system.evaluate(config, data.beside, group(1 + narrower)).items()
        }
    return Run(config.told(), chosen, steps, group(0), history, versions).finite()


def rate(t: TrainingConfig, step: int) -> float:
    """The learning rate of a step, from 0: constant, or a linear warm-up to the peak and half a
    cosine down towards zero.

    `cosine_jump` comes down from 1.3 times the peak, so that the rate jumps where the warm-up ends:
    0.65 (1 + cos) times the peak.
    """
    if t.schedule == "constant":
        return t.lr
    if step < t.warmup:
        return t.lr * (step + 1) / t.warmup
    height = 0.65 if t.schedule == "cosine_jump" else 0.5
    return t.lr * height * (1 + math.cos(math.pi * (step - t.warmup) / (t.steps - t.warmup)))


def optimise(
    config: Config,
    data: Material,
    seeds: tuple[int, ...],
    progress: Callable[[int], None] = nothing,
    saving: Saving | None = None,
) -> tuple[np.ndarray, list[Params]]:
    """Steps [checkpoint] and the parameters [network, ...] at each of them, step 0 and the last
    included; networks are in the order of `training_jobs`.
    """
    t, saving = config.training, saving or Saving()
    jobs = training_jobs(config, data, seeds)
    trained_on = [job.seed for job in jobs]
    ahead = min(AHEAD, max(1, TOKENS_AHEAD // (len(jobs) * t.batch * (config.model.n_ctx + 1))))
    networks = Stack.of(first_weights(config, jobs))
    memory = dict(
        step=torch.tensor(0.0),
        exp_avg=torch.zeros_like(networks.gradient),
        exp_avg_sq=torch.zeros_like(networks.gradient),
    )
    steps: list[int] = []
    kept: list[Params] = []
    losses: list[torch.Tensor] = []
    drawn: torch.Tensor | None = None
    first = 0
    if (state := saving.found(config, seeds, len(jobs))) is not None:
        first, steps, kept = state.step, state.steps.tolist(), resume(state, networks, memory)
        progress(steps[-1])
    for step in range(first, t.steps + 1):
        if (step % t.checkpoint_every == 0 or step == t.steps) and step not in steps[-1:]:
            _stop_if_diverged(losses, step, trained_on, t.lr)
            losses = []
            steps.append(step)
            kept.append(networks.copy())
            progress(step)
        if step > first and (step == t.steps or saving.due()):
            _stop_if_diverged(losses, step, trained_on, t.lr)
            losses = []
            saving.save(lambda: state_of(config, seeds, step, steps, kept, networks, memory))
        if step == t.steps:
            break
        if drawn is None or step % ahead == 0:
            drawn = _batches(config, jobs, step - step % ahead, ahead)
        losses.append(descend(config.model, networks, drawn[step % ahead], data.first_scored))
        if t.clip is not None:
            networks.clip_grad_norm(t.clip)
        _move(t, networks, memory, rate(t, step))
    return np.array(steps), kept


def _batches(
    config: Config, jobs: Sequence[TrainingJob], begin: int, count: int
) -> Int[torch.Tensor, "step run sequence position"]:
    """What each network reads in so many steps; networks of one seed read the same."""
    count = min(count, config.training.steps - begin)
    by_seed = {(id(job.data), job.seed): job for job in jobs}
    read = {key: job.data.batches(config, job.seed, begin, count) for key, job in by_seed.items()}
    return torch.from_numpy(np.stack([read[id(job.data), job.seed] for job in jobs], 1))


@torch.no_grad()
def _move(t: TrainingConfig, networks: Stack, memory: Params, lr: float) -> None:
    """A step of AdamW; as a function, since the class takes ten times as long about networks this
    small.
    """
    adamw(
        [networks.vector],
        [networks.gradient],
        [memory["exp_avg"]],
        [memory["exp_avg_sq"]],
        [],
        [memory["step"]],
        fused=True,
        amsgrad=False,
        maximize=False,
        beta1=t.betas[0],
        beta2=t.betas[1],
        lr=lr,
        weight_decay=t.weight_decay,
        eps=1e-8,
    )


def _stop_if_diverged(
    losses: list[torch.Tensor], step: int, seeds: Sequence[int], lr: float
) -> None:
    if losses and not (finite := torch.isfinite(stacked := torch.stack(losses))).all():
        at, network = (int(i) for i in (~finite).nonzero()[0])
        raise RunError(
            f"the loss became {stacked[at, network].item()} at step {step - len(losses) + at} (seed"
            f" {seeds[network % len(seeds)]}, training.lr {lr}); nothing was stored: lower"
            " training.lr and build again"
        )
