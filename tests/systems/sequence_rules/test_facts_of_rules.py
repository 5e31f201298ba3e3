"""Facts of rules of every kind, on networks that nobody trained: what each rule has, what it lacks,
and what its data are like.
"""

import json
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from claimwork import made
from lookups import draw, listed
from places import CONFIGS

from reportgen.core import config as configs
from reportgen.core.exact.verify import Verified
from reportgen.core.model import initial, stack
from reportgen.core.runs import Run
from reportgen.core.study import Study, study_of
from reportgen.measure.claim import Verdict
from reportgen.measure.fact import Facts
from reportgen.measure.measure import measure, moot
from reportgen.measure.terms import Read
from reportgen.systems.sequence_rules.evaluation import evaluate
from reportgen.systems.sequence_rules.facts import attention, embeddings, errors, locked, progress

FACTS, CLAIMS = listed("sequence_rules")


@cache
def untrained(name: str, sequences: int = 40) -> Study:
    """A configuration with few sequences and two networks as they are before training, taken for
    four checkpoints.
    """
    full = configs.load(CONFIGS / f"{name}.yaml")
    config = replace(
        full,
        data=full.data.model_copy(update=dict(sequences=sequences, holdout=60)),
        training=full.training.model_copy(
            update=dict(steps=3, checkpoint_every=1, seeds=2, warmup=0)
        ),
    )
    start = stack(initial(config, seed) for seed in range(2))
    parameters = {key: np.repeat(value.numpy()[:, None], 4, 1) for key, value in start.items()}
    return study_of(
        config,
        Run(
            config.as_dict(),
            (0, 1),
            np.arange(4),
            parameters,
            evaluate(config, draw(config), parameters),
            {},
        ),
    )


@pytest.mark.parametrize(
    "name",
    [
        "even_abs_diff",
        "even_to_odd_transition",
        "lucky7_no_resid",
        "odd_even_index",
        "plus_max_of_two",
        "successor",
    ],
)
@pytest.mark.filterwarnings("error")
def test_everything_is_measured_without_a_number_that_is_none(name: str) -> None:
    """Every fact has a value or words; a fact that lacks something says what; a claim is decided or
    says why it is not asked. Two heads, one dimension, no residual, sets.
    """
    study = study_of(untrained(name).config, untrained(name).run)  # others do not know of this
    plain = measure(study.knowing(Verified((), "left out")))
    json.dumps(plain, allow_nan=False)
    for key, fact in plain["facts"].items():
        assert fact["value"] is not None or fact["text"], key
        assert not fact["lacking"] or fact["value"] is None, key
    assert set(plain["claims"]) | set(plain["unasked"]) == set(CLAIMS)
    assert not set(plain["claims"]) & set(plain["unasked"])
    assert all(claim["reason"] for claim in plain["unasked"].values())


@pytest.mark.parametrize(
    ("name", "unasked", "asked"),
    [
        (
            "successor",
            (
                "attention_finds_answer looks_back guesses_answers classes_separable"
                " trigger_queries_opposed trace_lands attention_idle"
            ),
            "trace_answers learns_rule every_answer",
        ),
        (
            "lucky7_open",
            (
                "attention_idle attention_reaches_far beats_previous_token guesses_answers"
                " classes_separable prefers_latest"
            ),
            "attention_finds_answer trigger_queries_opposed looks_back",
        ),
        (
            "parity_based",
            "every_answer cells_match_rule classes_separable attention_finds_answer",
            "generated_text_obeys",
        ),
        (
            "lucky7_no_resid",
            "attention_needed ffn_needed both_needed attention_idle",
            "positions_needed",
        ),
        (
            "even_repeat_last_odd",
            (
                "classes_separable attention_idle trigger_queries_opposed far_answers"
                " beats_previous_token"
            ),
            "attention_finds_answer later_scores_higher",
        ),
    ],
)
def test_a_rule_is_asked_what_it_has(name: str, unasked: str, asked: str) -> None:
    study = untrained(name)
    known = {
        fact: FACTS[fact](study)
        for claim in f"{unasked} {asked}".split()
        for fact in CLAIMS[claim].rests_on
    }
    reason = lambda claim: moot(CLAIMS[claim], study, known)
    assert [claim for claim in unasked.split() if not reason(claim)] == []
    assert {claim: reason(claim) for claim in asked.split() if reason(claim)} == {}


