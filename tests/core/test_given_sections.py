"""What a section `weights` leaves open is asked, and what contradicts itself is told."""

from pathlib import Path

import pytest
import torch
from givenwork import FILE
from gptwork import GPT, values

from reportgen.core import config as configs
from reportgen.core.config import Files
from reportgen.errors import ConfigError


def wrong(folder: Path, **weights) -> list[str]:
    """What is wrong with a configuration of a file that there is."""
    torch.save(GPT().state(), folder / FILE)
    asked = values("nanogpt", FILE, **weights)
    asked["weights"] = {k: v for k, v in asked["weights"].items() if v is not None}  # type: ignore[attr-defined]
    with pytest.raises(ConfigError) as caught:
        configs.from_values(asked, files=Files(beside=folder))
    return list(caught.value.problems)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (
            dict(tokens=None),
            "weights.tokens: missing: which token has the first row of the embedding, which the"
            " second? as_listed, if they are those of the rule, a, b, c, d, e, f, ...; otherwise"
            " all tokens as a list, in the order of the file",
        ),
        (
            dict(tokens=list("abcdefghj")),
            "weights.tokens: got 9 tokens, allowed: the 9 tokens of the rule, each once; 'i' does"
            " not fit",
        ),
        (
            dict(tokens=list("aabcdefghi")),
            "weights.tokens: got 10 tokens, allowed: the 9 tokens of the rule, each once; 'a' does"
            " not fit",
        ),
        (
            dict(layout="nano"),
            "weights.layout: got 'nano', allowed: 'transformer_lens', 'nanogpt',"
            " 'huggingface_gpt2' or 'by_name'",
        ),
        (
            dict(layout="by_name"),
            "weights.names: missing: layout by_name asks for it, such as {W_E: TENSOR, W_U:"
            " TENSOR}",
        ),
        (
            dict(names=dict(W_E="x")),
            "weights.names: allowed with layout: by_name alone; got layout: nanogpt",
        ),
        (
            dict(layout="by_name", names=dict(W_poss="x")),
            "weights.names.W_poss: no weight is called so (did you mean 'W_pos'?); known: W_E,"
            " W_pos, W_Q, W_K, W_V, W_O, b_Q, b_K, b_V, b_O, W_in, b_in, W_out, b_out,"
            " ln1_w, ln1_b, ln2_w, ln2_b, ln_final_w, ln_final_b, W_U, b_U",
        ),
        *(
            (
                dict(layout="by_name", names=dict(W_Q=dict(tensor="q.{layer}", axes=axes))),
                f"weights.names.W_Q: axes: got {axes!r}: {said}",
            )
            for axes, said in (
                ("(head d_head d_model", "its brackets do not match"),
                (
                    "head d_haed d_model",
                    "no axis is called 'd_haed'; known: layer, head, token,"
                    " position, d_model, d_head, d_mlp",
                ),
                ("head d_model", "d_head is missing; W_Q has: head d_model d_head"),
                ("head d_head d_model token", "W_Q has no axis token; it has: head d_model d_head"),
                ("layer head d_head d_model", "layer stands twice"),
                ("2 3 head d_head d_model", "only one axis can have parts"),
            )
        ),
        (
            dict(file="nte.pt"),
            "weights.file: nte.pt: there is no such file beside the configuration",
        ),
        (
            dict(file=None),
            "weights: got no file, allowed: either file, or checkpoints, a list of {file: FILE,"
            " step: N}",
        ),
        (
            dict(checkpoints=[dict(file=FILE, step=1)]),
            "weights: got both file and checkpoints, allowed: either file, or checkpoints, a list"
            " of {file: FILE, step: N}",
        ),
        (
            dict(file=None, checkpoints=[dict(file=FILE, step=5), dict(file=FILE, step=2)]),
            "weights.checkpoints: got the steps 5, 2, allowed: each step once, and after the one"
            " before",
        ),
    ],
)
def test_what_a_configuration_asks(tmp_path: Path, given: dict, words: str) -> None:
    assert wrong(tmp_path, **given) == [f"config: {words}"]


def test_a_training_or_weights_and_not_both(tmp_path: Path) -> None:
    torch.save(GPT().state(), tmp_path / FILE)
    asked = values("nanogpt", FILE)
    asked["model"]["activation"] = "relu"  # type: ignore[index]
    training = dict(steps=4, batch=4, lr=0.01, seeds=1, checkpoint_every=2)
    for both, words in (
        (
            asked | dict(training=training | dict(show="lowest_validation_loss")),
            "weights: got training too, allowed: either training, or weights that were made"
            " elsewhere",
        ),
        (
            {k: v for k, v in asked.items() if k != "weights"},
            "training: missing; or weights, which name a file of weights that were made elsewhere",
        ),
    ):
        with pytest.raises(ConfigError) as caught:
            configs.from_values(both, files=Files(beside=tmp_path))
        assert list(caught.value.problems) == [f"config: {words}"]


def test_a_system_may_have_none(tmp_path: Path) -> None:
    torch.save(GPT().state(), tmp_path / FILE)
    asked = values("nanogpt", FILE) | dict(
        rule=dict(name="reverse_increment", length=4, highest=3),
        data=dict(seed=0, split="random", holdout=56),
    )
    with pytest.raises(ConfigError) as caught:
        configs.from_values(asked, files=Files(beside=tmp_path))
    assert list(caught.value.problems) == [
        "config: weights: have no reports of this rule's system: they are about inputs that train"
        " beside inputs that do not, and weights do not tell which these were"
    ]
