"""Networks that read a text and were made elsewhere: the same numbers as plain PyTorch, and nothing
is said of a training, or of what was held out where nobody says so.
"""

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
import torch
from giventext import CHARACTERS, CONTEXT, TEXT, config_in, network, put, trained
from gptwork import GPT
from pagework import written
from torch.nn import functional as F

from reportgen.core.config import Config
from reportgen.core.study import study_of
from reportgen.core.weights.given import given_run
from reportgen.drawing.figure import figure_of
from reportgen.drawing.stills import still
from reportgen.measure.measure import measure
from reportgen.systems.text import given
from reportgen.systems.text.view import Study

KNOWN = dict(validation=0.05, holdout=0.1, held_out_end=0.2)
SPELLED = {"␣": " ", "⏎": "\n", "⇥": "\t"}
NEVER = re.compile(r"held[- ]out|[Vv]alidation|unseen|training block|training text")
NOT_ANY = re.compile(
    r"[Ww]e (?:also )?trained|trained here(?! with)|[Tt]he seeds|another seed|other seeds|all seeds"
    r"|displayed (?:run|seed)|neither trained nor|chose which seed|batches"
)


@pytest.fixture(scope="module")
def net() -> GPT:
    return trained(network())


def opened(folder: Path, net: GPT, **changed: Mapping[str, object]) -> Study:
    put(folder, net)
    return of(config_in(folder, **changed))


def of(config: Config) -> Study:
    return cast("Study", study_of(config, given_run(config)))


def characters(study: Study, rows: np.ndarray) -> list[str]:
    """Windows as they stand in the text."""
    return ["".join(SPELLED.get(study.tokens[i], study.tokens[i]) for i in row) for row in rows]


def loss_of(net: GPT, windows: list[str]) -> float:
    """The loss of plain PyTorch on windows of a text, with its own numbers for characters."""
    rows = torch.tensor([[CHARACTERS.index(c) for c in window] for window in windows])
    with torch.no_grad():
        return F.cross_entropy(net(rows[:, :-1]).flatten(0, 1), rows[:, 1:].flatten()).item()


@pytest.mark.parametrize("data", [{}, KNOWN], ids=["nothing known", "an end held out"])
def test_the_loss_is_that_of_plain_pytorch(
    tmp_path: Path, net: GPT, data: dict[str, object]
) -> None:
    study = opened(tmp_path, net, data=data)
    windows = characters(study, study.data.holdout.tokens)
    assert all(window in TEXT and len(window) == CONTEXT + 1 for window in windows)
    facts = measure(study)["facts"]
    assert facts["holdout_loss"]["value"] == pytest.approx(loss_of(net, windows), abs=1e-5)
    ids = [[CHARACTERS.index(c) for c in window] for window in windows]
    with torch.no_grad():
        right = net(torch.tensor(ids)[:, :-1]).argmax(-1) == torch.tensor(ids)[:, 1:]
    assert facts["guessed"]["value"] == pytest.approx(right.double().mean().item())


def test_an_end_that_was_held_out(tmp_path: Path, net: GPT) -> None:
    """Everything is measured there, and no table is counted in it."""
    data = opened(tmp_path, net, data=KNOWN).data
    begins = int(len(TEXT) * 0.8)
    assert (data.counted_blocks + 1).max() * data.block <= begins
    assert data.holdout_blocks.min() * data.block >= begins
    assert data.validation_blocks.min() * data.block >= begins
    assert not {*data.holdout_blocks} & {*data.validation_blocks}
    assert (data.holdout_blocks.max() + 1) * data.block <= len(TEXT)


def test_where_nothing_is_known_all_of_it_is_counted(tmp_path: Path, net: GPT) -> None:
    """A table that was counted in less than the network may have read would be no match for it."""
    study = opened(tmp_path, net)
    blocks = len(TEXT) // 150
    assert study.data.counted_blocks.tolist() == list(range(blocks))
    whole = TEXT[: blocks * 150]
    inside = sum(
        whole[i * 150 : (i + 1) * 150 - 1].count("e") for i in range(blocks)
    )  # of which a block holds what follows
    assert study.counts.often[study.tokens.index("e")] == inside


def test_checkpoints_are_drawn_over_their_steps(tmp_path: Path, net: GPT) -> None:
    torch.save(network().state(), tmp_path / "0.pt")
    files = [dict(file="0.pt", step=0), dict(file="net.pt", step=60)]
    study = opened(tmp_path, net, weights=dict(file=None, checkpoints=files))
    assert study.run.steps.tolist() == [0, 60]
    losses = study.history("validation_loss")
    windows = characters(study, study.data.validation.tokens)
    assert losses[1] == pytest.approx(loss_of(net, windows), abs=1e-5)
    assert losses[0] == pytest.approx(loss_of(network(), windows), rel=1e-5)


def test_a_list_of_tokens_is_its_order(tmp_path: Path, net: GPT) -> None:
    """Rows in any order, among them some of tokens that the text does not have."""
    listed = [*reversed(CHARACTERS), "<pad>", "§"]
    other = network(tokens=len(listed))
    rule = dict(size=len(listed), listed=listed)
    study = opened(tmp_path, other, rule=rule, weights=dict(tokens="as_listed"))
    rows = study.weights["W_E"]
    for token in ("e", "<pad>", "§"):
        row = other.state()["transformer.wte.weight"][listed.index(token)].numpy()
        assert rows[study.tokens.index(token)] == pytest.approx(row)
    assert study.run.origin is not None
    assert study.run.origin.reordered
    facts = measure(study)["facts"]
    assert facts["text_length"]["details"]["absent"] == "2"


