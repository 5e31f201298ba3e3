"""Layouts: under which names, and with which axes, a file keeps each of our weights."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from reportgen.core.config.sections import ModelConfig, WeightsConfig
from reportgen.core.model import ONCE
from reportgen.core.weights.axes import OURS, Axes

INDEXED = re.compile(r"\{(layer|head)\}")


@dataclass(frozen=True)
class Source:
    """Where one of our weights comes from."""

    tensor: str  # its name in the file; {layer} and {head} stand for their numbers
    axes: str  # in the order of the file
    part: int = 0  # which one, of a tensor that holds several

    @property
    def indexed(self) -> tuple[str, ...]:
        """The axes that its name counts."""
        return tuple(dict.fromkeys(INDEXED.findall(self.tensor)))

    def keys(self, model: ModelConfig) -> Iterator[tuple[str, tuple[int, ...]]]:
        """Every name it has in a network, with the numbers of layer and head in it."""
        count = dict(layer=model.n_layers, head=model.n_heads)
        for at in product(*(range(count[axis]) for axis in self.indexed)):
            yield INDEXED.sub(lambda m: str(at[self.indexed.index(m[1])]), self.tensor), at

    def matches(self, key: str) -> bool:
        """Is this a name it has in a network of any number of layers and heads."""
        pattern = "".join(
            r"\d+" if i % 2 else re.escape(piece)
            for i, piece in enumerate(INDEXED.split(self.tensor))
        )
        return re.fullmatch(pattern, key) is not None


Groups = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Layout:
    """How files of one kind are laid out.

    A group of `optional` weights is there as a whole or not at all; without it they add nothing,
    and are zero.
    """

    name: str
    sources: Mapping[str, Source]  # by the name of our weight
    prefixes: tuple[str, ...] = ()  # with which all names, or some, may begin
    ignored: tuple[str, ...] = ()  # patterns of names that are no weights in such files
    optional: Groups = ()
    activation: str = ""  # that networks of this layout have, where it is always the same


def ours(name: str) -> tuple[str, ...]:
    """The axes of our weight, that of the layer included."""
    return (*(() if name in ONCE else ("layer",)), *OURS[name].split())


def _hooked() -> Layout:
    inner = {f"ln{i}_{k}": f"ln{i}.{k}" for i in (1, 2) for k in "wb"}
    inner |= {name: f"attn.{name}" for name in OURS if name[2:] in ("Q", "K", "V", "O")}
    inner |= {name: f"mlp.{name}" for name in ("W_in", "b_in", "W_out", "b_out")}
    outer = {
        "W_E": "embed.W_E",
        "W_pos": "pos_embed.W_pos",
        "W_U": "unembed.W_U",
        "b_U": "unembed.b_U",
        "ln_final_w": "ln_final.w",
        "ln_final_b": "ln_final.b",
    }
    named = outer | {name: f"blocks.{{layer}}.{theirs}" for name, theirs in inner.items()}
    return Layout(
        "transformer_lens",
        {name: Source(named[name], OURS[name]) for name in OURS},
        ignored=("blocks.*.attn.mask", "blocks.*.attn.IGNORE"),
    )


def _fused(name: str, layer: str, *, linear: bool, activation: str) -> Layout:
    """GPT-2 as it is commonly written: queries, keys and values in one matrix, and matrices that
    are `linear`, (out, in), or the other way round.
    """

    def turned(into: str, of: str) -> str:
        return f"{into} {of}" if linear else f"{of} {into}"

    at: dict[str, Source] = {
        "W_E": Source("wte.weight", "token d_model"),
        "W_pos": Source("wpe.weight", "position d_model"),
        "W_U": Source("lm_head.weight", "token d_model"),
        "b_U": Source("lm_head.bias", "token"),
        "ln_final_w": Source("ln_f.weight", "d_model"),
        "ln_final_b": Source("ln_f.bias", "d_model"),
    }
    for i in "12":
        at[f"ln{i}_w"] = Source(f"{layer}.ln_{i}.weight", "d_model")
        at[f"ln{i}_b"] = Source(f"{layer}.ln_{i}.bias", "d_model")
    for part, letter in enumerate("QKV"):
        axes = turned("(3 head d_head)", "d_model")
        at[f"W_{letter}"] = Source(f"{layer}.attn.c_attn.weight", axes, part)
        at[f"b_{letter}"] = Source(f"{layer}.attn.c_attn.bias", "(3 head d_head)", part)
    at["W_O"] = Source(f"{layer}.attn.c_proj.weight", turned("d_model", "(head d_head)"))
    at["b_O"] = Source(f"{layer}.attn.c_proj.bias", "d_model")
    at["W_in"] = Source(f"{layer}.mlp.c_fc.weight", turned("d_mlp", "d_model"))
    at["b_in"] = Source(f"{layer}.mlp.c_fc.bias", "d_mlp")
    at["W_out"] = Source(f"{layer}.mlp.c_proj.weight", turned("d_model", "d_mlp"))
    at["b_out"] = Source(f"{layer}.mlp.c_proj.bias", "d_model")
    return Layout(
        name,
        at,
        prefixes=("_orig_mod.", "transformer."),
        ignored=(
            f"{layer.format(layer='*')}.attn.bias",
            f"{layer.format(layer='*')}.attn.masked_bias",
        ),
        optional=(("b_U",), ("b_in", "b_out"), ("ln1_b", "ln2_b", "ln_final_b")),
        activation=activation,
    )


LAYOUTS: Mapping[str, Layout] = {
    each.name: each
    for each in (
        _hooked(),
        _fused("nanogpt", "h.{layer}", linear=True, activation="gelu"),
        _fused("huggingface_gpt2", "h.{layer}", linear=False, activation="gelu_new"),
    )
}


def layout_of(given: WeightsConfig) -> Layout:
    """The layout that a configuration names, or says itself."""
    if given.layout != "by_name":
        return LAYOUTS[given.layout]
    sources = {}
    for name, source in given.names.items():
        if isinstance(source, str):
            sources[name] = Source(source, OURS[name])
        else:
            sources[name] = Source(source.tensor, source.axes or OURS[name], source.part)
    biases = tuple(
        (name,) for name in OURS if name not in sources and (name[:2] == "b_" or name[-2:] == "_b")
    )
    return Layout("by_name", sources, optional=biases)


def parts_of(source: Source) -> int:
    """Into how many parts its tensor is cut."""
    return Axes.of(source.axes).parts
