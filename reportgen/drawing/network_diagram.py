"""The computation of a network of any depth: one stream, and what each layer reads from it and adds
to it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from reportgen.core.config.sections import ModelConfig
from reportgen.drawing.canvas import Canvas
from reportgen.drawing.diagrams import Diagram
from reportgen.measure.numbers import grouped

HEIGHT, WITHOUT_POSITIONS = 372, 312  # CSS pixels
STACKED = 9  # CSS pixels by which a stack of several heads stands out above its layer's name
MAIN, FIRST, LAST = (
    276,
    118,
    640,
)  # CSS pixels: height of the stream in the sheet, and between where and where the layers stand


@dataclass(frozen=True)
class Network:
    """Sizes of the network, and which parts it has."""

    vocabulary: int
    n_ctx: int
    d_model: int
    d_head: int
    d_mlp: int
    n_heads: int
    n_layers: int
    projection: bool
    residual: bool
    normalized: bool
    positions: str
    parameters: int

    @classmethod
    def of(cls, m: ModelConfig, vocabulary: int, parameters: int) -> "Network":
        """That of a configuration."""
        return cls(
            vocabulary,
            m.n_ctx,
            m.d_model,
            m.d_head,
            m.d_mlp,
            m.n_heads,
            m.n_layers,
            m.output_projection,
            m.residual,
            m.normalization != "none",
            m.positions,
            parameters,
        )


def height_of(data: Network) -> float:
    """CSS pixels: less where no table of positions stands below the stream."""
    return HEIGHT if data.positions in ("stream", "attention") else WITHOUT_POSITIONS


def draw(canvas: Canvas, title: str, data: Network) -> None:
    """From tokens to the chances of the next one, layer by layer."""
    canvas.headline(
        title,
        f"{grouped(data.parameters)} parameters.  The thick line is the residual stream:"
        f" {data.n_ctx} positions of {data.d_model} numbers each, in parallel.",
    )
    on, roles = Diagram(canvas), canvas.theme.roles
    thick = 2.6 if data.residual else 1.2
    on.box(50, MAIN, 98, "Tokens", f"W_E  {data.vocabulary} × {data.d_model}")
    if data.positions in ("stream", "attention"):
        on.box(50, 336, 98, "Positions", f"W_pos  {data.n_ctx} × {data.d_model}")
    wide = (LAST - FIRST) / max(data.n_layers, 1)
    heads = f"{data.n_heads} × " if data.n_heads > 1 else ""
    end, x = 99.0, float(FIRST)
    if data.positions == "stream":
        on.line((99, 336), (x + 6, 336), (x + 6, MAIN + 9))
        on.line((end, MAIN), (x - 5, MAIN), width=thick)
        on.plus(x + 6, MAIN)
        end, x = x + 15, x + 16
        wide = (LAST - x) / max(data.n_layers, 1)
    for layer in range(data.n_layers):
        left = x + layer * wide
        middle, branch, back = left + wide / 2, left + 22, left + wide - 28
        block = min(back - branch - 14, 190)
        rise = STACKED if data.n_heads > 1 else 0
        on.frame(left + 6, 66 - rise, wide - 12, MAIN - 42 + rise, f"layer {layer}")
        for y, name, role in (
            (112, f"Query · key{', turned' * (data.positions == 'rotary')}", "query"),
            (166, "Value", "value"),
        ):
            shape = (
                f"{heads}W_Q, W_K  {data.d_model} × {data.d_head}"
                if role == "query"
                else f"{heads}W_V  {data.d_model} × {data.d_head}"
                + (
                    f",  W_O  {data.d_head} × {data.d_model}"
                    if data.projection and block > 170
                    else ""
                )
            )
            entry = y - 8 if role == "query" and data.positions == "attention" else y
            on.line((branch, MAIN), (branch, entry), (middle - block / 2, entry))
            on.box(middle, y, block, name, shape, roles[role], stack=data.n_heads)
        on.box(
            middle,
            222,
            block,
            "Mix",
            f"{'attention' if block > 150 else 'A'} × values{', W_O' if data.projection else ''}",
            weights=False,
        )
        on.line((middle, 187), (middle, 201), colour=roles["value"])
        on.line(
            (middle + block / 2, 112),
            (middle + block / 2 + 8, 112),
            (middle + block / 2 + 8, 214),
            (middle + block / 2, 214),
            colour=roles["query"],
        )
        on.line((middle + block / 2, 230), (back, 230), (back, MAIN - 9), colour=roles["value"])
        if data.normalized:
            on.tag(branch, MAIN - 26, "LN")
        if data.positions == "attention":
            on.line((99, 336), (branch - 9, 336), (branch - 9, 121), (middle - block / 2, 121))
            on.words(branch + 30, 350, "added for Q and K")
        on.line((end, MAIN), (back - 11, MAIN), width=thick)
        on.plus(back, MAIN)
        end = back + 9
        if data.d_mlp:
            on.words(back - 12, MAIN + 18, f"then MLP {data.d_mlp}")
    on.line((end, MAIN), (704, MAIN), (704, 238), width=thick)
    if data.normalized:
        on.tag(704, 258, "LN")
    on.box(704, 217, 104, "Head  W_U", f"{data.d_model} × {data.vocabulary},  bias")
    on.line((704, 196), (704, 147))
    on.box(704, 126, 104, "P(next token)", "softmax", weights=False)


def caption(data: Network) -> str:
    """How to read it."""
    positions = {
        "attention": (
            "Positions are added to what queries and keys are made from, so the values"
            " of the first layer say nothing about positions."
        ),
        "stream": ("Positions are added to the stream, so every value may contain its position."),
        "rotary": (
            "Positions are not added: each query and each key is turned by its position, so that"
            " a score depends on how far apart the two stand."
        ),
        "none": "There are no positions.",
    }[data.positions]
    several = f" Stacked boxes are {data.n_heads} heads." if data.n_heads > 1 else ""
    return (
        "Boxes with a fill hold weights and name their shape, rows in, columns out; plain"
        f" boxes are computed. {positions}{several}"
        + (
            " LN: layer normalization, which takes away the mean, divides by the length and"
            " multiplies by a gain."
            if data.normalized
            else ""
        )
    )


def alt(data: Network) -> str:
    """It in a sentence, for those who cannot see it."""
    count: Callable[[int, str], str] = lambda n, word: f"{n} {word}{'s' * (n != 1)}"
    where = {
        "attention": "added to what queries and keys are made from",
        "stream": "added to the stream",
        "rotary": "turning queries and keys",
        "none": "not used",
    }[data.positions]
    return (
        f"Computation graph: {data.vocabulary} tokens embedded in"
        f" {count(data.d_model, 'dimension')}, positions {where};"
        f" {count(data.n_layers, 'layer')} of {count(data.n_heads, 'attention head')} of size"
        f" {data.d_head}{f' and {data.d_mlp} hidden units' if data.d_mlp else ''}; a head over"
        f" {data.vocabulary} tokens; {grouped(data.parameters)} parameters."
    )
