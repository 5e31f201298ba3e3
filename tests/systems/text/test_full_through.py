"""The map through the feed-forward block, and prompts that differ in one token: against loops, fine
sums, and cases worked by hand.
"""

import numpy as np
import pytest
from conftest import committed
from lookups import listed
from scipy.stats import spearmanr
from textwork import made_by_hand, of_text

from reportgen.core.study import Study, study_of
from reportgen.core.train import train
from reportgen.measure.patching import averaged
from reportgen.systems.text.facts import forward_maps, prompt_pairs, through_forward
from reportgen.systems.text.facts.norms import mixing

FACTS, _ = listed("text")
WINDOW, PLACE = 3, 7


@pytest.fixture(scope="module")
def learnt() -> Study:
    return committed("full_learnt")


def test_a_neuron_by_hand() -> None:
    """A rest of -1 and sources of 3 and -1: on the way from -1 to 1 the neuron fires for half of
    it.
    """
    assert through_forward.fires(
        np.array([-1.0, 1.0, -1.0, 2.0, 0.0]), np.array([1.0, 3.0, -3.0, -1.0, 0.0])
    ) == pytest.approx([0.5, 1, 0, 2 / 3, 0])
    brought = np.array([[3.0], [-1.0]])  # [source, neuron]
    assert through_forward.shared_out(brought, np.array([-1.0])) == pytest.approx(
        np.array([[1.5], [-0.5]])
    )
    assert through_forward.shared_out(brought, np.array([-1.0])).sum() == pytest.approx(
        np.maximum(1, 0) - np.maximum(-1, 0)
    )


def test_sources_that_cancel_are_shared_out_all_the_same() -> None:
    """Two large sources whose sum rounds away: the neuron fires all the way, so each keeps its
    own.
    """
    brought = np.array([[1e8], [-1e8]])
    assert through_forward.shared_out(brought, np.array([1.0])) == pytest.approx(brought)
    assert through_forward.shared_out(brought, np.array([-1.0])) == pytest.approx(np.zeros((2, 1)))


def test_shares_against_a_fine_sum() -> None:
    """Integrated gradients by ten thousand steps of the slope."""
    rng = np.random.default_rng(0)
    brought, biases = rng.normal(size=(6, 5)), rng.normal(size=5)
    way = (np.arange(10_000) + 0.5) / 10_000
    slope = (biases + way[:, None] * brought.sum(0) > 0).mean(0)
    assert through_forward.shared_out(brought, biases) == pytest.approx(brought * slope, abs=2e-3)


def test_gelu_is_shared_out_exactly() -> None:
    """Against ten thousand steps of the slope that torch has; and where nothing changes."""
    import torch
    from torch.nn import functional as F

    rng = np.random.default_rng(0)
    brought, biases = rng.normal(size=(6, 5)), rng.normal(size=5)
    brought[:, 0] = [1, -1, 2, -2, 3, -3]  # no way at all
    gelu = lambda x: F.gelu(torch.from_numpy(x)).numpy()
    way = torch.arange(10_000, dtype=torch.float64)[:, None] + 0.5
    whole = torch.from_numpy(brought.sum(0))
    at = (torch.from_numpy(biases) + way / 10_000 * whole).requires_grad_()
    F.gelu(at).sum().backward()
    assert at.grad is not None
    found = through_forward.shared_out(brought, biases, gelu)
    assert found == pytest.approx(brought * at.grad.mean(0).numpy(), abs=1e-7)
    assert found.sum(0) + gelu(biases) == pytest.approx(gelu(biases + brought.sum(0)), abs=1e-12)


def test_shares_are_the_gradients_that_torch_integrates(learnt: Study) -> None:
    """The block as torch sees it, its inputs turned up together: the midpoint rule on the whole
    block of one position.
    """
    import torch

    trace, w, layer = (
        learnt.holdout,
        {name: torch.from_numpy(value) for name, value in learnt.weights.items()},
        1,
    )
    _, held = through_forward.before(learnt, trace, layer, slice(WINDOW, WINDOW + 1))
    forward, _ = through_forward.handed_on(learnt, trace, layer, slice(WINDOW, WINDOW + 1), held)
    sources = torch.from_numpy(held[0, PLACE])
    scale, total = float(trace.ln2_scale(layer=layer)[WINDOW, PLACE]), torch.zeros_like(sources)
    normal = lambda x: (x - x.mean(-1, keepdim=True)) / scale * w["ln2_w"][layer]
    direction, steps = 5, 2000
    for step in range(steps):
        dimmed = (sources * ((step + 0.5) / steps)).requires_grad_()
        read = normal(dimmed.sum(0) + w["b_O"][layer]) + w["ln2_b"][layer]
        out = torch.relu(read @ w["W_in"][layer] + w["b_in"][layer]) @ w["W_out"][layer]
        out[direction].backward()
        total += dimmed.grad  # type: ignore[operator]
    assert forward[0, PLACE, :, direction] == pytest.approx(
        (sources * total / steps).sum(-1).numpy(), abs=2e-4
    )


