"""Sentences that were once said of networks of which they are false: facts changed so that an old
wording or an old line would say it again, and what the pages say instead.
"""

import copy
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from lookups import listed
from pagework import config, kept_config, stored, turned, written

from reportgen.core.study import Study, study_of
from reportgen.measure.claim import Verdict
from reportgen.measure.fact import Facts
from reportgen.measure.onset import onset
from reportgen.pages.page import Page
from reportgen.systems.sequence_rules.claims.exclusions import EXCLUSIONS
from reportgen.systems.sequence_rules.facts.habits import fixed_habit

FACTS, CLAIMS = listed("sequence_rules")
RUNS = ("learnt", "unlearnt")


def pages_of(run: str, folder: Path, change: Callable[[dict[str, Any]], None]) -> str:
    """All pages of a run, tags left out, after its stored facts and verdicts were changed."""
    measured = copy.deepcopy(stored(run))
    change(measured)
    text = "\n".join(written(folder, kept_config(run), measured).values())
    return re.sub(r"<[^>]*>", "", text)


def verdicts(**said: str) -> Callable[[dict[str, Any]], None]:
    """Verdicts turned, the facts as they are."""

    def change(measured: dict[str, Any]) -> None:
        for name, verdict in said.items():
            measured["claims"][name]["verdict"] = verdict

    return change


# distance


def test_the_worst_distance_is_named_with_its_n(tmp_path: Path) -> None:
    """Most far answers are four steps back: a mean over them hides that those seven back fail."""
    said = pages_of("learnt", tmp_path, lambda measured: None)
    worst = "worst is the answer 7 steps back: wrong at 83.3 % of 279 936 contexts"
    assert worst in said.replace("\u202f", " ").replace("\u00a0", " ")
    assert "Distance does not" not in said


@pytest.mark.parametrize("verdict", ["holds", "partly"])
def test_attention_names_its_worst_distance_in_every_branch(verdict: str, tmp_path: Path) -> None:
    said = pages_of("learnt", tmp_path, verdicts(attention_reaches_far=verdict))
    assert "the least at any distance is 0.986" in said or "the least at any is 0.986" in said
    assert "answer at position 0" in said


def test_mistakes_are_told_by_distance(tmp_path: Path) -> None:
    """None nearer than four steps back: they are confined to distant answers, if not to one."""
    said = pages_of("learnt", tmp_path, lambda measured: None)
    assert "not confined to distant answers" not in said
    assert "the nearest answer that is ever missed stands 4 steps back" in said
    held = pages_of("learnt", tmp_path / "held", verdicts(exceptions_far="holds"))
    assert "fades at the rim" not in held
    assert "7 steps back: nearer, not one goes wrong" in held


def test_a_rate_is_not_called_a_share(tmp_path: Path) -> None:
    """That few of some contexts go wrong does not say that few mistakes are among them."""
    said = pages_of("learnt", tmp_path, verdicts(no_exceptions_in_data="partly"))
    assert "Few mistakes" not in said
    assert "Some contexts never occur in the data." in said


def test_the_worst_length_is_told_where_it_is_not_the_longest(tmp_path: Path) -> None:
    def change(measured: dict[str, Any]) -> None:
        measured["facts"]["exhaustive_error"]["details"] |= dict(
            length="length 2", length_text="8.2 %", length_n_text="110"
        )

    said = pages_of("learnt", tmp_path, change)
    assert said.count("at length 2 it is 8.2 % of 110") >= 2  # overview and last chapter


@pytest.mark.parametrize("details", [dict(complete=False), dict(everything=False)])
@pytest.mark.parametrize("verdict", ["holds", "partly"])
def test_a_list_that_leaves_contexts_out_is_not_called_complete(
    verdict: str, details: dict[str, bool], tmp_path: Path
) -> None:
    """Only shorter ones than the window, or only those that the data can produce."""

    def change(measured: dict[str, Any]) -> None:
        measured["facts"]["exhaustive_error"]["details"] |= details
        verdicts(no_exceptions=verdict, far_answers=verdict)(measured)

    said = pages_of("learnt", tmp_path, change)
    assert "this list is complete" not in said
    assert "all there are" not in said
    assert "contexts, all of" not in said
    assert ("This list is not complete" in said) is (verdict == "partly")
    whole = pages_of("learnt", tmp_path / "whole", verdicts(no_exceptions="partly"))
    assert "this list is complete" in whole
    assert "contexts, all there are" in whole


