"""`reportgen new weights --text` writes what a file and a text say, and asks what they do not."""

import json
from pathlib import Path

import pytest
import torch
import yaml
from click.testing import CliRunner
from giventext import CHARACTERS, TEXT, network

from reportgen.cli import main
from reportgen.core import config as configs
from reportgen.core.weights.given import given_weights

HELD = (
    "data.held_out_end: which share at the end of the text was it not trained on? Leave it out if"
    " nobody knows"
)
HEADS = (
    "model.n_heads, model.d_head: how many heads, and how large, so that n_heads × d_head is 16?"
)
NEURONS = "model.activation: relu, gelu or gelu_new; files of this layout are mostly gelu?"
TOKENS = (
    "weights.tokens: which token has which row of the embedding? sorted, if the program that"
    " trained it sorted them, as sorted(set(text)) does; otherwise as_listed, with rule.listed: all"
    " tokens in the order of their ids"
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    (root / "configs").mkdir(parents=True)
    (root / "mkdocs.yml").write_text("site_name: x\n")
    torch.save(dict(model=network().state(), step=3), root / "net.pt")
    (tmp_path / "text.txt").write_text(TEXT, encoding="utf-8")
    return root


def reportgen(project: Path, *options: str, fails: bool = False) -> str:
    new = ["new", "weights", "given", str(project / "net.pt"), "--inside", "model"]
    said = CliRunner().invoke(main, ["--project", str(project), *new, *options])
    assert (said.exit_code == 2) == fails, said.output
    return said.output


def asked(project: Path, *options: str) -> list[str]:
    """What is asked about a network and a text that lies outside of the project."""
    text = str(project.parent / "text.txt")
    first, *questions, last = reportgen(project, "--text", text, *options).splitlines()
    assert first == f"wrote configs/given.yaml; nothing of {project / 'net.pt'} was run"
    assert last == "answer there, then  `reportgen build --rule given`"
    return [each.removeprefix("  asks ") for each in questions]


def written(project: Path) -> dict:
    found = yaml.safe_load((project / "configs" / "given.yaml").read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


def test_a_text_gives_the_task(project: Path) -> None:
    assert asked(project) == [HELD, HEADS, NEURONS, TOKENS]
    assert (project / "texts" / "given.txt").read_text(encoding="utf-8") == TEXT
    found = written(project)
    assert found["rule"] == dict(
        name="text", unit="characters", size=len(CHARACTERS), file="../texts/given.txt"
    )
    assert found["data"] == dict(seed=0, block=467, validation=0.05, holdout=0.1, windows=400)
    assert found["report"] == dict(outline="full_transformer", demonstrations=3, title="Given")
    assert found["weights"] == dict(file="../net.pt", layout="nanogpt", inside="model", tied=True)


def test_what_is_answered_can_be_read(project: Path) -> None:
    assert asked(project, "--tokens", "sorted") == [HELD, HEADS, NEURONS]
    path = project / "configs" / "given.yaml"
    text = path.read_text(encoding="utf-8")
    model = "model:\n  n_heads: 2\n  d_head: 8\n  activation: gelu\n"
    path.write_text(text.replace("model:\n", model), encoding="utf-8")
    (_, account), *_ = given_weights(configs.load(path))
    assert account.tied


@pytest.mark.parametrize("mapping", [False, True])
def test_tokens_of_a_file_are_listed(project: Path, mapping: bool) -> None:
    tokens = [*reversed(CHARACTERS)]
    said = {token: i for i, token in enumerate(tokens)} if mapping else tokens
    (project / "vocabulary.json").write_text(json.dumps(said), encoding="utf-8")
    assert TOKENS not in asked(project, "--tokens", str(project / "vocabulary.json"))
    found = written(project)
    assert found["rule"]["listed"] == tokens
    assert found["weights"]["tokens"] == "as_listed"


def test_other_characters_than_rows_are_asked(project: Path) -> None:
    (project.parent / "text.txt").write_text("abcd" * 2000, encoding="utf-8")
    assert asked(project)[0] == (
        f"rule.listed: the embedding has {len(CHARACTERS)} rows, and the text 4 different"
        " characters: which tokens are they? List all of them in the order of their ids (--tokens"
        " FILE does), or say unit: words"
    )


ALLOWED = (
    "allowed: sorted, as_listed, or a file in JSON: a list of all tokens in the order of their ids,"
    " or a mapping of each token to its id\n"
)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "cannot be read: No such file or directory"),
        ("\x80pickle", "it is no JSON"),
        ("[1, 2]", "holds no tokens"),
        ('{"a": 0, "b": 2}', "its ids are not 0, 1, 2 and so on"),
        ('{"0": "a"}', "its ids are not 0, 1, 2 and so on"),
    ],
)
def test_tokens_that_are_none(project: Path, content: str | None, words: str) -> None:
    file, text = project / "vocabulary.json", str(project.parent / "text.txt")
    if content is not None:
        file.write_text(content, encoding="utf-8")
    said = reportgen(project, "--text", text, "--tokens", str(file), fails=True)
    assert said == f"--tokens {file}: {words}; {ALLOWED}".replace(
        "it is no JSON", "cannot be read: it is no JSON"
    )
    assert not (project / "texts").exists()


def test_a_rule_and_a_text_are_two_things(project: Path) -> None:
    text = str(project.parent / "text.txt")
    assert reportgen(project, "--text", text, "--rule", "text", fails=True) == (
        "--text: got --rule too, allowed: either a rule, or a text\n"
    )
    assert reportgen(project, "--tokens", "sorted", fails=True) == (
        "--tokens: allowed with --text alone; give the text that it reads\n"
    )
