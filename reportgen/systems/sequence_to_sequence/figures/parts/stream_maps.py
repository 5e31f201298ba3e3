"""What every part adds to the stream for one input, a matrix a part, and the logits that come of
it.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize

from reportgen.drawing.canvas import Canvas, width_of
from reportgen.drawing.matrices import Matrix, name_tokens
from reportgen.drawing.style import SMALL
from reportgen.drawing.views import digits_for
from reportgen.systems.sequence_to_sequence.facts.probe import queries
from reportgen.systems.sequence_to_sequence.figures.parts.answering import frame_cell, part_names
from reportgen.systems.sequence_to_sequence.view import Study


@dataclass(frozen=True)
class Word:
    """One demonstration at one checkpoint."""

    step: int
    number: int
    classes: dict[str, str]
    tokens: tuple[str, ...]
    wanted: tuple[int, ...]  # right output tokens, ids
    first: int  # position of the first output's query
    names: tuple[str, ...]  # of the parts
    # [part, position, d_model] what each adds; first the embedding with its position
    parts: np.ndarray
    logits: np.ndarray  # [position, token]

    @property
    def right(self) -> np.ndarray:
        """Is the largest logit of each output that of the right token."""
        return np.asarray(self.logits[self.first :].argmax(-1) == np.array(self.wanted))

    @property
    def read(self) -> str:
        """The input, written out."""
        return " ".join(self.tokens[1 : self.first + 1])


def word_stream(study: Study) -> Word:
    """The demonstration in view."""
    i, t, q = study.demonstration, study.trace, queries(study)
    m = study.config.model
    added = [t.resid_pre(layer=0)[i]]
    for layer in range(m.n_layers):
        added += [t.attn_out(layer=layer)[i], *([t.mlp_out(layer=layer)[i]] if m.d_mlp else [])]
    demo = study.demonstrations
    return Word(
        study.step,
        i + 1,
        dict(study.classes),
        tuple(study.tokens[x] for x in demo.inputs[i]),
        tuple(int(x) for x in demo.targets[i, q]),
        int(q[0]),
        ("embedding", *part_names(study)),
        np.stack(added),
        t.logits[i],
    )


class StreamMaps:
    """The matrices side by side from `left` on, each `gap` from the next, with `right` left free;
    numbers are written in cells wider than `numbered`.
    """

    def __init__(
        self,
        canvas: Canvas,
        word: Word,
        stream: Normalize,
        logits: Normalize,
        *,
        top: float,
        tall: float,
        left: float,
        gap: float,
        right: float,
        numbered: float,
        lettered: bool = False,
    ) -> None:
        theme = canvas.theme
        (parts, count, dims), vocabulary = word.parts.shape, len(word.classes)
        self.unit = (canvas.width - left - right - gap * parts) / (parts * dims + vocabulary)
        roomy = self.unit > numbered and tall / count > 13
        self.maps: list[Matrix] = []
        x = left
        for k, name in enumerate((*word.names, "logits")):
            last = k == parts
            columns, norm = (vocabulary, logits) if last else (dims, stream)
            axes = canvas.panel(x, top, self.unit * columns, tall)
            digits = digits_for(norm, 10) if last else 1
            self.maps.append(
                Matrix(axes, theme, theme.signed, norm, count, columns, digits if roomy else None)
            )
            canvas.caption(axes, "abcdefgh"[k] if lettered else "", name)
            if not k:
                name_tokens(axes, theme, word.tokens, word.classes)
            if last:
                self._name_logits(canvas, axes, word)
            axes.axhline(word.first, color=theme.ink, lw=1.0, zorder=7)
            x += self.unit * columns + gap

    def _name_logits(self, canvas: Canvas, axes: Axes, word: Word) -> None:
        """Columns named by token, the right ones framed."""
        theme, names = canvas.theme, list(word.classes)
        fits: Callable[[str], bool] = lambda name: width_of(name, SMALL, "bold") < self.unit - 2
        axes.set_xticks(
            np.arange(len(names)) + 0.5, [name if fits(name) else f"\n{name}" for name in names]
        )
        for label in axes.get_xticklabels():
            colour = theme.classes[word.classes[label.get_text().strip()]]
            label.set(size=SMALL, weight="bold", color=colour)
        for row, token in enumerate(word.wanted):
            frame_cell(axes, theme, token, word.first + row, (0.04, 0.07), 1.6)

    def set(self, word: Word) -> None:
        """Other values of the same parts."""
        for cells, values in zip(self.maps, (*word.parts, word.logits)):
            cells.set(values)
