"""Facts about answered inputs against a second way: plain loops, counting, and what has to be
so.
"""

from dataclasses import replace

import numpy as np
import pytest
from conftest import committed
from inputswork import RUNS, by_hand, normalized
from lookups import listed

from reportgen.core.study import Study
from reportgen.measure.fact import Reference
from reportgen.systems.sequence_to_sequence.facts import (
    ablations,
    accuracy,
    attention,
    changed_digits,
    cosine,
    cuts,
    increment,
    patching,
    probe,
    readouts,
    seeds,
    splits,
    training,
)
from reportgen.systems.sequence_to_sequence.facts.originals import ORIGINALS

FACTS, CLAIMS = listed("sequence_to_sequence")
SOME = [0, 57, 130, 199, 200, 255]  # rows that are gone through by hand


@pytest.fixture(params=RUNS)
def study(request: pytest.FixtureRequest) -> Study:
    return committed(request.param)


def rows(study: Study) -> np.ndarray:
    return study.data.probe.inputs[SOME]


def test_answers_and_attention_by_hand(study: Study) -> None:
    """Right tokens, attention on the mirror and its largest position, row by row in plain loops."""
    correct, mass = probe.right(study), {layer: attention.mass(study, layer) for layer in (0, 1)}
    for i, row in zip(SOME, rows(study)):
        found = by_hand(study.weights, row)
        digits = [int(x) for x in row[1:5]]
        for position in range(4):
            answer = int(found["logits"][4 + position].argmax())
            assert correct[i, position] == (answer == (digits[3 - position] + 1) % 4)
            for layer in (0, 1):
                assert mass[layer][i, position] == pytest.approx(
                    found["patterns"][layer, 4 + position][4 - position], abs=1e-9
                )


def test_accuracies_are_counted(study: Study) -> None:
    """History and trace agree; the share over all inputs is the mean over its two kinds."""
    correct, unseen = probe.right(study), study.data.unseen
    assert FACTS["holdout_tokens"](study).value == pytest.approx(correct[unseen].mean(), abs=1e-6)
    assert FACTS["train_words"](study).value == pytest.approx(
        correct[~unseen].all(1).mean(), abs=1e-6
    )
    whole = FACTS["all_words"](study)
    assert whole.value == pytest.approx(correct.all(1).mean(), abs=1e-6)
    assert whole.exhaustive
    assert whole.n == 256
    assert whole.details["wrong"] == (~correct.all(1)).sum()
    assert [part.value for _, part in FACTS["all_tokens"](study).parts] == pytest.approx(
        correct.mean(0).tolist()
    )


def test_writing_freely_gets_the_same_outputs_right(study: Study) -> None:
    """By argument, and here by trying: an output is right as a whole when written freely exactly
    where it is when the right tokens are given.
    """
    written = accuracy.free(study)
    assert ((written == probe.wanted(study)).all(1) == probe.right(study).all(1)).all()
    for i, row in zip(SOME, rows(study)):
        tokens = [int(x) for x in row[:5]]
        for _ in range(4):
            tokens.append(int(by_hand(study.weights, np.array(tokens))["logits"][-1].argmax()))
        assert tokens[5:] == written[i].tolist()
    assert FACTS["free_words"](study).details["differing"] == 0


def test_edges_are_cut_as_by_hand(study: Study) -> None:
    """In both layers the mirror's share goes to the other positions in proportion; the second
    pattern is that of the network whose first one is cut.
    """
    found = cuts.without_edges(study, [0, 1])
    for i, row in zip(SOME, rows(study)):
        looks: dict[tuple[int, int], dict[int, float]] = {}
        for layer in (0, 1):
            for position in range(1, 4):
                shares = by_hand(study.weights, row, looks)["patterns"][layer, 4 + position].copy()
                shares[4 - position] = 0
                looks[layer, 4 + position] = dict(enumerate(shares / shares.sum()))
        logits = by_hand(study.weights, row, looks)["logits"]
        for position in range(4):
            assert found[i, position] == (
                int(logits[4 + position].argmax()) == (int(row[4 - position]) + 1) % 4
            )


def test_a_whole_stream_put_back_gives_exactly_one(study: Study) -> None:
    """The self-test of patching, and its two directions at the last step that mixes nothing."""
    found = changed_digits.patched(study)
    assert found.whole == pytest.approx(1, abs=1e-5)
    assert found.used + found.skipped == 256 * 3 * 3
    assert FACTS["patch_whole"](study).n == found.used


