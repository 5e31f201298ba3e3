"""Weights in every layout that can be read: networks of our own written in it, and networks of
plain PyTorch, say the same when they are read.
"""

from pathlib import Path

import numpy as np
import pytest
import torch
from deepnets import SHAPES, config_of, tokens_of, weights_of
from gptwork import GPT, values
from safetensors.numpy import save_file

from reportgen.core import config as configs
from reportgen.core.config import Files
from reportgen.core.trace import trace
from reportgen.core.weights.assembled import Reading, assembled
from reportgen.core.weights.export import exported
from reportgen.core.weights.files import of_arrays
from reportgen.core.weights.given import given_run
from reportgen.core.weights.layouts import LAYOUTS

TOKENS = np.random.default_rng(1).integers(0, 9, (3, 8))


def logits(model, weights, tokens) -> np.ndarray:
    return trace(model, {k: np.asarray(w)[None] for k, w in weights.items()}, tokens).at(0).logits


def load(folder: Path, values, **model):
    values["model"] |= model
    return configs.from_values(values, files=Files(beside=folder))


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("name", SHAPES)
def test_there_and_back(name: str, layout: str) -> None:
    """Written in a layout and read again: the same logits, and nothing is left over."""
    config, weights = config_of(name), weights_of(name)
    m, vocabulary = config.model, len(config.rule.vocabulary)
    if layout != "transformer_lens" and m.positions == "attention":
        m = m.model_copy(update=dict(positions="stream"))
    tensors = exported(name, m, vocabulary, LAYOUTS[layout], weights)
    back, account = assembled(m, vocabulary, Reading(LAYOUTS[layout]), of_arrays(tensors))
    assert {*account.used, *account.idle} == set(tensors)
    np.testing.assert_array_equal(
        logits(m, back, tokens_of(name)), logits(m, weights, tokens_of(name))
    )


@pytest.mark.parametrize("bias", [True, False])
def test_a_network_of_plain_pytorch(tmp_path: Path, bias: bool) -> None:
    """As nanoGPT writes it: with and without biases, saved by torch, inside of a checkpoint, with
    the prefix of a compiled module.
    """
    net = GPT(bias=bias)
    state = {f"_orig_mod.{key}": value for key, value in net.state().items()}
    torch.save(dict(model=state, iter_num=7), tmp_path / "ckpt.pt")
    config = load(tmp_path, values("nanogpt", "ckpt.pt", inside="model"), attention_biases=bias)
    run = given_run(config)
    with torch.no_grad():
        wanted = net(torch.from_numpy(TOKENS)).numpy()
    np.testing.assert_allclose(logits(config.model, run.weights(0, 0), TOKENS), wanted, atol=1e-12)
    assert run.origin is not None
    biases = {"b_in", "b_out", "ln1_b", "ln2_b", "ln_final_b"}
    assert {*run.origin.filled} == {"b_U"} | (set() if bias else biases)
    assert run.origin.tensors == len(net.state())


def test_gpt2_of_hugging_face(tmp_path: Path) -> None:
    """Matrices the other way round, the approximate GELU, buffers of masks, and a tied head that is
    not in the file.
    """
    net = GPT(conv=True, tied=True)
    state = {key.removeprefix("transformer."): v.numpy() for key, v in net.state().items()}
    del state["lm_head.weight"]
    state["h.0.attn.bias"] = np.ones((1, 1, 8, 8), bool)
    save_file(state, tmp_path / "model.safetensors")
    config = load(tmp_path, values("huggingface_gpt2", "model.safetensors", tied=True))
    run = given_run(config)
    with torch.no_grad():
        wanted = net(torch.from_numpy(TOKENS)).numpy()
    np.testing.assert_allclose(logits(config.model, run.weights(0, 0), TOKENS), wanted, atol=1e-12)
    assert run.origin is not None
    assert run.origin.ignored == ["h.0.attn.bias"]
    assert (run.origin.tied, run.origin.filled) == (True, ["W_U", "b_U"])


NAMES = dict(
    W_E=dict(tensor="embed", axes="d_model token"),
    W_pos="places",
    W_Q=dict(tensor="qkv.{layer}", axes="3 head d_head d_model"),
    W_K=dict(tensor="qkv.{layer}", axes="3 head d_head d_model", part=1),
    W_V=dict(tensor="qkv.{layer}", axes="3 head d_head d_model", part=2),
    W_O=dict(tensor="out.{layer}.{head}", axes="d_model d_head"),
    W_U=dict(tensor="answer", axes="d_model token"),
)


