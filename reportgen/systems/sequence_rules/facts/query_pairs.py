"""Does each single query of the trigger point away from those of other tokens, or only their
means?
"""

import numpy as np

from reportgen.measure.fact import Fact, Reference, fact
from reportgen.measure.numbers import written
from reportgen.systems.sequence_rules.view import Study

OF = "pairs of a query of the trigger and one of another token, each at every position"
RIGHT = 90.0  # degrees


@fact(
    "Least turn from another query to the trigger's",
    tolerance=2.0,
    needs=["plain_layer", "trigger"],
)
def trigger_query_least(study: Study) -> Fact:
    """The least angle at the origin between a query of the trigger, at any position, and a query of
    another token, at any position; parts for each other token. The details name the pair, and say
    how many pairs are within a right angle.
    """
    queries = np.concatenate(list(study.lattice.queries), -1)  # [token, position, head * d_head]
    sizes = np.linalg.norm(queries, axis=-1, keepdims=True)
    ahead = np.divide(queries, sizes, out=np.zeros_like(queries), where=sizes > 0)
    others = [t for t in range(len(queries)) if t != study.trigger]
    turned = np.degrees(np.arccos(np.clip(ahead[others] @ ahead[study.trigger].T, -1, 1)))
    least = turned.min((1, 2))  # of [other token, its position, position of the trigger]
    parts = tuple(
        (
            study.tokens[t],
            Fact(float(value), "degrees", turned[i].size, OF, exhaustive=True),
        )
        for i, (t, value) in enumerate(zip(others, least))
    )
    i, at, own = (int(x) for x in np.unravel_index(turned.argmin(), turned.shape))
    within = int((turned <= RIGHT).sum())
    return Fact(
        float(turned.min()),
        "degrees",
        turned.size,
        OF,
        exhaustive=True,
        baseline=Reference("unrelated directions", RIGHT),
        parts=parts,
        details=dict(
            token=study.tokens[others[i]],
            at=written(at, "count"),
            trigger_at=written(own, "count"),
            within=within,
            within_text=f"{written(within, 'count')} of {written(turned.size, 'count')}",
        ),
    )
