"""The stacked model against a plain torch module, against loops, and against itself."""

import dataclasses
import math

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from reportgen.core import model, train
from reportgen.core.config.sections import ModelConfig
from reportgen.core.gradient.network import descend
from reportgen.core.readout import readout
from reportgen.core.study import Study
from reportgen.core.trace import trace
from reportgen.systems.sequence_rules.data import batches

SHAPE = ModelConfig(
    n_layers=1,
    n_heads=2,
    d_model=4,
    d_head=2,
    d_mlp=6,
    n_ctx=3,
    output_projection=False,
    residual=True,
    normalization="none",
)


class Plain(nn.Module):
    """The network as one would first write it."""

    def __init__(self, p: dict[str, torch.Tensor]) -> None:
        super().__init__()
        vocabulary, d = p["W_E"].shape
        self.token, self.position = nn.Embedding(vocabulary, d), nn.Embedding(len(p["W_pos"]), d)
        self.query, self.key, self.value = (
            nn.Linear(d, p["W_Q"].shape[-1], bias=False) for _ in range(3)
        )
        self.mlp = nn.Sequential(
            nn.Linear(d, p["W_in"].shape[-1]), nn.ReLU(), nn.Linear(p["W_in"].shape[-1], d)
        )
        self.head = nn.Linear(d, vocabulary)
        with torch.no_grad():
            for ours, theirs in (
                (p["W_E"], self.token.weight),
                (p["W_pos"], self.position.weight),
                (p["W_Q"][0, 0].T, self.query.weight),
                (p["W_K"][0, 0].T, self.key.weight),
                (p["W_V"][0, 0].T, self.value.weight),
                (p["W_in"][0].T, self.mlp[0].weight),
                (p["b_in"][0], self.mlp[0].bias),
                (p["W_out"][0].T, self.mlp[2].weight),
                (p["b_out"][0], self.mlp[2].bias),
                (p["W_U"].T, self.head.weight),
                (p["b_U"], self.head.bias),
            ):
                theirs.copy_(ours)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        x = self.token(tokens) + self.position(torch.arange(tokens.shape[1]))
        q, k, v = self.query(x), self.key(x), self.value(x)
        scores = q @ k.transpose(1, 2) / math.sqrt(q.shape[-1])
        scores = scores.masked_fill(torch.ones_like(scores, dtype=torch.bool).triu(1), -math.inf)
        x = x + scores.softmax(-1) @ v
        return self.head(x + self.mlp(x))


def test_losses_equal_a_plain_module_over_300_steps(learnt: Study) -> None:
    """Two seeds in one stack against two modules, one after the other: losses differ by less than
    1e-6 ... 300 steps long.
    """
    config = dataclasses.replace(
        learnt.config,
        training=learnt.config.training.model_copy(update=dict(steps=300, checkpoint_every=300)),
    )
    seeds, data = (4, 9), learnt.data
    losses: list[torch.Tensor] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(train, "descend", lambda *given: losses.append(descend(*given)) or losses[-1])
        train.optimise(config, data, seeds)
    for i, seed in enumerate(seeds):
        plain = Plain(model.initial(config, seed))
        optimiser = torch.optim.AdamW(plain.parameters(), lr=config.training.lr)
        for step, batch in enumerate(torch.from_numpy(batches(data.train, 8, 8, seed, 0, 0, 300))):
            loss = cross_entropy(plain(batch[:, :-1]).view(-1, 12), batch[:, 1:].reshape(-1))
            assert abs(loss.item() - losses[step][i].item()) < 1e-6, step
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()


def test_initialisation_is_torchs_default() -> None:
    """Same law as nn.Embedding and nn.Linear: unit normal, and uniform within 1 / sqrt(fan in)."""
    from conftest import committed

    config = committed("learnt").config
    many = model.stack(model.initial(config, s) for s in range(400))
    for name, bound in (
        ("W_Q", 2**-0.5),
        ("W_in", 2**-0.5),
        ("b_in", 2**-0.5),
        ("W_out", 32**-0.5),
        ("b_out", 32**-0.5),
        ("W_U", 2**-0.5),
        ("b_U", 2**-0.5),
    ):
        assert bound * 0.99 < many[name].abs().max() <= bound
        assert abs(many[name].std().item() / (bound / 3**0.5) - 1) < 0.05
    assert abs(many["W_E"].std().item() - 1) < 0.02


