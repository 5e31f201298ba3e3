"""Every query against every key before a sequence is known: scores and attention by pair of
tokens.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Colormap, Normalize

from reportgen.core.readout import Lattice
from reportgen.drawing.spacing import thinned
from reportgen.drawing.style import Theme


def by_class(classes: Mapping[str, str]) -> tuple[int, ...]:
    """Token ids with the members of a class side by side, in the order of ids within it."""
    kinds = list(dict.fromkeys(classes.values()))
    written = list(classes.values())
    return tuple(sorted(range(len(written)), key=lambda i: (kinds.index(written[i]), i)))


def _own(tokens: int, positions: int) -> np.ndarray:
    """Which [query token, query position, key token, key position] are a query with its own key."""
    same = np.eye(tokens, dtype=bool)[:, None, :, None]
    return same & np.eye(positions, dtype=bool)[None, :, None, :]


def readable(tokens: int, positions: int) -> np.ndarray:
    """Which [query token, query position, key token, key position] can stand in one sequence: any
    earlier key, and the query's own.
    """
    earlier = np.tri(positions, k=-1, dtype=bool)[None, :, None, :]
    return np.asarray(earlier | _own(tokens, positions))


def pair_scores(lattice: Lattice, head: int = 0) -> np.ndarray:
    """Score of every key for every query [query token, query position, key token, key position];
    NaN where no sequence holds both.
    """
    q, k = lattice.q(head=head), lattice.k(head=head)
    scores = np.einsum("ape,bre->apbr", q, k) / np.sqrt(q.shape[-1])
    return np.where(readable(*q.shape[:2]), scores, np.nan)


def pair_attention(scores: np.ndarray) -> np.ndarray:
    """Attention of query a at position i when every position before it holds token b: the real
    pattern of the sequence b b .. b a.

    Same axes and NaN as `pair_scores`. In the rows of two different tokens the missing part up to 1
    is what the query's own key gets.
    """
    tokens, positions = scores.shape[:2]
    own = np.einsum("aiai->ai", scores)
    # the key at the query's own position is its own key, whichever token stands before it
    at_own = np.eye(positions, dtype=bool)[None, :, None, :]
    full = np.where(at_own, own[:, :, None, None], scores)
    full = np.where(np.tri(positions, dtype=bool)[None, :, None, :], full, -np.inf)
    weights = np.exp(full - full.max(-1, keepdims=True))
    return np.where(readable(tokens, positions), weights / weights.sum(-1, keepdims=True), np.nan)


def class_means(values: np.ndarray, classes: Mapping[str, str]) -> dict[tuple[str, str], float]:
    """Mean over the cells that can occur, by class of query and class of key."""
    kinds = list(dict.fromkeys(classes.values()))
    rows = {kind: [i for i, c in enumerate(classes.values()) if c == kind] for kind in kinds}
    return {(a, b): float(np.nanmean(values[rows[a]][:, :, rows[b]])) for a in kinds for b in kinds}


class PairMap:
    """One cell a query and key: a block a pair of tokens, in it a row a query position and a column
    a key position.
    """

    def __init__(
        self,
        axes: Axes,
        theme: Theme,
        cmap: Colormap,
        norm: Normalize,
        tokens: Sequence[str],
        classes: Mapping[str, str],
        order: Sequence[int],
        positions: int,
    ) -> None:
        self.order, count = list(order), len(order) * positions
        self.image = axes.imshow(
            np.zeros((count, count)),
            cmap=cmap.with_extremes(bad=theme.faint),
            norm=norm,
            extent=(0, count, count, 0),
            interpolation="nearest",
            aspect="auto",
        )
        kinds = [classes[tokens[i]] for i in self.order]
        for at in range(1, len(order)):
            border = kinds[at] != kinds[at - 1]
            for line in (axes.axhline, axes.axvline):
                line(
                    at * positions,
                    color=theme.muted if border else theme.paper,
                    lw=1.2 if border else 0.9,
                )
        names = [tokens[i] for i in self.order]
        box = axes.get_window_extent()  # at the sheet's own resolution a pixel is a CSS pixel
        for ticks, length, across in (
            (axes.set_xticks, box.width, True),
            (axes.set_yticks, box.height, False),
        ):
            named = thinned(names, length / len(names), across=across)
            ticks([(i + 0.5) * positions for i in named], [names[i] for i in named])
        axes.tick_params(length=0, pad=3, labeltop=True, labelbottom=False)
        for label in (*axes.get_xticklabels(), *axes.get_yticklabels()):
            label.set(color=theme.classes[classes[label.get_text()]], weight="bold")
        for spine in axes.spines.values():
            spine.set_visible(False)

    def set(self, values: np.ndarray) -> None:
        """Values [query token, query position, key token, key position]; NaN cells are plain."""
        ordered = values[self.order][:, :, self.order]
        count = ordered.shape[0] * ordered.shape[1]
        self.image.set_data(np.ma.masked_invalid(ordered.reshape(count, count)))
