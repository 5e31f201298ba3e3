"""The figures of this folder."""

from reportgen.drawing.declared import Declared

FIGURES = (
    Declared("attention-by-distance", "How far back each head looks", needs=("attention",)),
    Declared(
        "attention-by-distance-dynamics",
        "How far back each head looks, over training",
        film=True,
        needs=("attention",),
    ),
    Declared("embedding-dynamics", "The embedding over training", film=True, needs=("table",)),
    Declared("embedding-map", "The embedding on two maps", needs=("table",)),
    Declared(
        "excess-by-width",
        "How close each width comes to the table of counts",
        needs=("table", "narrower"),
        over_seeds=True,
    ),
    Declared(
        "feed-forward-maps",
        "Which sources count, before and after the feed-forward block",
        needs=("attention", "mlp", "residual"),
        follows="one",
    ),
    Declared(
        "head-catalogue",
        "What each head looks at, what it copies, and the loss without it",
        needs=("layers", "mlp", "residual"),
    ),
    Declared("heads-taken-away", "How much the loss rises without a head", needs=("attention",)),
    Declared(
        "lens-dynamics",
        "The prediction at each depth, over training",
        film=True,
        needs=("layers", "mlp", "residual"),
        follows="one",
    ),
    Declared(
        "lens-of-text",
        "The prediction read from the stream at each depth",
        needs=("layers", "mlp", "residual"),
    ),
    Declared(
        "lens-passage",
        "The prediction at every depth, in one passage",
        needs=("layers", "mlp", "residual"),
        follows="one",
    ),
    Declared(
        "nearest-tokens", "Nearest tokens, and how alike their next tokens are", needs=("table",)
    ),
    Declared(
        "neuron-catalogue",
        "The neurons that matter most: what activates them, what they raise",
        needs=("layers", "mlp", "residual"),
    ),
    Declared(
        "norms-beside-weights",
        "Attention weights, and the lengths of what arrives",
        needs=("attention", "residual"),
        follows="one",
    ),
    Declared(
        "ov-circuits", "What each head adds to the logits, by attended token", needs=("circuits",)
    ),
    Declared("pair-tables", "What follows what: the network beside the counts", needs=("table",)),
    Declared(
        "parts-missed",
        "How much the loss rises without a part",
        needs=("layers", "mlp", "residual"),
    ),
    Declared(
        "passage-attention",
        "One held-out passage through every head",
        needs=("attention",),
        follows="one",
    ),
    Declared(
        "prompt-patching",
        "Where an exchanged token is carried",
        needs=("layers", "mlp", "residual"),
    ),
    Declared("prompts", "Likeliest next tokens of some prompts", needs=("attention",)),
    Declared(
        "push-by-part",
        "Contribution of each part to the logit of the correct token",
        needs=("layers", "mlp", "residual"),
    ),
    Declared(
        "push-passage",
        "Contribution of each part, position by position",
        needs=("layers", "mlp", "residual"),
        follows="one",
    ),
    Declared("qk-circuits", "What each head looks for: scores between tokens", needs=("circuits",)),
    Declared(
        "text-replaced",
        "First choices that change as the network is replaced",
        needs=("attention",),
        module="replaced",
    ),
    Declared(
        "skip-trigrams",
        "The strongest skip-trigrams in the weights, and their lift in the text",
        needs=("circuits",),
    ),
    Declared("table-dynamics", "What follows what, over training", film=True, needs=("table",)),
    Declared(
        "text-learning-curve",
        "Loss beside that of simple counts, and correct predictions",
        needs=("checkpoints",),
        over_seeds=True,
    ),
    Declared(
        "text-passages", "Held-out passages, and what was expected at each position", follows="all"
    ),
    Declared(
        "token-attribution",
        "Contribution of each token to the logit of the correct one",
        needs=("circuits",),
        follows="one",
    ),
    Declared("what-follows", "What comes after a token", needs=("table",)),
    Declared("what-precedes", "What comes before a token", needs=("table",)),
    Declared(
        "written-text", "Text written by the network at several temperatures", needs=("table",)
    ),
)
