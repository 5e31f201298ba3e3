"""A training that is stopped in the middle and goes on."""

from pathlib import Path

import pytest
from lookups import draw

from reportgen.core import train
from reportgen.core.config import Config
from reportgen.core.runs import Run


def resumed(config: Config, at: int, partial: Path) -> Run:
    """What a training of two seeds gives that was stopped after a step and begun again."""
    saving = train.Saving(partial)
    saving.wait = 0

    def stop(step: int) -> None:
        if step == at:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train.optimise(config, draw(config), (0, 1), stop, saving)
    return train.train(config, partial=partial)
