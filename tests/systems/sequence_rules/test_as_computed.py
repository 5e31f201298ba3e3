"""Sentences that said another thing than was computed: of which contexts, from what, with what
kept; and sentences that are empty or broken where there is only one of something.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pagework import stored
from test_facts_of_rules import untrained
from test_true_sentences import pages_of, verdicts

from reportgen.systems.sequence_rules.facts.mistakes import mistakes_told
from reportgen.systems.sequence_rules.facts.traces import trace_probability
from reportgen.systems.sequence_rules.view import Study


def spaced(text: str) -> str:
    """Words with ordinary spaces, so that they can be looked for."""
    return re.sub(r"[\u00a0\u202f]|&nbsp;", " ", text)


@pytest.mark.parametrize("verdict", ["holds", "partly", "fails"])
def test_what_is_kept_beside_the_answer_is_told(verdict: str, tmp_path: Path) -> None:
    """The query's own value is kept too."""
    said = pages_of("learnt", tmp_path, verdicts(answer_is_enough=verdict))
    assert "With only the answer’s value and the query’s own" in said
    assert "With only that" not in said


def _between(said: str) -> str:
    """What is said of the demonstrations in the last chapter but one, below their table."""
    below = spaced(said).split("Does it arrive?")[1]
    return below.split("A few sequences are anecdotes")[0]


@pytest.mark.parametrize("verdict", ["holds", "partly", "fails"])
def test_answers_at_all_positions_are_told_apart_from_the_last_queries(
    verdict: str, tmp_path: Path
) -> None:
    """One population in one sentence."""
    said = pages_of("learnt", tmp_path, verdicts(trace_lands=verdict))
    for sentence in re.split(r"[.:]\s|\n", _between(said)):
        assert not ("7 of 7" in sentence and "0.918" in sentence), sentence


def test_a_share_of_all_contexts_is_of_all_lengths(tmp_path: Path) -> None:
    """Of those that fill the window it is another one."""
    said = spaced(pages_of("learnt", tmp_path, lambda measured: None))
    assert "Of all 38 753 322 contexts tried 1 532 304 go wrong, 4.0 %" in said
    assert not re.search(r"[Oo]f all contexts tried", said)


def test_none_of_the_contexts_is_no_share(tmp_path: Path) -> None:
    def change(measured: dict[str, Any]) -> None:
        measured["facts"]["exhaustive_error"] |= dict(value=0.0, text="0 of 35 551 872")
        measured["claims"]["no_exceptions"]["verdict"] = "holds"

    said = pages_of("learnt", tmp_path, change)
    assert "None of the contexts tried goes wrong, so" in said


@pytest.mark.parametrize("verdict", ["holds", "partly", "fails"])
def test_the_loss_is_compared_from_tenth_to_tenth(verdict: str, tmp_path: Path) -> None:
    """A difference of medians says nothing of what the loss did within the last tenth."""

    def rising(measured: dict[str, Any]) -> None:
        verdicts(stopped_improving=verdict)(measured)
        measured["facts"]["still_falling"] |= dict(value=-0.001, text="−0.001")

    only = "only " if verdict == "holds" else ""
    fall = stored("learnt")["facts"]["still_falling"]["text"]
    for change, words in (
        (verdicts(stopped_improving=verdict), f"{only}{fall} nats lower than in the tenth before"),
        (rising, "no lower than in the tenth before (fall: −0.001 nats)"),
    ):
        said = spaced(pages_of("learnt", tmp_path / words[-4:-1], change))
        assert f"in the last tenth of training, the median of the loss was {words}" in said
        assert "over the last tenth" not in said


def own_text(value: float, hidden: int) -> Callable[[dict[str, Any]], None]:
    """The network's own text breaks the rule so often where its window tells, and there are so many
    positions elsewhere.
    """

    def change(measured: dict[str, Any]) -> None:
        verdicts(generated_text_obeys="holds")(measured)
        told, elsewhere = (part for _, part in measured["facts"]["generated_error"]["parts"])
        told["value"], elsewhere["n"] = value, hidden

    return change


