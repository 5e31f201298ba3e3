"""Facts about networks that read sequences which repeat themselves, each against a second way to
get it.
"""

from dataclasses import replace

import numpy as np
import pytest
from conftest import committed
from lookups import listed

from reportgen.core.runs import Run
from reportgen.core.study import Study, study_of
from reportgen.core.train import train
from reportgen.measure import head_circuits
from reportgen.measure.head_ablations import silenced
from reportgen.measure.heads import heads
from reportgen.systems.repeated_sequences.facts import circuits, pairs
from reportgen.systems.repeated_sequences.facts.reading import name_of

FACTS, _ = listed("repeated_sequences")
NEW = dict(n_heads=2, d_head=8)


@pytest.fixture(scope="module")
def learnt() -> Study:
    return committed("repeats_learnt")


@pytest.fixture(scope="module")
def unlearnt() -> Study:
    return committed("repeats_unlearnt")


def quick(study: Study, **model: object) -> Study:
    """The same configuration with another network, trained for a few steps."""
    config = study.config
    config = replace(
        config,
        model=config.model.model_copy(update=model),
        training=config.training.model_copy(update=dict(steps=4, checkpoint_every=2)),
        data=config.data.model_copy(update=dict(holdout=30, validation=20)),
    )
    return study_of(config, train(config))


def made_by_hand(study: Study, **other: np.ndarray) -> Study:
    """The same network with some weights of every seed and checkpoint replaced."""
    parameters = {
        name: (
            np.broadcast_to(other[name].astype(np.float32), values.shape).copy()
            if name in other
            else values
        )
        for name, values in study.run.parameters.items()
    }
    run = replace(study.run, parameters=parameters)
    return replace(study_of(study.config, run), seed=study.seed)


def test_scores_by_loops(learnt: Study) -> None:
    """Every score from its definition, a position at a time."""
    tokens, pattern = learnt.data.evaluated, learnt.holdout.pattern(layer=1, head=0)
    before, copies, after, latest = [], [], [], []
    for row, looks in zip(tokens.tolist(), pattern):
        for i, token in enumerate(row):
            before += [looks[i, i - 1]] if i else []
            earlier = [j for j in range(i) if row[j] == token]
            if earlier:
                copies.append(sum(looks[i, j] for j in earlier))
                after.append(sum(looks[i, j + 1] for j in earlier))
                latest.append(looks[i, earlier[-1] + 1])
    for name, values in (
        ("previous_token", before),
        ("duplicate_token", copies),
        ("prefix_matching", after),
        ("induction_stripe", latest),
    ):
        assert FACTS[name](learnt).part("layer 1").value == pytest.approx(
            np.mean(values), abs=1e-6
        ), name


def test_a_head_without_preference_has_what_equal_shares_give(learnt: Study) -> None:
    """No queries, hence equal attention: each score is its own baseline."""
    study = made_by_hand(learnt, W_Q=np.zeros(1))
    for name in (
        "previous_token",
        "duplicate_token",
        "prefix_matching",
        "induction_stripe",
        "matching_by_copies",
        "previous_first_time",
    ):
        fact = FACTS[name](study)
        assert fact.baseline is not None
        assert fact.value == pytest.approx(fact.baseline.value, abs=1e-6), name


def test_a_network_that_says_nothing(learnt: Study) -> None:
    """Logits of zero: the loss is that of a uniform guess everywhere, and the excess its distance
    from the floor.
    """
    study = made_by_hand(learnt, W_U=np.zeros(1), b_U=np.zeros(1))
    count = len(study.tokens)
    assert [
        FACTS[name](study).value for name in ("holdout_loss", "told_loss", "untold_loss")
    ] == pytest.approx([np.log(count)] * 3)
    excess = FACTS["excess_loss"](study)
    assert excess.baseline is not None
    assert excess.value == pytest.approx(excess.baseline.value)
    for name, part in excess.parts:
        assert part.value == pytest.approx(part.baseline.value)
        assert part.value == pytest.approx(excess.details[f"{name}, uniform"])
    assert FACTS["in_context_score"](study).value == pytest.approx(0, abs=1e-9)
    assert FACTS["patch_selftest"](study).value is None


