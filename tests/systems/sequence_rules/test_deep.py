"""Facts of networks of several layers: by loops, and what is left out where it would be of one
layer alone.
"""

import copy
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from conftest import committed
from pagework import kept_config, stored, written
from places import ROOT

from reportgen.core.config.needs import lacks
from reportgen.core.model import forward
from reportgen.core.study import Study
from reportgen.drawing.declared import declared_by
from reportgen.measure.fact import facts_of
from reportgen.pages.outline_file import load
from reportgen.pages.templates import Templates
from reportgen.project import Project
from reportgen.system import system_of
from reportgen.systems.sequence_rules.facts.attention import attention_on_answer
from reportgen.systems.sequence_rules.facts.depth import answers_sorted, error_read_early
from reportgen.systems.sequence_rules.facts.failing import failing_example
from reportgen.systems.sequence_rules.facts.heads import head_names
from reportgen.systems.sequence_rules.facts.losses import plateau_loss
from reportgen.systems.sequence_rules.facts.parts import increase, part_missed, part_names

NAMES = ("head 0.0", "head 0.1", "head 1.0", "head 1.1")


@pytest.fixture(scope="module")
def deep() -> Study:
    return committed("deep_learnt")


def normal(x: np.ndarray, w: dict[str, np.ndarray]) -> np.ndarray:
    centred = x - x.mean(-1, keepdims=True)
    scale = np.sqrt((centred**2).mean(-1, keepdims=True) + 1e-5)
    return centred / scale * w["ln_final_w"] + w["ln_final_b"]


def without(study: Study, silent: dict[tuple[str, int], object]) -> np.ndarray:
    """Logits of the held-out windows; `silent` steps go through a function of their value."""
    m, ids = study.config.model, torch.from_numpy(study.data.holdout_windows.inputs)
    p = {name: torch.from_numpy(w.astype(np.float32))[None] for name, w in study.weights.items()}

    def step(name: str, layer: int, value: torch.Tensor) -> torch.Tensor:
        change = silent.get((name, layer))
        return change(value) if change else value

    with torch.no_grad():
        return forward(m, p, ids[None], step)[0].numpy()


def test_every_head_of_every_layer_is_named_and_measured(deep: Study) -> None:
    """Attention on the answer of each, by a loop over positions."""
    windows, found = deep.data.holdout_windows, attention_on_answer(deep)
    assert head_names(deep) == NAMES
    pattern = deep.holdout.pattern()
    rows = np.argwhere(windows.held)
    for index, name in enumerate(NAMES):
        layer, head = divmod(index, 2)
        mass = [pattern[w, layer, head, q, windows.source[w, q]] for w, q in rows]
        assert found.part(name).value == pytest.approx(np.mean(mass))
    assert found.value == pytest.approx(np.mean([found.part(name).value for name in NAMES]))
    best = max(NAMES, key=lambda name: found.part(name).value)
    assert found.details["best"] == best


def test_the_error_at_each_depth(deep: Study) -> None:
    """The stream after each part, taken from the forward pass, normalized and read out by hand."""
    windows, w, seen = deep.data.holdout_windows, deep.weights, {}

    def keep(name: str) -> object:
        def kept(value: torch.Tensor) -> torch.Tensor:
            seen[name] = value[0].double().numpy()
            return value

        return kept

    at = {
        "the start": ("resid_pre", 0),
        "attention 0": ("resid_mid", 0),
        "feed-forward 0": ("resid_post", 0),
        "attention 1": ("resid_mid", 1),
        "the end": ("resid_post", 1),
    }
    without(deep, {site: keep(name) for name, site in at.items()})
    found = error_read_early(deep)
    assert [name for name, _ in found.parts] == list(at)
    for name in at:
        said = (normal(seen[name], w) @ w["W_U"] + w["b_U"]).argmax(-1)
        wrong = windows.broken(said)[windows.visible].mean()
        assert found.part(name).value == pytest.approx(wrong, abs=2e-3), name
    assert found.value == found.part("feed-forward 0").value
    assert found.part("the end").value < 0.05 < found.part("the start").value


def test_the_variance_between_answers(deep: Study) -> None:
    """Between over whole, of the stream at the end, group by group."""
    windows = deep.data.holdout_windows
    where = windows.visible
    points = deep.trace_of(windows.inputs).resid_post(layer=-1)[where]
    answer = windows.answer[where]
    middle = points.mean(0)
    between = sum(
        (answer == a).sum() * ((points[answer == a].mean(0) - middle) ** 2).sum()
        for a in np.unique(answer)
    )
    found = answers_sorted(deep)
    assert found.value == pytest.approx(between / ((points - middle) ** 2).sum(), rel=1e-6)
    assert found.part("the start").value == pytest.approx(0, abs=1e-9)  # the same token in all


def test_a_silenced_part_is_silent(deep: Study) -> None:
    """Zero and mean of a head, of all heads of a layer and of a feed-forward part, by hand."""
    windows = deep.data.holdout_windows
    usual = windows.broken(without(deep, {}).argmax(-1))
    mean = lambda value: value.mean(1, keepdim=True).expand_as(value)

    def head(number: int, put: object) -> object:
        def silent(value: torch.Tensor) -> torch.Tensor:
            value = value.clone()
            value[:, :, number] = put(value[:, :, number])
            return value

        return silent

    cases = {
        ("head 0.1", "zero"): {("z", 0): head(1, torch.zeros_like)},
        ("head 1.0", "mean"): {("z", 1): head(0, mean)},
        ("attention 1", "zero"): {("z", 1): torch.zeros_like},
        ("feed-forward 0", "mean"): {("mlp_out", 0): mean},
        ("feed-forward 1", "zero"): {("mlp_out", 1): torch.zeros_like},
    }
    for (name, kind), silent in cases.items():
        broken = windows.broken(without(deep, silent).argmax(-1))
        rise = (broken.astype(float) - usual)[windows.visible].mean()
        assert increase(deep, name, kind).value == pytest.approx(rise, abs=2e-3), (name, kind)
    found = part_missed(deep)
    assert [name for name, _ in found.parts] == list(part_names(deep))
    for name in part_names(deep):
        mildest = min(increase(deep, name, kind).value for kind in ("zero", "mean", "resample"))
        assert found.part(name).value == mildest


