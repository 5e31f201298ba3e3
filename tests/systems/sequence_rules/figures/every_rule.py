"""Studies of shipped configurations with little data and hardly any training: cheap, and of every
width.
"""

from dataclasses import replace
from functools import cache

from places import CONFIGS

from reportgen.core import config as configs
from reportgen.core.study import Study, study_of
from reportgen.core.train import train

# plus_last_even is drawn of the committed runs, and lucky7 is lucky7_no_resid with its sums
NAMES = (
    "lucky7_no_resid",
    "successor",
    "copy_modulo",
    "parity_based",
    "even_to_odd_transition",
    "paritygt10",
    "even_abs_diff",
)


@cache
def made_study(name: str) -> Study:
    """One seed of a configuration after two steps, with a tenth of its data."""
    config = configs.load(CONFIGS / f"{name}.yaml")
    little = replace(
        config,
        data=config.data.model_copy(update=dict(sequences=100, holdout=150)),
        training=config.training.model_copy(
            update=dict(steps=2, seeds=1, checkpoint_every=1, warmup=0)
        ),
    )
    run = train(little)
    return study_of(little, run)