@pytest.mark.parametrize(
    ("without", "wanted"),
    [
        (0.002, Verdict.HOLDS),
        (-0.05, Verdict.PARTLY),
        (0.05, Verdict.PARTLY),
        (0.3, Verdict.FAILS),
        (-0.3, Verdict.FAILS),  # attention that does harm does something
    ],
)
def test_attention_is_idle_where_nothing_comes_of_it(without: float, wanted: Verdict) -> None:
    error = made(0.4 + without, baseline=0.4, parts={"increase": without})
    claim = CLAIMS["attention_idle"]
    assert claim.verdict(Facts({"error_without_attention": error})) is wanted


# what the data of a rule are like


@pytest.mark.parametrize(
    ("name", "share"),
    [("plus_last_even", 0.0), ("lucky7_open", 0.0), ("successor", 1.0), ("copy_modulo", 1.0)],
)
def test_dead_ends(name: str, share: float) -> None:
    study = untrained(name)
    assert FACTS["locked_share"](study).value == share
    assert CLAIMS["text_stays_open"].verdict(
        Facts(dict(locked_share=FACTS["locked_share"](study)))
    ) is (Verdict.FAILS if share else Verdict.HOLDS)


@pytest.mark.parametrize(
    ("name", "locks"),
    [
        ("lucky7", lambda text: text[:2] == [7, 7]),
        ("step_back", lambda text: text[:4] == [9] * 4),
        ("even_abs_diff", lambda text: text[0] % 2 == text[1] % 2 == 0),
    ],
)
def test_dead_ends_are_those_that_the_rules_are_known_for(name: str, locks) -> None:  # type: ignore[no-untyped-def]
    """Two sevens, four nines, two even numbers at the start, and nothing else."""
    study = untrained(name)
    text = study.data.holdout
    settled = locked.locked_from(study) < text.lengths
    assert settled.tolist() == [bool(locks(row.tolist())) for row in text.tokens]
    fact = FACTS["locked_share"](study)
    assert fact.value == settled.mean()
    if settled.any():
        assert 0 < (fact.details["place"] or 0) <= 4
        error, windows = FACTS["open_error"](study), study.data.holdout_windows
        assert error.n < FACTS["visible_error"](study).n
        still = windows.visible & locked.still_open(study)
        right = 0  # what is allowed most often after each last token, where the text is open
        for token in range(len(study.tokens)):
            after = still & (windows.inputs == token)
            right += windows.allowed[after].sum(0).max() if after.any() else 0
        assert error.baseline is not None
        assert error.baseline.value == pytest.approx(1 - right / still.sum())
        assert error.baseline.n == still.sum()
    assert FACTS["open_error"](untrained("successor")).lacking


@pytest.mark.parametrize(
    ("name", "asks"),
    [
        ("successor", False),
        ("conditional_transform", False),
        ("even_greater_than_10", False),
        ("odd_even_index", False),
        ("plus_means_even", False),
        ("plus_last_even", True),
        ("parity_based", True),
        ("copy_modulo", True),
        ("even_abs_diff", True),
    ],
)
def test_which_rules_ask_to_look_back(name: str, asks: bool) -> None:
    study = untrained(name)
    value = FACTS["value_of_looking_back"](study)
    assert value.value == pytest.approx(study.floors.bigram - study.floors.window, abs=1e-9)
    assert CLAIMS["asks_to_look_back"].verdict(Facts(dict(value_of_looking_back=value))) is (
        Verdict.HOLDS if asks else Verdict.FAILS
    )


def test_what_a_guess_scores() -> None:
    """The last token where that can err, else a constant, else any token at all."""
    told = {
        name: errors.blind(untrained(name)).label
        for name in ("plus_last_even", "successor", "plus_means_even")
    }
    assert told == dict(
        plus_last_even="best guess without looking back",
        successor="best guess without reading",
        plus_means_even="a token drawn at random",
    )
    assert errors.blind(untrained("plus_means_even")).value == pytest.approx(0.5)