def test_a_patch_by_hand(study: Study) -> None:
    """What the last layer's feed-forward part adds at the output, taken from the clean run into the
    changed one, for a few pairs.
    """
    p, w, found = changed_digits.pairs(study), study.weights, changed_digits.patched(study)
    positions, terms = probe.queries(study)[p.output], found.terms["mlp_out", 1, "output"]
    for n in range(0, found.used, found.used // 6):
        j = found.pair[n]
        at, (clean, changed) = (
            int(positions[j]),
            (by_hand(w, row[j]) for row in (p.clean, p.corrupt)),
        )
        difference = lambda run, at=at, j=j: (
            run["logits"][at][p.before[j]] - run["logits"][at][p.after[j]]
        )
        mixed = by_hand(w, p.corrupt[j], mlp={(1, at): clean["ends"][1][at] - clean["mids"][1][at]})
        assert terms[n, 0] == pytest.approx(difference(mixed) - difference(changed), abs=5e-4)
        assert terms[n, 1] == pytest.approx(difference(clean) - difference(changed), abs=5e-4)


def test_one_digit_changes_by_hand(study: Study) -> None:
    p, moved = changed_digits.pairs(study), patching.moved(study)
    assert p.exhaustive
    assert len(p) == 256 * 4 * 3
    assert ((p.clean != p.corrupt).sum(1) == 1).all()
    for j in range(0, len(p), 611):
        answers = [
            by_hand(study.weights, row)["logits"][4:].argmax(-1)
            for row in (p.clean[j], p.corrupt[j])
        ]
        assert moved[j].tolist() == (answers[0] != answers[1]).tolist()


def test_either_input_of_a_pair_is_the_changed_one_once(study: Study) -> None:
    """So at one half of an effect, old and new answer are as likely as each other: what a threshold
    rests on.
    """
    p = changed_digits.pairs(study)
    ends = probe.queries(study)[p.output] + 1
    pairs = {
        (tuple(clean[:end]), tuple(corrupt[:end]), before, after)
        for clean, corrupt, before, after, end in zip(p.clean, p.corrupt, p.before, p.after, ends)
    }
    assert len(pairs) == len(p)
    assert {(corrupt, clean, after, before) for clean, corrupt, before, after in pairs} == pairs


def test_who_does_not_have_the_digit_is_right_exactly_as_often_as_a_guess(study: Study) -> None:
    """With all other digits alike, every right token comes once: another threshold rests on it."""
    inputs, goal = study.data.probe.inputs[:, 1:5], probe.wanted(study)
    for output in range(4):
        others = np.delete(inputs, 3 - output, axis=1)
        alike = {tuple(row): set(goal[(others == row).all(1), output].tolist()) for row in others}
        assert set(map(frozenset, alike.values())) == {frozenset(range(4))}


def test_the_best_constant_answer_by_hand() -> None:
    """Three answers of two digits: 1 is first in two of them, 0 is second in all three, so that 10
    gets five tokens of six; in dictionary order it is 0000, which gets the 14, 16, 16 and all 56 of
    the last 56 answers.
    """
    found = committed("inputs_learnt")
    answers = np.array([[1, 0], [1, 0], [2, 0]])
    assert probe.blind(found, answers) == Reference("the best constant answer", 5 / 6, 6)
    baseline = probe.blind(found, probe.outputs(found, found.data.holdout))
    assert baseline.value == pytest.approx((14 + 16 + 16 + 56) / (4 * 56))
    even = np.array([[0, 1], [1, 2], [2, 3], [3, 0]])  # no digit is more frequent than the others
    assert probe.blind(found, even) == probe.guess(found)


def test_losses_are_compared_with_the_best_constant_probabilities() -> None:
    """Worked out by a search over probabilities: nobody who does not read does better."""
    found = committed("inputs_learnt")
    for name, inputs in (("train_loss", found.data.train), ("holdout_loss", found.data.holdout)):
        baseline = FACTS[name](found).baseline
        answers = inputs.tokens[:, 5:]
        assert baseline is not None
        assert (baseline.label, baseline.n) == ("the best constant probabilities", answers.size)
        best = 0.0
        for column in answers.T:
            share = np.array([(column == digit).mean() for digit in range(4)])
            grid = np.random.default_rng(0).dirichlet(np.ones(4), 4_000)
            losses = -np.log(np.vstack([share.clip(1e-12), grid.clip(1e-12)])) @ share
            assert losses.argmin() == 0
            best += losses[0] / answers.shape[1]
        assert baseline.value == pytest.approx(best)
    unbalanced = FACTS["holdout_loss"](found).baseline
    assert unbalanced is not None
    assert unbalanced.value < 0.95 * np.log(4)


def test_held_out_shares_are_compared_with_the_better_of_a_guess_and_a_constant() -> None:
    """In dictionary order the last inputs have answers of one digit more often than of the others:
    always this digit is right far more often than a guess; over all inputs it is not.
    """
    found = committed("inputs_learnt")
    answers = found.data.holdout.tokens[:, 5:]
    baseline = FACTS["holdout_tokens"](found).baseline
    assert baseline is not None
    assert baseline.label == "the best constant answer"
    assert baseline.n == answers.size
    assert baseline.value > 0.45
    assert FACTS["seeds_holdout"](found).baseline == replace(baseline, n=0)
    for name in ("without_matrix", "without_part", "readout_last"):
        fact = FACTS[name](found)
        assert baseline in (fact.baseline, fact.floor), name
    whole = FACTS["all_tokens"](found).baseline
    assert whole is not None
    assert (whole.label, whole.value) == ("a guess among the digits", 0.25)
    words = FACTS["holdout_words"](found).baseline
    assert words is not None
    assert (words.label, words.value) == ("always the same output", 1 / len(answers))


def test_a_matrix_is_zeroed_as_by_hand(study: Study) -> None:
    found = {
        ablations.case(name, layer): correct for name, layer, correct in ablations.zeroed(study)
    }
    assert len(found) == 12
    for name, layer in (("W_O", 0), ("W_out", 1), ("W_K", 0)):
        w = dict(study.weights)
        w[name] = w[name].copy()
        w[name][layer] = 0
        for i, row in zip(SOME, rows(study)):
            goal = [(int(x) + 1) % 4 for x in row[4:0:-1]]
            assert (by_hand(w, row)["logits"][4:].argmax(-1) == goal).tolist() == found[
                ablations.case(name, layer)
            ][i].tolist()
    fact = ablations.without_matrix(study)
    assert fact.value == max(
        part.value for name, part in fact.parts if not name.endswith("training inputs")
    )


def test_resampling_never_takes_an_input_itself(study: Study) -> None:
    """The mean of a part over all inputs differs from what it adds for one; every draw changes each
    input's part.
    """
    site = ("attn_out", 0)
    usual = probe.kept(study, study.data.evaluated, [site])[1][site]
    rng = np.random.default_rng(0)
    order = rng.permutation(len(usual))
    other = np.roll(order, 1)[np.argsort(order)]
    assert (other != np.arange(len(usual))).all()
    assert ablations.silenced(study, "attn_out", 0, "resample").shape == (ablations.DRAWS, 256, 4)


def test_the_lens_ends_where_the_network_does(study: Study) -> None:
    """Read after the last part it names what the network answers; earlier depths by hand."""
    depths = increment.depths(study)
    assert list(depths) == ["embedding", "attention 0", "MLP 0", "attention 1", "MLP 1"]
    assert (increment.named(study, depths["MLP 1"]) == study.holdout.logits[:, 4:].argmax(-1)).all()
    w = study.weights
    for i, row in zip(SOME, rows(study)):
        mid = by_hand(w, row)["mids"][1]
        named = [
            int(
                (
                    normalized(mid[4 + position], w["ln_final_w"], w["ln_final_b"]) @ w["W_U"]
                    + w["b_U"]
                ).argmax()
            )
            for position in range(4)
        ]
        assert named == increment.named(study, depths["attention 1"])[i].tolist()


def test_a_trained_readout_is_the_likeliest_one(study: Study) -> None:
    """At its weights the gradient of the penalized loss is zero; and of points whose labels are a
    straight cut it names all.
    """
    points = readouts.normal(study.holdout.resid_mid(layer=1)[:, 4:])[~study.data.unseen].reshape(
        -1, 5
    )
    labels = probe.wanted(study)[~study.data.unseen].ravel()
    w = readouts.trained(points, labels, 4)
    scores = points @ w
    chances = np.exp(scores) / np.exp(scores).sum(1, keepdims=True)
    gradient = points.T @ (chances - np.eye(4)[labels]) / len(points) + readouts.PENALTY * w
    assert np.abs(gradient).max() < 1e-3
    assert (
        (points @ readouts.trained(points, points[:, :4].argmax(1), 4)).argmax(1)
        == points[:, :4].argmax(1)
    ).mean() > 0.97


def test_a_readout_of_shuffled_labels_names_no_more_than_a_guess(study: Study) -> None:
    points = increment.depths(study)["attention 1"]
    assert readouts.read(study, points, shuffled=True)[study.data.unseen].mean() < 0.4
    assert readouts.read(study, increment.depths(study)["MLP 1"])[study.data.unseen].mean() > 0.5


def test_silent_feed_forward_layers_by_hand(study: Study) -> None:
    """All inputs, one by one, with the mean of either layer in the place of what it computes."""
    out, fact = study.holdout.mlp_out().mean(0), FACTS["without_mlps"](study)
    mlp = {(layer, i): out[layer, i] for layer in (0, 1) for i in range(8)}
    answers = np.array(
        [
            by_hand(study.weights, row, mlp=mlp)["logits"][4:].argmax(-1)
            for row in study.data.probe.inputs
        ]
    )
    digits = study.data.probe.inputs[:, 4:0:-1]
    assert fact.value == pytest.approx((answers == (digits + 1) % 4).mean(), abs=0.002)
    assert fact.part("names the digit itself").value == pytest.approx(
        (answers == digits).mean(), abs=0.002
    )


def test_cosines_and_the_names_of_digits(study: Study) -> None:
    """Over all 24 ways to name the digits the mean share is exactly a quarter: chance, whatever the
    network does.
    """
    shares = cosine.renamed(study)
    assert len(shares) == 24
    assert shares.mean() == pytest.approx(0.25)
    i, position = SOME[2], 1
    state, table = study.holdout.resid_post(layer=1)[i, 4 + position], study.weights["W_E"]
    byhand = [state @ e / np.sqrt((state @ state) * (e @ e)) for e in table[:4]]
    np.testing.assert_allclose(cosine.cosines(study)[i, position], byhand)
    assert FACTS["cosine_right"](study).value == shares[0]


def test_seeds_are_counted_on_both_splits(study: Study) -> None:
    history = study.run.history
    solved = [
        train == 1 and held == 1
        for train, held in zip(history["train_words"][:, -1], history["holdout_words"][:, -1])
    ]
    details = FACTS["seeds_solved"](study).details
    assert (details["k"], details["n"]) == (sum(solved), len(solved))
    assert details["others"] == len(solved) - sum(solved)
    other = [
        train == 1 and held == 1
        for train, held in zip(
            history["beside_train_words"][:, -1], history["beside_holdout_words"][:, -1]
        )
    ]
    assert FACTS["beside_solved"](study).details["k"] == sum(other)
    assert seeds.split_gain(study).value == pytest.approx((sum(other) - sum(solved)) / len(solved))


def test_the_corner_in_numbers(study: Study) -> None:
    assert splits.begin_alike(study).value == pytest.approx(8 / 200)
    assert splits.begin_alike(study).details["digits_text"] == "3"


def test_a_random_draw_leaves_the_input_itself_out(study: Study) -> None:
    """Of 256 inputs 64 begin with any digit; beside one that is held out, 63 of 255 others do."""
    baseline = splits.begin_alike(study).baseline
    assert baseline is not None
    assert baseline.label == "a random draw"
    assert baseline.value == pytest.approx(63 / 255, abs=1e-12)
    assert f"{100 * baseline.value:.1f}" == "24.7"
    others = [a // 64 == b // 64 for a in range(256) for b in range(256) if a != b]
    assert np.mean(others) == pytest.approx(baseline.value, abs=1e-12)


def test_onsets_stay() -> None:
    """Three in a row make an onset; two do not."""
    study = committed("inputs_learnt")
    past = np.array(
        [False, True, True, False, True, True, True] + [True] * (len(study.run.steps) - 7)
    )
    assert training.onset(study, past).value == study.run.steps[4]
    assert training.onset(study, past & False).text == "never"


def test_what_is_cited_is_cited() -> None:
    """The numbers of the originals, as they are given; nothing for inputs of another length."""
    study = committed("inputs_learnt")
    assert [part.value for _, part in FACTS["original_holdout"](study).parts] == [
        0.1518,
        0.6696,
        1,
        1,
    ]
    assert [name for name, _ in FACTS["original_train"](study).parts] == [
        "step 0",
        "step 1 000",
        "step 2 000",
        "step 3 900",
    ]
    assert FACTS["original_zeroed"](study).text == "not given"
    assert dict(ORIGINALS[8, 3, 4, 2, 16].zeroed) == {
        "W_out, layer 0": 0.2097,
        "W_out, layer 1": 0.2411,
        "W_O, layer 0": 0.388,
    }


@pytest.mark.parametrize("name", FACTS)
def test_every_fact_can_be_measured(name: str, study: Study) -> None:
    """It says what it means, and has an interval or is exhaustive; shares of right answers know
    what a guess would get, and what can be reached.
    """
    fact = FACTS[name](study)
    assert fact.meaning.endswith(".")
    known = fact.low is not None and fact.high is not None
    assert fact.value is None or fact.exhaustive or known or fact.too_few
    if any(word in name for word in ("_words", "_tokens", "_loss")) and not name.startswith("free"):
        assert fact.baseline is not None
        assert fact.floor is not None
