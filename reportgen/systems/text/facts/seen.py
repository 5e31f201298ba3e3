"""Is held-out text new to the network, or does it stand in the training text as well?"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from reportgen.measure.fact import Fact, fact
from reportgen.systems.text.view import Study


@fact(
    "Held-out windows that stand in the training text",
    better="low",
    tolerance=0.0,
    needs=["training"],
)
def windows_seen(study: Study) -> Fact:
    """Share of the held-out windows that also stand, with the token that comes next, among the
    windows that training can draw; a part says the same without that token.
    """
    whole = _among(study, study.data.holdout.tokens, 0)
    read = _among(study, study.data.holdout.inputs, 1)
    return replace(whole, parts=(("what the network reads", read),))


def _among(study: Study, rows: np.ndarray, left_out: int) -> Fact:
    """The share of rows of tokens that stand in a training block; `left_out` tokens after them are
    in the window as well.
    """
    held = {row.tobytes() for row in np.ascontiguousarray(rows, np.int64)}
    wanted, found = np.unique(_codes(rows)), set[bytes]()
    for blocks in study.data.rows(study.data.train_blocks):
        found |= held.intersection(_drawn(blocks, rows.shape[1], left_out, wanted))
    seen = [row.tobytes() in found for row in np.ascontiguousarray(rows, np.int64)]
    return Fact(
        float(np.mean(seen)),
        "percent",
        len(seen),
        "held-out windows",
        counted=True,
        exhaustive=True,
    )


def _drawn(blocks: np.ndarray, width: int, left_out: int, wanted: np.ndarray) -> Iterator[bytes]:
    """The windows of these blocks [block, token] whose code is wanted."""
    cut = blocks[:, : blocks.shape[1] - left_out]
    windows = np.lib.stride_tricks.sliding_window_view(cut, width, axis=1)
    for window in windows[np.isin(_codes(windows), wanted)]:
        yield window.tobytes()


def _codes(windows: np.ndarray) -> np.ndarray:
    """A number for each window [..., token]; equal windows have equal ones."""
    codes = np.zeros(windows.shape[:-1], np.uint64)
    for i in range(windows.shape[-1]):
        codes = codes * np.uint64(0x9E3779B97F4A7C15) + windows[..., i].astype(np.uint64)
    return codes