def test_every_activation_against_loops(learnt: Study) -> None:
    """The whole forward pass of one window in pure Python, name by name, to 1e-12."""
    w = {k: v.tolist() for k, v in learnt.weights.items()}
    t, tokens = learnt.trace, learnt.trace.tokens[0].tolist()
    dot = lambda a, b: sum(x * y for x, y in zip(a, b))
    times = lambda x, m: [dot(x, column) for column in zip(*m)]
    add = lambda a, b: [x + y for x, y in zip(a, b)]
    pre = [add(w["W_E"][token], w["W_pos"][i]) for i, token in enumerate(tokens)]
    q, k, v = ([times(x, w[name][0][0]) for x in pre] for name in ("W_Q", "W_K", "W_V"))
    for i in range(len(tokens)):
        scores = [dot(q[i], k[j]) / math.sqrt(2) for j in range(i + 1)]
        weights = [math.exp(s - max(scores)) for s in scores]
        pattern = [x / sum(weights) for x in weights]
        z = [sum(pattern[j] * v[j][d] for j in range(i + 1)) for d in range(2)]
        mid = add(pre[i], z)
        mlp_pre = add(times(mid, w["W_in"][0]), w["b_in"][0])
        mlp_out = add(times([max(0, x) for x in mlp_pre], w["W_out"][0]), w["b_out"][0])
        logits = add(times(add(mid, mlp_out), w["W_U"]), w["b_U"])
        for got, wanted in (
            (t.resid_pre(layer=0)[0, i], pre[i]),
            (t.q(layer=0, head=0)[0, i], q[i]),
            (t.attn_scores(layer=0, head=0)[0, i, : i + 1], scores),
            (t.pattern(layer=0, head=0)[0, i, : i + 1], pattern),
            (t.z(layer=0, head=0)[0, i], z),
            (t.attn_out(layer=0)[0, i], z),
            (t.resid_mid(layer=0)[0, i], mid),
            (t.mlp_pre(layer=0)[0, i], mlp_pre),
            (t.mlp_out(layer=0)[0, i], mlp_out),
            (t.resid_post(layer=0)[0, i], add(mid, mlp_out)),
            (t.logits[0, i], logits),
        ):
            np.testing.assert_allclose(got, wanted, atol=1e-12)
        assert t.attn_scores(layer=0, head=0).mask[0, i].tolist() == [
            j > i for j in range(len(tokens))
        ]
        assert (t.pattern(layer=0, head=0)[0, i, i + 1 :] == 0).all()


def test_all_checkpoints_in_one_call_equal_one_at_a_time(learnt: Study) -> None:
    whole = trace(
        learnt.config.model,
        learnt.run.weights(learnt.seed, slice(None)),
        learnt.demonstrations.inputs,
    )
    one = learnt.at(0).trace_of(learnt.demonstrations.inputs)
    np.testing.assert_allclose(whole.at(0).logits, one.logits, atol=1e-12)
    np.testing.assert_allclose(whole.pattern().sum(-1), 1, atol=1e-12)


def test_readout_is_the_end_of_the_forward_pass(learnt: Study) -> None:
    np.testing.assert_allclose(
        readout(learnt.config.model, learnt.weights).logits(learnt.trace.resid_mid(layer=-1)),
        learnt.trace.logits,
        atol=1e-10,
    )
    np.testing.assert_allclose(
        learnt.lattice.sums[learnt.trace.tokens[0], np.arange(8)],
        learnt.trace.resid_pre(layer=0)[0],
        atol=1e-12,
    )
    np.testing.assert_allclose(
        learnt.lattice.k(head=0)[learnt.trace.tokens[0], np.arange(8)],
        learnt.trace.k(layer=0, head=0)[0],
        atol=1e-12,
    )


def test_a_trace_cannot_be_changed(learnt: Study) -> None:
    with pytest.raises(ValueError, match="read-only"):
        learnt.trace.pattern()[0] = 0


@pytest.mark.parametrize(
    "mutation", ["swap Q and K", "no scale", "mask shifted", "no b_U", "tokens permuted"]
)
def test_mistakes_in_the_forward_pass_would_be_seen(learnt: Study, mutation: str) -> None:
    """Mutations of the model change the logits of the committed run: the loop test above is able to
    fail.
    """
    w = dict(learnt.weights)
    if mutation == "swap Q and K":
        w["W_Q"], w["W_K"] = w["W_K"], w["W_Q"]
    elif mutation == "no scale":
        w["W_Q"] = w["W_Q"] * np.sqrt(2)
    elif mutation == "no b_U":
        w["b_U"] = w["b_U"] * 0
    elif mutation == "tokens permuted":
        w["W_E"] = w["W_E"][[1, 0, *range(2, 12)]]
    tokens = (
        learnt.demonstrations.inputs[:, :-1]
        if mutation == "mask shifted"
        else learnt.demonstrations.inputs
    )
    changed = (
        trace(learnt.config.model, {k: v[None] for k, v in w.items()}, tokens).at(0).logits[:, -1]
    )
    assert np.abs(changed - learnt.trace.logits[:, -1]).max() > 1e-3


def test_two_heads_and_two_layers_keep_their_axes() -> None:
    """The model has the full axes already: two layers of two heads against a sum over heads written
    out.
    """
    rng = np.random.default_rng(0)
    shape = dict(
        W_E=(5, 4),
        W_pos=(3, 4),
        W_Q=(2, 2, 4, 2),
        W_K=(2, 2, 4, 2),
        W_V=(2, 2, 4, 2),
        W_in=(2, 4, 6),
        b_in=(2, 6),
        W_out=(2, 6, 4),
        b_out=(2, 4),
        W_U=(4, 5),
        b_U=(5,),
    )
    w = {k: rng.normal(size=s) for k, s in shape.items()}
    t = trace(
        SHAPE.model_copy(update=dict(n_layers=2)),
        {k: v[None] for k, v in w.items()},
        np.array([[0, 3, 1]]),
    ).at(0)
    assert t.pattern().shape == (1, 2, 2, 3, 3)
    for layer in range(2):
        for head in range(2):
            x = t.resid_pre(layer=layer)[0]
            np.testing.assert_allclose(
                t.q(layer=layer, head=head)[0], x @ w["W_Q"][layer, head], atol=1e-12
            )
            np.testing.assert_allclose(
                t.z(layer=layer, head=head)[0],
                t.pattern(layer=layer, head=head)[0] @ (x @ w["W_V"][layer, head]),
                atol=1e-12,
            )
        np.testing.assert_allclose(
            t.attn_out(layer=layer)[0], np.concatenate(list(t.z(layer=layer)[0]), -1), atol=1e-12
        )
    np.testing.assert_allclose(t.resid_pre(layer=1)[0], t.resid_post(layer=0)[0], atol=1e-12)
