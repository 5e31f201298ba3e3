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
    yield '        mlp = np.maximum(read @ w["W_in"][layer] + w["b_in"][layer], 0)'
    out = 'mlp @ w["W_out"][layer] + w["b_out"][layer]'
    yield f"        x = {'x + ' if model.residual else ''}{out}"


def _read(name: str, layered: bool) -> str:
    """What a part of a layer reads of the stream."""
    return f'normal(x, w["{name}_w"][layer], w["{name}_b"][layer])' if layered else "x"


def says_of(lines: Sequence[str]) -> Says:
    """The function of printed lines, which this module wrote."""
    space: dict[str, Says] = {}
    exec("\n".join(lines), space)
    return space["says"]