def test_losses_and_accuracy_by_loops(learnt: Study) -> None:
    trace, sequences = learnt.holdout, learnt.data.holdout
    known, right = [], []
    for row, period, logits in zip(sequences.tokens[:, :], sequences.period, trace.logits):
        for i in range(period, len(row) - 1):
            chances = np.exp(logits[i]) / np.exp(logits[i]).sum()
            known.append(-np.log(chances[row[i + 1]]))
            right.append(chances.argmax() == row[i + 1])
    assert FACTS["told_loss"](learnt).value == pytest.approx(np.mean(known))
    accuracy = FACTS["accuracy_told"](learnt)
    assert accuracy.value == pytest.approx(np.mean(right))
    assert accuracy.baseline is not None
    assert accuracy.baseline.value == pytest.approx(
        np.average(1 / (sequences.period - 1), weights=learnt.config.model.n_ctx - sequences.period)
    )


def test_circuits_are_what_the_network_computes(learnt: Study) -> None:
    """Without normalization and positions: the scores and the logits of sequences, from two tables
    alone.
    """
    study = quick(learnt, normalization="none", positions="none", **NEW)
    found, tokens = head_circuits.Circuits(study), study.data.evaluated[:5]
    trace = study.trace_of(tokens)
    for at in heads(study)[:2]:
        table = found.matched(at)
        wanted = np.stack([table[row][:, row] for row in tokens])
        scores = trace.attn_scores(layer=0, head=at[1])
        assert np.where(np.isfinite(scores), wanted - scores, 0) == pytest.approx(0, abs=1e-9)
    layer = quick(learnt, n_layers=1, normalization="none", positions="none", **NEW)
    found, trace = head_circuits.Circuits(layer), layer.trace_of(tokens)
    said = sum(
        np.einsum("sqk,skt->sqt", trace.pattern(layer=0, head=h), found.copied((0, h))[tokens])
        for h in range(2)
    )
    direct = layer.weights["W_E"] @ layer.weights["W_U"] + layer.weights["b_U"]
    assert said + direct[tokens] == pytest.approx(trace.logits, abs=1e-9)


def test_copying_and_composition_by_their_definitions(learnt: Study) -> None:
    rng = np.random.default_rng(1)
    table = rng.normal(size=(6, 6))
    eigenvalues = np.roots(np.poly(table))
    assert head_circuits.copying(table) == pytest.approx(
        eigenvalues.real.sum() / np.abs(eigenvalues).sum()
    )
    assert head_circuits.copying(np.eye(4)) == 1
    assert head_circuits.copying(-np.eye(4)) == -1
    a, b = rng.normal(size=(2, 5, 5))
    size = lambda m: sum(x * x for x in m.ravel()) ** 0.5
    assert head_circuits.composition(a, b) == pytest.approx(size(a @ b) / size(a) / size(b))
    study = quick(learnt, normalization="none", **NEW)
    w = study.weights
    first, second = w["W_V"][0, 1] @ w["W_O"][0, 1], w["W_Q"][1, 0] @ w["W_K"][1, 0].T
    position = circuits.pairs(study).index(((0, 1), (1, 0)))
    assert circuits.composed(study, "Q")[position] == pytest.approx(
        head_circuits.composition(first, second)
    )
    assert circuits.composed(study, "K")[position] == pytest.approx(
        head_circuits.composition(first, second.T)
    )
    assert circuits.composed(study, "V")[position] == pytest.approx(
        head_circuits.composition(first, w["W_V"][1, 0] @ w["W_O"][1, 0])
    )


