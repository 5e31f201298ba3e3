"""What facts, figures and chapters need of the layers and heads of a network, and the words for
where it lacks it.
"""

from reportgen.core.config import Config


def residual(config: Config) -> str:
    """Layers that add to the stream."""
    return (
        ""
        if config.model.residual
        else (
            "it follows the residual stream, and here no layer adds to what came before: each puts"
            " its own output in its place"
        )
    )


def attention(config: Config) -> str:
    """A layer."""
    return (
        ""
        if config.model.n_layers
        else (
            "it is about attention, and here there is no layer: the unembedding reads the embedding"
        )
    )


def mlp(config: Config) -> str:
    """A layer with a feed-forward part."""
    return (
        ""
        if config.model.n_layers and config.model.d_mlp
        else "it is about the feed-forward layer, and here there is none"
    )


def layers(config: Config) -> str:
    """At least two layers."""
    n = config.model.n_layers
    return (
        ""
        if n > 1
        else (
            "it follows what a later layer reads from an earlier one, and here there"
            f" {'is 1 layer' if n else 'are none'}"
        )
    )


def one_layer(config: Config) -> str:
    """Exactly one layer."""
    n = config.model.n_layers
    return "" if n == 1 else f"it is about a single layer, and here there are {n or 'none'}"


def one_head(config: Config) -> str:
    """One head in all."""
    m = config.model
    layers = f" in each of {m.n_layers} layers" if m.n_layers > 1 else ""
    return (
        ""
        if max(m.n_layers, 1) * m.n_heads == 1
        else f"it shows one head, and here there {heads(m.n_heads)}{layers}"
    )


def several_heads(config: Config) -> str:
    """Several heads in a layer."""
    return (
        ""
        if config.model.n_heads > 1
        else "it is about the heads of a layer together, and here each has one"
    )


def plain_layer(config: Config) -> str:
    """One layer both ends of which are functions that can be written down."""
    return (
        ""
        if config.model.plain_layer
        else (
            "it reads the network as two functions, of a token at a position and of a point of the"
            " stream, which are exact for one layer of attention and ReLU neurons, without"
            " normalization or attention biases, and with positions in the stream"
        )
    )


def deep(config: Config) -> str:
    """Layers that cannot be, with a stream along them."""
    if not config.model.n_layers:
        return attention(config)
    return (
        "it follows the answer through the depth of a network, and here one layer is taken apart"
        " step by step instead"
        if config.model.plain_layer
        else residual(config)
    )


def position_table(config: Config) -> str:
    """W_pos."""
    return (
        ""
        if config.model.position_weights
        else "it is about embeddings of positions, and here there are none"
    )


def heads(n: int) -> str:
    """How many heads there are, after the word there."""
    return "is 1 head" if n == 1 else f"are {n} heads"
