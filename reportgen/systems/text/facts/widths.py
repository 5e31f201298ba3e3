"""How many numbers does a token need? Networks of several widths, trained side by side."""

import numpy as np

from reportgen.measure.fact import Fact, Reference, fact
from reportgen.measure.numbers import written
from reportgen.systems.text.facts.losses import NEAR
from reportgen.systems.text.facts.seeds import middle
from reportgen.systems.text.view import Study

NARROWER = ["table", "narrower"]


def widths(study: Study) -> tuple[int, ...]:
    """The widths of a training, the narrowest first."""
    return (*study.config.training.narrower, study.config.model.d_model)


def excess(study: Study) -> np.ndarray:
    """Distance from the table of counts at the end of training, [seed, width], nats."""
    return np.asarray(study.run.history["excess_by_width"][:, -1].astype(float))


@fact(
    "Distance of the narrowest networks", better="low", tolerance=0.02, over="seeds", needs=NARROWER
)
def width_excess(study: Study) -> Fact:
    """Median over the seeds of the distance from the table of counts, of the narrowest networks;
    parts give each width.
    """
    counts, found = study.counts, excess(study)
    single = Reference(
        "token frequencies", counts.entropies["unigram"] - counts.entropies["bigram"]
    )
    parts = tuple(
        (f"{d} number{'s' * (d > 1)} a token", middle(found[:, i], "nats", baseline=single))
        for i, d in enumerate(widths(study))
    )
    return middle(
        found[:, 0],
        "nats",
        baseline=single,
        floor=Reference("the table of counts itself", 0.0),
        parts=parts,
    )


@fact("Steps up in width that help", better="high", tolerance=0.0, over="seeds", needs=NARROWER)
def width_helps(study: Study) -> Fact:
    """Of all steps from one width to the next, in every seed, the share at which the wider network
    ends nearer to the table of counts.
    """
    nearer = np.diff(excess(study), axis=1) < 0
    ends = [written(float(np.median(column)), "nats") for column in excess(study).T]
    return Fact(
        float(nearer.mean()),
        "of",
        nearer.size,
        "steps up in width",
        exhaustive=True,
        details=dict(
            first=ends[0], last=ends[-1], narrowest=widths(study)[0], widest=widths(study)[-1]
        ),
    )


@fact("Width that is enough", better="low", tolerance=0, over="seeds", needs=NARROWER)
def width_enough(study: Study) -> Fact:
    """The smallest width whose middle seed ends less than five hundredths of a nat from the table
    of counts.
    """
    near = [d for d, values in zip(widths(study), excess(study).T) if np.median(values) < NEAR]
    return Fact(
        float(near[0]) if near else None,
        "count",
        len(widths(study)),
        "widths",
        exhaustive=True,
        words="none of these widths",
    )
