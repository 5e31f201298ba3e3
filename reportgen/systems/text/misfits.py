"""What only drawing the data can tell of a configuration: is there anything that pages can show."""

from collections.abc import Iterator

from reportgen.core.config import Config
from reportgen.core.data.misfits import one_group
from reportgen.system import Problem
from reportgen.systems.text.config import data_config
from reportgen.systems.text.data import Text

LEAST_WINDOWS = 2  # that losses are averaged over


def misfits(config: Config, data: Text) -> Iterator[Problem]:
    """Windows of a text: several of each kind, and from several blocks."""
    for key, passages in (
        ("block", data.training_passages),
        ("validation", data.validation),
        ("holdout", data.holdout),
    ):
        if len(passages) < LEAST_WINDOWS:
            yield (
                ("data", key),
                (
                    f"data.{key}: got {getattr(config.data, key)}: that leaves {len(passages)}"
                    f" window of model.n_ctx {config.model.n_ctx} tokens, allowed: at least"
                    f" {LEAST_WINDOWS}; raise it, or lower model.n_ctx"
                ),
            )
            return
    if one_group(data.holdout.block):
        yield (
            ("data", "holdout"),
            (
                f"data.holdout: got {data_config(config).holdout:g}: more than half of the"
                f" {len(data.holdout)} windows are of one block ({len(data.holdout_blocks)} in"
                " all), and some facts set each beside one of another; raise it or data.windows,"
                " or lower data.block"
            ),
        )
