"""The example of an extension: installed into an empty folder, it adds to a report."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import yaml
from places import ROOT

EXAMPLE = ROOT / "examples" / "fourier"
TINY = dict(steps=40, checkpoint_every=10, batch=24, seeds=2)


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What a process sees that finds the package installed."""
    folder = tmp_path_factory.mktemp("installed")
    options = ("--quiet", "--no-deps", "--no-build-isolation", "--target", str(folder))
    done = subprocess.run(
        [sys.executable, "-m", "pip", "install", *options, str(EXAMPLE)],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{folder}"}


@pytest.fixture(scope="module")
def report(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages of its report, of a training of a few steps."""
    root = tmp_path_factory.mktemp("project")
    (root / "mkdocs.yml").write_text((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
    given = EXAMPLE / "reportgen_fourier" / "configs" / "modular_addition_fourier.yaml"
    values = yaml.safe_load(given.read_text(encoding="utf-8"))
    values["rule"]["p"] = 7
    values["training"] |= TINY
    (root / "configs").mkdir()
    (root / "configs" / given.name).write_text(yaml.safe_dump(values))
    arguments = ("build", "--own", "--only", "waves-of-logits", "--no-site")
    done = subprocess.run(
        [sys.executable, "-m", "reportgen", *arguments],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return root / "docs" / "rules" / given.stem


def test_its_facts_claims_figure_and_chapter_are_in_the_report(report: Path) -> None:
    about = json.loads((report / "facts.json").read_text(encoding="utf-8"))
    assert about["facts"]["sum_waves"]["n"] == 49
    assert 0 <= about["facts"]["sum_waves"]["value"] <= 1
    assert {"logits_turn_with_the_sum", "frequencies_are_unequal"} <= {*about["claims"]}
    chapter = next((report / "walkthrough").glob("*-waves-of-both.md")).read_text(encoding="utf-8")
    assert "figures/waves-of-logits.svg" in chapter
    assert "equal power everywhere" in chapter or "waves of the sum" in chapter
    assert (report / "figures" / "waves-of-logits.svg").is_file()


def test_its_configuration_differs_from_the_shipped_one_by_its_outline_alone() -> None:
    """So that both reports are of the same network."""
    own = EXAMPLE / "reportgen_fourier" / "configs" / "modular_addition_fourier.yaml"
    mine, shipped = (
        yaml.safe_load(path.read_text(encoding="utf-8"))
        for path in (own, ROOT / "configs" / "modular_addition.yaml")
    )
    for key in ("rule", "data", "model", "training"):
        assert mine[key] == shipped[key], key


def test_its_waves_by_hand(environment: dict[str, str]) -> None:
    """A network whose logits are cos(w (a + b - c)) has waves of the sum alone; the share in the
    committed run by a transform that is written out.
    """
    code = """
import json, sys
import numpy as np
sys.path.insert(0, "tests")
from conftest import committed
from reportgen.systems.input_to_output.facts import two_numbers
from reportgen.systems.input_to_output.facts.probe import logits
study = committed("clock_learnt")
found = two_numbers.sum_waves(study)
p = study.rule.modulus
numbers = np.arange(p)
exact = np.cos(2 * np.pi * 3 * (numbers[:, None, None] + numbers[:, None] - numbers) / p)
power = (np.abs(np.fft.fft2(exact, axes=(0, 1))) ** 2).sum(-1)
kinds = two_numbers.kinds(p)
print(json.dumps(dict(
    value=found.value,
    parts=[part.value for _, part in found.parts],
    logits=logits(study)[:, 0].tolist(),
    exact=float(power[kinds["sum"]].sum() / power.sum()),
    covered=sum(int(which.sum()) for which in kinds.values()),
    p=p,
    even=two_numbers.gini(np.ones(5)).item(),
    one=two_numbers.gini(np.array([0, 0, 0, 0, 1.0])).item(),
)))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    p, logits = told["p"], np.array(told["logits"])
    assert told["exact"] == pytest.approx(1)
    assert told["covered"] == p * p - 1
    assert sum(told["parts"]) == pytest.approx(1)
    assert (told["even"], told["one"]) == (0, pytest.approx(0.8))
    each = (logits - logits.mean(-1, keepdims=True)).reshape(p, p, p)
    turn = np.exp(-2j * np.pi * np.outer(np.arange(p), np.arange(p)) / p)
    power = (np.abs(np.einsum("xa,yb,abc->xyc", turn, turn, each)) ** 2).sum(-1)
    power[0, 0] = 0
    assert told["value"] == pytest.approx(np.trace(power) / power.sum())
