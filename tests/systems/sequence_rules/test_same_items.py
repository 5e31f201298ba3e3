"""A value, its baseline and its floor are of the same items, or the latter need none."""

import glob
import json
from typing import Any

import pytest
from measured import measured
from places import SYSTEMS

# what holds by definition, or by the law of the data whatever items are drawn from it
BY_LAW = {
    "chance",
    "uniform attention",
    "equal spread in all directions",
    "chance for each pair",
    "a token drawn at random",
    "best guess without looking back",
    "best possible predictor on these windows",
    "no gap",
    "positions in random order, mean",
    "its chance at a free place",
    "its probability at a free position",
    "no more change",
    "no preference",
    "nothing memorised",
    "nothing left to learn",
    "identical",
    "predictor that knows only the last token",
    "predictor that only counts tokens",
    "the best predictor from the last token",
    "the best predictor from the whole window",
    "the best predictor from token counts",
    "a random guess",
    "a uniform guess",
    "the same spread",
    "no angle",
    "that predictor",
    "the configuration",
    "the data themselves",
    "the last token says all",
    "unrelated directions",
}


def of_other_items(facts: dict[str, Any]) -> list[str]:
    """Facts with a baseline or a floor that was measured on another number of items."""
    return [
        f"{name}: {kind} of {fact[kind]['n']} items, value of {fact['n']}"
        for name, fact in facts.items()
        for kind in ("baseline", "floor")
        if fact[kind] and fact[kind].get("n", 0) not in (0, fact["n"])
    ]


@pytest.mark.parametrize("name", ["learnt", "unlearnt"])
def test_what_is_compared_was_measured_on_the_same_items(name: str) -> None:
    facts = measured(name)["facts"]
    assert not of_other_items(facts)
    without = {
        (fact_name, fact[kind]["label"])
        for fact_name, fact in facts.items()
        for kind in ("baseline", "floor")
        if fact[kind] and not fact[kind].get("n")
    }
    assert not {each for each in without if each[1] not in BY_LAW}


def test_in_every_system() -> None:
    """As all stored networks have it."""
    for path in glob.glob(str(SYSTEMS / "*/baselines/pages/*/measured.json")):
        with open(path, encoding="utf-8") as file:
            assert not of_other_items(json.load(file)["facts"]), path


def test_a_baseline_of_held_out_positions_beside_all_contexts_is_seen() -> None:
    facts = measured("learnt")["facts"]
    far = facts["far_error"]["baseline"]
    odd = dict(error=dict(facts["exhaustive_error"], baseline=far))
    assert of_other_items(odd) == [
        f"error: baseline of {far['n']} items, value of {odd['error']['n']}"
    ]
