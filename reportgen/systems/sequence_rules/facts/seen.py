"""Is held-out text new to the network, or does it stand in the training data as well?"""

from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np

from reportgen.measure.fact import Fact, fact
from reportgen.measure.numbers import written
from reportgen.systems.sequence_rules.config import data_config
from reportgen.systems.sequence_rules.view import Study
from reportgen.systems.sequence_rules.windows import Sequences

Rows = np.ndarray | list[np.ndarray]


@fact(
    "Held-out windows that stand in the training data",
    better="low",
    tolerance=0.0,
    needs=["training"],
)
def windows_seen(study: Study) -> Fact:
    """Share of the held-out windows that also stand, with the token that comes next, among the
    windows that training can draw.

    Parts: the same without the token that comes next, and of whole held-out sequences among the
    training sequences.
    """
    n_ctx, windows = study.config.model.n_ctx, study.data.holdout_windows
    stride, train = data_config(study.config).window_stride, study.data.train
    starts = range(0, train.tokens.shape[1] - n_ctx, stride)
    drawn = [
        train.tokens[train.lengths > start + n_ctx, start:][:, : n_ctx + 1] for start in starts
    ]
    ends: Callable[[Sequences], list[np.ndarray]] = lambda of: [
        row[:end] for row, end in zip(of.tokens, of.lengths)
    ]
    holdout, every = study.data.holdout, study.data.everything
    items = "windows that the data can produce" if every else "held-out windows"
    parts = (
        ("what the network reads", _among(windows.inputs, [w[:, :-1] for w in drawn], items)),
        ("whole sequences", _among(ends(holdout), [ends(train)], "held-out sequences")),
    )
    details = dict(windows_text=written(len(windows), "count")) if every else {}
    return replace(_among(windows.tokens, drawn, items), parts=parts, details=details)


def _among(rows: Rows, known: Iterable[Rows], of: str) -> Fact:
    """The share of rows of tokens that stand among others."""
    there = {_bytes(row) for some in known for row in some}
    found = [_bytes(row) in there for row in rows]
    return Fact(float(np.mean(found)), "percent", len(found), of, counted=True, exhaustive=True)


def _bytes(row: np.ndarray) -> bytes:
    return row.astype(np.int32).tobytes()