def test_windows_that_training_has_met_are_told(tmp_path: Path) -> None:
    """A third of what was held out stands in the training text, or nothing of it does."""
    for share, words in (
        (0.356, "On held-out text, of which 35.6 % of the windows are also in its training data"),
        (0.0, "On text that is not in its training data (0 of 900 windows are)"),
        (1.0, "On held-out text, all of which is also in its training data (900 of 900 windows)"),
    ):
        text = "35.6 %" if 0 < share < 1 else f"{900 * share:.0f} of 900"

        def change(measured: dict[str, Any], share: float = share, text: str = text) -> None:
            measured["facts"]["windows_seen"] |= dict(value=share, text=text, details={})

        said = pages_of("learnt", tmp_path / f"{share}", change)
        assert words in said
        assert not re.search(r"(?i)never seen|had not seen|unseen|\bnew text", said)


# seeds


def test_a_few_networks_are_an_anecdote(tmp_path: Path) -> None:
    """Three that fail do not show that none gets there."""
    said = pages_of("unlearnt", tmp_path, lambda measured: None)
    assert stored("unlearnt")["facts"]["seeds_learnt"]["n"] == 3
    assert "none of them gets there" not in said
    assert "none gets there" not in said
    assert said.count("so few networks are anecdotes") >= 2
    one = SimpleNamespace(n=1)
    assert "one network is an anecdote" in CLAIMS["seeds_agree"].unless({"seeds_learnt": one})
    assert not CLAIMS["seeds_agree"].unless({"seeds_learnt": SimpleNamespace(n=4)})


def test_failure_is_not_blamed_on_size(tmp_path: Path) -> None:
    said = pages_of("unlearnt", tmp_path, lambda measured: None)
    assert "too hard for a network" not in said


def test_attention_is_counted_over_seeds_that_obey(tmp_path: Path) -> None:
    """Eight of ten look at the answer, and all but one of these disobey the rule."""
    seeds = list(range(10))

    def change(measured: dict[str, Any]) -> None:
        over = lambda holds: dict(
            holds=holds, partly=[], undecided=[], fails=[s for s in seeds if s not in holds]
        )
        measured["claims"]["learns_rule"]["seeds"] = over([0, 8, 9])
        measured["claims"]["attention_finds_answer"] |= dict(verdict="holds", seeds=over(seeds[:8]))
        measured["shown"] = 0

    pages = pages_of("learnt", tmp_path, change)
    said = re.sub(r"\s\([\d.]+\s%\sto\s[\d.]+\s%\)", "", pages)
    assert "those that obey the rule: 3 of 10." in said
    row = "A head puts most of its attention on the answer | 1 of 3 | 7 of 7 |"
    assert f"{row} holds, as in only 1 of 3 that obey the rule |" in said


# what the network says, and what the rule allows


@pytest.mark.parametrize("run", RUNS)
def test_what_a_network_was_trained_for_is_not_what_it_does(run: str, tmp_path: Path) -> None:
    said = pages_of(run, tmp_path, lambda measured: None)
    assert "numbers was trained to play it" in said
    assert "numbers plays it" not in said


def test_a_strip_marks_nothing_that_the_network_did_not_say(tmp_path: Path) -> None:
    """Of a network that is always wrong, no token is marked as obeyed."""
    pages = written(tmp_path, kept_config("unlearnt"), stored("unlearnt"))
    strips = [
        re.findall(r'<li data-mark="(\w+)"', line)
        for place in ("index.md", "walkthrough/09-one-sequence.md")
        for line in pages[place].splitlines()
        if "<ol><li data-mark" in line
    ]
    assert len(strips) > 1
    assert "constrained" in strips[0]
    assert {mark for marks in strips for mark in marks} == {"free", "constrained", "broken"}
    assert [marks[-1] for marks in strips[1:]] == ["broken"] * (len(strips) - 1)
    assert "constrained" in str(Page.strip.__doc__)


def test_little_error_of_sampling_is_set_beside_much_of_the_first_choice(tmp_path: Path) -> None:
    """Nothing is lost by drawing where the first choice is wrong already."""
    fails = verdicts(learns_rule="fails", sampling_is_free="holds")
    error = stored("unlearnt")["facts"]["visible_error"]["text"]
    said = pages_of("unlearnt", tmp_path, fails)
    assert f"to a first choice that errs at {error} already" in said
    assert "being sure costs" not in said


# attention


