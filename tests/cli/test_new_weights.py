"""`reportgen new weights` writes what a file says and asks what it does not; `reportgen export` is
the way back.
"""

from pathlib import Path

import numpy as np
import pytest
import torch
import yaml
from click.testing import CliRunner
from gptwork import GPT
from places import ROOT

from reportgen.cli import main
from reportgen.core import config as configs
from reportgen.core.weights.given import given_weights

TOKENS = (
    "weights.tokens: which token has which row of the embedding? as_listed, if the file has them in"
    " the order of the rule; otherwise all tokens, in the order of the file"
)
TASK = (
    "rule, data, report: what does it read, and what shall it say? `reportgen list` shows rules,"
    " and each file of configs/ has such sections; of a text, --text FILE writes them"
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "mkdocs.yml").write_text("site_name: x\n")
    (tmp_path / "configs").mkdir()
    text = (ROOT / "configs" / "induction.yaml").read_text(encoding="utf-8")
    (tmp_path / "configs" / "induction.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def reportgen(project: Path, *arguments: str, fails: bool = False) -> str:
    said = CliRunner().invoke(main, ["--project", str(project), *arguments])
    assert (said.exit_code == 2) == fails, said.output
    return said.output


def asked(project: Path, state: dict, *options: str, file: str = "net.pt") -> list[str]:
    """What is asked about a file."""
    if file.endswith(".npz"):
        np.savez(project / file, **state)
    else:
        torch.save(state, project / file)
    said = reportgen(project, "new", "weights", "given", str(project / file), *options)
    first, *questions, last = said.splitlines()
    assert first == f"wrote configs/given.yaml; nothing of {project / file} was run"
    assert last == "answer there, then  `reportgen build --rule given`"
    return [each.removeprefix("  asks ") for each in questions]


def written(project: Path) -> dict:
    text = (project / "configs" / "given.yaml").read_text(encoding="utf-8")
    found = yaml.safe_load(text)
    assert isinstance(found, dict)
    return found


def test_a_layout_that_is_known(project: Path) -> None:
    """Layers, widths and biases are read off; heads and activation are asked."""
    questions = asked(project, GPT(tokens=7, positions=6).state())
    assert questions == [
        f"{TASK}; the embedding has 7 rows, so the rule has 7 tokens",
        "model.n_heads, model.d_head: how many heads, and how large, so that n_heads × d_head"
        " is 8?",
        "model.activation: relu, gelu or gelu_new; files of this layout are mostly gelu?",
        TOKENS,
    ]
    assert written(project) == dict(
        name="given",
        model=dict(
            n_layers=2,
            d_model=8,
            n_ctx=6,
            d_mlp=32,
            normalization="LN",
            attention_biases=True,
            output_projection=True,
            residual=True,
        ),
        weights=dict(file="../net.pt", layout="nanogpt"),
    )


def test_matrices_the_other_way_round_and_a_tied_head(project: Path) -> None:
    state = {k: v for k, v in GPT(conv=True, tied=True).state().items() if k != "lm_head.weight"}
    asked(project, state)
    assert written(project)["weights"] == dict(
        file="../net.pt", layout="huggingface_gpt2", tied=True
    )


def test_what_is_answered_can_be_built(project: Path) -> None:
    """With a rule, and the questions answered as a user would, the weights are read."""
    state = GPT(tokens=9, positions=30, bias=False).state()
    torch.save(dict(net=state), project / "net.pt")
    options = ("--rule", "repeated_tokens", "--inside", "net")
    reportgen(project, "new", "weights", "given", str(project / "net.pt"), *options)
    path = project / "configs" / "given.yaml"
    text = path.read_text(encoding="utf-8")
    for before, after in (
        ("symbols: 32", "symbols: 9"),
        ("period: [8, 20]", "period: [2, 5]"),
        ("model:\n", "model:\n  n_heads: 2\n  d_head: 4\n  activation: gelu\n"),
        ("layout: nanogpt\n", "layout: nanogpt\n  tokens: as_listed\n"),
    ):
        assert before in text
        text = text.replace(before, after)
    path.write_text(text, encoding="utf-8")
    config = configs.load(path)
    (weights, account), *_ = given_weights(config)
    assert len(account.used) == len(state)
    np.testing.assert_array_equal(weights["W_E"], state["transformer.wte.weight"].numpy())


def test_names_that_nobody_knows(project: Path) -> None:
    """All tensors are listed, to be named by their author; nothing is guessed."""
    state = dict(embed=np.zeros((3, 4)), ids=np.arange(3))
    questions = asked(project, state, file="net.npz")
    assert questions[-2:] == [
        "weights.names: which tensor is which of our weights? Uncomment, and name them; {layer} and"
        " {head} stand for their numbers, axes says the order in the file",
        TOKENS,
    ]
    assert written(project)["weights"] == dict(file="../net.npz", layout="by_name")
    text = (project / "configs" / "given.yaml").read_text(encoding="utf-8")
    assert "  #   embed [3, 4]\n  #   ids (of type int64; no weight)\n" in text


def test_strange_tensors_and_missing_gains_are_asked(project: Path) -> None:
    state = {k: v for k, v in GPT().state().items() if ".ln_" not in k}
    questions = asked(project, state | {"mask": torch.ones(2)})
    assert questions[2:3] + questions[4:5] == [
        "model.normalization: the file has no gains; none, or LN with weights.folded_normalization:"
        " true, if they were folded into the weights",
        "weights.ignore: are these no weights? Then list them by name: mask",
    ]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ("induction", "net.pt"),
            "report 'induction': is configured in {project}/configs/induction.yaml already; take"
            " another name",
        ),
        (
            ("Given", "net.pt"),
            "report 'Given': allowed: a lower-case name (a letter, then letters, digits, _; at most"
            " 64); take another, for example public_net",
        ),
        (("given", "no.pt"), "{project}/no.pt: cannot be read: No such file or directory"),
        (
            ("given", "net.pt", "--rule", "repeated_token"),
            "no rule is called 'repeated_token' (did you mean 'repeated_tokens'?); known: ",
        ),
        (
            ("given", "/etc/hostname"),
            "/etc/hostname: lies outside of the project, and a report publishes what it reads;"
            " copy the file into {project}, or allow it with --allow-outside-files",
        ),
    ],
)
def test_mistakes(project: Path, arguments: tuple[str, ...], words: str) -> None:
    torch.save(GPT().state(), project / "net.pt")
    name, file, *options = arguments
    before = sorted(project.rglob("*"))
    said = reportgen(project, "new", "weights", name, str(project / file), *options, fails=True)
    assert said.startswith(words.format(project=project))
    assert sorted(project.rglob("*")) == before


def test_nothing_is_exported_of_what_is_not_built(project: Path) -> None:
    said = reportgen(project, "export", "induction", fails=True)
    assert said == ("induction: is not built here; `reportgen build --rule induction` does that\n")


def test_names_of_a_layout_with_other_axes_are_no_layout(project: Path) -> None:
    """As some publish them: names of TransformerLens, and every matrix the other way round."""
    rng = np.random.default_rng(0)
    shapes = {
        "embed.W_E": (8, 11),
        "pos_embed.W_pos": (3, 8),
        "blocks.0.attn.W_Q": (2, 4, 8),
        "unembed.W_U": (8, 11),
    }
    state = {name: rng.normal(size=shape) for name, shape in shapes.items()}
    asks = asked(project, state, "--rule", "repeated_tokens", file="net.npz")
    assert "model.d_model: not in the file" in asks
    text = (project / "configs" / "given.yaml").read_text(encoding="utf-8")
    assert "layout: by_name" in text
    assert all(f"  #   {name} {list(shape)}" in text for name, shape in shapes.items())
