"""Does the text stay open, or does it run into a dead end where everything that follows is
settled?
"""

from dataclasses import replace

import numpy as np

from reportgen.measure.estimates import Sample
from reportgen.measure.fact import Fact, absent, fact
from reportgen.measure.numbers import written
from reportgen.rules.automaton import Automaton
from reportgen.systems.sequence_rules.facts.errors import blind, wrong
from reportgen.systems.sequence_rules.facts.heads import on_answer, over_heads, spread_evenly
from reportgen.systems.sequence_rules.samples import holdout
from reportgen.systems.sequence_rules.view import Study


def dead_ends(table: Automaton) -> np.ndarray:
    """States from which every token that follows is settled, for ever: the law gives one token all
    its chance, and leads to such a state again.
    """
    settled = table.law.max(1) == 1
    following = table.successor[np.arange(len(settled)), table.law.argmax(1)]
    found = settled
    # the largest set that its own successors do not leave; beyond the longest prefixes there is
    # nothing to settle
    while True:
        kept = settled & (found[following.clip(0)] | (following < 0))
        if (kept == found).all():
            return np.asarray(found)
        found = kept


def locked_from(study: Study) -> np.ndarray:
    """The position of each held-out sequence from which on all of it is settled, [sequence]; its
    length where that never happens.

    A sequence counts if half a window or more of it is settled: the token at its very end may be so
    by itself.
    """
    text = study.data.holdout
    inside = np.arange(text.states.shape[1]) < text.lengths[:, None]
    ended = dead_ends(study.data.automaton)[text.states] & inside
    position = np.where(ended.any(1), ended.argmax(1), text.lengths)
    return np.where(
        position <= text.lengths - study.config.model.n_ctx // 2, position, text.lengths
    )


@fact("Sequences that get stuck", tolerance=0.0)
def locked_share(study: Study) -> Fact:
    """Share of held-out sequences that come to a position from which the rule settles every further
    token, so that they go round in a circle; found in the rule's table of states.
    """
    position, lengths = locked_from(study), study.data.holdout.lengths
    locked = position < lengths
    of = "sequences drawn" if study.data.everything else "held-out sequences"
    sample = Sample(np.arange(len(position)), len(position), of)
    middle = float(np.median(position[locked])) if locked.any() else None
    details = dict(
        place=middle,
        place_text="never" if middle is None else written(middle, "count"),
        at_start=float((position <= 1).mean()),
        at_start_text=written(float((position <= 1).mean()), "percent"),
    )
    return replace(
        sample.average(
            locked,
            np.ones(len(position), dtype=bool),
            unit="percent",
            of="sequences",
            counted=True,
            details=details,
        ),
        of=of,
    )


def still_open(study: Study) -> np.ndarray:
    """Positions of held-out windows whose next token comes before everything is settled, [window,
    position].
    """
    windows, position = study.data.holdout_windows, locked_from(study)
    at = windows.start[:, None] + np.arange(
        1, windows.tokens.shape[1]
    )  # the position of each next token in its sequence
    return np.asarray(at < position[windows.sequence][:, None])


def _nothing_locked(study: Study, among: np.ndarray) -> str:
    """Why there is nothing to tell apart among some positions; empty where there is."""
    still = among & still_open(study)
    if (still == among).all():
        return "in this rule no sequence runs into a dead end"
    return "" if still.any() else "in this rule everything is settled from the start"


@fact("Rule error where the text is still open", better="low", tolerance=0.005)
def open_error(study: Study) -> Fact:
    """The rule error, answer in view, without the positions where everything that follows is
    settled and goes round in a circle.
    """
    windows = study.data.holdout_windows
    if lacking := _nothing_locked(study, windows.visible):
        return absent(lacking)
    still = windows.visible & still_open(study)
    return holdout(study).average(
        wrong(study),
        still,
        unit="percent",
        of="positions where the rule decides, the answer is in view and the text is open,",
        counted=True,
        baseline=blind(study, still, among=still),
    )


@fact(
    "Attention on the answer where the text is still open",
    better="high",
    tolerance=0.005,
    needs=["held"],
)
def open_attention(study: Study) -> Fact:
    """Share of its attention that the query puts on the answer, without the positions where
    everything that follows is settled; by head where there are several.
    """
    held = study.data.holdout_windows.held
    if lacking := _nothing_locked(study, held):
        return absent(lacking)
    still = held & still_open(study)
    return over_heads(
        study,
        on_answer(study),
        still,
        of="positions where the answer is in view and the text is open,",
        baseline=spread_evenly(study, still),
    )
