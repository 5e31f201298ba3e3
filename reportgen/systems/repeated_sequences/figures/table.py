"""The figures of this folder."""

from reportgen.drawing.declared import Declared

FIGURES = (
    Declared(
        "repeats-ablations",
        "Right answers that are left without a head",
        needs=("attention",),
        module="ablations",
    ),
    Declared(
        "repeats-architecture", "The whole computation, layer by layer", module="architecture"
    ),
    Declared(
        "repeats-attention",
        "What each position looks at, in every head",
        needs=("attention",),
        module="attention",
        follows="one",
    ),
    Declared(
        "repeats-attention-by-offset",
        "How far back each head looks",
        needs=("attention",),
        module="attention_by_offset",
    ),
    Declared(
        "repeats-attention-dynamics",
        "What each position looks at, over training",
        film=True,
        needs=("attention",),
        module="attention_dynamics",
        follows="one",
    ),
    Declared(
        "repeats-circuits",
        "Two tables from the weights: what each token looks for, and what it promotes",
        needs=("attention",),
        module="circuits",
    ),
    Declared(
        "repeats-composition",
        "How much of what a head writes the next layer reads",
        needs=("layers",),
        over_seeds=True,
        module="composition",
    ),
    Declared(
        "repeats-learning-curve",
        "Loss, right answers, and what the heads look at",
        needs=("checkpoints",),
        over_seeds=True,
        module="learning_curve",
    ),
    Declared(
        "repeats-patching",
        "Where the difference between two inputs is carried",
        needs=("attention",),
        module="patching",
    ),
    Declared(
        "repeats-path-patching",
        "Which way from one layer to the next",
        needs=("layers", "residual"),
        module="path_patching",
    ),
    Declared(
        "repeats-replaced",
        "Wrong answers as parts are replaced",
        needs=("attention",),
        module="replaced",
    ),
    Declared(
        "repeats-scores",
        "What each head does, in numbers, in every seed",
        needs=("attention",),
        over_seeds=True,
        module="scores",
    ),
    Declared(
        "repeats-sequences",
        "What the network reads, and what it predicts once a sequence repeats",
        module="sequences",
        follows="all",
    ),
)