def test_chances_of_a_gap() -> None:
    """Cover 1965: three points of the plane can be coloured in any way, of four points fourteen
    ways in sixteen.
    """
    assert embeddings.by_chance(3, 2) == 1
    assert embeddings.by_chance(4, 2) == 14 / 16
    assert embeddings.by_chance(21, 12) > embeddings.CROWDED
    assert embeddings.one_class(untrained("parity_based")).startswith("in so many dimensions")
    assert (
        embeddings.kinds(
            untrained("odd_even_index"), embeddings.two_classes(untrained("odd_even_index"))[0]
        )
        == "even number"
    )


def test_hidden_answers() -> None:
    """None where the last token tells all, some where the answer can leave the window."""
    assert FACTS["hidden_share"](untrained("successor")).value == 0
    windows, fact = (
        untrained("even_repeat_last_odd").data.holdout_windows,
        FACTS["hidden_share"](untrained("even_repeat_last_odd")),
    )
    assert fact.value == windows.hidden.sum() / windows.constrained.sum() > 0


# heads


def test_heads_are_parts_and_the_best_is_named() -> None:
    """Against loops over windows of a network with two heads."""
    study = untrained("even_repeat_last_odd")
    windows, pattern = study.data.holdout_windows, study.holdout.pattern(layer=0)
    found = [
        [pattern[w, h, i, windows.source[w, i]] for w, i in zip(*np.nonzero(windows.held))]
        for h in range(2)
    ]
    fact = FACTS["attention_on_answer"](study)
    assert [fact.part(f"head {h}").value for h in range(2)] == pytest.approx(
        [np.mean(f) for f in found]
    )
    assert fact.value == pytest.approx(np.mean(found))
    best = Read("attention_on_answer", best=True).fact({"attention_on_answer": fact})
    assert best is not None
    assert best.value == max(np.mean(f) for f in found)
    assert [study.tokens[i] for i in attention.constraining(study)] == [
        str(n) for n in range(0, 21, 2)
    ]


# why it is no better


def flat(study: Study, loss: np.ndarray) -> Study:
    run = study.run
    steps = np.arange(len(loss))
    parameters = {k: np.repeat(v[:, :1], len(loss), 1) for k, v in run.parameters.items()}
    history = {
        k: np.broadcast_to(loss if k == "validation_loss" else v[:, :1], (2, len(loss)))
        for k, v in run.history.items()
    }
    return study_of(study.config, replace(run, steps=steps, parameters=parameters, history=history))


def test_whether_the_loss_still_fell() -> None:
    """The medians of the last two tenths: one straggling checkpoint does not count."""
    study = untrained("successor")
    assert FACTS["still_falling"](flat(study, np.linspace(3, 1, 41))).value == pytest.approx(
        4 * 2 / 40
    )
    still = np.r_[np.full(40, 1.0), 5.0]
    assert FACTS["still_falling"](flat(study, still)).value == 0
    assert FACTS["still_falling"](flat(study, still[:1])).value is None


def test_a_network_that_recites_is_seen() -> None:
    """A bias towards the tokens of the training text costs on other text; without any such bias the
    gap is nothing but noise.
    """
    study = untrained("even_greater_than_10", sequences=400)
    gap = FACTS["train_gap"](study)
    assert gap.low is not None
    assert gap.high is not None
    assert gap.value == pytest.approx(gap.details["validation"] - gap.details["training"])
    assert gap.low < gap.value < gap.high
    loss = study.history("train_loss")[-1] - study.floors.surprise(study.data.train_windows).mean()
    assert gap.details["training"] == pytest.approx(loss, abs=1e-4)


def test_where_a_loss_rests(learnt: Study, unlearnt: Study) -> None:
    """Beside the reader it comes nearest to; one that knows nothing rests on the logarithm of the
    vocabulary.
    """
    assert FACTS["stalled_at"](learnt).details["nearest"] == "window"
    study = untrained("successor")
    nothing = {
        k: np.zeros_like(v) if k in ("W_U", "b_U") else v for k, v in study.run.parameters.items()
    }
    fact = FACTS["stalled_at"](study_of(study.config, replace(study.run, parameters=nothing)))
    assert (fact.details["nearest"] in ("uniform", "unigram"), fact.details["loss"]) == (
        True,
        pytest.approx(np.log(10)),
    )
    assert set(progress.READERS) == set(progress.levels(unlearnt))