@pytest.mark.parametrize(
    ("value", "hidden", "overview", "chapter"),
    [
        (0.01, 5, ", and hardly ever where the answer was in view.", "almost always obeys"),
        (0.0, 5, ", and never where the answer was in view.", "always obeys"),
        (0.01, 0, " of the positions where the rule decides.", "almost always obeys the rule."),
        (0.0, 0, " of the positions where the rule decides.", "always obeys the rule."),
    ],
)
def test_where_the_window_tells_is_said_where_it_does_not_tell_everywhere(
    value: float, hidden: int, overview: str, chapter: str, tmp_path: Path
) -> None:
    said = pages_of("learnt", tmp_path, own_text(value, hidden))
    assert f"rule decides{overview}" in said or overview in said
    assert f"The text it writes {chapter}" in said
    assert ("; elsewhere: " in said) == bool(hidden)


def test_what_the_law_says_was_not_measured(tmp_path: Path) -> None:
    said = pages_of("learnt", tmp_path, lambda measured: None)
    assert "Measured in the data" not in said
    assert "Under the law of the data, the share of" in said
    assert "has to expect to be wrong at" in said


def test_one_position_is_compared_with_no_other(tmp_path: Path) -> None:
    def change(measured: dict[str, Any]) -> None:
        facts = measured["facts"]
        rows = facts["error_by_position"]["details"]["rows"]
        del rows[1:]
        del facts["error_by_rivals"]["parts"][1:]
        for name in ("answer_on_top", "wrong_at_answer", "wrong_by_token", "wrong_by_typical"):
            facts[name]["details"] |= dict(single=True, alike=True)
        for name in ("answer_scores_highest", "one_look_suffices", "learnt_everywhere"):
            measured["claims"][name]["verdict"] = "fails"

    said = pages_of("learnt", tmp_path, change)
    assert "At no position" not in said
    assert "least often with the answer at position" not in said.split("The first step")[1]
    assert "not enough at every position" not in said
    assert "go wrong with the answer at position" not in said
    assert "the largest share goes wrong with the answer" in said
    assert "But answers are more frequent" not in said
    assert "answers are more frequent at some of them" not in said


def test_one_network_is_spoken_of_as_one(tmp_path: Path) -> None:
    def change(measured: dict[str, Any]) -> None:
        for name in ("seeds_perfect", "seeds_perfect_in_data", "learners_by_program"):
            measured["facts"][name] |= dict(text="1 of 4", value=0.25)
            measured["facts"][name]["details"]["k"] = 1
        verdicts(perfect_by_default="partly", perfect_in_data="partly")(measured)

    said = pages_of("learnt", tmp_path, change)
    assert "1 of 4 makes no mistake" in said
    assert "1 of 4 make " not in said
    assert "Some of these networks" not in said
    assert "Only one of these networks is perfect." in said


def test_each_other_class_has_a_gap_of_its_own(tmp_path: Path) -> None:
    """A mean over classes that lie far apart is near none of them."""
    said = spaced(pages_of("learnt", tmp_path, lambda measured: None))
    assert said.count("lies above that of others by 27.40 (odd) and 25.92 (trigger) logits") == 2


def test_how_right_a_table_of_mistakes_is_where_it_matters(learnt: Study, tmp_path: Path) -> None:
    """Among all contexts a table can hardly be wrong: most of them it is not about."""
    details = mistakes_told(learnt).details
    assert [row["length"] for row in details["shorter"]] == [7, 6, 5]
    said = spaced(pages_of("learnt", tmp_path, lambda measured: None))
    table = said.split("and what it says then")[1]
    assert "go wrong too, 116 640 of length 7, 6 480 of length 6 and 432 of length 5" in table
    assert "2 192 832 that a row of the table is about, 99.6 %; of those that go wrong" in table
    assert "A full window has 8 tokens." in said


def test_one_demonstration_is_one() -> None:
    assert trace_probability(untrained("successor")).of == "demonstration"
