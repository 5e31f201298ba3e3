"""The feed-forward layers as numbers: what each neuron reads, and what it writes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.colors import Normalize

from reportgen.drawing.bars import signed_bar
from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import Figure, figure, stamp
from reportgen.drawing.matrices import Matrix, colour_bar, signed_norm
from reportgen.systems.sequence_to_sequence.view import Study

LEFT, TOP, WIDE, ROW, BIAS, APART = 44, 96, 590, 22, 30, 44  # CSS pixels


@dataclass(frozen=True)
class Data:
    """Weights of every feed-forward layer."""

    step: int
    W_in: np.ndarray  # [layer, d_model, neuron]
    b_in: np.ndarray  # [layer, neuron]
    W_out: np.ndarray  # [layer, neuron, d_model]
    b_out: np.ndarray  # [layer, d_model]
    on: np.ndarray  # [layer, neuron] share of outputs at which the neuron is on


@figure("mlp-weights")
class MlpWeights(Figure[Study, Data, Normalize]):
    """W_in over W_out, so that a column is a neuron."""

    def compute(self, study: Study) -> Data:
        w = study.weights
        on = (study.holdout.mlp_pre()[:, :, study.data.scored] > 0).mean((0, 2))
        return Data(study.step, w["W_in"], w["b_in"], w["W_out"], w["b_out"], on)

    def height_of(self, data: Data) -> float:
        layers, dims = len(data.W_in), len(data.W_in[0])
        return TOP + layers * ((dims + 2) * ROW + dims * ROW + 2 * APART) - 30

    def scale(self, frames: Sequence[Data]) -> Normalize:
        """One scale for all weights."""
        return signed_norm(*(a for f in frames for a in (f.W_in, f.b_in, f.W_out, f.b_out)))

    def draw(self, canvas: Canvas, data: Data, scale: Normalize) -> Callable[[Data], None]:
        theme, (layers, dims, neurons) = canvas.theme, data.W_in.shape
        canvas.headline(
            self.title,
            "A column is a neuron: above what it reads of each dimension of the normalized stream,"
            " below what it writes into the stream.\nThe lowest row of the upper matrices: at how"
            " many of the outputs the neuron is on.",
            stamp(data.step),
        )
        digits = 2 if WIDE / neurons > 30 else 1 if WIDE / neurons > 25 else None
        stream, y, made = [str(d) for d in range(dims)], float(TOP), []
        for layer in range(layers):
            reads = Matrix(
                axes := canvas.panel(LEFT, y, WIDE, (dims + 1) * ROW),
                theme,
                theme.signed,
                scale,
                [*stream, "b"],
                neurons,
                digits=digits,
            )
            canvas.caption(
                axes,
                "abcdefgh"[2 * layer % 8],
                f"W_in of layer {layer}",
                "rows: dimensions of the stream, and the bias b",
            )
            on = Matrix(
                axes := canvas.panel(LEFT, y + (dims + 1) * ROW + 2, WIDE, ROW - 4),
                theme,
                theme.probability,
                Normalize(0, 1),
                ["on"],
                neurons,
                digits=digits,
            )
            y += (dims + 2) * ROW + APART - 16
            writes = Matrix(
                axes := canvas.panel(LEFT, y, WIDE, dims * ROW),
                theme,
                theme.signed,
                scale,
                stream,
                [f"{n}" for n in range(neurons)],
                digits=digits,
            )
            canvas.caption(
                axes,
                "abcdefgh"[(2 * layer + 1) % 8],
                f"W_out of layer {layer}",
                "turned, so that its columns are neurons too",
            )
            bias = Matrix(
                canvas.panel(LEFT + WIDE + BIAS, y, 44, dims * ROW),
                theme,
                theme.signed,
                scale,
                dims,
                ["b_out"],
                digits=2,
            )
            made.append((reads, on, writes, bias))
            y += dims * ROW + APART + 12
        x = LEFT + WIDE + BIAS
        signed_bar(canvas, scale, x, TOP + 14, 90, "weight")
        colour_bar(
            canvas, theme.probability, Normalize(0, 1), x, TOP + 64, 90, "share “on”", (0, 1)
        )

        def update(data: Data) -> None:
            for layer, (reads, on, writes, bias) in enumerate(made):
                reads.set(np.vstack([data.W_in[layer], data.b_in[layer]]))
                on.set(data.on[layer][None])
                writes.set(data.W_out[layer].T)
                bias.set(data.b_out[layer][:, None])

        return update

    def caption(self, data: Data) -> str:
        return (
            "The weights of each feed-forward layer. A neuron adds up the normalized stream with"
            " the weights of its column and its bias b; where the sum is positive it is on, and"
            " writes its column of the lower matrix, times that sum. b_out is added whatever is on."
        )

    def alt(self, data: Data) -> str:
        one: Callable[[int], str] = lambda layer: (
            f"layer {layer} has {data.on.shape[1]} neurons, on at"
            f" {', '.join(f'{v:.2f}' for v in data.on[layer][:16])} of the outputs"
        )
        return (
            f"Weights at step {data.step:,}, the largest"
            f" {max(float(np.abs(a).max()) for a in (data.W_in, data.W_out)):.2f}: "
            + "; ".join(one(layer) for layer in range(len(data.on)))
            + "."
        )
