"""What the committed runs of a layer of attention on a text are found to be."""

from typing import Any

import pytest
from claimwork import found

from reportgen.measure.claim import Verdict

HOLDS, PARTLY, FAILS = Verdict.HOLDS, Verdict.PARTLY, Verdict.FAILS


@pytest.mark.parametrize(
    ("name", "verdicts"),
    [
        (
            "one_layer_learnt",
            dict(
                beats_pairs=Verdict.UNDECIDED,
                attention_pushes_right=PARTLY,
                every_head_needed=HOLDS,
                reads_further_back=HOLDS,
                logits_add_up=HOLDS,
            ),
        ),
        (
            "one_layer_unlearnt",
            dict(
                beats_pairs=FAILS,
                attention_pushes_right=Verdict.UNDECIDED,
                every_head_needed=Verdict.UNDECIDED,
                triples_are_real=FAILS,
                better_list=FAILS,
                logits_add_up=HOLDS,
            ),
        ),
    ],
)
def test_verdicts_of_the_committed_runs(name: str, verdicts: dict[str, Any]) -> None:
    assert found(name, "text", list(verdicts)) == verdicts
