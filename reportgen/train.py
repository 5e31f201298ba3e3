"""Config in, Run out: many seeds trained together by the only optimiser, then judged on the same windows at every checkpoint."""

import math
import platform
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from torch.nn.functional import cross_entropy

from reportgen import __version__
from reportgen.config import Config
from reportgen.config.sections import TrainingConfig
from reportgen.data import GENERATION, Dataset, Windows, batches, draw, stream
from reportgen.errors import RunError
from reportgen.model import Params, Step, as_it_is, by_token, forward, initial, stack
from reportgen.runs import Run, Unfinished

AHEAD = 1_000  # steps whose batches are drawn in one go
TOGETHER = 60_000  # positions evaluated in one forward pass, at most
SAVED_EVERY = 2.0  # seconds between two savings of a training under way, or twenty times what saving takes
GENERATED = (16, 32)  # sequences a checkpoint writes, and their length

HISTORY = {
    "train_loss": "cross-entropy on training windows, nats per token",
    "validation_loss": "cross-entropy on validation windows, nats per token",
    "error": "teacher-forced rule error: share of constrained positions whose most likely next token is not allowed",
    "error_visible": "the same where the window tells what is demanded",
    "error_sampled": "expected sampled rule error: probability on tokens that are not allowed, at constrained positions",
    "error_generated": "generated rule error: share of violated constrained positions in text the model samples at temperature 1",
    "generated_trigger_pairs": "share of constrained positions of that text filled with the trigger itself",
    "attention_on_answer": "attention on the position that holds the answer, where one in the window does, averaged over layers and heads; NaN where none ever does",
}


def nothing(done: int) -> None:
    """Progress told to nobody."""


def unsaid(message: str) -> None:
    """A remark made to nobody."""


def train(
    config: Config, progress: Callable[[int], None] = nothing, *, seeds: Sequence[int] | None = None, partial: Path | None = None, say: Callable[[str], None] = unsaid
) -> Run:
    """Train seeds of a configuration, all of them if none are named, and judge all checkpoints.

    `progress(step)` is called at every checkpoint. AdamW with torch's default betas and weight decay, at the learning rate of `rate`.
    With `partial` the training is saved there every few seconds, and goes on from there: the run is the same, bit by bit. What is
    wrong with that file is said and costs time, not the run; who stores the run removes it.
    Errors: RunError with step, seed and learning rate where a loss is no longer finite.
    """
    data = draw(config)
    chosen = tuple(range(config.training.seeds) if seeds is None else seeds)
    steps, kept = optimise(config, data, chosen, progress, Saving(partial, say))
    parameters = {name: torch.stack([k[name] for k in kept], 1).numpy() for name in kept[0]}
    versions = dict(reportgen=__version__, torch=str(torch.__version__), numpy=np.__version__, python=platform.python_version())
    return Run(config.as_dict(), chosen, steps, parameters, judge(config, data, parameters), versions)


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
                self.say(f"{self.path}: the training under way cannot be saved ({error.strerror}); it goes on, but a kill would lose it")
                self.path = None
            self.last = time.monotonic()
            self.wait = max(SAVED_EVERY, 20 * (self.last - begun))

    def found(self, config: Config, seeds: tuple[int, ...]) -> Unfinished | None:
        """The state that was saved last, if it is of this very training."""
        try:
            state = Unfinished.load(self.path) if self.path is not None and self.path.exists() else None
        except (RunError, OSError) as error:
            self.say(f"{str(error).partition(';')[0]}; the training begins again")
            return None
        return state if state is not None and (state.config, state.seeds) == (config.as_dict(), seeds) else None


def rate(t: TrainingConfig, step: int) -> float:
    """The learning rate of a step, from 0: constant, or a linear warm-up to the peak and half a cosine down towards zero."""
    if t.schedule == "constant":
        return t.lr
    if step < t.warmup:
        return t.lr * (step + 1) / t.warmup
    return t.lr * 0.5 * (1 + math.cos(math.pi * (step - t.warmup) / (t.steps - t.warmup)))