def test_a_zeroed_head_is_one_whose_output_matrix_is_zero(learnt: Study) -> None:
    silent = learnt.run.parameters["W_O"].copy()
    silent[:, :, 1] = 0
    cut = replace(
        study_of(
            learnt.config, replace(learnt.run, parameters=learnt.run.parameters | dict(W_O=silent))
        ),
        seed=learnt.seed,
    )
    wanted = FACTS["accuracy_told"](learnt).value - FACTS["accuracy_told"](cut).value  # type: ignore[operator]
    found = FACTS["head_kinds"](learnt)
    assert found.part("layer 1: zero").value == pytest.approx(wanted, abs=1e-9)
    (mean,) = silenced(learnt, [(0, 0), (1, 0)], "mean", np.arange(len(learnt.data.holdout)))
    assert mean.shape == learnt.holdout.logits.shape


def test_pairs_differ_in_what_they_say(learnt: Study) -> None:
    for feature, changed in (
        ("the token after the copy", 1),
        ("the position of the copy", 2),
        ("the current token", 1),
    ):
        drawn = pairs.pairs(learnt.config, feature)
        assert drawn is not None
        upto = np.arange(drawn.clean.shape[1]) <= drawn.last[:, None]
        assert (((drawn.clean != drawn.corrupt) & upto).sum(1) == changed).all()
        assert (drawn.right != drawn.wrong).all()
        assert sum(where.sum() for where in drawn.positions.values()) == upto.sum()
        rows = np.arange(len(drawn.last))
        for text, answer in ((drawn.clean, drawn.right), (drawn.corrupt, drawn.wrong)):
            asked = text[rows, drawn.last]
            copies = [
                np.flatnonzero(row[:last] == token)
                for row, last, token in zip(text, drawn.last, asked)
            ]
            assert all(len(where) == 1 for where in copies)
            assert all(
                row[where[0] + 1] == token for row, where, token in zip(text, copies, answer)
            )
    assert (
        pairs.pairs(
            replace(learnt.config, rule=replace(learnt.config.rule, period=(2, 3))),
            "the token after the copy",
        )
        is None
    )  # type: ignore[type-var]


def test_the_whole_stream_has_the_effect_one_and_no_place_has_none(learnt: Study) -> None:
    assert FACTS["patch_selftest"](learnt).value == 1
    on = pairs.patching(learnt, "the token after the copy")
    assert on is not None
    nowhere = np.zeros_like(on.pairs.clean, bool)
    assert on.stream("noising", ("resid_pre", 1), nowhere) == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("letter", ["q", "k", "v"])
def test_a_path_by_hand(learnt: Study, letter: str) -> None:
    """The last layer computed in plain NumPy, where only one of queries, keys and values has heard
    of the other run.
    """
    on = pairs.patching(learnt, "the position of the copy")
    assert on is not None
    w, m = learnt.weights, learnt.config.model
    clean, corrupt = learnt.trace_of(on.pairs.clean), learnt.trace_of(on.pairs.corrupt)

    def norm(x: np.ndarray, gain: np.ndarray, bias: np.ndarray) -> np.ndarray:
        x = x - x.mean(-1, keepdims=True)
        return x / np.sqrt((x**2).mean(-1, keepdims=True) + 1e-5) * gain + bias

    heard = (
        corrupt.resid_pre(layer=1)
        + (clean.z(layer=0, head=0) - corrupt.z(layer=0, head=0)) @ w["W_O"][0, 0]
    )
    read = {
        name: norm(
            heard if name == letter else corrupt.resid_pre(layer=1), w["ln1_w"][1], w["ln1_b"][1]
        )
        for name in "qkv"
    }
    q, k, v = (
        (read["q"] + w["W_pos"]) @ w["W_Q"][1, 0],
        (read["k"] + w["W_pos"]) @ w["W_K"][1, 0],
        read["v"] @ w["W_V"][1, 0],
    )
    scores = np.where(
        np.tri(m.n_ctx, dtype=bool), q @ k.transpose(0, 2, 1) / np.sqrt(m.d_head), -np.inf
    )
    attention = np.exp(scores - scores.max(-1, keepdims=True))
    attention /= attention.sum(-1, keepdims=True)
    logits = (
        norm(
            corrupt.resid_pre(layer=1) + attention @ v @ w["W_O"][1, 0],
            w["ln_final_w"],
            w["ln_final_b"],
        )
        @ w["W_U"]
        + w["b_U"]
    )
    low, high = on.pairs.difference(corrupt.logits), on.pairs.difference(clean.logits)
    wanted = (on.pairs.difference(logits) - low) / (high - low)
    found = on.path("denoising", 0, 1, letter)
    kept = np.isfinite(found)
    assert kept.sum() > 50
    assert found[kept] == pytest.approx(wanted[kept], abs=2e-4)


