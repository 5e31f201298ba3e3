"""Do the values of the answers lie on the plane in the order of the answers' cells?"""

import numpy as np

from reportgen.core.readout import head_output
from reportgen.measure.fact import Fact, Reference, absent, fact
from reportgen.systems.sequence_rules.facts.constrained import (
    answer_class,
    answer_stands,
    mean_where,
)
from reportgen.systems.sequence_rules.facts.originals import WANTED, elsewhere
from reportgen.systems.sequence_rules.view import Study


@fact("Values in the order of their cells", better="high", tolerance=0.02, needs=[*WANTED, "plane"])
def values_in_order(study: Study) -> Fact:
    """Share of pairs of answers whose values lie along the main axis of these values, each the mean
    over the positions at which it can be the answer, in the order in which their cells lie there,
    each where its middle is.

    Cells are those of the part of the plane that the values of answers move a trigger at the end of
    the window to, and half as much on all sides. An answer without a cell there is in no order.
    """
    if why := elsewhere(study):
        return absent(why)
    from reportgen.core.exact.geometry import regions
    from reportgen.core.exact.polygons import centre

    ids = np.flatnonzero(answer_class(study)).tolist()
    moved = study.lattice.v(head=0)[ids] @ head_output(study.weights, 0)
    landed = study.lattice.sums[study.trigger, -1] + moved  # [answer, position, 2]
    where = answer_stands(study)[ids]
    (x, y), (far_x, far_y) = landed[where].min(0), landed[where].max(0)
    wide, tall = (max((b - a) / 2, 1e-9) for a, b in ((x, far_x), (y, far_y)))
    view = float(x - wide), float(far_x + wide), float(y - tall), float(far_y + tall)
    pieces = regions(study.readout, view).pieces
    points = mean_where(landed, where)
    axis = np.linalg.svd(points - points.mean(0), full_matrices=False)[2][0]
    along = points @ axis
    cells = np.array([centre(pieces[a]) @ axis if a in pieces else np.nan for a in ids])
    first, second = np.triu_indices(len(ids), 1)
    same = (along[second] - along[first]) * (cells[second] - cells[first]) > 0
    lost = [study.tokens[a] for a, at in zip(ids, cells) if np.isnan(at)]
    pairs = [f"{study.tokens[ids[a]]} and {study.tokens[ids[b]]}" for a, b in zip(first, second)]
    swapped = [pair for pair, alike in zip(pairs, same) if not alike]
    return Fact(
        float(same.mean()),
        "of",
        len(same),
        "pairs of answers",
        exhaustive=True,
        baseline=Reference("chance for each pair", 0.5),
        details=dict(
            without=lost,
            without_text=", ".join(lost) or "none",
            swapped=swapped,
            swapped_text=", ".join(swapped) or "none",
        ),
    )
