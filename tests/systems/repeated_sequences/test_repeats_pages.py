"""What the pages say of sequences that repeat themselves where there is one layer."""

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