@pytest.mark.parametrize("layer", [0, 1])
def test_sources_make_the_block(learnt: Study, layer: int) -> None:
    """What sources add, and what biases alone make, is what the block hands on; before it, sources
    and the bias of heads are the stream.
    """
    trace, w, windows = learnt.holdout, learnt.weights, slice(0, 4)
    attention, held = through_forward.before(learnt, trace, layer, windows)
    assert attention.sum(2) + w["b_O"][layer] == pytest.approx(
        trace.attn_out(layer=layer)[windows], abs=1e-12
    )
    assert held.sum(2) + w["b_O"][layer] == pytest.approx(
        trace.resid_mid(layer=layer)[windows], abs=1e-12
    )
    forward, alone = through_forward.handed_on(learnt, trace, layer, windows, held)
    assert forward.sum(2) + alone + w["b_out"][layer] == pytest.approx(
        trace.mlp_out(layer=layer)[windows], abs=1e-11
    )
    assert (forward[0, PLACE, PLACE + 1 :] == 0).all()
    assert FACTS["forward_places"](learnt).details["rest"] < 1e-10
    assert through_forward.ratio(held) == pytest.approx(
        mixing(learnt, trace, layer, residual=True)[windows]
    )


def test_changes_of_the_map_in_loops(learnt: Study) -> None:
    """One position through plain loops: ranks, shares, and the ratio."""
    found, trace = through_forward.through(learnt, learnt.holdout, 1), learnt.holdout
    lengths = {scope: found.lengths[scope][WINDOW, -1] for scope in through_forward.SCOPES}
    change = forward_maps.changes(learnt)[1]
    for scope in ("feed-forward alone", "the whole layer"):
        assert change[scope][WINDOW, -1] == pytest.approx(
            1 - spearmanr(lengths["before it"], lengths[scope]).statistic
        )
    shares = {scope: values / values.sum() for scope, values in lengths.items()}
    assert forward_maps.moved(found, "the whole layer")[WINDOW, -1] == pytest.approx(
        np.abs(shares["the whole layer"] - shares["before it"]).sum() / 2
    )
    gone = FACTS["change_taken_back"](learnt)
    assert gone.part("layer 1").value == pytest.approx(
        1 - np.nanmean(change["the whole layer"]) / np.nanmean(change["feed-forward alone"])
    )
    assert gone.value == min(part.value for _, part in gone.parts)
    assert dict(gone.parts)[gone.details["layer_text"]].value == gone.value
    fact = FACTS["forward_change"](learnt)
    assert fact.part("layer 1").value == pytest.approx(np.nanmean(change["feed-forward alone"]))
    assert fact.value == min(fact.part("layer 0").value, fact.part("layer 1").value)
    assert FACTS["forward_mixing"](learnt).part("layer 0, before it").value == pytest.approx(
        mixing(learnt, trace, 0, residual=True)[:, 1:].mean()
    )


def test_a_block_that_says_nothing_changes_nothing(learnt: Study) -> None:
    """With W_out at zero the whole layer is what was there before it, and its output has no map."""
    silent = made_by_hand(learnt, W_out=np.zeros(1))
    fact = FACTS["forward_change"](silent)
    assert fact.part("layer 0, the whole layer").value == 0
    assert FACTS["map_moved"](silent).part("layer 1, the whole layer").value == 0
    assert FACTS["forward_places"](silent).value >= 12


def test_without_normalization_or_biases_the_shares_add_up_too(tmp_path) -> None:
    model = dict(
        n_layers=1,
        n_heads=2,
        d_model=6,
        d_head=3,
        d_mlp=5,
        n_ctx=12,
        output_projection=True,
        positions="stream",
        normalization="none",
    )
    config = of_text(tmp_path / "t.txt", "abcab cab" * 200, size=4, **model)
    assert FACTS["forward_places"](study_of(config, train(config))).value >= 12


