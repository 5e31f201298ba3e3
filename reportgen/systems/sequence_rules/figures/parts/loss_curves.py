"""Loss, rule error and attention over training, beside what can be known at all."""

from dataclasses import dataclass

import numpy as np

from reportgen.measure.estimates import LEVEL, NONE_OF, resamples
from reportgen.measure.onset import afterwards
from reportgen.measure.population import FEWEST
from reportgen.systems.sequence_rules.facts.errors import LEARNT
from reportgen.systems.sequence_rules.facts.losses import readers
from reportgen.systems.sequence_rules.facts.seeds import seeds_learnt
from reportgen.systems.sequence_rules.facts.training import (
    onset_below_bigram,
    onset_below_unigram,
    onset_half,
    onset_rule,
)
from reportgen.systems.sequence_rules.view import Study

ONSETS = (
    ("loss below unigram", onset_below_unigram),
    ("loss below bigram", onset_below_bigram),
    ("error under half a guess", onset_half),
    (f"error under {100 * LEARNT:.0f} %", onset_rule),
)


@dataclass(frozen=True)
class Floor:
    """The loss of the best predictor that knows the rule but sees only so much, in nats."""

    name: str
    meaning: str
    here: float  # on the very tokens of the curve
    law: float  # expected, over all windows that training can draw


@dataclass(frozen=True)
class Curves:
    """Curves [checkpoint] of the displayed seed, [seed, checkpoint] of the others."""

    steps: np.ndarray
    train: np.ndarray
    validation: np.ndarray
    error: np.ndarray  # teacher-forced, answer visible in the window
    low: np.ndarray  # its 95 % interval, by resampling sequences
    high: np.ndarray
    sampled: np.ndarray  # chance of a wrong token where the rule decides
    generated: np.ndarray  # rule error in text of its own
    attention: np.ndarray
    other_losses: np.ndarray
    other_errors: np.ndarray
    other_attentions: np.ndarray
    floors: tuple[Floor, ...]
    train_floor: float  # of the best predictor, on the windows of the training loss
    uniform: float  # rule error of a uniform guess, answer visible
    blind: float  # rule error of the best guess from the last token alone, answer visible
    even: float  # cross-entropy of a uniform guess
    positions: int
    sequences: int
    # of the phases, by the facts of the same names: words, step, and what becomes of it
    onsets: tuple[tuple[str, int, str], ...]
    learnt: int  # seeds that learn the rule, by held-out windows as the facts do
    windows: int  # validation windows, on which the curves are measured
    every: int  # windows that the data can produce, where the facts are measured on each; else 0

    @property
    def held(self) -> bool:
        """Does a position ever hold the answer, so that there is attention on it to draw."""
        return bool(np.isfinite(self.attention).any())

    @property
    def lowest(self) -> float:
        """What a panel of losses must reach down to, the floor of the training loss included."""
        return min(self.train_floor, float(self.validation.min()), float(self.train.min()))

    @property
    def where(self) -> str:
        """Where the bold error is asked."""
        return "answer in view" if self.held else "window shows what is allowed"

    @property
    def sample(self) -> str:
        """What the curves are measured on, where the numbers of the text are measured on all there
        is.
        """
        return (
            f" Curves and levels are measured on {self.windows:,} validation windows, drawn at"
            f" random; the numbers in the text, on all {self.every:,} windows that the data can"
            " produce."
            if self.every
            else ""
        )


def interval(
    wrong: np.ndarray, where: np.ndarray, sequence: np.ndarray, sequences: int
) -> tuple[np.ndarray, np.ndarray]:
    """95 % interval [checkpoint] of the share of `wrong` [checkpoint, window, position] `where`
    [window, position] it is asked.

    Cluster bootstrap over sequences, the resamples of the facts; after none or all, the rule of
    three over sequences. From none to all where there are too few sequences for a bootstrap.
    """
    member = np.eye(sequences)[sequence]  # [window, sequence]
    constrained = member.T @ where.sum(1)
    drawn = resamples(sequences) @ np.concatenate(
        [constrained[:, None], member.T @ (wrong & where).sum(2).T], 1
    )
    low, high = np.quantile(
        drawn[:, 1:] / drawn[:, :1].clip(1), [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0
    )
    if np.count_nonzero(constrained) < FEWEST:
        low, high = np.zeros_like(low), np.ones_like(high)
    share, bound = (
        (wrong & where).sum((1, 2)) / max(1, where.sum()),
        min(1.0, NONE_OF / max(1, int((constrained > 0).sum()))),
    )
    return np.where(share == 1, 1 - bound, low), np.where(share == 0, bound, high)


def curves(study: Study) -> Curves:
    """The whole training of the displayed seed, and the other seeds beside it."""
    windows, floors, steps = study.data.validation_windows, study.floors, study.run.steps
    counting, last = (float(each.mean()) for each in readers(study, windows))
    seen = (
        Floor("unigram", "no context", counting, floors.unigram),
        Floor("bigram", "last token", last, floors.bigram),
        Floor(
            "window",
            f"up to {study.config.model.n_ctx} tokens",
            float(floors.surprise(windows).mean()),
            floors.window,
        ),
    )
    loss, error = study.history("validation_loss"), study.history("error_visible")

    def others(name: str) -> np.ndarray:
        return np.delete(study.run.history[name].astype(float), study.seed, 0)

    onsets = ((words, onset(study)) for words, onset in ONSETS)
    band = interval(
        windows.broken(study.watched),
        windows.visible,
        windows.sequence,
        len(study.data.validation),
    )
    return Curves(
        steps,
        study.history("train_loss"),
        loss,
        error,
        *band,
        study.history("error_sampled"),
        study.history("error_generated"),
        study.history("attention_on_answer"),
        others("validation_loss"),
        others("error_visible"),
        others("attention_on_answer"),
        seen,
        float(floors.surprise(study.data.train_windows).mean()),
        float(1 - windows.allowed[windows.visible].mean()) if windows.visible.any() else 1.0,
        floors.blind,
        float(np.log(len(study.tokens))),
        int(windows.visible.sum()),
        len(np.unique(windows.sequence[windows.visible.any(1)])),
        tuple(
            (words, int(found.value), afterwards(found))
            for words, found in onsets
            if found.value is not None
        ),
        int(seeds_learnt(study).details["k"]),
        len(windows),
        len(study.data.holdout_windows) if study.data.everything else 0,
    )
