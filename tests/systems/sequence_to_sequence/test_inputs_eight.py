"""Eight digits: too many inputs to look into all of them, so that what is looked into has
intervals, and what the original said of such a network.
"""

import numpy as np
import pytest
from conftest import committed
from lookups import listed

from reportgen.core.interventions import run
from reportgen.core.study import Study
from reportgen.measure.claim import Verdict
from reportgen.measure.fact import Facts
from reportgen.systems.sequence_to_sequence.facts import changed_digits, probe

FACTS, CLAIMS = listed("sequence_to_sequence")


@pytest.fixture(scope="module")
def study() -> Study:
    return committed("inputs_eight")


def verdict(study: Study, claim: str) -> Verdict:
    return CLAIMS[claim].verdict(
        Facts({name: FACTS[name](study) for name in CLAIMS[claim].rests_on})
    )


def test_every_one_of_65536_inputs_is_counted_at_the_end(study: Study) -> None:
    """The history of the last checkpoint against a pass over all inputs."""
    rows = study.data.rows
    right = np.concatenate(
        [
            run(study.config.model, study.weights, rows.inputs[i : i + 8192])
            .logits[:, 8:]
            .argmax(-1)
            == rows.targets[i : i + 8192, 8:]
            for i in range(0, len(rows), 8192)
        ]
    )
    fact = FACTS["all_words"](study)
    assert fact.exhaustive
    assert fact.details["wrong"] == (~right.all(1)).sum()
    assert FACTS["holdout_tokens"](study).value == pytest.approx(
        right[study.data.held_out].mean(), abs=1e-6
    )


def test_what_is_looked_into_has_intervals(study: Study) -> None:
    """A thousand inputs of each kind; the share of all held-out tokens lies within the interval of
    those looked into.
    """
    fact, low, high = (
        probe.average(study, probe.right(study), counted=True),
        *(getattr(probe.average(study, probe.right(study)), name) for name in ("low", "high")),
    )
    assert not fact.exhaustive
    assert (fact.n, fact.clusters) == (8_000, 1_000)
    assert low <= FACTS["holdout_tokens"](study).value <= high
    assert FACTS["mirror_first"](
        study
    ).of == "queries in 2 000 inputs, 1 000 of them held out".replace(" 000", "\u202f000")
    earlier = study.at(int(study.run.steps[1]))
    assert not FACTS["all_words"](earlier).exhaustive
    assert FACTS["all_words"](earlier).low is not None


def test_when_it_was_first_without_a_mistake_is_no_exhaustive_fact(study: Study) -> None:
    """At the checkpoints before the last one some inputs are tried; where there are few, all
    are.
    """
    assert not any(
        FACTS[name](study).exhaustive
        for name in ("first_perfect", "stays_right", "onset_train", "onset_mirror_first")
    )
    assert FACTS["first_perfect"](study).details["judged"] == (
        "1 000 of the 60 000 training inputs and 1 000 of the 5 536 held-out ones, all of them"
        " at the last"
    ).replace(" 000", "\u202f000").replace("5 5", "5\u202f5")
    four = committed("inputs_learnt")
    assert FACTS["first_perfect"](four).exhaustive
    assert FACTS["first_perfect"](four).details["judged"] == "every input there is"


def test_pairs_are_drawn_and_effects_have_intervals(study: Study) -> None:
    p, fact = changed_digits.pairs(study), FACTS["carried_last"](study)
    assert len(p) == changed_digits.MOST_PAIRS
    assert not p.exhaustive
    assert ((p.clean != p.corrupt).sum(1) == 1).all()
    assert fact.low < fact.value < fact.high
    assert changed_digits.patched(study).whole == pytest.approx(1, abs=1e-5)


def test_what_the_original_said_is_not_said_of_this_network(study: Study) -> None:
    """Most attention of the first layer is not on the mirror, and last states do not line up with
    the right embeddings; beside it stand the numbers the original gives.
    """
    assert verdict(study, "first_looks") is not Verdict.HOLDS
    assert verdict(study, "cosine_tells") is not Verdict.HOLDS
    assert verdict(study, "seeds_agree") is not Verdict.HOLDS
    assert (
        FACTS["mirror_first"](study).details["rows"]
        == FACTS["original_mirror"](study).details["rows"]
        == "2 of 8"
    )
    assert [name for name, _ in FACTS["original_zeroed"](study).parts] == [
        "W_out, layer 0",
        "W_out, layer 1",
        "W_O, layer 0",
    ]