def optimise(
    config: Config, data: Dataset, seeds: tuple[int, ...], progress: Callable[[int], None] = nothing, saving: Saving | None = None
) -> tuple[np.ndarray, list[Params]]:
    """Steps [checkpoint] and the parameters [seed, ...] at each of them, step 0 and the last included."""
    t, m, saving = config.training, config.model, saving or Saving()
    p = {name: value.requires_grad_() for name, value in stack(initial(config, s) for s in seeds).items()}
    optimiser = torch.optim.AdamW(list(p.values()), lr=t.lr, fused=True)
    steps: list[int] = []
    kept: list[Params] = []
    losses: list[torch.Tensor] = []
    drawn: torch.Tensor | None = None
    first = 0
    if (state := saving.found(config, seeds)) is not None:
        first, steps, kept = state.step, state.steps.tolist(), _resume(state, p, optimiser)
        progress(steps[-1])
    for step in range(first, t.steps + 1):
        if (step % t.checkpoint_every == 0 or step == t.steps) and step not in steps[-1:]:
            _stop_if_diverged(losses, step, seeds, t.lr)
            losses = []
            steps.append(step)
            kept.append({name: value.detach().clone() for name, value in p.items()})
            progress(step)
        if step > first and (step == t.steps or saving.due()):
            _stop_if_diverged(losses, step, seeds, t.lr)
            losses = []
            saving.save(lambda: _unfinished(config, seeds, step, steps, kept, p, optimiser))
        if step == t.steps:
            break
        if drawn is None or step % AHEAD == 0:
            begin = step - step % AHEAD
            drawn = torch.from_numpy(np.stack([batches(data.train, m.n_ctx, t.batch, s, config.data.seed, begin, min(AHEAD, t.steps - begin), config.data.window_stride) for s in seeds], 1))
        batch = drawn[step % AHEAD]
        logits = forward(m, p, batch[..., :-1])
        each = cross_entropy(by_token(logits), batch[..., 1:].flatten(1), reduction="none").mean(1)
        optimiser.param_groups[0]["lr"] = rate(t, step)
        optimiser.zero_grad(set_to_none=True)
        each.sum().backward()
        optimiser.step()
        losses.append(each.detach())
    return np.array(steps), kept


def _unfinished(config: Config, seeds: tuple[int, ...], step: int, steps: list[int], kept: list[Params], p: Params, optimiser: torch.optim.Optimizer) -> Unfinished:
    memory = {name: {key: value.numpy() for key, value in optimiser.state[weight].items()} for name, weight in p.items()}
    stacked = {name: torch.stack([k[name] for k in kept]).numpy() for name in p}
    return Unfinished(config.as_dict(), seeds, step, np.array(steps), stacked, {name: value.detach().numpy() for name, value in p.items()}, memory)


def _resume(state: Unfinished, p: Params, optimiser: torch.optim.Optimizer) -> list[Params]:
    """Put weights and the optimiser's memory where they were; the parameters [seed, ...] at each checkpoint reached."""
    own = lambda value: torch.from_numpy(value).clone()  # in torch's own memory, aligned as it was: the same sums in the same order
    with torch.no_grad():
        for name, weight in p.items():
            weight.copy_(torch.from_numpy(state.now[name]))
            optimiser.state[weight] = {key: own(value) for key, value in state.optimiser[name].items()}
    return [{name: own(values[i]) for name, values in state.kept.items()} for i in range(len(state.steps))]


def _stop_if_diverged(losses: list[torch.Tensor], step: int, seeds: tuple[int, ...], lr: float) -> None:
    if losses and not (finite := torch.isfinite(stacked := torch.stack(losses))).all():
        at, seed = (int(i) for i in (~finite).nonzero()[0])
        raise RunError(f"the loss became {stacked[at, seed].item()} at step {step - len(losses) + at} (seed {seeds[seed]}, training.lr {lr}); "
                       "nothing was stored: lower training.lr and build again")