def test_no_sentence_meets_its_own_condition(tmp_path: Path) -> None:
    """Attention does not go to the answer, and is needed: the path is there to be looked for."""
    both = verdicts(attention_finds_answer="fails", attention_needed="holds")
    said = pages_of("learnt", tmp_path, both)
    assert "these came this way" not in said
    assert "were far above that" not in said
    assert "There is reason to look for one" in said
    idle = verdicts(attention_finds_answer="holds", attention_needed="fails")
    said = pages_of("learnt", tmp_path / "idle", idle)
    assert "this pattern may not matter" in said
    assert "were no higher than" not in said


def test_a_fixed_habit_is_the_line_for_attention() -> None:
    """Always one back has .75 of these answers; where they always stand there, it is the rule."""
    held = np.array([[False, True, True, True, True]])
    lag = np.where(held, [[0, 1, 1, 1, 2]], 0)
    mean = lambda values, where: values[where].mean()
    source = np.where(held, np.arange(5) - lag, -1)
    windows = SimpleNamespace(held=held, lag=lag, source=source, mean=mean)
    found = fixed_habit(windows, 0.5)
    assert (found["habit"], found["habit_is"]) == (0.75, "1 step back")
    assert found["half_way"] == 0.875
    source = np.where(held, np.arange(5) - 1, -1)
    always = SimpleNamespace(held=held, lag=held * 1, source=source, mean=mean)
    assert fixed_habit(always, 0.5)["half_way"] == 0.5


def test_a_reversed_order_is_called_one(tmp_path: Path) -> None:
    def change(measured: dict[str, Any]) -> None:
        measured["claims"]["later_scores_higher"]["verdict"] = "fails"
        measured["facts"]["recency"]["details"]["reversed"] = True

    said = pages_of("learnt", tmp_path, change)
    assert "no order by time" not in said
    assert "The order is reversed" in said


@pytest.mark.parametrize("verdict", ["partly", "fails"])
def test_words_about_queries_and_positions_are_no_stronger_than_the_line(
    verdict: str, tmp_path: Path
) -> None:
    """Up to a right angle queries do not point away; that is not that they point alike."""
    both = verdicts(trigger_queries_opposed=verdict, positions_needed=verdict, ffn_needed=verdict)
    said = pages_of("learnt", tmp_path, both)
    assert "as it does elsewhere" not in said
    assert "right answers are lost" not in said
    if verdict == "fails":
        assert "at most a right angle" in said


# order in time


def test_what_is_lost_again_has_not_settled(learnt: Study, tmp_path: Path) -> None:
    past = np.arange(21) % 21 >= 5
    past[15:] = False
    lost = onset(learnt, past)
    assert lost.value == learnt.run.steps[5]
    assert lost.details["lost_text"] == "step\u00a015\u202f000"
    assert not lost.details["stays"]
    assert not lost.details["ends_past"]
    assert onset(learnt, np.arange(21) >= 5).details["stays"]

    def change(measured: dict[str, Any]) -> None:
        measured["facts"]["onset_attention"]["details"] |= dict(lost.details)

    assert "lost again at step\u00a015\u202f000 and not back at the end" in pages_of(
        "learnt", tmp_path, change
    )


def test_stalled_is_said_only_of_what_has_come_to_rest(tmp_path: Path) -> None:
    still = verdicts(near_the_floor="fails", stalls_at_bigram="holds", stopped_improving="fails")
    assert "has stalled" not in pages_of("unlearnt", tmp_path, still)
    rest = verdicts(near_the_floor="fails", stalls_at_bigram="holds", stopped_improving="holds")
    assert "has stalled" in pages_of("unlearnt", tmp_path / "rest", rest)


def test_a_loss_worse_than_a_guess_is_called_so(tmp_path: Path) -> None:
    def change(measured: dict[str, Any]) -> None:
        measured["facts"]["stalled_at"]["details"] |= dict(loss=3.0995, uniform=3.0445)

    assert "worse than that of a guess among all tokens alike" in pages_of(
        "unlearnt", tmp_path, change
    )


def test_tenths_of_training_are_of_its_steps(learnt: Study) -> None:
    """Many checkpoints early on do not make the last tenth longer."""
    steps = np.array([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 85, 90, 95, 100])
    loss = np.array([9.0] * 10 + [2.0, 2.0, 1.0, 1.0])
    study = SimpleNamespace(history=lambda name: loss, run=SimpleNamespace(steps=steps))
    assert FACTS["still_falling"].compute(study).value == 1
    assert FACTS["still_falling"].compute(study).n == 4