@cache
def told(folder: Path, **data: float) -> tuple[Config, dict[str, Any]]:
    """What is measured of a network in a folder."""
    config = config_in(folder, data=data)
    return config, measure(of(config))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, net: GPT) -> Path:
    put(made := tmp_path_factory.mktemp("given_text"), net)
    return made


def plain(found: Mapping[str, str]) -> dict[str, str]:
    """What pages say, by name: names of facts and anchors aside, and what is listed as not
    measured.
    """
    return {
        str(name): re.sub(
            r"<code>[^<]*</code>|id=\"[^\"]*\"|\(\S*#\S*\)|popovertarget=\S*|aria-describedby=\S*",
            "",
            "\n".join(line for line in text.splitlines() if "not measured here" not in line),
        )
        for name, text in found.items()
    }


def pages(folder: Path, out: Path, **data: float) -> dict[str, str]:
    """What all pages of a report say."""
    return plain(written(out, *told(folder, **data)))


@pytest.mark.parametrize(
    ("layers", "outline", "positions"),
    [(1, "one_layer", "stream"), (0, "zero_layer", "none"), (0, "zero_layer", "stream")],
)
def test_shallow_networks_have_pages_too(
    tmp_path: Path, layers: int, outline: str, positions: str
) -> None:
    net = network(layers=layers)
    if positions == "none":
        with torch.no_grad():
            net.state_dict()["transformer.wpe.weight"].zero_()
    model = dict(n_layers=layers, positions=positions)
    study = opened(tmp_path, net, model=model, report=dict(outline=outline))
    for name, text in plain(written(tmp_path, study.config, measure(study))).items():
        said = text.replace("nothing was trained here", "")
        assert NEVER.findall(said) + NOT_ANY.findall(said) == [], name


@pytest.mark.parametrize("known", [False, True])
def test_nothing_is_said_of_a_training(folder: Path, tmp_path: Path, known: bool) -> None:
    data = KNOWN if known else {}
    for name, text in pages(folder, tmp_path, **data).items():
        plain = text.replace("nothing was trained here", "")
        assert not NOT_ANY.findall(plain), (name, NOT_ANY.findall(plain))


def test_where_nothing_is_known_nothing_is_held_out(folder: Path, tmp_path: Path) -> None:
    for name, text in pages(folder, tmp_path).items():
        assert not NEVER.findall(text), (name, NEVER.findall(text))
    _, measured = told(folder)
    said = json.dumps(measured, ensure_ascii=False)
    said = re.sub(r"(?:validation|seeds)_loss", "", said)
    assert [said[m.start() - 40 : m.end() + 40] for m in NEVER.finditer(said)] == []


def test_an_end_that_was_held_out_is_called_so(folder: Path, tmp_path: Path) -> None:
    overview = pages(folder, tmp_path, **KNOWN)["index.md"]
    assert re.search(
        r"Whoever gave the weights says that the network was not trained on the last 20.{1,8}of it;"
        " we cannot check that",
        overview,
    )
    assert "held-out text" in overview
    assert "training block" not in overview


def test_seeds_are_not_asked_about(folder: Path) -> None:
    _, measured = told(folder)
    assert measured["unasked"]["seeds_alike"]["reason"] == (
        "the weights were given, of one network alone"
    )
    assert measured["unasked"]["no_neuron_idles"]["reason"] == (
        "it splits neurons into on and off, and here they are gelu"
    )
    assert all(each["seeds"] is None for each in measured["claims"].values())


def test_sources_add_up_in_a_network_of_gelu(folder: Path) -> None:
    _, measured = told(folder)
    assert measured["facts"]["forward_places"]["value"] >= 10


@pytest.mark.parametrize("words", [*given.ALWAYS, *given.END_IS_KNOWN, *given.NOTHING_IS_KNOWN])
def test_every_word_that_is_replaced_is_said(words: tuple[str, str]) -> None:
    """A pattern that nothing matches is of words that were changed elsewhere."""
    package = Path(given.__file__).parent
    sources = [*package.rglob("*.py"), *(package.parents[2] / "templates" / "text").rglob("*.j2")]
    said = [re.sub(r'"\s*\n\s*f?"', "", p.read_text(encoding="utf-8")) for p in sources]
    joined = [re.sub(r"\s+", " ", text) for text in said]
    pattern = re.compile(words[0].replace("^", '(?<=")').replace(r"(?=  \d)", r"(?= \{)"))
    own = re.sub(r"\s+", " ", Path(given.__file__).read_text(encoding="utf-8"))
    assert any(pattern.search(text) for text in joined if text != own), words


def test_a_file_without_a_step_has_no_step_on_its_pictures(folder: Path, tmp_path: Path) -> None:
    """Nor does a picture say what its page may not say; of checkpoints each has its own step."""
    torch.save(network().state(), tmp_path / "0.pt")
    files = [dict(file="0.pt", step=0)]
    for study, drawn in (
        (of(config_in(folder)), False),
        (opened(tmp_path, network(), weights=dict(file=None, checkpoints=files)), True),
    ):
        figure = figure_of("reportgen.systems.text.figures.text_passages", "text-passages")
        still(figure, study, tmp_path, "drawn")
        words = (tmp_path / "drawn.svg").read_text(encoding="utf-8")
        assert ("step 0" in words) == drawn
        assert "Passages of the given text" in words
        assert not NEVER.findall(words)