def judge(config: Config, data: Dataset, parameters: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The history [seed, checkpoint] of every quantity in HISTORY; parameters are [seed, checkpoint, ...]."""
    seeds, checkpoints = next(iter(parameters.values())).shape[:2]
    flat = {name: torch.from_numpy(np.ascontiguousarray(v)).reshape(seeds * checkpoints, *v.shape[2:]) for name, v in parameters.items()}
    together = max(1, TOGETHER // (len(data.validation_windows) * config.model.n_ctx))
    parts = [judge_runs(config, data, {k: v[i : i + together] for k, v in flat.items()}) for i in range(0, seeds * checkpoints, together)]
    history = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]} | generation_errors(config, data, flat)
    return {name: history[name].reshape(seeds, checkpoints).astype(np.float32) for name in HISTORY}


@torch.no_grad()
def judge_runs(config: Config, data: Dataset, p: Params) -> dict[str, np.ndarray]:
    """Losses, teacher-forced and expected sampled errors, and attention on the answer, of each run [run]."""
    windows = data.validation_windows
    seen: dict[tuple[str, int], torch.Tensor] = {}

    def keep_patterns(name: str, layer: int, value: torch.Tensor) -> torch.Tensor:
        if name == "pattern":
            seen[name, layer] = value
        return value

    chances = _chances(config, p, windows, keep_patterns)
    c, v = (torch.from_numpy(np.flatnonzero(where)) for where in (windows.constrained, windows.visible[windows.constrained]))
    allowed = torch.from_numpy(windows.allowed[windows.constrained])
    asked = chances[:, :, c]  # [run, token, constrained position]
    right = allowed[torch.arange(len(c)), asked.argmax(1)]
    mass = (asked.exp() * allowed.T).sum(1)
    w, q = np.nonzero(windows.held)
    read = torch.stack([pattern[:, w, :, q, windows.source[w, q]].mean((0, 2)) for pattern in seen.values()]).mean(0)  # NaN where no answer is held
    mean = lambda x: x.double().mean(-1).numpy()
    return dict(
        train_loss=_loss(_chances(config, p, data.train_windows), data.train_windows), validation_loss=_loss(chances, windows),
        error=1 - mean(right), error_visible=1 - mean(right[:, v]), error_sampled=1 - mean(mass), attention_on_answer=read.double().numpy())  # fmt: skip


def _chances(config: Config, p: Params, windows: Windows, step: Step = as_it_is) -> torch.Tensor:
    """Log-probabilities [run, token, item] at every position of every window."""
    tokens = torch.from_numpy(windows.inputs)
    return torch.log_softmax(by_token(forward(config.model, p, tokens.expand(len(p["W_E"]), *tokens.shape), step)), 1)


def _loss(chances: torch.Tensor, windows: Windows) -> np.ndarray:
    targets = torch.from_numpy(windows.targets).reshape(1, 1, -1)
    return -chances.gather(1, targets.expand(len(chances), -1, -1)).double().mean((1, 2)).numpy()


@torch.no_grad()
def generate(config: Config, p: Params, first: np.ndarray, length: int, uniform: np.ndarray) -> np.ndarray:
    """Text [run, sequence, length] sampled at temperature 1, token by token, from first tokens [sequence].

    `uniform` [length, sequence] are the random numbers, the same for every run; the model sees the last n_ctx tokens.
    """
    runs, n_ctx = len(p["W_E"]), config.model.n_ctx
    text = torch.zeros((runs, len(first), length), dtype=torch.int64)
    text[:, :, 0] = torch.from_numpy(first)
    for i in range(1, length):
        chances = forward(config.model, p, text[:, :, max(0, i - n_ctx) : i])[:, :, -1].softmax(-1).cumsum(-1)
        chances[..., -1] = 1
        draw = torch.from_numpy(uniform[i]).to(chances.dtype)[None, :, None].expand(runs, -1, 1).contiguous()
        text[:, :, i] = torch.searchsorted(chances.contiguous(), draw, right=True)[..., 0].clamp(max=chances.shape[-1] - 1)
    return text.numpy()


def generation_errors(config: Config, data: Dataset, p: Params) -> dict[str, np.ndarray]:
    """Rule errors [run] of text that each run writes by itself; first tokens come from the law of the data."""
    rng = stream(config.data.seed, GENERATION)
    sequences, length = GENERATED
    length = min(length, config.data.length[1])
    first, uniform = data.automaton.sample(rng, sequences, 1)[:, 0], rng.random((length, sequences))
    together = max(1, TOGETHER // (sequences * config.model.n_ctx))
    errors, pairs = [], []
    trigger = config.rule.tokens.id(config.rule.trigger) if config.rule.trigger is not None else -1
    for i in range(0, len(p["W_E"]), together):
        text = generate(config, {k: v[i : i + together] for k, v in p.items()}, first, length, uniform)
        states = data.automaton.walk(text)
        asked = data.automaton.constrained[states]
        wrong = asked & ~data.automaton.allowed[states, text]
        asked_each = asked.sum((1, 2)).clip(1)
        errors.append(wrong.sum((1, 2)) / asked_each)
        pairs.append((asked & (text == trigger)).sum((1, 2)) / asked_each)
    return dict(error_generated=np.concatenate(errors), generated_trigger_pairs=np.concatenate(pairs))
