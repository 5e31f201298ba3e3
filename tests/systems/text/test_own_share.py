"""A push on the token that comes tells of reading only without what is said in every window alike,
and beyond what luck gives.
"""

import numpy as np
import pytest
from claimwork import found_in
from conftest import committed
from lookups import listed
from textwork import made_by_hand

from reportgen.core.study import Study
from reportgen.measure.claim import Verdict
from reportgen.systems.text.facts.own_share import along, by_luck, of_this_window, wanted

FACTS, _ = listed("text")
PUSHES = {
    "one_layer_learnt": ("attention_push", "attention_pushes_right"),
    "full_learnt": ("feed_forward_push", "feed_forward_speaks"),
}
runs = pytest.mark.parametrize("name", PUSHES)


def alike(study: Study) -> Study:
    """The same network with one embedding for all tokens."""
    tokens = study.weights["W_E"]
    return made_by_hand(study, W_E=np.broadcast_to(tokens.mean(0), tokens.shape))


def turned(study: Study, seed: int) -> Study:
    """The same network with its unembedding turned at random."""
    rng, read = np.random.default_rng(seed), study.weights["W_U"]
    return made_by_hand(study, W_U=np.linalg.qr(rng.normal(size=(len(read),) * 2))[0] @ read)


@runs
def test_who_cannot_tell_tokens_apart_pushes_nothing(name: str) -> None:
    """What every window has alike still raises frequent tokens, and is not counted."""
    study = alike(committed(name))
    fact, claim = PUSHES[name]
    assert FACTS[fact](study).value == pytest.approx(0, abs=1e-12)
    assert found_in(study, "text", claim) is Verdict.FAILS


@runs
@pytest.mark.parametrize("seed", range(3))
def test_a_turned_unembedding_pushes_no_more_than_luck(name: str, seed: int) -> None:
    """In some turns the interval lies above nothing: two tables of few tokens agree a little."""
    verdict = found_in(turned(committed(name), seed), "text", PUSHES[name][1])
    assert verdict in (Verdict.FAILS, Verdict.UNDECIDED)


def test_what_is_the_same_everywhere_is_most_of_a_push() -> None:
    """One embedding for all tokens leaves a mean push on the token that came, and it is named."""
    parts = dict(FACTS["attention_push"](alike(committed("one_layer_learnt"))).parts)
    assert parts["the same in all windows"].low > 1


def test_what_is_left_out_is_the_mean_of_the_other_windows() -> None:
    stream, direction = np.random.default_rng(1).normal(size=(2, 4, 3, 5))
    other = np.stack([np.delete(stream, i, 0).mean(0) for i in range(4)])
    assert of_this_window(stream) == pytest.approx(stream - other)
    assert along(stream, direction)[2, 1] == pytest.approx(stream[2, 1] @ direction[2, 1])
    assert (of_this_window(stream[:1]) == 0).all()
    assert by_luck(0 * stream, direction) > 0
    assert by_luck(stream, direction) < np.abs(along(stream, direction)).max() * 5


def test_the_direction_of_a_token_is_its_logit_above_the_mean() -> None:
    study = committed("one_layer_learnt")
    targets, trace = study.data.holdout.targets, study.holdout
    logits = trace.logits - study.weights["b_U"]
    above = np.take_along_axis(logits - logits.mean(-1, keepdims=True), targets[..., None], -1)
    stream = logits @ np.linalg.pinv(study.weights["W_U"])
    assert along(stream, wanted(study, targets)) == pytest.approx(above[..., 0])
