"""The figures of this folder."""

from reportgen.drawing.declared import Declared

FIGURES = (
    Declared("architecture-overview", "The whole computation, and every shape in it"),
    Declared("attention-by-lag", "How many steps back it looks"),
    Declared("attention-by-position-dynamics", "Where each position looks, on average", film=True),
    Declared(
        "attention-matrix", "From attention to the probability of the next token", follows="one"
    ),
    Declared("embedding-scatter", "Tokens, positions and their sums, point by point"),
    Declared("embeddings-dynamics", "Tokens, positions and their sums", film=True),
    Declared(
        "error-by-position",
        "Errors and attention on the answer, over every context tried",
        needs=("held",),
    ),
    Declared(
        "frozen-output",
        "How far the output moves as the value moves",
        needs=("plane", "residual"),
        follows="one",
    ),
    Declared(
        "generated-sequences", "What it writes by itself, at the first checkpoint and at this one"
    ),
    Declared(
        "learning-curve",
        "Loss against what can be known, and the rule error beneath it",
        needs=("checkpoints",),
        over_seeds=True,
    ),
    Declared("next-token-map", "What comes after each token"),
    Declared("output-dynamics", "The output landscape over training", film=True, needs=("plane",)),
    Declared("output-landscape", "Which token wins where, and how surely", needs=("plane",)),
    Declared(
        "output-probabilities-embeddings",
        "The probability of each next token over the plane",
        needs=("plane",),
    ),
    Declared(
        "output-probabilities-values",
        "The probability of each next token, and what reaches the output",
        needs=("plane",),
    ),
    Declared("qk-attention", "Queries, keys, and what each position attends to", follows="one"),
    Declared("qk-attention-dynamics", "Queries, keys, and the attention they make", film=True),
    Declared("qk-focus", "One query, and the score it gives to every key", needs=("head_plane",)),
    Declared("qk-full-heatmap", "Every query against every key"),
    Declared("qk-space", "All queries and all keys in one plane", needs=("head_plane",)),
    Declared(
        "qk-space-dynamics",
        "All queries and all keys in one plane",
        film=True,
        needs=("head_plane",),
    ),
    Declared(
        "qkv-dynamics",
        "Embeddings, queries, keys and values",
        film=True,
        needs=("plane", "head_plane"),
    ),
    Declared(
        "qkv-overview",
        "The whole network: from embeddings to the next token",
        needs=("plane", "head_plane", "direct", "residual"),
        follows="one",
    ),
    Declared(
        "qkv-transforms",
        "From embeddings to queries, keys and values",
        needs=("plane", "head_plane"),
    ),
    Declared(
        "qkv-transforms-extended",
        "Queries, keys and values, component by component",
        needs=("plane", "head_plane"),
    ),
    Declared(
        "query-fields",
        "One field of scores for each query of a sequence",
        needs=("head_plane",),
        follows="one",
    ),
    Declared(
        "replaced-parts",
        "Contexts answered wrongly as parts are replaced",
        needs=("attention",),
        module="replaced",
    ),
    Declared(
        "residual-stream",
        "What attention adds, and where that carries each position",
        needs=("residual",),
        follows="one",
    ),
    Declared("sequence-embeddings", "One sequence, embedded", follows="one"),
    Declared(
        "token-embeddings", "What the network has before attention: a token plus its position"
    ),
    Declared("training-data", "What the network is shown"),
    Declared(
        "trigger-scores",
        "What the query of one token scores and attends to",
        needs=("trigger", "one_head"),
    ),
    Declared(
        "typical-values",
        "One value for each token, and the answer it leads to",
        needs=("plane", "held", "one_head", "one_answer"),
    ),
    Declared(
        "value-arrows",
        "Value, attention output and sum of every position",
        needs=("plane", "one_head", "residual"),
        follows="one",
    ),
    Declared("value-demo", "One sequence against every next token", follows="one"),
    Declared(
        "value-output", "Values, and the means of them that attention passes on", follows="one"
    ),
)
