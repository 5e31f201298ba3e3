"""What a reader's browser counts is what a report counts, for shipped rules of every kind: an
answer that stands at a position or is made of others, one right token or several, in every context
or in those of the data.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from livework import opened, placed
from rulework import CONFIGS

from reportgen.core import config as configs
from reportgen.core.exact.enumerate import check
from reportgen.core.exact.verify import Verified
from reportgen.core.runs import Run
from reportgen.core.study import Study, study_of
from reportgen.systems.sequence_rules.evaluation import HISTORY
from reportgen.systems.sequence_rules.live import live

SPREAD = 1.5  # of the weights: large enough that what is said depends on the context
# the length of contexts that is counted of each, as far as it takes seconds
LENGTHS = {
    "plus_last_even": 7,
    "lucky7": 6,
    "lucky7_no_resid": 6,
    "step_back": 6,
    "plus_max_of_two": 5,
    "even_repeat_last_odd": 4,
    "successor": 10,
    "odd_even_index": 4,
    "even_abs_diff": 4,
    "parity_based": 4,
}
COUNT = """async (length) => {
  const { Network, unpacked } = await import("./live/network.js");
  const { count } = await import("./live/count.js");
  const net = await Network.load("run/live.json");
  const { counted, reader, rule } = net.about;
  const { everything } = counted.find((each) => each.length === length);
  return count({
    model: net.model, weights: (await net.seed(0)).at(-1), length, everything,
    table: { rows: net.rule.rows, demands: rule.demands },
    reader: reader && { rows: await unpacked(reader) },
  });
}"""


def random(name: str, length: int) -> Study:
    """A shipped configuration with random weights, counted at one length."""
    config = configs.load(CONFIGS / f"{name}.yaml")
    rng = np.random.default_rng(4)
    weights = {
        key: rng.normal(0, SPREAD, (1, 1, *shape)).astype(np.float32)
        for key, shape in config.shapes.items()
    }
    history = {kind: np.zeros((1, 1)) for kind in HISTORY}
    study = study_of(config, Run(config.as_dict(), (0,), np.array([0]), weights, history, {}))
    one = check(config.model, study.weights, study.data.reader, length)
    return study.knowing(Verified((one,)))


@pytest.mark.browser
@pytest.mark.parametrize("name", LENGTHS)
def test_the_browser_counts_what_the_report_counts(
    name: str, tmp_path: Path, chromium: Any, served: Callable[[Path], str]
) -> None:
    """Contexts and wrong ones by where the answer stands and what it is, and what is said instead;
    and the numbers that the page has for comparison.
    """
    length = LENGTHS[name]
    study = random(name, length)
    (one,) = study.verified.lengths
    placed(study, tmp_path)
    page = opened(chromium, served(tmp_path))
    found = page.evaluate(COUNT, length)
    assert page.wrong == []
    page.close()
    for kind in ("contexts", "wrong", "said"):
        np.testing.assert_array_equal(found[kind], getattr(one, kind), kind)
    assert 0 < found["totalWrong"] < found["total"] == one.contexts.sum()
    about = json.loads((tmp_path / "run" / "live.json").read_text(encoding="utf-8"))
    (told,) = about["counted"]
    assert all(told[kind] == found[kind] for kind in ("length", "everything", "contexts", "wrong"))


def test_only_what_can_be_counted_on_the_page_is_offered() -> None:
    """With several lengths: contexts of the data need the table of them, which may be too large."""
    study = random("copy_modulo", 3)
    every = study.verified.lengths[0]
    several = Verified((every, replace(every, length=6, everything=False)))
    told = live(study.knowing(several))
    assert told.reader is None
    assert [each["length"] for each in told.counted] == [3]
