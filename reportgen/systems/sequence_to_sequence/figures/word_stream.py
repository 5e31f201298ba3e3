"""One held-out input: what every part adds to the stream, place by place, and the logits that come
of it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.colors import Normalize
from matplotlib.patches import Rectangle

from reportgen.drawing.canvas import Canvas, halo, width_of
from reportgen.drawing.figure import Figure, figure, stamp
from reportgen.drawing.matrices import Matrix, colour_bar, name_tokens, signed_norm
from reportgen.drawing.style import SMALL
from reportgen.drawing.views import digits_for, signed_ticks
from reportgen.systems.sequence_to_sequence.facts.probe import queries
from reportgen.systems.sequence_to_sequence.figures.parts.answering import part_names
from reportgen.systems.sequence_to_sequence.view import Study

LEFT, TOP, ROW, GAP, FOOT = 42, 100, 21, 16, 74  # CSS pixels


@dataclass(frozen=True)
class Data:
    """One demonstration at one checkpoint."""

    step: int
    number: int
    classes: dict[str, str]
    tokens: tuple[str, ...]
    wanted: tuple[int, ...]  # right output tokens, ids
    first: int  # position of the first output's query
    names: tuple[str, ...]  # of the parts
    parts: (
        np.ndarray
    )  # [part, position, d_model] what each adds; first the embedding with its position
    logits: np.ndarray  # [position, token]

    @property
    def right(self) -> np.ndarray:
        """Is the largest logit of each output that of the right token."""
        return self.logits[self.first :].argmax(-1) == np.array(self.wanted)


@dataclass(frozen=True)
class Scale:
    """Common to all parts and frames."""

    stream: Normalize
    logits: Normalize


def word_stream(study: Study) -> Data:
    """The demonstration in view."""
    i, t, q = study.demonstration, study.trace, queries(study)
    m = study.config.model
    added = [t.resid_pre(layer=0)[i]]
    for layer in range(m.n_layers):
        added += [t.attn_out(layer=layer)[i], *([t.mlp_out(layer=layer)[i]] if m.d_mlp else [])]
    demo = study.demonstrations
    return Data(
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


@figure
class WordStream(Figure):
    """A matrix a part, and the logits."""

    slug, title, height, needs = (
        "word-stream",
        "One held-out input: what every part adds to the stream",
        100 + 8 * 21 + 74,
        ("attention",),
    )

    def compute(self, study: Study) -> Data:
        return word_stream(study)

    def height_of(self, data: Data) -> float:
        return TOP + len(data.tokens) * ROW + FOOT

    def scale(self, frames: Sequence[Data]) -> Scale:
        return Scale(
            signed_norm(*(f.parts for f in frames)), signed_norm(*(f.logits for f in frames))
        )

    def draw(self, canvas: Canvas, data: Data, scale: Scale) -> Callable[[Data], None]:
        theme, count, (parts, _, dims) = canvas.theme, len(data.tokens), data.parts.shape
        canvas.headline(
            f"{self.title} ({data.number})",
            "Rows: the positions of the input, then those of the outputs read so far.  Columns: the"
            " dimensions of the stream.\nThe sum of all parts is normalized, then read as logits;"
            " framed: the right token of each output.",
            stamp(data.step),
        )
        tall, vocabulary = count * ROW, len(data.classes)
        unit = (canvas.width - LEFT - GAP * parts - 4) / (parts * dims + vocabulary)
        maps, x = [], float(LEFT)
        for k, name in enumerate((*data.names, "logits")):
            columns, last = (vocabulary if k == parts else dims), k == parts
            axes, norm = (
                canvas.panel(x, TOP, unit * columns, tall),
                scale.logits if last else scale.stream,
            )
            maps.append(
                Matrix(
                    axes,
                    theme,
                    theme.signed,
                    norm,
                    [""] * count,
                    [""] * columns,
                    digits=digits_for(norm, 10) if last and unit > 24 else 1 if unit > 24 else None,
                )
            )
            axes.set_yticks([]), axes.set_xticks([])
            canvas.caption(axes, "" if parts > 5 else "abcdefgh"[k], name)
            if not k:
                name_tokens(axes, theme, data.tokens, data.classes)
            if last:
                names = list(data.classes)
                axes.set_xticks(
                    np.arange(vocabulary) + 0.5,
                    [
                        name if width_of(name, SMALL, "bold") < unit - 2 else f"\n{name}"
                        for name in names
                    ],
                )
                for label in axes.get_xticklabels():
                    label.set(
                        weight="bold", color=theme.classes[data.classes[label.get_text().strip()]]
                    )
                for row, token in enumerate(data.wanted):
                    axes.add_patch(
                        Rectangle(
                            (token + 0.04, data.first + row + 0.07),
                            0.92,
                            0.86,
                            fill=False,
                            edgecolor=theme.outcomes["obeyed"],
                            lw=1.6,
                            zorder=6,
                            path_effects=halo(theme, 3),
                        )
                    )
            else:
                axes.set_xticks(
                    np.arange(dims) + 0.5,
                    [str(d) for d in range(dims)] if unit > 10 else [""] * dims,
                )
            axes.axhline(data.first, color=theme.ink, lw=1.0, zorder=7)
            x += unit * columns + GAP
        foot = TOP + tall + 40
        colour_bar(
            canvas,
            theme.signed,
            scale.stream,
            LEFT,
            foot,
            140,
            "component of the stream",
            signed_ticks(scale.stream),
        )
        colour_bar(
            canvas,
            theme.signed,
            scale.logits,
            LEFT + 190,
            foot,
            140,
            "logit",
            signed_ticks(scale.logits),
        )

        def update(data: Data) -> None:
            for matrix, values in zip(maps, (*data.parts, data.logits)):
                matrix.set(values)

        update(data)
        return update

    def caption(self, data: Data) -> str:
        return (
            "What each part adds to the stream at every position, on one scale, and the logits of"
            " the next token. Rows under the line write outputs; their right tokens are framed. The"
            " first matrix is the token’s embedding and that of its position together."
        )

    def alt(self, data: Data) -> str:
        size = np.linalg.norm(data.parts[:, data.first :], axis=-1).mean(1)
        sizes = ", ".join(f"{name} {value:.2f}" for name, value in zip(data.names, size))
        return (
            f"Input {' '.join(data.tokens[1 : data.first + 1])} at step {data.step:,}:"
            f" {int(data.right.sum())} of {len(data.wanted)} outputs are right. Mean length of what"
            f" each part adds at the outputs: {sizes}."
        )
