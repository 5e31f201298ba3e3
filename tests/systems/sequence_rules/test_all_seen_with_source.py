"""A rule that names a position, of which training has met every window there is: no page, and no
fact, says that anything of it was held out.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from lookups import draw
from pagework import written
from places import CONFIGS

from reportgen.core import config as configs
from reportgen.core.exact.verify import Verified
from reportgen.core.model import initial, stack
from reportgen.core.runs import Run
from reportgen.core.study import Study, study_of
from reportgen.measure.measure import measure
from reportgen.systems.sequence_rules.evaluation import evaluate
from reportgen.systems.sequence_rules.facts.perfect import seeds_perfect

WORDS = re.compile(r"(?i)held-out \w+|never seen|had not seen|unseen")
ABOUT_DRAWN = "whole sequences"  # that were drawn are new ones, and their share is told


@pytest.fixture(scope="module", params=["plus_last_even", "plus_max_of_two"])
def study(request: pytest.FixtureRequest) -> Study:
    """Windows of four tokens, each a whole sequence, with two networks before training."""
    full = configs.load(CONFIGS / f"{request.param}.yaml")
    config = replace(
        full,
        rule=replace(full.rule, highest=1),
        data=full.data.model_copy(update=dict(sequences=4000, holdout=2000, length=(5, 5))),
        model=full.model.model_copy(update=dict(n_ctx=4)),
        report=full.report.model_copy(update=dict(demonstrations=2)),
        training=full.training.model_copy(update=dict(steps=3, checkpoint_every=1, seeds=2)),
    )
    assert draw(config).everything
    start = stack(initial(config, seed) for seed in range(2))
    parameters = {key: np.repeat(value.numpy()[:, None], 4, 1) for key, value in start.items()}
    history = evaluate(config, draw(config), parameters)
    return study_of(config, Run(config.as_dict(), (0, 1), np.arange(4), parameters, history, {}))


def told(value: object) -> Iterator[str]:
    """All words of stored facts, of their parts and details too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from told(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from told(each)


def test_no_page_says_that_something_was_held_out(study: Study, tmp_path: Path) -> None:
    measured = json.loads(json.dumps(measure(study_of(study.config, study.run))))
    assert measured["facts"]["attention_on_answer"]["value"] is not None
    pages = written(tmp_path, study.config, measured)
    said = re.sub(r"<[^>]*>", "", "\n".join(pages.values()))
    lines = [line for line in said.splitlines() if ABOUT_DRAWN not in line]
    assert not WORDS.findall("\n".join(lines))
    assert "Measured: over all positions where the rule decides" in said
    assert "Measured on all windows, attention on the answer by its distance" in said


def test_seeds_that_err_in_longer_windows_alone(study: Study) -> None:
    few = study_of(study.config, study.run)
    short = Verified(few.verified.lengths[:1])
    fact = seeds_perfect(few.knowing(short, [(None, None)] * 2))
    assert [name for name, _ in fact.parts] == ["err in windows alone"]
    assert fact.details["tried"].endswith(" and on all windows")
