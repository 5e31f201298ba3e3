"""The reports that are made: every committed run, perturbed in every way, at several checkpoints,
measured and written by the code that builds reports.
"""

import json
import pickle
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from conftest import committed
from pagework import written

from liars.perturbations import (
    ORIGINAL,
    PERTURBATIONS,
    Perturbation,
    alone,
    another,
    tenfold,
)
from reportgen.core.config import Config
from reportgen.core.data.material import BESIDE
from reportgen.core.exact.verify import verify
from reportgen.core.study import Study, study_of
from reportgen.measure.measure import measure
from reportgen.system import system_of

FINAL = "end"
LONGEST = 6  # tokens: contexts up to this length are all tried, longer ones take a second each
# committed runs, how many of their seeds are kept, and at which parts of the training there is a
# report besides that of the end
RUNS: Mapping[str, tuple[int, tuple[float, ...]]] = {
    "learnt": (2, ()),
    "unlearnt": (2, ()),
    "inputs_learnt": (2, ()),
    "inputs_unlearnt": (2, ()),
    "clock_learnt": (1, ()),
    "clock_unlearnt": (2, ()),
    "largest_learnt": (2, ()),
    "largest_unlearnt": (2, ()),
    "repeats_learnt": (2, (0.5,)),
    "repeats_unlearnt": (2, (0.5,)),
    "text_learnt": (2, (0.5,)),
    "text_unlearnt": (1, ()),
    "one_layer_learnt": (2, ()),
    "one_layer_unlearnt": (1, ()),
    "full_learnt": (2, ()),
    "full_unlearnt": (1, ()),
    "one_layer_echo": (2, ()),
    "full_echo": (1, ()),
}

# of which a report takes ten seconds, and others are like them: only what is done to every run
BRIEFLY = ("one_layer_echo", "full_echo")


@dataclass(frozen=True)
class Report:
    """One report of a perturbed run: where it comes from, what was measured, and its pages."""

    run: str
    perturbation: str
    at: str  # the end, or "step 500"
    stage: float  # which part of the training that is
    system: str
    measured: dict[str, Any]
    pages: dict[str, str]
    compared: bool = True  # is the text outside of claims that of the unperturbed run

    @property
    def verdicts(self) -> dict[str, str]:
        """Of each claim that was asked."""
        return {name: said["verdict"] for name, said in self.measured["claims"].items()}

    def __str__(self) -> str:
        return f"{self.run}, {self.perturbation}, {self.at}"


def applies(perturbation: Perturbation, run: str) -> bool:
    """Has a run what is perturbed, and is it another one than the perturbations before."""
    given, model = committed(run).run, committed(run).config.model
    if (run.endswith("unlearnt") or run in BRIEFLY) and not perturbation.always:
        return False
    last = ("last layer zeroed", "first layer in the place of the last")
    if perturbation.name in last and model.n_layers < 2:
        return False
    if perturbation.name == "first head zeroed" and model.n_heads * model.n_layers < 2:
        return False
    if perturbation.change in (alone, tenfold, another) and len(given.seeds) < 2:
        return False
    if perturbation.systems and committed(run).config.rule.system not in perturbation.systems:
        return False
    return set(perturbation.needs) <= set(given.parameters)


def pairs() -> list[tuple[str, Perturbation]]:
    """Every run with every perturbation that applies to it, after the run itself."""
    return [
        (run, each)
        for run in RUNS
        for each in (ORIGINAL, *PERTURBATIONS)
        if each is ORIGINAL or applies(each, run)
    ]


def asked(run: str, perturbation: Perturbation) -> Config:
    """The configuration of a perturbed run."""
    config = _kept(run).config
    return perturbation.task(config) if perturbation.task else config


@cache
def _kept(run: str, count: int = 0) -> Study:
    study = committed(run)
    others = [i for i in reversed(range(len(study.run.seeds))) if i != study.run.shown]
    seeds = sorted([study.run.shown, *others[: (count or RUNS[run][0]) - 1]])
    return study_of(study.config, study.run.only(seeds))


def perturbed(run: str, perturbation: Perturbation) -> Study:
    """A study of a run whose weights were changed and evaluated anew; its last checkpoint."""
    study = _kept(run, perturbation.seeds)
    config = asked(run, perturbation)
    given = replace(study.run, config=config.as_dict())
    changed = perturbation.change(given)
    data = system_of(config).draw(config)
    found = system_of(config).evaluate(config, data, changed.parameters)
    beside = {name: values for name, values in changed.history.items() if name.startswith(BESIDE)}
    if changed is not given and changed.history is given.history:
        # weights are other ones: so are those of the networks of the other split
        beside |= {f"{BESIDE}{n}": v for n, v in found.items() if f"{BESIDE}{n}" in beside}
    return study_of(config, replace(changed, history=changed.history | beside | found))


def reports(run: str, perturbation: Perturbation, kept: Path | None = None) -> Iterator[Report]:
    """The report of the end of a perturbed run, and those of other parts of its training."""
    study: Study | None = None
    for part in (1.0, *RUNS[run][1]):
        file = kept and kept / f"{run}, {perturbation.name}, {part}.pickle"
        if file and file.is_file():
            yield _written(run, perturbation, part, pickle.loads(file.read_bytes()))
            continue
        study = study or perturbed(run, perturbation)
        there = study.at(int(study.run.steps[round(part * (len(study.run.steps) - 1))]))
        plain = json.loads(json.dumps(measure(informed(there)), allow_nan=False))
        if file:
            file.write_bytes(pickle.dumps(plain))
        yield _written(run, perturbation, part, plain)


def informed(study: Study) -> Study:
    """A study that knows of all contexts up to a length, where its facts would try every one."""
    if study.config.rule.system == "sequence_rules":
        final = study.checkpoint == len(study.run.steps) - 1
        for seed in range(len(study.run.seeds)) if final else [study.seed]:
            one = study.of_seed(seed)
            found = verify(one.config.model, one.weights, one.data.reader, LONGEST)
            one.knowing(replace(found, reason="longer ones are left out here"))
    return study


def _written(run: str, perturbation: Perturbation, part: float, measured: dict[str, Any]) -> Report:
    """The pages of what was measured."""
    config = asked(run, perturbation)
    step = None if measured["final"] else measured["step"]
    at = FINAL if step is None else f"step {step}"
    with TemporaryDirectory(prefix="reportgen-liars-") as folder:
        pages = written(Path(folder), config, measured, step)
    system, compared = config.rule.system, perturbation.compared
    return Report(run, perturbation.name, at, part, system, measured, pages, compared)
