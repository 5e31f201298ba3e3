"""Training: seeds do not disturb one another, divergence stores nothing, histories are what they
say.
"""

import dataclasses
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from reportgen.core import saving, train, training_jobs
from reportgen.core.config import Config
from reportgen.core.runs.unfinished import Unfinished
from reportgen.core.study import Study
from reportgen.errors import RunError
from reportgen.systems.sequence_rules import evaluation


def short(config: Config, **changes) -> Config:
    return dataclasses.replace(
        config,
        training=config.training.model_copy(
            update=dict(steps=30, checkpoint_every=20, seeds=3) | changes
        ),
    )


def test_a_short_training_gives_a_whole_run(learnt: Study) -> None:
    """The one test that trains: first and last step kept, all histories finite, the displayed seed
    the best by validation loss.
    """
    told: list[int] = []
    run = train.train(short(learnt.config), told.append)
    assert run.steps.tolist() == told == [0, 20, 30]
    assert set(run.history) == set(evaluation.HISTORY)
    assert all(h.shape == (3, 3) and np.isfinite(h).all() for h in run.history.values())
    assert run.shown == run.history["validation_loss"][:, -1].argmin()
    assert (run.history["train_loss"][:, -1] < run.history["train_loss"][:, 0]).all()


class Killed(BaseException):
    """What ends a training in the middle."""