@pytest.mark.parametrize("back", prompt_pairs.BACK)
def test_prompts_differ_in_one_token_of_the_text(learnt: Study, back: int) -> None:
    """Both come from held-out text; what they share, where they differ, and what came after
    each.
    """
    drawn, windows = prompt_pairs.pairs(learnt, back), learnt.data.holdout
    assert drawn is not None
    assert len(drawn.last) > 5
    known = {
        tuple(row[at - back : at + 2])
        for row in windows.tokens
        for at in range(back, windows.inputs.shape[1])
    }
    for clean, corrupt, last, right, wrong in zip(
        drawn.clean, drawn.corrupt, drawn.last, drawn.right, drawn.wrong
    ):
        assert np.flatnonzero(clean != corrupt).tolist() == [last - back]
        assert right != wrong
        assert {
            (*clean[last - back : last + 1], right),
            (*corrupt[last - back : last + 1], wrong),
        } <= known
    assert len(np.unique(drawn.clean, axis=0)) == len(drawn.clean)
    again = prompt_pairs.pairs(learnt.of_seed(1), back)
    assert (again.corrupt == drawn.corrupt).all()


def test_a_patch_of_the_stream_by_hand(learnt: Study) -> None:
    """The last position before the last layer takes over the other run’s stream: the layer computed
    again in plain steps gives the same effect.
    """
    on = prompt_pairs.patching(learnt, 1)
    low, high = (on.pairs.difference(run.logits) for run in on.usual)
    assert FACTS["prompt_selftest"](learnt).value == pytest.approx(1, abs=1e-4)
    everywhere = np.ones_like(on.pairs.clean, bool)
    effect = on.stream("denoising", ("resid_pre", 0), everywhere)
    assert np.isnan(effect).tolist() == (np.abs(low - high) < 1).tolist()
    assert effect[np.isfinite(effect)] == pytest.approx(1, abs=1e-4)
    for after in range(1, 3):  # what stands before the exchanged token is the same in both runs
        assert on.stream(
            "denoising",
            ("resid_pre", 1),
            np.arange(everywhere.shape[1]) == (on.pairs.last - 1 - after)[:, None],
        )[np.isfinite(effect)] == pytest.approx(0, abs=1e-5)
    fact = FACTS["carried_by_last"](learnt)
    part = averaged(
        on.stream("denoising", ("resid_pre", 1), on.pairs.positions["last position"]), on.pairs
    )
    assert fact.part("the token 1 back").value == part.value
    assert fact.value == min(
        p.value for name, p in fact.parts if "," not in name and p.value is not None
    )


def test_the_head_that_brings_most(learnt: Study) -> None:
    """Each head’s mixed values at the last position, put into the other run one by one."""
    on, fact = prompt_pairs.patching(learnt, 1), FACTS["brought_by_head"](learnt)
    effects = {
        (layer, head): np.nanmean(
            on.head("denoising", layer, head, on.pairs.positions["last position"])
        )
        for layer in (0, 1)
        for head in (0, 1)
    }
    best = max(effects, key=effects.get)
    assert fact.part("the token 1 back").value == pytest.approx(effects[best])
    assert fact.part("the token 1 back").details["head_text"] == f"layer {best[0]}, head {best[1]}"


def test_a_handful_of_pairs_says_nothing(learnt: Study) -> None:
    """Two tokens back this small network tells fewer than ten pairs apart."""
    told = np.isfinite(
        prompt_pairs.patching(learnt, 2).stream(
            "denoising", ("resid_pre", 1), np.ones_like(prompt_pairs.pairs(learnt, 2).clean, bool)
        )
    ).sum()
    assert 0 < told < 10
    for name in ("carried_by_last", "carried_by_own", "brought_by_head"):
        assert FACTS[name](learnt).part("the token 2 back").value is None
        assert FACTS[name](learnt).details["kind"] == "the token 1 back"


def test_a_text_without_such_prompts(tmp_path) -> None:
    """Two tokens that take turns: positions with the same last token have the same before it, and
    the same to come.
    """
    model = dict(
        n_layers=2,
        n_heads=1,
        d_model=4,
        d_head=4,
        d_mlp=4,
        n_ctx=8,
        output_projection=True,
        positions="attention",
        normalization="LN",
    )
    config = of_text(tmp_path / "t.txt", "ab" * 1000, size=2, **model)
    study = study_of(config, train(config))
    assert prompt_pairs.pairs(study, 1) is None
    for name in ("prompt_selftest", "carried_by_last", "carried_by_own", "brought_by_head"):
        assert FACTS[name](study).words == "not defined: held-out text has no two such prompts"
