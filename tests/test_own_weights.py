"""The page on weights of one's own is true: it is followed from a PyTorch script to a report."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from howto import Page, run
from places import ROOT
from safetensors.numpy import load_file

import reportgen

PAGE = Page.of("bring-your-own-weights")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that has nothing else, in which the page was followed."""
    root = tmp_path_factory.mktemp("own_weights")
    shutil.copy(ROOT / "mkdocs.yml", root)
    (root / "docs").mkdir()
    PAGE.follow(root)
    return root


def test_the_report_is_of_the_network_as_it_was_saved(project: Path) -> None:
    """The file goes out as it came in: what was measured is what the script had trained."""
    state = torch.load(project / "outside.pt", weights_only=True)
    back = load_file(project / "outside.safetensors")
    np.testing.assert_array_equal(back["embed.W_E"], state["embed.weight"].numpy())
    qkv = state["layers.1.qkv.weight"].numpy().reshape(3, 2, 16, 32)
    for part, letter in enumerate("QKV"):
        np.testing.assert_array_equal(
            back[f"blocks.1.attn.W_{letter}"], qkv[part].transpose(0, 2, 1)
        )
    np.testing.assert_array_equal(
        back["blocks.0.attn.W_O"].reshape(32, 32), state["layers.0.out.weight"].numpy().T
    )


def test_where_it_comes_from_is_told(project: Path) -> None:
    report = project / "docs" / "rules" / "outside"
    facts = json.loads((report / "facts.json").read_text(encoding="utf-8"))
    assert facts["origin"]["tensors"] == 8
    assert facts["origin"]["ignored"] == ["layers.0.mask", "layers.1.mask"]
    assert facts["seeds"] == [0]
    page = (report / "index.md").read_text(encoding="utf-8")
    assert "**Given weights.**" in page
    assert facts["origin"]["files"][0]["sha256"] in page


def test_nothing_is_said_of_a_training(project: Path) -> None:
    """No sentence of a training, of other seeds or of what was held out, and no film; what is not
    asked says that the weights were given.
    """
    report = project / "docs" / "rules" / "outside"
    facts = json.loads((report / "facts.json").read_text(encoding="utf-8"))
    reasons = {each["reason"] for each in facts["unasked"].values()}
    assert facts["unasked"]["seeds_agree"]["reason"] == (
        "the weights were given, of one network alone"
    )
    assert facts["unasked"]["sudden_change"]["reason"] == (
        "the weights were given at one step, and how they came about is not in them"
    )
    assert all(each.get("seeds") is None for each in facts["claims"].values()), reasons
    assert not (report / "films").exists()
    for path in (report / "index.md", *(report / "walkthrough").glob("*.md")):
        text = path.read_text(encoding="utf-8").split("rg-cards")[0]
        for words in (
            "we trained",
            "was trained here.",
            "training drew",
            "held-out ",
            "the one seed",
        ):
            assert words not in text.replace("nothing was trained here", "").lower(), (path, words)


def test_what_was_built_is_opened(project: Path) -> None:
    """In Python, with the facts that stand on its pages and the answers of the network saved."""
    report = reportgen.open("outside", project=project)
    facts = json.loads((project / "docs/rules/outside/facts.json").read_text(encoding="utf-8"))
    name = next(each for each, fact in facts["facts"].items() if fact["value"] is not None)
    assert report.facts[name].value == facts["facts"][name]["value"]
    state = torch.load(project / "outside.pt", weights_only=True)
    np.testing.assert_allclose(
        report.network().weights["W_E"], state["embed.weight"].numpy(), atol=1e-7
    )


def test_a_file_that_changed_is_read_again(project: Path) -> None:
    """The digest of the file is an input of the run."""
    state = torch.load(project / "outside.pt", weights_only=True)
    told = run(project, "reportgen build --rule outside --no-site --explain --dry-run")
    assert "load outside/load: would run" not in told
    state["answer.bias"] += 1
    torch.save(state, project / "outside.pt")
    told = run(project, "reportgen build --rule outside --no-site --explain --dry-run")
    assert "load outside/load: would run, because weights outside.pt" in " ".join(told.split())
