"""Studies of the two committed runs; no test trains unless it says so."""

import gc
import os
from functools import cache
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

import pytest
from jaxtyping import install_import_hook
from places import RUNS

# one thread a process, as in a build: two processes of tests with two threads each wait for one
# another
os.environ.update(
    dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
)
# shapes and types of arrays are checked at run time, in tests only
CHECKED = [
    f"reportgen.{room}"
    for room in (
        "rules.automaton",
        "core.data",
        "core.model",
        "core.runs",
        "core.recording",
        "core.readout",
        "core.trace",
        "core.interventions",
        "core.exact",
    )
]
with install_import_hook(CHECKED, "typecheck.checked"):
    from reportgen.core import config as configs
    from reportgen.core import data, model, train
    from reportgen.core.exact import geometry
    from reportgen.core.runs import Run
    from reportgen.core.study import Study, study_of

__all__ = ["data", "geometry", "model", "train"]

gc.set_threshold(100_000)  # artists and traces are many and live as long as their test
# begun first, so that no process of tests is left alone with one of them at the end
LONG = (
    "test_end_to_end",
    "test_faults",
    "test_every_width",
    "test_figures",
    "test_cluster",
    "test_benchmarks",
    "test_tutorial",
    "test_howto",
    "test_without_a_system",
    "test_kill",
    "test_serve",
    "test_every_rule",
    "test_odd_rules",
    "test_own_rules",
    "test_hostile_tokens",
    "test_surroundings",
    "test_text_figures",
    "test_site",
)
# what `make quick` runs: no browser, no build, no film, and all of it within a minute
QUICK = (
    "test_architecture",
    "test_arrangement",
    "test_config",
    "test_config_limits",
    "test_corpus",
    "test_counts",
    "test_data",
    "test_declared",
    "test_document",
    "test_files",
    "test_floors",
    "test_hooked",
    "test_interventions",
    "test_messages",
    "test_model",
    "test_names",
    "test_outline",
    "test_pages",
    "test_palette",
    "test_pictures",
    "test_prose",
    "test_rule_check",
    "test_rule_traps",
    "test_rules",
    "test_runs",
    "test_series",
    "test_shipped_configs",
    "test_systems",
    "test_templates",
    "test_words",
    "test_work",
    "test_writing",
)
SHARED = "PYTEST_OF_REPORTGEN_SHARED"


@cache
def committed(name: str) -> Study:
    """The study of a committed run by the name of its file, "learnt" or "text_unlearnt"; a text
    lies beside it.
    """
    run = Run.load(RUNS / f"{name}.safetensors")
    rule = run.config["rule"] | (
        dict(file=str(RUNS / run.config["rule"]["file"])) if "file" in run.config["rule"] else {}
    )
    return study_of(configs.from_values(run.config | dict(rule=rule)), run)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """`-m quick` does not so much as read the other files."""
    if config.option.markexpr != "quick" or not collection_path.name.startswith("test_"):
        return None
    return True if collection_path.stem not in QUICK else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that take long come first; all else stays in its order."""
    for item in items:
        if item.path.stem in QUICK:
            item.add_marker("quick")
    items.sort(key=lambda item: LONG.index(item.path.stem) if item.path.stem in LONG else len(LONG))


def pytest_configure(config: pytest.Config) -> None:
    """The processes of one run of the tests have a folder in common, where what takes long is made
    once.
    """
    if not hasattr(config, "workerinput"):
        os.environ[SHARED] = folder = mkdtemp(prefix="reportgen-tests-")
        config.add_cleanup(lambda: rmtree(folder, ignore_errors=True))


@pytest.fixture(scope="session")
def learnt() -> Study:
    return committed("learnt")


@pytest.fixture(scope="session")
def unlearnt() -> Study:
    return committed("unlearnt")


@pytest.fixture(params=["learnt", "unlearnt"])
def study(request: pytest.FixtureRequest) -> Study:
    return request.getfixturevalue(request.param)
