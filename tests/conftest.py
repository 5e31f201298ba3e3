"""Studies of the two committed runs; no test trains unless it says so."""

import os
from functools import cache
from pathlib import Path

import pytest
from jaxtyping import install_import_hook

# one thread a process, as in a build: two processes of tests with two threads each wait for one another
os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"))
# shapes and types of arrays are checked at run time, in tests only
CHECKED = [f"reportgen.{room}" for room in ("rules.automaton", "data", "model", "runs", "trace", "interventions", "exact", "study")]
with install_import_hook(CHECKED, "typecheck.checked"):
    from reportgen import config as configs
    from reportgen import data, model, train
    from reportgen.exact import geometry
    from reportgen.runs import Run
    from reportgen.study import Study

__all__ = ["data", "geometry", "model", "train"]

RUNS = Path(__file__).parent / "runs"


@cache
def committed(name: str) -> Study:
    """The study of a committed run by the name of its file, "learnt" or "text_unlearnt"; a text lies beside it."""
    run = Run.load(RUNS / f"{name}.safetensors")
    rule = run.config["rule"] | (dict(file=str(RUNS / "text.txt")) if run.config["rule"]["name"] == "text" else {})
    return Study.of(configs.from_values(run.config | dict(rule=rule)), run)


@pytest.fixture(scope="session")
def learnt() -> Study:
    return committed("learnt")


@pytest.fixture(scope="session")
def unlearnt() -> Study:
    return committed("unlearnt")


@pytest.fixture(params=["learnt", "unlearnt"])
def study(request: pytest.FixtureRequest) -> Study:
    return request.getfixturevalue(request.param)
