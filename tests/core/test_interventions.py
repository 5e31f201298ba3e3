"""Ablations against the same thing done to the weights, patches against whole runs, and no patch
that silently does nothing.
"""

import numpy as np
import pytest

from reportgen.core import interventions
from reportgen.core.study import Study
from reportgen.errors import RunError


def windows(study: Study) -> tuple[np.ndarray, np.ndarray]:
    some = study.data.holdout_windows[:60]
    return some.inputs, some.sequence


def whole(study: Study, **changed: np.ndarray) -> np.ndarray:
    """Logits with weights changed, from a float64 trace."""
    from reportgen.core.trace import trace

    weights = study.weights | changed
    return (
        trace(study.config.model, {k: v[None] for k, v in weights.items()}, windows(study)[0])
        .at(0)
        .logits
    )


def ablated(study: Study, component: str, kind: str) -> np.ndarray:
    tokens, sequence = windows(study)
    return next(
        interventions.ablations(
            study.config.model,
            study.weights,
            tokens,
            sequence,
            component,
            kind,
            np.random.default_rng(0),
        )
    )


def test_zero_is_what_zero_weights_do(study: Study) -> None:
    """Each component silenced by the hook and by its weights."""
    w = study.weights
    for component, changed in (
        ("attention", dict(W_V=w["W_V"] * 0)),
        ("ffn", dict(W_out=w["W_out"] * 0, b_out=w["b_out"] * 0)),
        ("tokens", dict(W_E=w["W_E"] * 0)),
        ("positions", dict(W_pos=w["W_pos"] * 0)),
    ):
        np.testing.assert_allclose(
            ablated(study, component, "zero"), whole(study, **changed), atol=2e-3, rtol=1e-4
        )


def test_mean_is_the_mean_position_by_position(study: Study) -> None:
    """Attention's mean output added by hand; the mean position embedding put into the weights."""
    w, tokens = study.weights, windows(study)[0]
    mean = study.trace_of(tokens).attn_out().mean(0)[0]
    resid = w["W_E"][tokens] + w["W_pos"] + mean
    np.testing.assert_allclose(
        ablated(study, "attention", "mean"), study.readout.logits(resid), atol=2e-3, rtol=1e-4
    )
    flat = np.broadcast_to(w["W_pos"].mean(0), w["W_pos"].shape)
    np.testing.assert_allclose(
        ablated(study, "positions", "mean"), whole(study, W_pos=flat), atol=2e-3, rtol=1e-4
    )


def test_averaging_positions_over_windows_would_be_nothing(learnt: Study) -> None:
    """Position embeddings are the same in every window: their mean over windows changes nothing,
    over positions it does.
    """
    tokens, _ = windows(learnt)
    usual = interventions.run(learnt.config.model, learnt.weights, tokens).logits
    assert np.abs(ablated(learnt, "positions", "mean") - usual).max() > 1


def test_resampling_takes_from_other_sequences(learnt: Study) -> None:
    """Every permutation uses each window once, never its own sequence, and two draws differ."""
    _, sequence = windows(learnt)
    rng = np.random.default_rng(3)
    orders = [interventions.elsewhere(rng, sequence) for _ in range(50)]
    for order in orders:
        assert sorted(order) == list(range(len(sequence)))
        assert (sequence[order] != sequence).all()
    assert len({tuple(o) for o in orders}) == 50
    tokens, _ = windows(learnt)
    draws = list(
        interventions.ablations(
            learnt.config.model,
            learnt.weights,
            tokens,
            sequence,
            "ffn",
            "resample",
            np.random.default_rng(0),
        )
    )
    assert len(draws) == interventions.DRAWS
    assert np.abs(draws[0] - draws[1]).max() > 0


def test_replacing_a_step_by_itself_changes_nothing(study: Study) -> None:
    """Bit for bit, for every step of the forward pass."""
    tokens, _ = windows(study)
    every = [(name, 0) for name in interventions.STEPS]
    usual = interventions.run(study.config.model, study.weights, tokens, keep=every)
    assert set(usual.kept) == set(every)
    for site in every:
        again = interventions.run(
            study.config.model, study.weights, tokens, replace={site: usual.kept[site]}
        )
        assert (again.logits == usual.logits).all(), site


def test_a_patch_of_the_whole_stream_is_the_other_run(study: Study) -> None:
    """The stream of other windows gives exactly the logits of those windows, at each depth."""
    tokens, _ = windows(study)
    other = tokens[::-1].copy()
    depths = [(name, 0) for name in ("resid_pre", "resid_mid", "resid_post")]
    wanted = interventions.run(study.config.model, study.weights, other, keep=depths)
    for site in depths:
        patched = interventions.run(
            study.config.model, study.weights, tokens, replace={site: wanted.kept[site]}
        )
        assert (patched.logits == wanted.logits).all(), site
        assert (
            patched.logits != interventions.run(study.config.model, study.weights, tokens).logits
        ).any()


def test_the_pass_without_edits_is_the_trace(study: Study) -> None:
    tokens, _ = windows(study)
    np.testing.assert_allclose(
        interventions.run(study.config.model, study.weights, tokens).logits,
        study.trace_of(tokens).logits,
        atol=2e-3,
        rtol=1e-4,
    )


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda s, t, q: interventions.run(
                s.config.model, s.weights, t, replace={("attnout", 0): t}
            ),
            (
                "no step of the forward pass is called 'attnout' (did you mean 'attn_out'?); known:"
                " embed, pos_embed, resid_pre, q, k, v, attn_scores, pattern, z, attn_out,"
                " resid_mid, mlp_pre, mlp_post, mlp_out, resid_post, logits"
            ),
        ),
        (
            lambda s, t, q: interventions.run(s.config.model, s.weights, t, keep=[("q", 1)]),
            "q has no layer 1; allowed: 0 to 0",
        ),
        (
            lambda s, t, q: interventions.run(
                s.config.model, s.weights, t, replace={("mlp_out", 0): np.zeros((60, 8))}
            ),
            "mlp_out of layer 0: the replacement has shape (60, 8), wanted (60, 8, 2)",
        ),
        (
            lambda s, t, q: next(
                interventions.ablations(s.config.model, s.weights, t, q, "atention", "zero")
            ),
            (
                "no component is called 'atention' (did you mean 'attention'?); known: attention,"
                " ffn, tokens, positions"
            ),
        ),
        (
            lambda s, t, q: next(
                interventions.ablations(s.config.model, s.weights, t, q, "ffn", "none")
            ),
            "no ablation is called 'none'; known: zero, mean, resample",
        ),
        (
            lambda s, t, q: next(
                interventions.ablations(s.config.model, s.weights, t, q, "ffn", "resample")
            ),
            "a resampling ablation needs a random generator: pass rng",
        ),
        (
            lambda s, t, q: interventions.elsewhere(np.random.default_rng(0), np.array([0, 0, 1])),
            (
                "cannot resample 3 items from other groups: one group holds more than half of them;"
                " measure on more sequences"
            ),
        ),
    ],
)
def test_what_cannot_be_done_is_told(learnt: Study, call, message: str) -> None:
    with pytest.raises(RunError) as error:
        call(learnt, *windows(learnt))
    assert str(error.value) == message
