"""The figures of this folder."""

from reportgen.drawing.declared import Declared

FIGURES = (
    Declared(
        "architecture-overview",
        "The whole computation, and every shape in it",
        needs=("plain_layer",),
    ),
    Declared("attention-by-lag", "How many steps back it looks", needs=("one_layer",)),
    Declared(
        "attention-by-position-dynamics",
        "Where each position looks, on average",
        film=True,
        needs=("one_layer",),
    ),
    Declared(
        "attention-matrix",
        "From attention to the probability of the next token",
        follows="one",
        needs=("plain_layer",),
    ),
    Declared("deep-architecture", "The whole computation, layer by layer", needs=("deep",)),
    Declared(
        "embedding-scatter",
        "Tokens, positions and their sums, point by point",
        needs=("plain_layer",),
    ),
    Declared(
        "embeddings-dynamics", "Tokens, positions and their sums", film=True, needs=("plain_layer",)
    ),
    Declared(
        "error-by-depth",
        "The rule error at every depth, if the stream were read there",
        needs=("deep",),
    ),
    Declared(
        "error-by-position",
        "Errors and attention on the answer, over every context tried",
        needs=("held",),
    ),
    Declared(
        "frozen-output",
        "How far the output moves as the value moves",
        needs=("plain_layer", "plane", "residual"),
        follows="one",
    ),
    Declared(
        "generated-sequences", "What it writes by itself, at the first checkpoint and at this one"
    ),
    Declared("head-maps", "What each head attends to", needs=("deep",), follows="one"),
    Declared("heads-by-lag", "How many steps back each head looks", needs=("deep",)),
    Declared(
        "learning-curve",
        "Loss against what can be known, and the rule error beneath it",
        needs=("checkpoints",),
        over_seeds=True,
    ),
    Declared(
        "lens-of-sequence", "What would be said at each depth", needs=("deep",), follows="one"
    ),
    Declared("next-token-map", "What comes after each token"),
    Declared(
        "output-dynamics",
        "The output landscape over training",
        film=True,
        needs=("plain_layer", "plane"),
    ),
    Declared(
        "output-landscape", "Which token wins where, and how surely", needs=("plain_layer", "plane")
    ),
    Declared(
        "output-probabilities-embeddings",
        "The probability of each next token over the plane",
        needs=("plain_layer", "plane"),
    ),
    Declared(
        "output-probabilities-values",
        "The probability of each next token, and what reaches the output",
        needs=("plain_layer", "plane"),
    ),
    Declared(
        "parts-silenced",
        "What breaks without each head and each feed-forward layer",
        needs=("deep",),
    ),
    Declared(
        "qk-attention",
        "Queries, keys, and what each position attends to",
        follows="one",
        needs=("plain_layer",),
    ),
    Declared(
        "qk-attention-dynamics",
        "Queries, keys, and the attention they make",
        film=True,
        needs=("plain_layer",),
    ),
    Declared(
        "qk-focus",
        "One query, and the score it gives to every key",
        needs=("plain_layer", "head_plane"),
    ),
    Declared("qk-full-heatmap", "Every query against every key", needs=("plain_layer",)),
    Declared(
        "qk-space", "All queries and all keys in one plane", needs=("plain_layer", "head_plane")
    ),
    Declared(
        "qk-space-dynamics",
        "All queries and all keys in one plane",
        film=True,
        needs=("plain_layer", "head_plane"),
    ),
    Declared(
        "qkv-dynamics",
        "Embeddings, queries, keys and values",
        film=True,
        needs=("plain_layer", "plane", "head_plane"),
    ),
    Declared(
        "qkv-overview",
        "The whole network: from embeddings to the next token",
        needs=("plain_layer", "plane", "head_plane", "direct", "residual"),
        follows="one",
    ),
    Declared(
        "qkv-transforms",
        "From embeddings to queries, keys and values",
        needs=("plain_layer", "plane", "head_plane"),
    ),
    Declared(
        "qkv-transforms-extended",
        "Queries, keys and values, component by component",
        needs=("plain_layer", "plane", "head_plane"),
    ),
    Declared(
        "query-fields",
        "One field of scores for each query of a sequence",
        needs=("plain_layer", "head_plane"),
        follows="one",
    ),
    Declared(
        "replaced-parts",
        "Contexts answered wrongly as parts are replaced",
        needs=("plain_layer", "attention"),
        module="replaced",
    ),
    Declared(
        "residual-stream",
        "What attention adds, and where that carries each position",
        needs=("plain_layer", "residual"),
        follows="one",
    ),
    Declared(
        "sequence-embeddings", "One sequence, embedded", follows="one", needs=("plain_layer",)
    ),
    Declared("stream-by-depth", "The stream at every depth", needs=("deep", "one_answer")),
    Declared(
        "token-embeddings",
        "What the network has before attention: a token plus its position",
        needs=("plain_layer",),
    ),
    Declared("training-data", "What the network is shown"),
    Declared(
        "trigger-scores",
        "What the query of one token scores and attends to",
        needs=("plain_layer", "trigger", "one_head"),
    ),
    Declared(
        "typical-values",
        "One value for each token, and the answer it leads to",
        needs=("plain_layer", "plane", "held", "one_head", "one_answer"),
    ),
    Declared(
        "value-arrows",
        "Value, attention output and sum of every position",
        needs=("plain_layer", "plane", "one_head", "residual"),
        follows="one",
    ),
    Declared(
        "value-demo", "One sequence against every next token", follows="one", needs=("plain_layer",)
    ),
    Declared(
        "value-output",
        "Values, and the means of them that attention passes on",
        follows="one",
        needs=("plain_layer",),
    ),
)
