"""Which way does a digit come? The edges from outputs to their mirrors are cut, and nothing
else.
"""

from collections.abc import Callable

from reportgen.measure.claim import Decision, Verdict, by_criteria, claim
from reportgen.measure.criteria import Criterion, fact
from reportgen.measure.fact import Facts
from reportgen.measure.numbers import ROUNDING

MOST = 0.5  # of the tokens: a network that gets fewer right has nothing to lose worth a claim


def nothing_to_lose(name: str) -> Callable[[Facts], str]:
    """Why an intervention tells nothing of a network that gets no more than half of the tokens
    right without it, which is the baseline of such a fact; empty for one that gets more.
    """

    def reason(facts: Facts) -> str:
        whole = facts[name].baseline
        return (
            "this network gets no more than half of the tokens right, too few to lose any"
            if whole is not None and whole.value <= MOST
            else ""
        )

    return reason


def half_lost(name: str, facts: Facts) -> Criterion | bool:
    """Does a network that gets more than half of the tokens right lose more than half of what it
    has over the best constant answer.
    """
    baseline = facts[name].baseline
    if baseline is None or baseline.value <= MOST:
        return False
    return fact(name) < fact(name).midway


@claim(
    "The digit comes directly from the mirror",
    rests_on=["cut_all", "cut_first", "cut_last"],
    holds_if=(
        "of a network that gets more than half of the tokens right, no more are right than by the"
        " best constant answer with all edges from outputs to their mirrors cut, interval included"
    ),
    partly_if=(
        "more than half of what such a network gains over the best constant answer is lost by the"
        " cut"
    ),
    reason=(
        "Over all inputs, with all other digits the same, every digit is equally frequent, so a"
        " network without it is right exactly as often as the best constant answer; whatever is"
        " right beyond that came through another position. At one half, as much comes directly as"
        " by other routes."
    ),
    figure="one-digit-changed",
    needs=["layers"],
    unless=nothing_to_lose("cut_all"),
)
def comes_straight(facts: Facts) -> Verdict | Decision:
    """No detour."""
    cut = fact("cut_all")
    lost = half_lost("cut_all", facts)
    if isinstance(lost, bool):
        return Verdict.FAILS
    return by_criteria(facts, (cut <= cut.floor + ROUNDING) & lost, lost)