@pytest.mark.parametrize("at", [20, 27, 40])
def test_a_training_goes_on_where_it_was_killed(
    learnt: Study, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, at: int
) -> None:
    """At a checkpoint, between two, or after the last step: the same run, bit by bit, and no step
    is done twice.
    """
    config = short(learnt.config, steps=40)
    whole = train.train(config).to_bytes()
    monkeypatch.setattr(saving, "SAVED_EVERY", 0.0)
    monkeypatch.setattr(train, "AHEAD", 12)
    save, done = train.Saving.save, []

    def killed(saving: train.Saving, make: Callable) -> None:
        save(saving, make)
        saving.wait = 0.0
        done.append(Unfinished.load(partial).step)
        if done[-1] == at:
            raise Killed

    partial = tmp_path / "toy" / "train.partial"
    with monkeypatch.context() as patch:
        patch.setattr(train.Saving, "save", killed)
        with pytest.raises(Killed):
            train.train(config, partial=partial)
    assert done[-1] == at
    descend, steps, told = train.descend, [], []
    monkeypatch.setattr(train, "descend", lambda *given: steps.append(given) or descend(*given))
    assert train.train(config, told.append, partial=partial).to_bytes() == whole
    assert len(steps) == 40 - at
    assert told == sorted({at // 20 * 20, 40})


@pytest.mark.parametrize("how", ["truncated", "flipped", "version"])
def test_a_damaged_partial_training_is_said_and_begins_again(
    learnt: Study, tmp_path: Path, how: str
) -> None:
    """Nothing of it is used; the run is as if it had not been there."""
    config = short(learnt.config, steps=20)
    partial = tmp_path / "train.partial"
    whole = train.train(config, partial=partial).to_bytes()
    content = partial.read_bytes()
    damaged = {
        "truncated": content[:-9],
        "flipped": content[:-9] + bytes([content[-9] ^ 1]) + content[-8:],
        "version": content.replace(b'format\\": 1', b'format\\": 0'),
    }
    partial.write_bytes(damaged[how])
    assert damaged[how] != content
    said: list[str] = []
    assert train.train(config, partial=partial, say=said.append).to_bytes() == whole
    [line] = said
    assert line.startswith(str(partial))
    assert line.endswith("; the training begins again")


def test_another_trainings_state_is_not_taken(learnt: Study, tmp_path: Path) -> None:
    config, partial = short(learnt.config, steps=20), tmp_path / "train.partial"
    train.train(short(learnt.config, steps=20, lr=0.5), partial=partial)
    assert train.train(config, partial=partial).to_bytes() == train.train(config).to_bytes()


def test_a_training_that_cannot_be_saved_goes_on(learnt: Study, tmp_path: Path) -> None:
    """Where its state cannot be written, it says so and is not lost."""
    config, said = short(learnt.config, steps=20), []
    (tmp_path / "file").write_text("in the way")
    partial = tmp_path / "file" / "train.partial"
    assert (
        train.train(config, partial=partial, say=said.append).to_bytes()
        == train.train(config).to_bytes()
    )
    assert said == [
        f"{partial}: the training under way cannot be saved (File exists); it goes on, but a kill"
        " would lose it"
    ]


def test_a_seed_alone_is_the_seed_in_the_stack(learnt: Study) -> None:
    config = short(learnt.config)
    _, together = train.optimise(config, learnt.data, (0, 1, 2))
    _, alone = train.optimise(config, learnt.data, (1,))
    for name in alone[-1]:
        torch.testing.assert_close(alone[-1][name][0], together[-1][name][1], atol=1e-6, rtol=0)


def test_some_seeds_alone_are_those_seeds_of_all(learnt: Study) -> None:
    """Training 1 and 2 apart from 0 gives their weights and histories to the precision of a sum."""
    config = short(learnt.config)
    whole, part = train.train(config), train.train(config, seeds=(1, 2))
    assert part.seeds == (1, 2)
    for name, values in part.parameters.items():
        np.testing.assert_allclose(values, whole.parameters[name][1:], atol=1e-6)
    np.testing.assert_allclose(
        part.history["validation_loss"], whole.history["validation_loss"][1:], atol=1e-5
    )


def test_divergence_names_step_seed_and_rate(
    learnt: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = training_jobs.initial

    def poisoned(config: Config, seed: int):
        p = original(config, seed)
        return p | {"W_U": p["W_U"] * float("nan")} if seed == 1 else p

    monkeypatch.setattr(training_jobs, "initial", poisoned)
    with pytest.raises(RunError) as error:
        train.train(short(learnt.config))
    assert (
        str(error.value)
        == "the loss became nan at step 0 (seed 1, training.lr 0.001); nothing was stored: lower"
        " training.lr and build again"
    )


@pytest.mark.parametrize("checkpoint", [0, -1])
def test_histories_are_what_a_trace_measures(study: Study, checkpoint: int) -> None:
    """The stored history against the definitions, measured again from a float64 trace of the same
    windows.
    """
    at = study.at(int(study.run.steps[checkpoint]))
    windows = at.data.validation_windows
    t = at.trace_of(windows.inputs)
    p = t.probabilities
    here = lambda name: at.history(name)[checkpoint]
    assert here("validation_loss") == pytest.approx(
        -np.log(np.take_along_axis(p, windows.targets[..., None], -1)).mean(), abs=2e-5
    )
    broken = windows.broken(t.logits.argmax(-1))
    assert here("error") == pytest.approx(broken[windows.constrained].mean(), abs=2e-3)
    assert here("error_visible") == pytest.approx(broken[windows.visible].mean(), abs=2e-3)
    assert here("error_sampled") == pytest.approx(
        1 - (p * windows.allowed).sum(-1)[windows.constrained].mean(), abs=2e-5
    )
    w, q = windows.visible.nonzero()
    assert here("attention_on_answer") == pytest.approx(
        t.pattern(layer=0, head=0)[w, q, windows.source[w, q]].mean(), abs=2e-5
    )


def test_generated_text_follows_the_models_own_probabilities(learnt: Study) -> None:
    """Second tokens of many sampled texts against the probabilities of the model for their first
    token.
    """
    p = {k: torch.from_numpy(v[None].astype(np.float32)) for k, v in learnt.weights.items()}
    rng, n = np.random.default_rng(0), 20_000
    text = evaluation.generate(learnt.config, p, np.full(n, 4), 2, rng.random((2, n)))
    share = np.bincount(text[0, :, 1], minlength=12) / n
    wanted = learnt.trace_of(np.array([[4]])).probabilities[0, 0]
    assert np.abs(share - wanted).max() < 4 * np.sqrt(0.25 / n)


def test_a_model_that_only_writes_triggers_is_never_right(learnt: Study) -> None:
    """`+ + + +` counts as wrong at every position but the first."""
    p = {k: torch.from_numpy(v[None].astype(np.float32)) for k, v in learnt.weights.items()}
    p["W_U"] = p["W_U"] * 0
    p["b_U"] = torch.nn.functional.one_hot(torch.tensor([learnt.trigger]), 12).float() * 100
    errors = evaluation.generation_errors(learnt.config, learnt.data, p)
    assert errors["error_generated"][0] == 1
    assert errors["generated_trigger_pairs"][0] == 1