def test_onsets_and_the_sudden_change_by_hand(learnt: Study) -> None:
    steps = np.arange(0, 1001, 100)
    accuracy = np.array([0, 0, 0, 0.1, 0.8, 0.9, 0.9, 0.9, 1, 1, 1.0])
    history = {
        name: (
            np.broadcast_to(accuracy, (2, 11))
            if name == "accuracy"
            else values[:, :1].repeat(11, 1)
        )
        for name, values in learnt.run.history.items()
    }
    parameters = {
        name: values[:, :1].repeat(11, 1) for name, values in learnt.run.parameters.items()
    }
    study = study_of(
        learnt.config,
        Run(learnt.run.config, learnt.run.seeds, steps, parameters, history, learnt.run.versions),
    )
    assert FACTS["onset_accuracy"](study).value == 400
    share = FACTS["sudden_share"](study)
    assert share.value == pytest.approx(0.7)
    assert (share.details["first"], share.details["last"]) == (300, 400)
    assert FACTS["onset_matching"](study.of_seed(study.seed)).n == 11


def test_checkpoints_too_far_apart_cannot_tell_whether_a_change_was_sudden(learnt: Study) -> None:
    """Within a tenth of the training there has to be a second checkpoint."""
    steps = np.array([0, 100, 200, 300])
    history = {
        name: values[:, :1].repeat(4, 1) for name, values in learnt.run.history.items()
    } | dict(accuracy=np.broadcast_to([0, 0, 0.9, 1.0], (2, 4)))
    parameters = {
        name: values[:, :1].repeat(4, 1) for name, values in learnt.run.parameters.items()
    }
    share = FACTS["sudden_share"](
        study_of(
            learnt.config,
            Run(
                learnt.run.config, learnt.run.seeds, steps, parameters, history, learnt.run.versions
            ),
        )
    )
    assert share.text == "not defined: checkpoints lie more than a tenth of the training apart"


def test_the_control_cannot_tell_where_the_copy_stood(learnt: Study, unlearnt: Study) -> None:
    """One layer answers both inputs alike, two do not; and what needs two layers is not measured,
    with its reason.
    """
    follows = FACTS["answers_follow_copy"]
    assert (follows(learnt).low or 0) > 0.5
    assert (follows(unlearnt).value or 0) < 0.25
    for name in (
        "path_keys",
        "k_composition",
        "matches_itself",
        "copy_carried",
        "source_carries",
        "path_content",
    ):
        assert (
            FACTS[name](unlearnt).lacking
            == "it follows what a later layer reads from an earlier one, and here there is 1 layer"
        )
    assert FACTS["induction_heads"](learnt).details["names"] == ["layer 1"]
    assert FACTS["induction_heads"](unlearnt).value == 0


def test_heads_have_names_by_layer_and_number(learnt: Study) -> None:
    study = quick(learnt, attention_biases=True, positions="stream", output_projection=False, **NEW)
    assert [name_of(study, at) for at in heads(study)] == [
        "layer 0, head 0",
        "layer 0, head 1",
        "layer 1, head 0",
        "layer 1, head 1",
    ]
    for name, function in FACTS.items():
        assert function(study).id == name


def test_who_says_the_same_whatever_is_read_stays_at_every_pair(learnt: Study) -> None:
    """Both inputs of a pair have one answer, whichever of the two it is."""
    favourites = np.arange(len(learnt.tokens), dtype=float)
    study = made_by_hand(learnt, W_U=np.zeros(1), b_U=favourites)
    found = FACTS["answers_follow_copy"](study)
    assert (found.value, found.details["fixed"]) == (0, 1)
