"""What did all the seeds of a training on a text do, and when?"""

from reportgen.measure.claim import Verdict, claim
from reportgen.measure.fact import Facts
from reportgen.systems.text.facts.losses import NEAR


def _alone(facts: Facts) -> str:
    return (
        ""
        if facts["seeds_loss"].n > 1
        else "this training has one seed, and no other to be compared with"
    )


@claim(
    "All seeds end at about the same loss",
    rests_on=["seeds_loss"],
    holds_if="the worst seed's loss is less than 0.05 nats above the best one's",
    partly_if="it is less than five times that",
    reason=(
        "0.05 nats are the tolerance used throughout; it is said of the seeds that were trained,"
        " and of no other."
    ),
    figure="text-learning-curve",
    unless=_alone,
    seeds=False,
)
def seeds_alike(facts: Facts) -> Verdict:
    """A small range."""
    ends = facts["seeds_loss"].details
    apart = ends["worst"] - ends["best"]
    return Verdict.HOLDS if apart < NEAR else Verdict.PARTLY if apart < 5 * NEAR else Verdict.FAILS
