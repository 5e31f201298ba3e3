"""Every tensor of a file is used, ignored by name, or told; and every one that is missing."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from givenwork import refused
from gptwork import GPT

State = dict[str, torch.Tensor]


def changed(**new) -> State:
    """The state of a network with other tensors, or without those that are None."""
    state = {**GPT().state(), **{key.replace("__", "."): value for key, value in new.items()}}
    return {key: value for key, value in state.items() if value is not None}


WTE = "transformer__wte__weight"
TOO_MANY_TOKENS = changed(
    transformer__wte__weight=torch.zeros(11, 8), lm_head__weight=torch.zeros(11, 8)
)
CASES: dict[str, tuple[Callable[[], State], dict, list[str]]] = {
    "of more layers": (
        lambda: GPT(layers=3, bias=False).state(),
        dict(model=dict(attention_biases=False)),
        [
            "transformer.h.2.ln_1.weight, transformer.h.2.ln_2.weight,"
            " transformer.h.2.attn.c_attn.weight and 3 more: of a network with more parts than the"
            " section model says; give it as many layers (model.n_layers), or the biases, the"
            " positions, the feed-forward or the normalization that these belong to"
        ],
    ),
    "of fewer layers": (
        lambda: GPT(layers=1, bias=False).state(),
        dict(model=dict(attention_biases=False, d_mlp=0, normalization="none")),
        [
            *(
                f"h.1.attn.{key}.weight: missing, of which {name} would be made; another layout, or"
                " other sizes of the model, may fit this file"
                for key, name in (
                    ("c_attn", "W_Q"),
                    ("c_attn", "W_K"),
                    ("c_attn", "W_V"),
                    ("c_proj", "W_O"),
                )
            ),
            "transformer.h.0.ln_1.weight, transformer.h.0.ln_2.weight,"
            " transformer.h.0.mlp.c_fc.weight and 2 more: of a network with more parts than the"
            " section model says; give it as many layers (model.n_layers), or the biases, the"
            " positions, the feed-forward or the normalization that these belong to",
        ],
    ),
    "of another vocabulary": (
        lambda: TOO_MANY_TOKENS,
        {},
        [
            "transformer.wte.weight: has the shape [11, 8], wanted [9, 8] (token × d_model): the"
            " vocabulary of the rule is 9",
            "lm_head.weight: has the shape [11, 8], wanted [9, 8] (token × d_model): the vocabulary"
            " of the rule is 9",
        ],
    ),
    "of another width": (
        lambda: changed(transformer__h__1__mlp__c_fc__weight=torch.zeros(8, 32)),
        {},
        [
            "transformer.h.1.mlp.c_fc.weight: has the shape [8, 32], wanted [32, 8] (d_mlp ×"
            " d_model): model.d_mlp is 32, model.d_model is 8"
        ],
    ),
    "with a fused matrix of another size": (
        lambda: changed(transformer__h__0__attn__c_attn__weight=torch.zeros(20, 8)),
        {},
        [
            "transformer.h.0.attn.c_attn.weight: has the shape [20, 8], wanted [24, 8]"
            " (3·head·d_head × d_model): model.n_heads is 2, model.d_head is 4"
        ],
    ),
    "tied": (
        lambda: changed(lm_head__weight=None),
        {},
        [
            "lm_head.weight: missing, of which W_U would be made; if the unembedding is the"
            " embedding (tied weights), say weights.tied: true"
        ],
    ),
    "said to be tied": (
        lambda: GPT().state(),
        dict(tied=True),
        ["weights.tied: got true, and lm_head.weight is not the embedding; leave it out"],
    ),
    "folded": (
        lambda: {k: v for k, v in GPT().state().items() if ".ln_" not in k},
        {},
        [
            "no gains and biases of layer normalization: if they were folded into the weights that"
            " follow, say weights.folded_normalization: true; if the network has none, set"
            " model.normalization: none"
        ],
    ),
    "said to be folded": (
        lambda: GPT().state(),
        dict(folded_normalization=True),
        [
            "weights.folded_normalization: got true, and the file has gains or biases of layer"
            " normalization; leave it out"
        ],
    ),
    "not finite": (
        lambda: changed(
            transformer__h__1__attn__c_proj__bias=torch.tensor([1.0] * 7 + [torch.nan])
        ),
        {},
        [
            "transformer.h.1.attn.c_proj.bias: 1 of 8 values are no numbers, the first is nan at"
            " [7]; weights must be finite"
        ],
    ),
    "with something else": (
        lambda: changed(mask=torch.ones(2, 2), epoch=torch.tensor(3), note="hello"),  # type: ignore[arg-type]
        {},
        [
            "mask, epoch (of type int64), note (a str, no tensor): of no weight that the layout"
            " nanogpt knows; if these are no weights, say so by name with weights.ignore; if they"
            " are, name another layout"
        ],
    ),
    "of whole numbers": (
        lambda: changed(transformer__wte__weight=torch.ones(9, 8, dtype=torch.int64)),
        {},
        [
            "wte.weight: of type int64, wanted floating-point numbers, of which W_E would be made",
        ],
    ),
    "half a set of biases": (
        lambda: changed(transformer__h__1__mlp__c_fc__bias=None),
        {},
        [
            "h.1.mlp.c_fc.bias: missing, of which b_in would be made; another layout, or other"
            " sizes of the model, may fit this file"
        ],
    ),
    "without biases of attention": (
        lambda: {k: v for k, v in GPT().state().items() if ".attn." not in k or "weight" in k},
        {},
        [
            *(
                f"h.0.attn.c_attn.bias, h.1.attn.c_attn.bias: missing, of which {name} would be"
                " made; without them set model.attention_biases: false"
                for name in ("b_Q", "b_K", "b_V")
            ),
            "h.0.attn.c_proj.bias, h.1.attn.c_proj.bias: missing, of which b_O would be made;"
            " without them set model.attention_biases: false",
        ],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_every_tensor_is_accounted_for(tmp_path: Path, case: str) -> None:
    made, asked, wanted = CASES[case]
    said = refused(tmp_path, made(), **asked)
    assert said == wanted


def test_a_state_of_another_architecture(tmp_path: Path) -> None:
    """All that is missing and all that is left over, by name."""
    state = {"embedding.weight": torch.zeros(9, 8), "rnn.weight_ih_l0": torch.zeros(32, 8)}
    said = refused(tmp_path, state)
    assert said[0] == (
        "wte.weight: missing, of which W_E would be made (did you mean 'embedding.weight'?);"
        " another layout, or other sizes of the model, may fit this file"
    )
    assert said[-1] == (
        "embedding.weight, rnn.weight_ih_l0: of no weight that the layout nanogpt knows; if these"
        " are no weights, say so by name with weights.ignore; if they are, name another layout"
    )
