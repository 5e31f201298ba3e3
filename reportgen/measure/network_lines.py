"""A whole network as a program of a few lines: what a page prints is what is run."""

from collections.abc import Callable, Iterable, Sequence

from reportgen.core.config.sections import EPSILON, ModelConfig
from reportgen.core.recording import Weights
from reportgen.project import LIVE_FILES

Says = Callable[[Sequence[str], Sequence[str], Weights], list[str]]
ABOUT, SHOWN, _ = LIVE_FILES
# the weights as the playground loads them: the displayed seed, its checkpoints one after the other
LOADING = (
    "import json",
    "from pathlib import Path",
    "import numpy as np",
    "",
    f'about = json.loads(Path("{ABOUT}").read_text("utf-8"))',
    'shapes, steps = about["shapes"], about["seeds"][0]["steps"]',
    f'flat = np.fromfile("{SHOWN}", "<f4").reshape(len(steps), -1)[-1]',
    "ends = np.cumsum([np.prod(shape) for _, shape in shapes])",
    "parts = zip(shapes, np.split(flat, ends[:-1]))",
    "w = {name: part.reshape(shape) for (name, shape), part in parts}",
    'names = about["tokens"]',
)
NEURONS = dict(
    gelu=(
        "from math import erf",
        "",
        "def neurons(x):",
        "    return x / 2 * (1 + np.vectorize(erf)(x / np.sqrt(2)))",
        "",
    ),
    gelu_new=(
        "def neurons(x):",
        "    return x / 2 * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))",
        "",
    ),
)
NORMAL = (
    "def normal(x, gain, bias):",
    "    x = x - x.mean(-1, keepdims=True)",
    f"    size = np.sqrt((x * x).mean(-1, keepdims=True) + {EPSILON})",
    "    return x / size * gain + bias",
    "",
)


def lines_of(model: ModelConfig) -> list[str]:
    """The function `says`, which takes the tokens read so far, the names of all tokens and the
    weights, and names the first choice after each token.
    """
    layered = model.normalization == "LN"
    begin = [
        "def says(tokens, names, w):",
        "    ids, n = [names.index(t) for t in tokens], len(tokens)",
        '    x, past = w["W_E"][ids], np.tri(n, dtype=bool)',
    ]
    if model.positions == "stream":
        begin.append('    x = x + w["W_pos"][:n]')
    body = [*_attention(model, layered), *_feed_forward(model, layered)] if model.n_layers else []
    last = 'normal(x, w["ln_final_w"], w["ln_final_b"])' if layered else "x"
    return [
        "import numpy as np",
        "",
        *(NORMAL if layered else ()),
        *(NEURONS.get(model.activation, ()) if model.d_mlp and model.n_layers else ()),
        *(_turned(model) if model.positions == "rotary" else ()),
        *begin,
        *body,
        f'    logits = {last} @ w["W_U"] + w["b_U"]',
        "    return [names[i] for i in logits.argmax(-1)]",
    ]


def _attention(model: ModelConfig, layered: bool) -> Iterable[str]:
    biased = model.attention_biases
    bias: Callable[[str], str] = lambda name: f' + w["b_{name}"][layer, head]' if biased else ""
    yield f"    for layer in range({model.n_layers}):"
    yield f"        read = {_read('ln1', layered)}"
    placed = "read"
    if model.positions == "attention":
        yield '        placed = read + w["W_pos"][:n]'
        placed = "placed"
    yield "        heads = []"
    yield f"        for head in range({model.n_heads}):"
    for name, source in (("Q", placed), ("K", placed), ("V", "read")):
        matrix = f'{source} @ w["W_{name}"][layer, head]{bias(name)}'
        if model.positions == "rotary" and name != "V":
            matrix = f"turned({matrix})"
        yield f"            {name.lower()} = {matrix}"
    yield "            scores = np.where(past, q @ k.T / np.sqrt(k.shape[1]), -1e30)"
    yield "            weight = np.exp(scores - scores.max(1, keepdims=True))"
    out = ' @ w["W_O"][layer, head]' if model.output_projection else ""
    yield f"            heads.append(weight / weight.sum(1, keepdims=True) @ v{out})"
    joined = "sum(heads)" if model.output_projection else "np.concatenate(heads, 1)"
    constant = ' + w["b_O"][layer]' if biased else ""
    yield f"        x = {'x + ' if model.residual else ''}{joined}{constant}"


def _feed_forward(model: ModelConfig, layered: bool) -> Iterable[str]:
    if not model.d_mlp:
        return
    yield f"        read = {_read('ln2', layered)}"
    read = 'read @ w["W_in"][layer] + w["b_in"][layer]'
    said = f"np.maximum({read}, 0)" if model.activation == "relu" else f"neurons({read})"
    yield f"        mlp = {said}"
    out = 'mlp @ w["W_out"][layer] + w["b_out"][layer]'
    yield f"        x = {'x + ' if model.residual else ''}{out}"


def _turned(model: ModelConfig) -> Iterable[str]:
    """Queries or keys turned by their position, as `model.turned`."""
    half = model.d_head // 2
    yield "def turned(x):"
    yield f"    speed = {model.rotary_base} ** (-np.arange({half}) / {half})"
    yield "    angle = np.arange(len(x))[:, None] * speed"
    yield f"    a, b, cos, sin = x[:, :{half}], x[:, {half}:], np.cos(angle), np.sin(angle)"
    yield "    return np.concatenate([a * cos - b * sin, b * cos + a * sin], 1)"
    yield ""


def _read(name: str, layered: bool) -> str:
    """What a part of a layer reads of the stream."""
    return f'normal(x, w["{name}_w"][layer], w["{name}_b"][layer])' if layered else "x"


def says_of(lines: Sequence[str]) -> Says:
    """The function of printed lines, which this module wrote."""
    space: dict[str, Says] = {}
    exec("\n".join(lines), space)
    return space["says"]
