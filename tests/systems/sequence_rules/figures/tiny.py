"""Studies of any shipped configuration with random weights: nothing is trained, and every width and
rule is there.
"""

from dataclasses import replace
from functools import cache

import numpy as np
from rulework import CONFIGS

from reportgen.core import config as configs
from reportgen.core.model import initial, stack
from reportgen.core.runs import Run
from reportgen.core.study import Study, study_of
from reportgen.systems.sequence_rules.evaluation import HISTORY

STEPS = 2


@cache
def tiny(name: str) -> Study:
    """One seed at two checkpoints, each with weights of its own; the history of losses and errors
    is made up.
    """
    config = configs.load(CONFIGS / f"{name}.yaml")
    config = replace(config, report=config.report.model_copy(update=dict(demonstrations=3)))
    weights = stack([initial(config, seed) for seed in range(STEPS)])
    rng = np.random.default_rng(0)
    history = {kind: rng.random((1, STEPS)) for kind in HISTORY}
    return study_of(
        config,
        Run(
            config.as_dict(),
            (0,),
            np.arange(STEPS) * 100,
            {k: v.numpy()[None] for k, v in weights.items()},
            history,
            {},
        ),
    )