def test_a_first_checkpoint_of_a_trained_network_is_not_called_untrained() -> None:
    study = SimpleNamespace(run=SimpleNamespace(steps=np.array([100, 200])))
    for name in ("start_error", "spaces_apart"):
        assert "had been trained already" in FACTS[name].compute(study).lacking


def test_nothing_is_said_of_a_start_that_was_not_kept(learnt: Study) -> None:
    """Of a run that begins at a later checkpoint, no fact says what was before training."""
    run = learnt.run
    later = replace(
        run,
        steps=run.steps[1:],
        parameters={key: values[:, 1:] for key, values in run.parameters.items()},
        history={key: values[:, 1:] for key, values in run.history.items()},
    )
    of_start = re.compile(r"before training|untrained|at the start|start_text")
    found = []
    for name, fact in FACTS.items():
        if fact.over != "training":
            continue
        whole = f"{fact.label} {fact.compute.__doc__} {FACTS[name](learnt).to_dict()}"
        if of_start.search(whole):
            found.append(name)
            assert "had been trained already" in FACTS[name](study_of(learnt.config, later)).lacking
    assert set(found) >= {"start_error", "spaces_apart", "positions_ordering"}
    assert "onset_trigger_leaves" in found


def test_a_network_that_always_says_the_same_knows_and_recites_nothing(learnt: Study) -> None:
    """It always gives all to one answer, and is as surprised by its own text as by any other."""
    always = dict(W_U=np.zeros(12), b_U=np.eye(12)[0] * 100)
    parameters = {
        k: np.broadcast_to(always[k], v.shape).astype(np.float32) if k in always else v
        for k, v in learnt.run.parameters.items()
    }
    study = study_of(learnt.config, replace(learnt.run, parameters=parameters))
    names = ("hidden_mass", "hidden_error", "train_gap", "unigram_floor", "window_floor")
    facts = Facts({name: FACTS[name](study) for name in names})
    assert facts["hidden_mass"].value == pytest.approx(1)
    assert CLAIMS["guesses_answers"].verdict(facts) is Verdict.FAILS
    assert "no better than counting tokens" in CLAIMS["does_not_memorise"].unless(facts)


# verdicts that exclude each other


def test_exclusions_name_claims_and_verdicts_that_there_are() -> None:
    for said in (each for pair in EXCLUSIONS for each in pair):
        assert said[1] in [v.value for v in CLAIMS[said[0]].verdicts], said


@pytest.mark.parametrize("run", RUNS)
def test_no_network_has_verdicts_that_exclude_each_other(run: str) -> None:
    """Of the network shown, and of every seed."""
    claims = stored(run)["claims"]
    shown = {(name, claim["verdict"]) for name, claim in claims.items()}
    by_seed = [
        {
            (name, verdict)
            for name, claim in claims.items()
            for verdict, seeds in (claim["seeds"] or {}).items()
            if seed in seeds
        }
        for seed in stored(run)["seeds"]
    ]
    for said in (shown, *by_seed):
        assert not [pair for pair in EXCLUSIONS if set(pair) <= said]


@pytest.mark.parametrize("verdict", ["holds", "partly", "undecided", "fails"])
@pytest.mark.parametrize("run", RUNS)
def test_no_page_says_what_excludes_each_other(run: str, verdict: str, tmp_path: Path) -> None:
    """Not even where all claims are turned to one verdict, whatever the facts are."""
    text = "\n".join(written(tmp_path, kept_config(run), turned(run, verdict)).values())
    said = {(name, verdict) for name in re.findall(r'id="claim-(\w+)" markdown', text)}
    assert not [pair for pair in EXCLUSIONS if set(pair) <= said]


# what stands outside of claims


def test_where_a_sequence_is_one_window_a_place_says_where_it_stands(tmp_path: Path) -> None:
    """A window is one token longer than what the network reads."""
    shown = config()
    n_ctx = shown.model.n_ctx
    for longest, one in ((n_ctx + 1, True), (n_ctx + 2, False)):
        data = shown.data.model_copy(update=dict(length=(n_ctx + 1, longest)))
        folder = tmp_path / str(longest)
        pages = written(folder, replace(shown, data=data), stored("learnt"))
        said = pages["walkthrough/03-the-data.md"]
        assert ("no sequence is longer than one" in said) is one
        assert ("one position in the window can be many" in said) is not one
