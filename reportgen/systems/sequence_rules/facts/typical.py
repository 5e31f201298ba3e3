"""The last stage of a network of one head: attention looks at the answer alone, and each token
hands over one point, the mean of what it hands over in all contexts whose answer it is.
"""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float, Int

from reportgen.core.exact.hard_attention import answers_from
from reportgen.core.study import held
from reportgen.measure.fact import Fact, fact
from reportgen.systems.sequence_rules.facts.algorithm import NEEDS, counted_cases, replaced
from reportgen.systems.sequence_rules.view import Study


@dataclass(frozen=True)
class Typical:
    """One point for each token, and what is answered then in each case of `replaced`."""

    points: Float[np.ndarray, "token d_head"]
    said: Int[np.ndarray, "case"]


@held
def typical(study: Study) -> Typical:
    """Each position counts in the mean as often as the answer stands there, in all contexts."""
    cases, values = replaced(study).cases, study.lattice.v(head=0)
    vocabulary, n_ctx = values.shape[:2]
    often = np.zeros((vocabulary, n_ctx))
    np.add.at(often, (cases.answer, cases.position), cases.contexts.astype(float))
    often /= np.maximum(often.sum(1, keepdims=True), 1)
    points = np.einsum("tp,tpe->te", often, values)
    said = answers_from(
        study.config.model, study.weights, 0, cases.last, points[cases.answer], n_ctx
    )
    return Typical(points, said)


@fact("Wrong, one typical value for each token", better="low", tolerance=0.001, needs=NEEDS)
def wrong_by_typical(study: Study) -> Fact:
    """Share of all full contexts answered wrongly if attention goes to the answer alone, and takes
    for each token the mean of its values over all contexts whose answer it is.

    Parts: by the position of the answer. The details give for each token the point, and the tokens
    that are then answered.
    """
    cases, found = replaced(study).cases, typical(study)
    whole = counted_cases(cases, found.said != cases.answer, None)
    if whole.value is None:
        return whole
    names = study.tokens
    rows = [
        dict(
            token=names[t],
            point=_written(found.points[t]),
            says=[names[a] for a in np.unique(found.said[cases.answer == t])],
        )
        for t in np.unique(cases.answer)
    ]
    astray = [row["token"] for row in rows if row["says"] != [row["token"]]]
    return replace(
        whole,
        details=dict(whole.details) | dict(rows=rows, astray=", ".join(map(str, astray)) or "none"),
    )


def _written(point: np.ndarray) -> str:
    """The first few coordinates of a point."""
    shown = ", ".join(f"{x:.2f}".replace("-", "−") for x in point[:4])
    return shown + (", …" if len(point) > 4 else "")