def test_a_context_that_fails_is_told_of_all_heads(deep: Study) -> None:
    rows = failing_example(deep).details["rows"]
    for row in rows:
        assert len(row["attention_text"].split(", ")) == len(NAMES)
        assert row["most_of"] in NAMES


def test_nothing_is_computed_of_the_first_layer_alone(deep: Study) -> None:
    """What reads lattice, readout or positions asks for the network they are of."""
    functions = facts_of(system_of(deep.config))
    alone = {
        "owners",
        "cell_changes",
        "recency",
        "point_gap",
        "trigger_query_turn",
        "answer_on_top",
        "positions_in_order",
        "error_without_positions",
        "error_without_ffn",
        "program_differs",
        "wrong_replaced",
        "trace_attention",
    }
    for name in alone:
        assert functions[name](deep).lacking, name
    for name in ("visible_error", "exhaustive_error", "error_by_position", "part_missed"):
        assert functions[name](deep).value is not None, name


def test_the_outline_of_a_plane_tells_what_it_leaves_out(deep: Study) -> None:
    """Asked for a deep network: its chapters and pictures, each with the reason."""
    config = deep.config
    figures = declared_by(system_of(config))
    templates = Templates.of(Project(ROOT), system_of(config))
    outline = load(templates, "two_dimensional", demonstrations=3, figures=figures)
    left = outline.fitted(config, figures)
    plain = lacks(config, ["plain_layer"])
    assert {c.slug: c.lacking for c in left.left_out_chapters} == dict.fromkeys(
        ("the-map", "embeddings", "output-landscape", "queries-keys-values", "after-attention"),
        plain,
    )
    kept = {entry.slug for entry in left.entries}
    assert {entry.slug for entry in left.left_out}.isdisjoint(kept)
    assert {"learning-curve", "training-data", "generated-sequences", "error-by-position"} <= kept
    assert all(entry.lacking for entry in left.left_out)
    assert plain == (
        "it reads the network as two functions, of a token at a position and of a point of the"
        " stream, which are exact for one layer of attention and ReLU neurons, without"
        " normalization or attention biases, and with positions in the stream"
    )


def said(run: str, folder: Path, change: Callable[[dict[str, Any]], None]) -> str:
    """The walk of a run, tags left out, after its stored facts and verdicts were changed."""
    measured = copy.deepcopy(stored(run))
    change(measured)
    pages = written(folder, kept_config(run), measured)
    walk = "\n".join(text for place, text in pages.items() if place.startswith("walkthrough"))
    return re.sub(r"[\u00a0\u202f]|&nbsp;", " ", re.sub(r"<[^>]*>", "", walk))


@pytest.mark.parametrize("verdict", ["holds", "partly", "fails"])
def test_what_is_measured_of_each_head_is_no_open_condition(verdict: str, tmp_path: Path) -> None:
    """The next chapter but one takes each head away: its number stands there, and no “if”."""

    def change(measured: dict[str, Any]) -> None:
        measured["claims"]["attention_finds_answer"]["verdict"] = verdict

    pages = said("deep_learnt", tmp_path, change)
    assert not re.search(r"If the error (?:rose|did not rise) without", pages)
    if verdict == "fails":
        assert "Measured, the largest rise of the error without a single part: 21.1" in pages
    else:
        assert "Measured, the rise of the error without head 0.0" in pages


def test_a_fall_that_is_none_is_not_that_nothing_was_turned(tmp_path: Path) -> None:
    """As many answers may be lost as are won."""

    def change(measured: dict[str, Any]) -> None:
        measured["claims"]["last_layer_finishes"]["verdict"] = "fails"

    pages = said("deep_learnt", tmp_path, change)
    assert "turns no wrong answers into right ones" not in pages
    assert "turns no more wrong answers into right ones than right ones into wrong" in pages


def test_a_mean_that_is_lower_is_not_called_more(tmp_path: Path) -> None:
    """One head puts more on the answer's token than uniform attention would, and all heads together
    less.
    """
    pages = said("deep_unlearnt", tmp_path, lambda measured: None)
    assert "At least one head looks at the answer's token, wherever it stands, more than" in pages
    assert "more than the 0.349" not in pages


def test_before_training_is_not_early_in_training(deep: Study, learnt: Study) -> None:
    """Of four checkpoints the first is the nearest to a tenth of the training."""
    assert deep.run.steps[0] == 0
    assert plateau_loss(deep).lacking == "no checkpoint lies near a tenth of this training"
    assert plateau_loss(learnt).value is not None


def test_distant_answers_are_no_open_condition(tmp_path: Path) -> None:
    """They are counted on the same page."""
    pages = said("deep_learnt", tmp_path, lambda measured: None)
    assert "If distant answers were wrong as often" not in pages
    assert "So distant ones are counted apart: with the answer 3 or more steps back" in pages
