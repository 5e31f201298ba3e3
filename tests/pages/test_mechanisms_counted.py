"""A way to do a task is counted over the seeds that do it."""

import re

import pytest
from lookups import listed
from places import ROOT

# by system, claims over seeds that say what a network does, not how: the first that it does its
# task; that others hold in a seed says that the seed does that part of it
DOES = {
    "sequence_rules": """
        learns_rule every_answer far_answers beats_previous_token samples_obey sampling_is_free
        guesses_answers generated_text_obeys looks_back near_the_floor stalls_at_bigram
        trace_answers trace_lands
    """,
    "input_to_output": """
        solved generalises seen_is_easier sure groks
    """,
    "sequence_to_sequence": """
        solved generalises seen_is_easier errors_spread train_first stays_solved
    """,
    "repeated_sequences": """
        solves_task solves_at_once near_the_floor uses_context untold_no_worse sudden_change
        demonstrations_continued solved_without_head
    """,
}
AMONG = re.compile(r"m\.among\(claims, \"(\w+)\", [^\[]*\[([^\]]*)\]")


def counted(system: str) -> dict[str, set[str]]:
    """By the claim that a task is done, what templates count over the seeds of which it holds."""
    found: dict[str, set[str]] = {}
    for path in (ROOT / "templates" / system).rglob("*.j2"):
        for task, names in AMONG.findall(path.read_text(encoding="utf-8")):
            found.setdefault(task, set()).update(re.findall(r"\w+", names))
    return found


@pytest.mark.parametrize("system", DOES)
def test_every_mechanism_is_counted_over_seeds_that_do_the_task(system: str) -> None:
    """Of those that fail most may have it: then it is no way to do the task."""
    over_seeds = {name for name, claim in listed(system)[1].items() if claim.seeds}
    task, *does = DOES[system].split()
    assert over_seeds >= {task, *does}
    assert counted(system) == {task: over_seeds - {task, *does}}
