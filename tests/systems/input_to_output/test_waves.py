"""Waves on a clock, against cases that are worked out by hand."""

import numpy as np
import pytest

from reportgen.systems.input_to_output import waves


def test_a_cosine_has_all_its_power_in_its_frequency() -> None:
    """The cosine of frequency 2 on five numbers has squares that add up to 5 / 2."""
    values = np.cos(2 * np.pi * 2 * np.arange(5) / 5)
    np.testing.assert_allclose(waves.power(values), [0, 2.5], atol=1e-12)
    np.testing.assert_allclose(waves.power(3 + values), [0, 2.5], atol=1e-12)


def test_power_of_all_frequencies_is_that_of_what_varies() -> None:
    """Of an odd and of an even number of numbers, whose last frequency has no sine (Parseval)."""
    for p in (7, 8):
        values = np.random.default_rng(p).normal(size=(p, 3))
        centred = values - values.mean(0)
        assert waves.power(values).sum() == pytest.approx((centred**2).sum())
        assert waves.basis(p, waves.frequencies(p)).shape == (p, p - 1)


def test_waves_are_of_length_one_and_apart() -> None:
    for p in (7, 8):
        found = waves.basis(p, waves.frequencies(p))
        np.testing.assert_allclose(found.T @ found, np.eye(p - 1), atol=1e-12)


def test_the_key_frequencies_are_the_fewest_that_hold_most() -> None:
    """Of shares .5, .3, .15 and .05 three are needed for nine tenths; of one alone, that one."""
    np.testing.assert_array_equal(
        waves.key_frequencies(np.array([0.05, 0.5, 0.15, 0.3])), [2, 4, 3]
    )
    np.testing.assert_array_equal(waves.key_frequencies(np.array([0.0, 0, 1, 0])), [3])
    np.testing.assert_array_equal(waves.shares(np.zeros(4)), [0.25] * 4)


def test_a_neuron_of_one_frequency_has_all_its_power_there() -> None:
    """A product of two waves of frequency 2, a wave of either number, half of two frequencies, and
    one that is the same for every input.
    """
    p = 5
    a, b = np.divmod(np.arange(p * p), p)
    wave = lambda k, n: np.cos(2 * np.pi * k * n / p)
    neurons = np.stack(
        [
            wave(2, a) * wave(2, b),
            1 + wave(1, a) - wave(1, b),
            wave(1, a) + wave(2, b),
            np.full(p * p, 4.0),
        ],
        1,
    )
    shares, whole = waves.neuron_shares(neurons, p)
    np.testing.assert_allclose(shares, [[0, 1, 0.5, 0], [1, 0, 0.5, 0]], atol=1e-12)
    np.testing.assert_allclose(whole, [25 * 0.25, 25, 25, 0], atol=1e-9)


def test_a_product_of_two_frequencies_is_of_neither() -> None:
    p = 5
    a, b = np.divmod(np.arange(p * p), p)
    mixed = np.cos(2 * np.pi * a / p) * np.cos(2 * np.pi * 2 * b / p)
    np.testing.assert_allclose(waves.neuron_shares(mixed[:, None], p)[0], 0, atol=1e-12)


def test_logits_by_answer_are_means_of_inputs_with_that_answer() -> None:
    """Two inputs a right answer; a constant added to all logits of an input changes nothing."""
    logits = np.array([[3.0, 0, 0], [1.0, 2, 0], [0, 0, 6.0], [0, 3.0, 0]])
    right = np.array([0, 1, 2, 0])
    by_hand = [[0.5, 0.5, -1], [0, 1, -1], [-2, -2, 4]]
    np.testing.assert_allclose(waves.by_answer(logits, right, 3), by_hand)
    moved = logits + np.array([[5.0], [-1], [2], [0]])
    np.testing.assert_allclose(waves.by_answer(moved, right, 3), by_hand)


def test_what_lies_in_all_frequencies_is_all_but_the_mean() -> None:
    means = np.random.default_rng(0).normal(size=(7, 7))
    found = waves.part_in(means, waves.frequencies(7))
    np.testing.assert_allclose(found, means - means.mean(0), atol=1e-12)
    assert np.abs(waves.part_in(means, np.array([1])) - found).max() > 0.1
