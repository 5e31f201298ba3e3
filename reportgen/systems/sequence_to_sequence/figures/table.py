"""The figures of this folder."""

from reportgen.drawing.declared import Declared

FIGURES = (
    Declared("cosine-and-chance", "The final residual stream and the embeddings", over_seeds=True),
    Declared(
        "learning-of-inputs",
        "Loss, right answers and attention over training",
        needs=("checkpoints",),
        over_seeds=True,
    ),
    Declared(
        "lens-by-depth",
        "What would be named after each part, and without the feed-forward layers",
        needs=("mlp", "layers"),
    ),
    Declared("mean-attention", "Where each output looks, on average", needs=("attention",)),
    Declared(
        "mirror-dynamics", "Where each output looks, over training", film=True, needs=("attention",)
    ),
    Declared("mlp-weights", "What each neuron reads, and what it writes", needs=("mlp",)),
    Declared(
        "one-digit-changed",
        "One digit is changed: which answers follow, and what carries the change",
        needs=("attention", "layers"),
    ),
    Declared(
        "parts-taken-away", "What stays right when one thing is taken away", needs=("attention",)
    ),
    Declared(
        "inputs-replaced",
        "Wrong output tokens as parts are replaced",
        needs=("attention",),
        module="replaced",
    ),
    Declared("seeds-of-inputs", "What all the seeds reach", needs=("seeds",), over_seeds=True),
    Declared("split-of-inputs", "Which inputs train, and which are held out"),
    Declared(
        "stream-dynamics",
        "What every part adds, over training",
        film=True,
        needs=("attention",),
        follows="one",
    ),
    Declared(
        "word-attention",
        "One held-out input: where each output looks",
        needs=("attention",),
        follows="one",
    ),
    Declared(
        "word-stream",
        "One held-out input: what every part adds to the stream",
        needs=("attention",),
        follows="one",
    ),
)
