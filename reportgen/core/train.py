"""Config in, Run out: many seeds trained together by the only optimiser, then judged on the same
windows at every checkpoint.
"""

import dataclasses
import math
import platform
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from torch.optim.adamw import adamw

from reportgen import __version__
from reportgen.core.config import Config
from reportgen.core.config.sections import TrainingConfig
from reportgen.core.data.material import BESIDE, Material
from reportgen.core.gradient.network import descend
from reportgen.core.gradient.stack import Stack
from reportgen.core.model import Params, initial, stack
from reportgen.core.runs import Run
from reportgen.core.runs.unfinished import Unfinished
from reportgen.errors import RunError
from reportgen.memory import release_memory
from reportgen.system import system_of

AHEAD, TOKENS_AHEAD = (
    1_000,
    10_000_000,
)  # steps whose batches are drawn in one go, and the tokens that these may hold
SAVED_EVERY = (
    2.0  # seconds between two savings of a training under way, or twenty times what saving takes
)


def nothing(done: int) -> None:
    """Progress told to nobody."""


def unsaid(message: str) -> None:
    """A remark made to nobody."""


def train(
    config: Config,
    progress: Callable[[int], None] = nothing,
    *,
    seeds: Sequence[int] | None = None,
    partial: Path | None = None,
    say: Callable[[str], None] = unsaid,
) -> Run:
    """Train seeds of a configuration, all of them if none are named, and judge all checkpoints.

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
    # batches drawn ahead, before judging fills the places between what is left of them
    release_memory()
    networks = {
        name: torch.stack([k[name] for k in kept], 1).unflatten(0, (-1, len(chosen))).numpy()
        for name in kept[0]
    }  # [group, seed, checkpoint, ...]
    group = lambda which: {name: values[which] for name, values in networks.items()}
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


class Saving:
    """When a training under way is saved, and where it goes on."""

    def __init__(self, path: Path | None = None, say: Callable[[str], None] = unsaid) -> None:
        self.path, self.say = path, say
        self.wait, self.last = SAVED_EVERY, time.monotonic()

    def due(self) -> bool:
        """Has enough time passed since the last saving."""
        return self.path is not None and time.monotonic() - self.last >= self.wait

    def save(self, make: Callable[[], Unfinished]) -> None:
        """Save a state; where that fails, the training goes on unsaved."""
        if self.path is not None:
            begun = time.monotonic()
            try:
                make().save(self.path)
            except OSError as error:
                self.say(
                    f"{self.path}: the training under way cannot be saved ({error.strerror}); it"
                    " goes on, but a kill would lose it"
                )
                self.path = None
            self.last = time.monotonic()
            self.wait = max(SAVED_EVERY, 20 * (self.last - begun))

    def found(self, config: Config, seeds: tuple[int, ...], networks: int) -> Unfinished | None:
        """The state that was saved last, if it is of this very training."""
        try:
            state = (
                Unfinished.load(self.path) if self.path is not None and self.path.exists() else None
            )
        except (RunError, OSError) as error:
            self.say(f"{str(error).partition(';')[0]}; the training begins again")
            return None
        mine = state and state.of(config.told(), seeds, config.shapes, networks)
        return state if mine else None


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


@dataclasses.dataclass(frozen=True)
class TrainingJob:
    """One network in training: what it reads, its width, and its seed."""

    data: Material
    width: int
    seed: int


def pupils(config: Config, data: Material, seeds: Sequence[int]) -> list[TrainingJob]:
    """Every network of a training: all seeds; then, width by width, the narrower ones of each; then
    the same on the data `beside`.
    """
    widths = (config.model.d_model, *config.training.narrower)
    return [
        TrainingJob(each, width, seed)
        for each in (data, data.beside)
        if each is not None
        for width in widths
        for seed in seeds
    ]


def first_weights(config: Config, taught: Sequence[TrainingJob]) -> Params:
    """The weights [network, ...] before training. A narrower network stands in one of full width
    with its further dimensions at zero, where their gradients are zero too.
    """
    narrowed = lambda width: dataclasses.replace(
        config, model=config.model.model_copy(update=dict(d_model=width))
    )
    return stack(
        (
            _widened(initial(narrowed(each.width), each.seed), config.shapes)
            if each.width < config.model.d_model
            else initial(config, each.seed)
        )
        for each in taught
    )


def _widened(p: Params, shapes: Mapping[str, tuple[int, ...]]) -> Params:
    """The same network with further dimensions that are zero."""
    widened = {name: torch.zeros(shapes[name], dtype=value.dtype) for name, value in p.items()}
    for name, value in p.items():
        widened[name][tuple(slice(size) for size in value.shape)] = value
    return widened


def optimise(
    config: Config,
    data: Material,
    seeds: tuple[int, ...],
    progress: Callable[[int], None] = nothing,
    saving: Saving | None = None,
) -> tuple[np.ndarray, list[Params]]:
    """Steps [checkpoint] and the parameters [network, ...] at each of them, step 0 and the last
    included; networks are in the order of `pupils`.
    """
    t, saving = config.training, saving or Saving()
    taught = pupils(config, data, seeds)
    ahead = min(AHEAD, max(1, TOKENS_AHEAD // (len(taught) * t.batch * (config.model.n_ctx + 1))))
    networks = Stack.of(first_weights(config, taught))
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
    if (state := saving.found(config, seeds, len(taught))) is not None:
        first, steps, kept = state.step, state.steps.tolist(), _resume(state, networks, memory)
        progress(steps[-1])
    for step in range(first, t.steps + 1):
        if (step % t.checkpoint_every == 0 or step == t.steps) and step not in steps[-1:]:
            _stop_if_diverged(losses, step, [each.seed for each in taught], t.lr)
            losses = []
            steps.append(step)
            kept.append(networks.copy())
            progress(step)
        if step > first and (step == t.steps or saving.due()):
            _stop_if_diverged(losses, step, [each.seed for each in taught], t.lr)
            losses = []
            saving.save(lambda: _unfinished(config, seeds, step, steps, kept, networks, memory))
        if step == t.steps:
            break
        if drawn is None or step % ahead == 0:
            begin = step - step % ahead
            texts = {
                (id(each.data), each.seed): each for each in taught
            }  # networks of one seed read the same
            read = {
                text: each.data.batches(config, each.seed, begin, min(ahead, t.steps - begin))
                for text, each in texts.items()
            }
            drawn = torch.from_numpy(
                np.stack([read[id(each.data), each.seed] for each in taught], 1)
            )
        losses.append(descend(config.model, networks, drawn[step % ahead], data.first_scored))
        if t.clip is not None:
            networks.clip_grad_norm(t.clip)
        _move(t, networks, memory, rate(t, step))
    return np.array(steps), kept


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


def _unfinished(
    config: Config,
    seeds: tuple[int, ...],
    step: int,
    steps: list[int],
    kept: list[Params],
    networks: Stack,
    memory: Params,
) -> Unfinished:
    remembered = {key: value.numpy() for key, value in memory.items()}
    stacked = {name: torch.stack([k[name] for k in kept]).numpy() for name in networks.p}
    return Unfinished(
        config.told(), seeds, step, np.array(steps), stacked, networks.vector.numpy(), remembered
    )


def _resume(state: Unfinished, networks: Stack, memory: Params) -> list[Params]:
    """Put weights and the optimiser's memory where they were; the parameters [seed, ...] at each
    checkpoint reached.
    """
    own = lambda value: torch.from_numpy(
        value
    ).clone()  # in torch's own memory, aligned as it was: the same sums in the same order
    with torch.no_grad():
        networks.vector.copy_(torch.from_numpy(state.now))
    memory.update({key: own(value) for key, value in state.optimiser.items()})
    return [
        {name: own(values[i]) for name, values in state.kept.items()}
        for i in range(len(state.steps))
    ]


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