def test_names_of_ones_own(tmp_path: Path) -> None:
    """A map of names, with other axes, a part of a tensor, a tensor for each head, and everything
    in half precision: each number is where its name says.
    """
    rng = np.random.default_rng(2)
    layers, heads, d, e = 2, 2, 8, 3
    half = lambda *shape: rng.normal(size=shape).astype(np.float16)
    found = dict(embed=half(d, 9), places=half(8, d), answer=half(d, 9), mask=half(8, 8))
    for layer in range(layers):
        found[f"qkv.{layer}"] = half(3, heads, e, d)
        found |= {f"out.{layer}.{head}": half(d, e) for head in range(heads)}
    np.savez(tmp_path / "own.npz", **found)
    asked = values("by_name", "own.npz", names=NAMES, ignore=["mask"])
    config = load(
        tmp_path,
        asked,
        d_head=e,
        d_mlp=0,
        normalization="none",
        attention_biases=False,
        activation="relu",
    )
    run = given_run(config)
    assert run.origin is not None
    assert run.origin.narrow == [name for name in run.origin.narrow if name in found]
    assert len(run.origin.narrow) == len(found) - 1
    assert run.parameters["W_E"].dtype == np.float32
    w = run.weights(0, 0)
    for layer in range(layers):
        for head in range(heads):
            qkv = found[f"qkv.{layer}"][:, head].astype(float)
            for part, letter in enumerate("QKV"):
                np.testing.assert_array_equal(w[f"W_{letter}"][layer, head], qkv[part].T)
            np.testing.assert_array_equal(w["W_O"][layer, head], found[f"out.{layer}.{head}"].T)
    np.testing.assert_array_equal(w["W_E"], found["embed"].T)
    np.testing.assert_array_equal(w["W_U"], found["answer"])


def test_the_order_of_tokens(tmp_path: Path) -> None:
    """A file whose rows are in another order says the same of the same tokens."""
    net = GPT()
    torch.save(net.state(), tmp_path / "net.pt")
    order = list("cabihgfed")
    config = load(tmp_path, values("nanogpt", "net.pt", tokens=order))
    weights = given_run(config).weights(0, 0)
    row = [order.index(str(token)) for token in config.rule.vocabulary]
    theirs = np.array(row)[TOKENS]
    with torch.no_grad():
        wanted = net(torch.from_numpy(theirs)).numpy()[..., row]
    np.testing.assert_allclose(logits(config.model, weights, TOKENS), wanted, atol=1e-12)


def test_bfloat16_is_widened_exactly_and_told(tmp_path: Path) -> None:
    from safetensors.torch import save_file as save_torch

    net = GPT().bfloat16()
    save_torch(net.state(), str(tmp_path / "net.safetensors"))
    torch.save(net.state(), tmp_path / "net.pt")
    runs = [
        given_run(load(tmp_path, values("nanogpt", f"net.{kind}")))
        for kind in ("safetensors", "pt")
    ]
    for run in runs:
        assert run.origin is not None
        assert run.origin.types == {"bfloat16": len(net.state())}
        assert sorted(run.origin.narrow) == sorted(net.state())
        wanted = net.state()["transformer.wte.weight"].float().numpy()
        np.testing.assert_array_equal(run.parameters["W_E"][0, 0], wanted)


def test_folded_normalization(tmp_path: Path) -> None:
    """Gains of 1 and biases of 0 where the file has none and the configuration says why."""
    net = GPT()
    with torch.no_grad():
        for name, value in net.named_parameters():
            if ".ln_" in name:
                value.copy_(torch.ones_like(value) if name.endswith("weight") else 0 * value)
    bare = {k: v for k, v in net.state().items() if ".ln_" not in k}
    torch.save(bare, tmp_path / "net.pt")
    config = load(tmp_path, values("nanogpt", "net.pt", folded_normalization=True))
    run = given_run(config)
    with torch.no_grad():
        wanted = net(torch.from_numpy(TOKENS)).numpy()
    np.testing.assert_allclose(logits(config.model, run.weights(0, 0), TOKENS), wanted, atol=1e-12)
    assert run.origin is not None
    assert run.origin.folded


def test_several_checkpoints(tmp_path: Path) -> None:
    """Each file is a checkpoint at its step, evaluated; the run survives being stored."""
    from reportgen.core.runs import Run

    for step in (0, 30):
        torch.save(GPT(seed=step).state(), tmp_path / f"{step}.pt")
    files = [dict(file=f"{step}.pt", step=step) for step in (0, 30)]
    asked = values("nanogpt", "x", checkpoints=files)
    del asked["weights"]["file"]  # type: ignore[attr-defined]
    config = load(tmp_path, asked)
    run = given_run(config)
    assert run.steps.tolist() == config.steps == [0, 30]
    assert run.history["validation_loss"].shape == (1, 2)
    back = Run.from_bytes(run.to_bytes())
    assert back.origin == run.origin
    assert [each.step for each in back.origin.files] == [0, 30]  # type: ignore[union-attr]
    assert back.config["weights"] == config.told()["weights"]
