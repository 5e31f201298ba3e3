"""Which query a figure of one query shows, and what it scores."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from reportgen.systems.sequence_rules.figures.parts.pairs import pair_scores
from reportgen.systems.sequence_rules.view import Study


@dataclass(frozen=True)
class Focus:
    """A token whose query is looked at, where, and why this one."""

    token: int
    position: int
    why: str


def focus(study: Study) -> Focus:
    """The trigger at the middle position; for a rule without one the last token of the
    demonstration, after which the rule decides, in its place.
    """
    positions = study.config.model.n_ctx
    if study.trigger is not None:
        return Focus(study.trigger, positions // 2, "the trigger")
    return Focus(
        int(study.demonstrations.inputs[study.demonstration, -1]),
        positions - 1,
        "the last token of the demonstration",
    )


@dataclass(frozen=True)
class OneQuery:
    """One query, all keys, and the scores of those it may read."""

    step: int
    tokens: tuple[str, ...]
    classes: Mapping[str, str]
    focus: Focus
    queries: np.ndarray  # all of them [token, position, dim]
    keys: np.ndarray
    scores: np.ndarray  # [token, position] of the focused query; NaN where it reads no such key

    @property
    def position(self) -> int:
        """Where the query stands."""
        return self.focus.position

    @property
    def name(self) -> str:
        """The focused token, written."""
        return self.tokens[self.focus.token]

    @property
    def query(self) -> np.ndarray:
        """The focused query."""
        return np.asarray(self.queries[self.focus.token, self.position])


def reading(data: OneQuery) -> dict[str, tuple[str, int, float]]:
    """The readable keys with the highest and the lowest score, and the query's own: token,
    position, score.
    """
    entry: Callable[[np.intp], tuple[str, int, float]] = lambda flat: (
        data.tokens[(at := np.unravel_index(int(flat), data.scores.shape))[0]],
        int(at[1]),
        float(data.scores[at]),
    )
    own = data.focus.token, data.position
    return {
        "highest": entry(np.nanargmax(data.scores)),
        "lowest": entry(np.nanargmin(data.scores)),
        "own": (data.name, data.position, float(data.scores[own])),
    }


def one_query(study: Study) -> OneQuery:
    """The query that a figure of one query shows, and its scores."""
    chosen = focus(study)
    return OneQuery(
        study.step,
        study.tokens,
        study.classes,
        chosen,
        study.lattice.q(head=0),
        study.lattice.k(head=0),
        pair_scores(study.lattice)[chosen.token, chosen.position],
    )
