"""Networks of several widths in one training: a narrower one is the network that its width would
have been, and a batch of pairs is the batch itself.
"""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch
from conftest import committed
from lookups import draw
from textwork import of_text

from reportgen.core.config import Config
from reportgen.core.gradient.network import descend
from reportgen.core.gradient.stack import Stack
from reportgen.core.model import forward, initial, stack
from reportgen.core.train import optimise, train
from reportgen.core.training_jobs import first_weights, training_jobs
from reportgen.systems.text.evaluation import BY_WIDTH, against

TEXT = "What follows what, and nothing else, can be learnt here. " * 12


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return of_text(tmp_path / "text.txt", TEXT, size=12)


def at_width(config: Config, width: int) -> Config:
    return dataclasses.replace(
        config,
        model=config.model.model_copy(update=dict(d_model=width)),
        training=config.training.model_copy(update=dict(narrower=())),
    )


def test_further_dimensions_stay_zero_and_the_rest_is_the_network_of_that_width(
    config: Config,
) -> None:
    """After some steps of AdamW with weight decay: exactly zero beyond the width, and within it
    what the narrow training gives.
    """
    config = dataclasses.replace(
        config, training=config.training.model_copy(update=dict(weight_decay=0.1))
    )
    seeds, kept = (0, 1), optimise(config, draw(config), (0, 1))[1]
    for position, width in enumerate((4, 1, 2)):
        of_width = slice(position * len(seeds), (position + 1) * len(seeds))
        alone = optimise(at_width(config, width), draw(config), seeds)[1]
        for i in range(len(kept)):
            assert not kept[i]["W_E"][of_width, :, width:].any()
            assert not kept[i]["W_U"][of_width, width:].any()
            own = dict(
                W_E=kept[i]["W_E"][of_width, :, :width],
                W_U=kept[i]["W_U"][of_width, :width],
                b_U=kept[i]["b_U"][of_width],
            )
            for name, value in own.items():
                torch.testing.assert_close(value, alone[i][name], rtol=1e-5, atol=1e-6)
        assert not torch.equal(kept[0]["W_E"], kept[-1]["W_E"])


def test_first_weights_are_in_the_order_of_widths_and_seeds(config: Config) -> None:
    start = first_weights(config, training_jobs(config, draw(config), (3, 5)))
    assert start["W_E"].shape[0] == 6
    assert torch.equal(start["W_E"][1], initial(config, 5)["W_E"])
    assert torch.equal(start["W_U"][2, :1], initial(at_width(config, 1), 3)["W_U"])
    assert torch.equal(start["W_E"][5, :, :2], initial(at_width(config, 2), 5)["W_E"])


def test_a_batch_read_as_pairs_has_the_same_loss_and_gradient(config: Config) -> None:
    """Against the forward pass over every position."""
    start = stack(initial(config, s) for s in (0, 1))
    batch = torch.from_numpy(np.stack([draw(config).batches(config, s, 0, 1)[0] for s in (0, 1)]))
    networks, plain = (
        Stack.of(start),
        {name: value.clone().requires_grad_() for name, value in start.items()},
    )
    losses = descend(config.model, networks, batch)
    logits = forward(config.model, plain, batch[..., :-1])
    expected = (
        torch.nn.functional.cross_entropy(
            logits.flatten(0, 2), batch[..., 1:].flatten(), reduction="none"
        )
        .view(2, -1)
        .mean(1)
    )
    expected.sum().backward()
    torch.testing.assert_close(losses, expected.detach())
    for name, value in plain.items():
        torch.testing.assert_close(networks.g[name], value.grad, msg=name)


def test_a_run_keeps_full_networks_and_the_history_of_all_widths(config: Config) -> None:
    run = train(config)
    assert run.parameters["W_E"].shape == (2, 3, 12, 4)
    assert {name: run.history[name].shape for name in BY_WIDTH} == dict.fromkeys(
        BY_WIDTH, (2, 3, 3)
    )
    assert run.history["validation_loss"].shape == (2, 3)
    without = train(
        dataclasses.replace(config, training=config.training.model_copy(update=dict(narrower=())))
    )
    assert not set(BY_WIDTH) & set(without.history)
    np.testing.assert_allclose(
        run.parameters["W_E"], without.parameters["W_E"], rtol=1e-5, atol=1e-6
    )


def test_seeds_trained_apart_join_to_the_same_run(config: Config) -> None:
    together, apart = train(config), [train(config, seeds=[s]) for s in (0, 1)]
    joined = type(together).joined(apart)
    np.testing.assert_allclose(
        joined.history["excess_by_width"], together.history["excess_by_width"], rtol=1e-4, atol=1e-6
    )


def test_the_history_by_width_is_the_divergence_of_the_table(config: Config) -> None:
    """At the last checkpoint, in plain loops; the widest is the last one."""
    study = committed("text_learnt")
    counts, table = study.counts, study.table
    excess = (
        sum(
            counts.pairs[a, b] * np.log(counts.after[a, b] / table[a, b])
            for a, b in zip(*np.nonzero(counts.pairs))
        )
        / counts.pairs.sum()
    )
    assert study.run.history["excess_by_width"][study.seed, -1, -1] == pytest.approx(
        excess, abs=1e-4
    )
    right = table.argmax(1) == counts.pairs.argmax(1)
    assert study.run.history["agreement_by_width"][study.seed, -1, -1] == pytest.approx(
        (right * counts.often).sum() / counts.often.sum(), abs=1e-4
    )


def test_of_equally_frequent_tokens_the_history_counts_the_first_alone() -> None:
    """A token is followed by two others equally often, and the network says the second: wrong in
    the history, as its words say, and right where any of them is counted.
    """
    study = committed("text_learnt")
    said = study.table.argmax(1)
    token = int(np.flatnonzero(said > 0)[0])
    for first, share in ((0, 0.0), (said[token] + 1, 1.0)):
        pairs = torch.zeros(len(said), len(said), dtype=torch.double)
        pairs[token, first] = pairs[token, said[token]] = 5
        weights = {n: torch.from_numpy(w)[None] for n, w in study.weights.items()}
        found = against(study.config, weights, pairs)
        assert found["agreement_by_width"].tolist() == [share]
    assert "the first of the vocabulary alone" in BY_WIDTH["agreement_by_width"]


def test_seeds_without_layers_are_trained_in_one_process(config: Config) -> None:
    """With layers one process a seed; without them a second process would begin when the first is
    done.
    """
    from reportgen.pipeline.training import training_tasks

    layered = dataclasses.replace(config, model=config.model.model_copy(update=dict(n_layers=1)))
    parts = lambda of: [
        task.arguments["seeds"] for task in training_tasks(of, {}, {}) if "seeds" in task.arguments
    ]
    assert parts(config) == [(0, 1)]
    assert parts(layered) == [(0,), (1,)]
