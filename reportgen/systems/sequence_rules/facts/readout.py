"""Which tokens can come out at all, and what moves a point into the cell of its answer?"""

from collections.abc import Callable, Iterable

import numpy as np

from reportgen.measure.fact import Fact, fact
from reportgen.systems.sequence_rules.facts.errors import SEEN, answer_tokens
from reportgen.systems.sequence_rules.samples import holdout, visible
from reportgen.systems.sequence_rules.view import Study


def best_predictions(study: Study) -> np.ndarray:
    """Ids of the tokens that a perfect predictor of some window would put first, ties included."""
    laws = np.concatenate(study.floors.laws)
    return np.flatnonzero((laws > laws.max(-1, keepdims=True) - 1e-9).any(0))


@fact("Tokens with an output cell", tolerance=0.0, needs=["plain_layer"])
def owners(study: Study) -> Fact:
    """How many tokens are the most likely next one somewhere in the space that the unembedding
    reads, however far out; all others never are.
    """
    found = study.cells
    answers = answer_tokens(study)
    names: Callable[[Iterable[int]], list[str]] = lambda ids: [study.tokens[i] for i in ids]
    missed, foreign = (
        [a for a in answers if a not in found],
        [t for t in found if t not in best_predictions(study)],
    )
    text: Callable[[Iterable[int]], str] = lambda ids: ", ".join(names(ids)) or "none"
    details = dict(
        tokens=names(found),
        tokens_text=text(found),
        missing=names(missed),
        missing_text=text(missed),
        foreign=names(foreign),
        foreign_text=text(foreign),
    )
    return Fact(
        float(len(found)), "count", len(study.tokens), "tokens", exhaustive=True, details=details
    )


@fact("Answers without an output cell", better="low", tolerance=0.0, needs=["plain_layer"])
def missing_cells(study: Study) -> Fact:
    """How many tokens that the rule demands own no cell: these can never come out, whatever the
    window.
    """
    found, answers = study.cells, answer_tokens(study)
    missed = [study.tokens[a] for a in answers if a not in found]
    return Fact(
        float(len(missed)),
        "count",
        len(answers),
        "tokens that the rule demands",
        exhaustive=True,
        details=dict(tokens=missed, tokens_text=", ".join(missed) or "none"),
    )


@fact(
    "Cells of tokens that are never the best guess",
    better="low",
    tolerance=0.0,
    needs=["plain_layer"],
)
def foreign_cells(study: Study) -> Fact:
    """How many tokens own a cell although no window makes them the best guess of a perfect
    predictor.
    """
    found, best = study.cells, best_predictions(study)
    foreign = [study.tokens[t] for t in found if t not in best]
    return Fact(
        float(len(foreign)),
        "count",
        len(study.tokens) - len(best),
        "tokens that are never the best guess",
        exhaustive=True,
        details=dict(tokens=foreign, tokens_text=", ".join(foreign) or "none"),
    )


@fact("Error if read out before the feed-forward layer", tolerance=0.01, needs=["plain_layer"])
def error_after_attention(study: Study) -> Fact:
    """Rule error, answer in view, if the point after attention went straight to the unembedding:
    what the feed-forward layer still has to put right.
    """
    return holdout(study).average(
        study.data.holdout_windows.broken(_early(study)),
        visible(study)[1],
        unit="percent",
        of=SEEN,
        counted=True,
    )


@fact(
    "Points that the feed-forward layer moves to another cell",
    tolerance=0.01,
    needs=["plain_layer"],
)
def cell_changes(study: Study) -> Fact:
    """Share of positions, answer in view, where the point lies in another token's cell after the
    feed-forward layer than after attention.
    """
    return holdout(study).average(
        _early(study) != study.holdout.logits.argmax(-1),
        visible(study)[1],
        unit="percent",
        of=SEEN,
        counted=True,
    )


def _early(study: Study) -> np.ndarray:
    """The token in whose cell each point lies after attention, [window, position]."""
    return np.asarray(
        (study.holdout.resid_mid(layer=-1) @ study.weights["W_U"] + study.weights["b_U"]).argmax(-1)
    )
