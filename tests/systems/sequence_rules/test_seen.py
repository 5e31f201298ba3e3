"""How much of the held-out text stands in the training data as well."""

from types import SimpleNamespace

import numpy as np
import pytest
from places import CONFIGS

from reportgen.core import config as configs
from reportgen.core.config import Config
from reportgen.systems.sequence_rules.data import Dataset, draw
from reportgen.systems.sequence_rules.facts.seen import _among, windows_seen


@pytest.mark.parametrize(
    ("name", "share", "read"),
    [("successor", 1, 1), ("copy_modulo", 0.356, 0.356), ("lucky7", 0.269, 0.380)],
)
def test_held_out_windows_may_stand_in_the_training_data(
    name: str, share: float, read: float
) -> None:
    """Counted another way for these three: by searching each held-out window in the training text
    as a string.
    """
    config = configs.load(CONFIGS / f"{name}.yaml")
    data = draw(config)
    fact = windows_seen(SimpleNamespace(config=config, data=data))
    assert (fact.value, fact.part("what the network reads").value) == pytest.approx(
        (share, read), abs=1e-3
    )
    text = [f",{','.join(map(str, s[:e]))}," for s, e in zip(data.train.tokens, data.train.lengths)]
    for row in data.holdout_windows.tokens[:20]:
        piece = f",{','.join(map(str, row))},"
        among = any(piece in sequence for sequence in text)
        assert _among([row], [_drawn(data, config)], "windows").value == among


def _drawn(data: Dataset, config: Config) -> list[np.ndarray]:
    n = config.model.n_ctx + 1
    return [
        s[i : i + n]
        for s, e in zip(data.train.tokens, data.train.lengths)
        for i in range(e - n + 1)
    ]
