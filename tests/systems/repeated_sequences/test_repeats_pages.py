"""What the pages say of sequences that repeat themselves where there is one layer."""

import copy
import re
from pathlib import Path

from conftest import committed
from pagework import stored, written


def test_the_control_says_what_it_lacks(tmp_path: Path) -> None:
    """One layer: the figures of two are left out with the reason, and no claim about them is
    made.
    """
    text = "".join(
        written(tmp_path, committed("repeats_unlearnt").config, stored("repeats_unlearnt")).values()
    )
    assert "here there is 1 layer" in text
    assert "This network continues what it has read.**" not in text
    assert "claim-path_through_keys" not in text
    assert "**It has no induction head.**" in text


def test_a_head_is_counted_over_seeds_that_solve_the_task(tmp_path: Path) -> None:
    """Where the network that fails has the head too, the page says of which seeds it is."""
    measured = copy.deepcopy(stored("repeats_learnt"))
    verdicts = dict(holds=[1], partly=[], undecided=[], fails=[0])
    measured["claims"]["solves_task"]["seeds"] = verdicts
    measured["claims"]["has_induction_head"]["seeds"] = verdicts | dict(holds=[0, 1], fails=[])
    pages = written(tmp_path, committed("repeats_learnt").config, measured)
    for place in ("index.md", "walkthrough/05-what-is-needed.md"):
        assert "those that solve the task: 1 of 2." in pages[place]
        assert re.search(
            r"tests of an induction head \| in the only one \| in the only one \| holds \|",
            pages[place],
        )
