"""Does it do what the rule asks? The most likely token and the sampled one, each with its own rule
error.
"""

import numpy as np

from reportgen.measure.estimates import missing
from reportgen.measure.fact import Fact, Reference, absent, fact
from reportgen.measure.numbers import written
from reportgen.systems.sequence_rules.samples import holdout, visible
from reportgen.systems.sequence_rules.view import Study

NEVER_HIDDEN = "in this rule the window always tells the answer"
SEEN = "positions where the rule decides and the answer is in view,"
LEARNT = 0.05  # a rule error under this counts as learnt
GUESSES = (
    "best guess without looking back",
    "best guess without reading",
    "a token drawn at random",
)
EXACT = 1e-9  # errors computed from the rule that are smaller are rounding


def wrong(study: Study) -> np.ndarray:
    """Where the most likely next token of held-out windows breaks the rule, [window, position]."""
    return study.data.holdout_windows.broken(study.holdout.logits.argmax(-1))


def blind(
    study: Study, where: np.ndarray | None = None, among: np.ndarray | None = None
) -> Reference:
    """What a guess without looking back scores: the best one from the last token alone, or, where
    that is never wrong, a simpler one that is.

    Over all held-out positions with the answer in view, by the law of the data; or at those of them
    `where` [window, position] holds, by the guesses that are best `among` some of them, else at
    all of them.
    """
    windows = study.data.holdout_windows
    seen = windows.visible if among is None else among
    allowed = windows.mean(windows.allowed, seen) if seen.any() else np.zeros(1)
    errors = [study.floors.blind, float(1 - allowed.max()), float(1 - allowed.mean())]
    if where is not None:
        right = np.zeros((len(study.tokens),) * 2)  # [last token, guess]
        np.add.at(right, windows.inputs[seen], windows.allowed[seen])
        guess = np.broadcast_to(right.argmax(1)[windows.inputs][..., None], (*where.shape, 1))
        there = windows.mean(windows.allowed, where)
        by_last = np.take_along_axis(windows.allowed, guess, -1)[..., 0]
        errors = [
            float(1 - windows.mean(by_last, where)),
            float(1 - there[allowed.argmax()]),
            float(1 - there.mean()),
        ]
    n = 0 if where is None else int(where.sum())
    known = [Reference(label, error, n) for label, error in zip(GUESSES, errors)]
    return next((each for each in known if each.value > EXACT), known[0])


def _reader(label: str, study: Study, where: np.ndarray) -> Reference:
    """The error that nobody can go below at some held-out positions."""
    windows = study.data.holdout_windows
    least = windows.mean(study.floors.least_error(windows), where)
    return Reference(label, float(least), int(where.sum()))


def answer_tokens(study: Study) -> np.ndarray:
    """Ids of the tokens that the rule ever demands."""
    table = study.data.automaton
    return np.flatnonzero(table.allowed[table.constrained].any(0))


@fact("Rule error, answer in view", better="low", tolerance=0.003)
def visible_error(study: Study) -> Fact:
    """Share of held-out positions where the rule decides, the answer stands in the window, and the
    most likely next token breaks the rule.
    """
    return holdout(study).average(
        wrong(study),
        visible(study)[1],
        unit="percent",
        of=SEEN,
        counted=True,
        baseline=blind(study),
    )


@fact("Rule error, answer out of view", better="low", tolerance=0.01)
def hidden_error(study: Study) -> Fact:
    """The same share where nothing in the window shows the answer: no predictor can do better than
    guess, and the floor says how well.
    """
    windows = study.data.holdout_windows
    of = "positions where the rule decides and the answer is out of view,"
    if not windows.hidden.any():
        return absent(NEVER_HIDDEN)
    floor = _reader("best possible guess", study, windows.hidden)
    return holdout(study).average(
        wrong(study), windows.hidden, unit="percent", of=of, counted=True, floor=floor
    )


@fact("Rule error, all positions", better="low", tolerance=0.005)
def all_error(study: Study) -> Fact:
    """Share of all held-out positions where the rule decides, answer in view or not, whose most
    likely next token breaks the rule.
    """
    windows = study.data.holdout_windows
    of = "positions where the rule decides,"
    if not windows.constrained.any():
        return missing("not defined: the rule decides nothing", unit="percent", of=of)
    floor = _reader("best possible predictor", study, windows.constrained)
    return holdout(study).average(
        wrong(study), windows.constrained, unit="percent", of=of, counted=True, floor=floor
    )


def _forbidden(study: Study) -> np.ndarray:
    """Probability of the tokens that the rule forbids, [window, position]."""
    return np.asarray((study.holdout.probabilities * ~study.data.holdout_windows.allowed).sum(-1))


@fact("Rule error when sampling", better="low", tolerance=0.003)
def sampled_error(study: Study) -> Fact:
    """Probability that the network gives to tokens the rule forbids, where the answer is in view:
    its error if it sampled, without sampling noise.
    """
    windows, seen = visible(study)
    forbidden = _forbidden(study)
    all_positions = holdout(study).average(
        forbidden, windows.constrained, unit="percent", of="positions where the rule decides,"
    )
    return holdout(study).average(
        forbidden,
        seen,
        unit="percent",
        of=SEEN,
        baseline=blind(study),
        parts=(("all positions", all_positions),),
    )


@fact("Extra error when sampling", better="low", tolerance=0.003)
def sampling_cost(study: Study) -> Fact:
    """How much higher the rule error is when the next token is sampled than when the most likely
    one is taken, at the same positions.
    """
    windows, seen = visible(study)
    forbidden = _forbidden(study)
    return holdout(study).average(forbidden - wrong(study), seen, unit="points", of=SEEN)


@fact("Probability on answers when none is in view", better="high", tolerance=0.01)
def hidden_mass(study: Study) -> Fact:
    """Probability given to tokens that can ever be an answer, at held-out positions where the
    answer is out of view.

    The details say how much they get where the rule leaves the token free.
    """
    windows = study.data.holdout_windows
    if not windows.hidden.any():
        return absent(NEVER_HIDDEN)
    if len(answer_tokens(study)) == len(study.tokens):
        return absent(
            "in this rule every token can be an answer, so that no guess is outside of them"
        )
    mass = study.holdout.probabilities[..., answer_tokens(study)].sum(-1)
    free = ~windows.constrained
    elsewhere = float(windows.mean(mass, free)) if free.any() else 0.0
    share = len(answer_tokens(study)) / len(study.tokens)
    return holdout(study).average(
        mass,
        windows.hidden,
        unit="share",
        of="positions where the answer is out of view,",
        baseline=Reference("a uniform guess", share),
        details=dict(elsewhere=elsewhere, elsewhere_text=written(elsewhere, "share")),
    )
