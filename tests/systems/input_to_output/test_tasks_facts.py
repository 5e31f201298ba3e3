"""Facts of tasks against loops that anybody can read, over every input."""

import numpy as np
import pytest
from conftest import committed
from lookups import listed

from reportgen.core.study import Study
from reportgen.systems.input_to_output.evaluation import HISTORY, progress_losses

FACTS, CLAIMS = listed("input_to_output")
RUNS = ("clock_learnt", "clock_unlearnt", "largest_learnt", "largest_unlearnt")
CLOCKS, LARGEST = RUNS[:2], RUNS[2:]


def forward(study: Study, row: list[int]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Logits at the last position of one input, its attention [head, key] there and the neurons, by
    the formulas alone.
    """
    w, heads = study.weights, study.config.model.n_heads
    stream = np.array([w["W_E"][token] + w["W_pos"][i] for i, token in enumerate(row)])
    out, patterns = stream[-1].copy(), []
    for head in range(heads):
        q, k, v = (stream @ w[f"W_{name}"][0, head] for name in "QKV")
        scores = np.exp(k @ q[-1] / np.sqrt(study.config.model.d_head))
        patterns.append(scores / scores.sum())
        out = out + patterns[-1] @ v @ w["W_O"][0, head]
    neurons = np.zeros(0)
    if study.config.model.d_mlp:
        neurons = np.maximum(out @ w["W_in"][0] + w["b_in"][0], 0)
        out = out + neurons @ w["W_out"][0] + w["b_out"][0]
    return out @ w["W_U"] + w["b_U"], np.array(patterns), neurons


def numbers(study: Study) -> int:
    return len(study.rule.alphabets[0])


def by_loops(study: Study) -> list[tuple[int, int, int, np.ndarray, np.ndarray, bool]]:
    """Every pair of numbers with its right answer, the logits of the numbers, attention, and
    whether it trains.
    """
    n, clock = numbers(study), study.rule.slug == "modular_addition"
    found = []
    for i, (a, b) in enumerate((a, b) for a in range(n) for b in range(n)):
        row = [a, b, n] if clock else [a, b]
        logits, pattern, _ = forward(study, row)
        right = (a + b) % n if clock else max(a, b)
        found.append((a, b, right, logits[:n], pattern, bool(study.data.in_train[i])))
    return found


def value(study: Study, name: str) -> float:
    found = FACTS[name](study).value
    assert found is not None
    return found


@pytest.mark.parametrize("name", RUNS)
def test_errors_losses_and_margins_are_those_of_every_input(name: str) -> None:
    study = committed(name)
    rows = by_loops(study)
    for kind, wanted in (("all", (True, False)), ("train", (True,)), ("holdout", (False,))):
        mine = [row for row in rows if row[5] in wanted]
        right = [row[3].argmax() == row[2] for row in mine]
        loss = [-row[3][row[2]] + np.log(np.exp(row[3]).sum()) for row in mine]
        assert value(study, f"{kind}_right") == pytest.approx(np.mean(right))
        assert value(study, f"{kind}_loss") == pytest.approx(np.mean(loss), rel=1e-6)
        assert FACTS[f"{kind}_right"](study).n == len(mine)
        assert FACTS[f"{kind}_right"](study).exhaustive
    leads = [row[3][row[2]] - np.delete(row[3], row[2]).max() for row in rows]
    found = FACTS["least_margin"](study)
    assert found.value == pytest.approx(min(leads))
    for answer in (0, 5):
        mine = [lead for lead, row in zip(leads, rows) if row[2] == answer]
        assert dict(found.parts)[f"answer {answer}"].value == pytest.approx(min(mine))
    a, b = rows[int(np.argmin(leads))][:2]
    assert found.details["worst_text"] == f"{a} {b}"


@pytest.mark.parametrize("name", RUNS)
def test_the_history_ends_with_what_the_facts_say(name: str) -> None:
    """Of the displayed seed, in float64."""
    study = committed(name)
    assert set(study.run.history) <= set(HISTORY)
    for kind, loss in (("train", "train_loss"), ("holdout", "validation_loss")):
        assert study.history(f"{kind}_right")[-1] == pytest.approx(value(study, f"{kind}_right"))
        assert study.history(loss)[-1] == pytest.approx(value(study, f"{kind}_loss"), rel=1e-5)
    if name in CLOCKS:
        for fact in ("restricted_loss", "excluded_loss"):
            assert study.history(fact)[-1] == pytest.approx(value(study, fact), rel=1e-4, abs=1e-7)


@pytest.mark.parametrize("name", LARGEST)
def test_attention_on_the_answer_is_that_on_the_larger(name: str) -> None:
    """Of all pairs of two different numbers."""
    study = committed(name)
    unequal = [row for row in by_loops(study) if row[0] != row[1]]
    on = [row[4].mean(0)[int(row[1] > row[0])] for row in unequal]
    assert value(study, "attention_on_answer") == pytest.approx(np.mean(on))
    assert value(study, "looks_at_answer") == pytest.approx(np.mean(np.array(on) > 0.5))
    assert FACTS["attention_on_answer"](study).n == len(unequal)
    assert value(study, "attention_on_input") == pytest.approx(1)


@pytest.mark.parametrize("name", LARGEST)
def test_scores_and_values_are_read_off_the_weights(name: str) -> None:
    study = committed(name)
    w, n = study.weights, numbers(study)
    key, query = w["W_E"] + w["W_pos"][0], w["W_E"] + w["W_pos"][1]
    scores = (query @ w["W_Q"][0, 0]) @ (key @ w["W_K"][0, 0]).T / 4  # d_head is 16
    higher = [scores[q, t] > scores[q, u] for q in range(n) for t in range(n) for u in range(t)]
    assert value(study, "larger_scores") == pytest.approx(np.mean(higher))
    table = w["W_E"] @ w["W_V"][0, 0] @ w["W_O"][0, 0] @ w["W_U"]
    own = [int(row.argmax()) == i for i, row in enumerate(table)]
    assert value(study, "copied_right") == pytest.approx(np.mean(own))
    values = np.linalg.eigvals(table)
    assert value(study, "copying_score") == pytest.approx(values.real.sum() / abs(values).sum())


@pytest.mark.parametrize("name", LARGEST)
def test_looking_at_the_larger_and_copying_it(name: str) -> None:
    """The network with its attention on the larger number alone, then that number's own column."""
    study = committed(name)
    w, n = study.weights, numbers(study)
    looking, copying = [], []
    for a in range(n):
        for b in range(n):
            streams = w["W_E"][a] + w["W_pos"][0], w["W_E"][b] + w["W_pos"][1]
            seen = np.mean(streams, 0) if a == b else streams[int(b > a)]
            out = streams[1] + seen @ w["W_V"][0, 0] @ w["W_O"][0, 0]
            looking.append((out @ w["W_U"] + w["b_U"]).argmax() != max(a, b))
            table = w["W_E"][max(a, b)] @ w["W_V"][0, 0] @ w["W_O"][0, 0] @ w["W_U"]
            copying.append(table.argmax() != max(a, b))
    assert value(study, "wrong_looking") == pytest.approx(np.mean(looking))
    assert value(study, "wrong_copying") == pytest.approx(np.mean(copying))


def spectrum(values: np.ndarray, p: int, k: int) -> float:
    """Power of a frequency in values of all numbers, by sums over cosines and sines."""
    turn = 2 * np.pi * k * np.arange(p) / p
    waves = (np.cos(turn), np.sin(turn))
    return sum(float(((wave @ values) ** 2).sum() / (wave @ wave)) for wave in waves)


@pytest.mark.parametrize("name", CLOCKS)
def test_frequencies_are_those_of_sums_over_cosines(name: str) -> None:
    study = committed(name)
    p, embeddings = numbers(study), study.weights["W_E"][:-1]
    power = np.array([spectrum(embeddings, p, k) for k in range(1, p // 2 + 1)])
    found, order = FACTS["key_frequencies"](study), np.argsort(-power)
    count = next(n for n in range(1, p) if power[order[:n]].sum() >= 0.9 * power.sum())
    assert found.details["list"] == (order[:count] + 1).tolist()
    assert found.value == pytest.approx(count / (p // 2))
    first = dict(found.parts)[f"frequency {order[0] + 1}"]
    assert first.value == pytest.approx(power.max() / power.sum())


@pytest.mark.parametrize("name", CLOCKS)
def test_restricted_and_excluded_loss_by_projections(name: str) -> None:
    """One wave at a time, of all inputs: what of each answer's logit lies along cos(w(a + b)) and
    sin(w(a + b)).
    """
    study = committed(name)
    p, rows = numbers(study), by_loops(study)
    logits = np.array([row[3] for row in rows])
    logits = logits - logits.mean(1, keepdims=True)
    sums, in_train = (np.array([row[i] for row in rows]) for i in (2, 5))
    part = np.zeros_like(logits)
    for k in FACTS["key_frequencies"](study).details["list"]:
        for wave in (np.cos(2 * np.pi * k * sums / p), np.sin(2 * np.pi * k * sums / p)):
            part += np.outer(wave, wave @ logits / (wave @ wave))

    def loss(given: np.ndarray, of: np.ndarray) -> float:
        own = given[np.arange(len(sums)), sums]
        return float((np.log(np.exp(given).sum(1)) - own)[of].mean())

    everything = np.ones(len(sums), bool)
    kept = logits.mean(0) + part
    assert value(study, "restricted_loss") == pytest.approx(loss(kept, everything), abs=1e-9)
    assert value(study, "excluded_loss") == pytest.approx(loss(logits - part, in_train))
    assert value(study, "wrong_by_key") == pytest.approx((kept.argmax(1) != sums).mean())


@pytest.mark.parametrize("name", CLOCKS)
def test_neurons_by_regression_on_the_waves_of_one_frequency(name: str) -> None:
    """The share of a neuron's variance that waves of either number and their products explain."""
    study = committed(name)
    p = numbers(study)
    pairs = [(a, b) for a in range(p) for b in range(p)]
    neurons = np.array([forward(study, [a, b, p])[2] for a, b in pairs])
    neurons = neurons - neurons.mean(0)
    best = np.zeros(neurons.shape[1])
    for k in range(1, p // 2 + 1):
        a, b = (2 * np.pi * k * np.array(pairs)[:, i] / p for i in (0, 1))
        single = [np.cos(a), np.sin(a), np.cos(b), np.sin(b)]
        waves = np.stack([*single, *(x * y for x in single[:2] for y in single[2:])], 1)
        fitted = waves @ np.linalg.lstsq(waves, neurons, rcond=None)[0]
        best = np.maximum(best, (fitted**2).sum(0) / np.maximum((neurons**2).sum(0), 1e-30))
    assert value(study, "neurons_tuned") == pytest.approx((best >= 0.85).mean())
    assert value(study, "neurons_alive") == pytest.approx(((neurons**2).sum(0) > 0).mean())


def test_with_all_frequencies_restricted_logits_are_those_of_the_answer() -> None:
    """Then nothing is taken away of what the answer explains."""
    study = committed("clock_learnt")
    p = numbers(study)
    logits = np.array([row[3] for row in by_loops(study)])
    every, few = (
        progress_losses(logits, study.data, keys)[0]
        for keys in (np.arange(1, p // 2 + 1), np.array([1]))
    )
    assert every < 0.01 < few


def test_what_a_task_does_not_have_is_not_measured() -> None:
    clock, largest = committed("clock_learnt"), committed("largest_learnt")
    assert FACTS["restricted_loss"](largest).lacking
    assert FACTS["neurons_tuned"](largest).lacking
    assert FACTS["attention_on_answer"](clock).lacking
    assert FACTS["wrong_copying"](clock).lacking


@pytest.mark.parametrize(
    ("name", "verdicts"),
    [
        (
            "clock_learnt",
            dict(
                few_frequencies="partly",
                key_is_enough="holds",
                key_is_needed="holds",
                cosines_suffice="partly",
                groks="holds",
            ),
        ),
        (
            "clock_unlearnt",
            dict(generalises="fails", key_is_enough="fails", cosines_suffice="fails"),
        ),
        (
            "largest_learnt",
            dict(
                solved="holds",
                generalises="holds",
                looks_at_the_answer="holds",
                larger_wins="holds",
                copies_what_it_sees="holds",
                looking_suffices="holds",
                copying_suffices="holds",
            ),
        ),
        ("largest_unlearnt", dict(solved="fails", looks_at_the_answer="fails")),
    ],
)
def test_networks_are_told_apart(name: str, verdicts: dict[str, str]) -> None:
    study = committed(name)
    for claim, verdict in verdicts.items():
        facts = {fact: FACTS[fact](study) for fact in CLAIMS[claim].rests_on}
        assert CLAIMS[claim].verdict(facts).value == verdict, claim
