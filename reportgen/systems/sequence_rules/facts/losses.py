"""How surprised is it, and how surprised must anyone be? Losses against floors that are computed,
never fitted.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from reportgen.measure.fact import Fact, Reference, absent, fact
from reportgen.measure.numbers import written
from reportgen.systems.sequence_rules.samples import holdout
from reportgen.systems.sequence_rules.view import Study
from reportgen.systems.sequence_rules.windows import Windows

TOKENS = "tokens"
HELD_OUT = "tokens of the held-out windows, all of them"
PLATEAU = 10  # the plateau is looked for after a tenth of the training
RESTS = 0.1  # of the way between two floors: so near, a loss rests on one of them
NEAR = 0.05  # nats
ABOVE_LAST = "above the best from the last token"  # the part of the plateau that a claim asks for


def surprise(study: Study) -> np.ndarray:
    """-ln p of what came next in held-out windows, [window, position], nats."""
    return surprise_of(study.holdout.logits, study.data.holdout_windows)


def surprise_of(logits: np.ndarray, windows: Windows) -> np.ndarray:
    """-ln p of what came next in windows, by logits of any kind, [window, position], nats."""
    shifted = logits - logits.max(-1, keepdims=True)
    return np.asarray(
        np.log(np.exp(shifted).sum(-1))
        - np.take_along_axis(shifted, windows.targets[..., None], -1)[..., 0]
    )


def _log_chance(law: np.ndarray, windows: Windows) -> np.ndarray:
    return np.asarray(np.log(np.take_along_axis(law, windows.targets[..., None], -1)[..., 0]))


def readers(study: Study, windows: Windows) -> tuple[np.ndarray, np.ndarray]:
    """Surprise [window, position] of a predictor that only counts tokens, and of one that knows
    only the last token.
    """
    floors = study.floors
    least = np.finfo(float).tiny  # of what never comes next
    counting = -np.log(np.maximum(floors.shares, least))[windows.targets]
    last = -_log_chance(np.maximum(floors.after, least)[windows.inputs], windows)
    return counting, last


def best(study: Study, windows: Windows) -> Reference:
    """The loss of the best possible predictor on the tokens of windows."""
    loss = float(windows.mean(study.floors.surprise(windows)))
    return Reference("best possible predictor on these windows", loss)


def everywhere(windows: Windows) -> np.ndarray:
    """All positions of windows."""
    return np.ones(windows.inputs.shape, dtype=bool)


@fact("Loss on held-out text", better="low", tolerance=0.005)
def holdout_loss(study: Study) -> Fact:
    """Cross-entropy on windows that chose nothing; its floor and its baseline are the losses of
    other predictors on the same tokens.
    """
    windows = study.data.holdout_windows
    counting = float(windows.mean(readers(study, windows)[0]))
    baseline, floor = Reference("predictor that only counts tokens", counting), best(study, windows)
    return holdout(study).average(
        surprise(study), everywhere(windows), unit="nats", of=TOKENS, baseline=baseline, floor=floor
    )


@fact("Validation loss", better="low", tolerance=0.005)
def validation_loss(study: Study) -> Fact:
    """Cross-entropy on the validation windows; it chose which seed is shown, so the pages go by
    the held-out loss instead.
    """
    windows = study.data.validation_windows
    return Fact(
        float(study.history("validation_loss")[study.checkpoint]),
        "nats",
        windows.targets.size,
        "tokens of the validation windows, all of them",
        exhaustive=True,
        floor=best(study, windows),
    )


@fact("Loss above what is possible", better="low", tolerance=0.005)
def excess_loss(study: Study) -> Fact:
    """Held-out loss minus the loss of the best possible predictor on the same tokens, token by
    token: what there was still to learn.
    """
    windows, sample = study.data.holdout_windows, holdout(study)
    over = surprise(study) - study.floors.surprise(windows)
    cases = (
        ("free tokens", ~windows.constrained),
        ("answer in view", windows.visible),
        ("answer out of view", windows.hidden),
    )
    parts = tuple(
        (name, sample.average(over, where, unit="nats", of=TOKENS)) for name, where in cases
    )
    return sample.average(
        over,
        everywhere(windows),
        unit="nats",
        of=TOKENS,
        parts=parts,
        floor=Reference("nothing left to learn", 0.0),
    )


@fact("Gain over knowing only the last token", better="high", tolerance=0.005)
def gain_over_bigram(study: Study) -> Fact:
    """How much less surprised it is by held-out text than the best predictor that knows only the
    last token, token by token.
    """
    windows = study.data.holdout_windows
    gain = readers(study, windows)[1] - surprise(study)
    return holdout(study).average(
        gain, everywhere(windows), unit="nats", of=TOKENS, baseline=Reference("that predictor", 0.0)
    )


@fact("Floor of counting tokens", tolerance=1e-6)
def unigram_floor(study: Study) -> Fact:
    """Entropy of the next token for a predictor that knows only how often each token occurs,
    computed from the rule.
    """
    return _law(study, study.floors.unigram)


@fact("Floor of knowing the last token", tolerance=1e-6)
def bigram_floor(study: Study) -> Fact:
    """Entropy of the next token for a predictor that knows only the last token, computed from the
    rule.
    """
    return _law(study, study.floors.bigram)


@fact("Floor of reading the window", tolerance=1e-6)
def window_floor(study: Study) -> Fact:
    """Entropy of the next token for a perfect predictor of the window, on average over all windows
    that training can draw; parts by position.
    """
    part: Callable[[float], Fact] = lambda value: Fact(
        float(value), "nats", 1, "position, every window that can be drawn", exhaustive=True
    )
    parts = tuple(
        (f"after {i} token{'s' * (i > 1)}", part(h))
        for i, h in enumerate(study.floors.by_position, 1)
    )
    return _law(study, study.floors.window, parts)


@fact("Floor of these held-out windows", tolerance=1e-6)
def holdout_floor(study: Study) -> Fact:
    """Loss of the best possible predictor, which knows the rule and reads the window, on the very
    tokens that are evaluated.
    """
    windows = study.data.holdout_windows
    return Fact(
        float(windows.mean(study.floors.surprise(windows))),
        "nats",
        windows.targets.size,
        f"tokens in {study.data.called}" if study.data.everything else HELD_OUT,
        exhaustive=True,
    )


def _law(study: Study, value: float, parts: tuple[tuple[str, Fact], ...] = ()) -> Fact:
    return Fact(
        value,
        "nats",
        study.config.model.n_ctx,
        "positions of every window that can be drawn",
        exhaustive=True,
        parts=parts,
    )


@fact("Value of looking back", tolerance=1e-6)
def value_of_looking_back(study: Study) -> Fact:
    """How much less surprised the best predictor with the whole window is by the next token than
    the best with the last token alone: a property of the rule and its windows.
    """
    floors = study.floors
    share = (floors.bigram - floors.window) / floors.bigram if floors.bigram > NEAR else 0.0
    details = dict(share=share, share_text=written(share, "percent"))
    return replace(
        _law(study, max(0.0, floors.bigram - floors.window)),
        baseline=Reference("the last token says all", 0.0),
        details=details,
    )


@fact("Loss on the plateau", tolerance=0.01, over="training")
def plateau_loss(study: Study) -> Fact:
    """Held-out loss at the checkpoint nearest to a tenth of the training, beside those of simple
    predictors on the same tokens.

    Part: how far it lies above that of the best predictor that knows only the last token, token by
    token.
    """
    from reportgen.core.interventions import run

    steps = study.run.steps
    step = int(steps[np.abs(steps - steps[-1] / PLATEAU).argmin()])
    if step == 0:  # before training nothing can rest on a plateau
        return absent("no checkpoint lies near a tenth of this training")
    windows = study.data.holdout_windows
    by_token = readers(study, windows)
    counting, last = (float(windows.mean(reader)) for reader in by_token)
    details = dict(
        step=step,
        step_text=written(step, "step"),
        unigram=counting,
        unigram_text=written(counting, "nats"),
        bigram=last,
        bigram_text=written(last, "nats"),
        window=best(study, windows).value,
    )
    logits = run(study.config.model, study.at(step).weights, windows.inputs).logits
    loss, sample, everything = surprise_of(logits, windows), holdout(study), everywhere(windows)
    above = sample.average(loss - by_token[1], everything, unit="nats", of=TOKENS)
    return sample.average(
        loss,
        everything,
        unit="nats",
        of=TOKENS,
        parts=((ABOVE_LAST, above),),
        details=details,
        baseline=Reference("predictor that knows only the last token", last),
    )
