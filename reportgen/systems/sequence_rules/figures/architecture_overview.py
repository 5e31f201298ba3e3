"""01: the computation, drawn from the shapes of this configuration; nothing is typed."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from reportgen.core.config import ModelConfig
from reportgen.drawing.canvas import Canvas
from reportgen.drawing.diagrams import Diagram
from reportgen.drawing.figure import Figure, figure
from reportgen.measure.numbers import grouped
from reportgen.systems.sequence_rules.view import Study

MAIN = 336  # height of the residual stream in the sheet


@dataclass(frozen=True)
class Data:
    """Sizes of the network, and which optional parts it has."""

    vocabulary: int
    n_ctx: int
    d_model: int
    d_head: int
    d_mlp: int
    n_heads: int
    n_layers: int
    output_projection: bool
    residual: bool
    normalization: str
    parameters: int


def sizes(model: ModelConfig, vocabulary: int, parameters: int) -> Data:
    """The sizes in a configuration."""
    return Data(
        vocabulary,
        model.n_ctx,
        model.d_model,
        model.d_head,
        model.d_mlp,
        model.n_heads,
        model.n_layers,
        model.output_projection,
        model.residual,
        model.normalization,
        parameters,
    )


@figure("architecture-overview")
class ArchitectureOverview(Figure[Study, Data, None]):
    """From tokens to the chances of the next one, with the shape of every tensor."""

    height = 388

    def compute(self, study: Study) -> Data:
        return sizes(
            study.config.model,
            len(study.tokens),
            sum(int(np.asarray(w).size) for w in study.weights.values()),
        )

    def draw(self, canvas: Canvas, data: Data, scale: None) -> None:
        stream = (
            "The thick line is the residual stream."
            if data.residual
            else "No residual stream: each block replaces what came before."
        )
        canvas.headline(
            self.title,
            f"{grouped(data.parameters)} parameters.  Filled boxes hold weights; T = {data.n_ctx}"
            f" positions run through in parallel.  {stream}",
        )
        _draw(Diagram(canvas), data)

    def caption(self, data: Data) -> str:
        heads = (
            f" Stacked boxes are {data.n_heads} heads, each with weights of its own; their outputs"
            " are joined."
            if data.n_heads > 1
            else ""
        )
        layers = (
            f" The framed part is repeated {data.n_layers} times with weights of its own."
            if data.n_layers > 1
            else ""
        )
        mix = (
            "The mixed values are projected by W_O."
            if data.output_projection
            else (
                "The mixed values are added as they are: there is no output projection."
                if data.residual
                else "The mixed values are passed on as they are: there is no output projection."
            )
        )
        return (
            "Boxes with a fill hold weights and name their shape, rows in, columns out; plain"
            " boxes are computed, of the shape they name. Query blue, key red, value green."
            f" {mix}{heads}{layers}"
        )

    def alt(self, data: Data) -> str:
        count: Callable[[int, str], str] = lambda n, word: f"{n} {word}{'s' * (n != 1)}"
        joined = (
            "both added to the residual stream"
            if data.residual
            else "one after the other, without a residual stream"
        )
        return (
            f"Computation graph: {data.vocabulary} tokens and {data.n_ctx} positions embedded in"
            f" {count(data.d_model, 'dimension')}; {count(data.n_layers, 'layer')} of"
            f" {count(data.n_heads, 'attention head')} of size {data.d_head} and a feed-forward"
            f" network with {count(data.d_mlp, 'hidden unit')}, {joined}; then a head over"
            f" {data.vocabulary} tokens; {data.parameters:,} parameters."
        )


def _draw(on: Diagram, data: Data) -> None:
    """All boxes and lines, from left to right."""
    d, h, many = data.d_model, data.d_head, f"{data.n_heads} × " if data.n_heads > 1 else ""
    roles, norm = on.theme.roles, data.normalization != "none"
    thick = 2.6 if data.residual else 1.2
    on.box(50, 246, 96, "Tokens", f"W_E  {data.vocabulary} × {d}")
    on.box(50, MAIN, 96, "Positions", f"W_pos  {data.n_ctx} × {d}")
    on.line((98, MAIN), (125, MAIN))
    on.line((98, 246), (134, 246), (134, MAIN - 9))
    on.plus(134, MAIN)
    # attention
    on.frame(
        170,
        74,
        308,
        210,
        (
            f"attention, {data.n_heads} heads of size {h}"
            if data.n_heads > 1
            else f"attention, head size {h}"
        ),
    )
    branch = 161
    for y, name, role in (
        (128, "Query  W_Q", "query"),
        (188, "Key  W_K", "key"),
        (248, "Value  W_V", "value"),
    ):
        on.line((branch, MAIN), (branch, y), (186, y))
        on.box(230, y, 88, name, f"{many}{d} × {h}", roles[role], stack=data.n_heads)
    on.box(
        338,
        158,
        84,
        "Scores",
        f"{many}T × T" if many else "T × T, causal",
        weights=False,
        stack=data.n_heads,
    )
    on.box(432, 158, 70, "Softmax", f"{many}T × T", weights=False, stack=data.n_heads)
    on.line((274, 128), (285, 128), (285, 149), (296, 149), colour=roles["query"])
    on.line((274, 188), (285, 188), (285, 167), (296, 167), colour=roles["key"])
    on.line((380, 158), (397, 158))
    wide = data.n_heads * h
    mix = 342 if data.output_projection else 432
    on.line((274, 248), (mix - 35, 248), colour=roles["value"])
    on.box(mix, 248, 70, "Mix", f"T × {wide}", roles["value"], weights=False)
    if data.output_projection:
        on.line((432, 179), (432, 203), (342, 203), (342, 227))
        on.line((377, 248), (397, 248), colour=roles["value"])
        on.box(432, 248, 70, "W_O", f"{wide} × {d}", roles["value"])
    else:
        on.line((432, 179), (432, 227))
    if norm:
        on.tag(branch, 306, "LN")
    # the stream, and the feed-forward network beside it
    added, after = 432, 614
    mlp = f"{d} × {data.d_mlp},  {data.d_mlp} × {d},  biases"
    if data.residual:
        on.line((143, MAIN), (added - 11, MAIN), width=thick)
        on.line((added + 9, MAIN), (after - 11, MAIN), width=thick)
        on.line((added, 269), (added, MAIN - 9), colour=roles["value"])
        on.plus(added, MAIN)
        on.line((522, MAIN), (522, 238))
        on.line((after, 238), (after, MAIN - 9))
        on.plus(after, MAIN)
        on.line((after + 9, MAIN), (704, MAIN), (704, 238), width=thick)
    else:
        on.line((143, MAIN), (branch, MAIN), head=False)
        on.line((added, 269), (added, MAIN), (522, MAIN), (522, 238), colour=roles["value"])
        on.line((after, 238), (after, MAIN), (704, MAIN), (704, 238))
    on.box(568, 217, 146, "Feed-forward, ReLU", mlp)
    for x in (230, 478, 678) if data.residual else (478, 678):
        on.words(x, MAIN + 16, f"T × {d}")
    if norm:
        on.tag(522, 290, "LN")
        on.tag(704, 290, "LN")
    if data.n_layers > 1:
        on.frame(147, 66, 499, MAIN - 36, f"× {data.n_layers} layers", corner="right")
    on.box(704, 217, 108, "Head  W_U", f"{d} × {data.vocabulary},  bias")
    on.line((704, 196), (704, 147))
    on.box(704, 126, 108, "P(next token)", f"T × {data.vocabulary}, softmax", weights=False)
