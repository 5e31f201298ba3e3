"""Is there an induction head: one that matches prefixes, copies, and is needed? In this network,
and in all seeds.
"""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact
from reportgen.measure.few_seeds import anecdote
from reportgen.systems.repeated_sequences.facts.behaviour import SOLVED

has_induction_head = Claim(
    "A head passes the tests of an induction head",
    holds=fact("induction_heads") > 0,
    partly=fact("induction_heads").detail("tests_passed", "tests passed by the best of them") >= 2,
    reason="Matching prefixes, copying and being needed: each alone has other explanations.",
    figure="repeats-scores",
    needs=["attention"],
)

solved_without_head = Claim(
    "The task is solved without an induction head",
    holds=(fact("accuracy_told") > SOLVED) & (fact("induction_heads") <= 0),
    partly=(fact("accuracy_told") > 2 * fact("accuracy_told").baseline)
    & (fact("induction_heads") <= 0),
    reason=(
        "The same thresholds as for the claims on which it rests: a task can be solved in more than"
        " one way."
    ),
    figure="repeats-scores",
    needs=["attention"],
)

seeds_agree = Claim(
    "Nearly every seed solves the task",
    holds=fact("seeds_solve") > 0.9,
    partly=fact("seeds_solve").of_these > 0,
    reason=(
        "Above nine in ten, one can train a single network and count on it; below that, the seed"
        " decides."
    ),
    figure="repeats-scores",
    seeds=False,
    unless=anecdote("seeds_solve"),
)
