"""The figures of this folder."""

from reportgen.drawing.declared import Declared

FIGURES = (
    Declared("attention-by-position", "Where the outputs look", needs=("attention",)),
    Declared("inputs-over-training", "Every input, over training", film=True, needs=("pairs",)),
    Declared(
        "learning-of-outputs",
        "Loss and right outputs over training",
        needs=("training",),
        over_seeds=True,
    ),
    Declared("margins-of-inputs", "Every input, and by how much it is right", needs=("pairs",)),
    Declared("margins-of-outputs", "By how much the right answer leads"),
    Declared("neurons-by-frequency", "How often each neuron goes round", needs=("modulus", "mlp")),
    Declared("one-input", "One input: where its outputs look, and what they say", follows="one"),
    Declared("outputs-replaced", "Wrong outputs as parts are replaced", module="replaced"),
    Declared(
        "power-by-frequency", "Which frequencies embeddings and logits have", needs=("modulus",)
    ),
    Declared(
        "power-over-training",
        "The frequencies of embeddings and logits, over training",
        film=True,
        needs=("modulus",),
    ),
    Declared(
        "restricted-and-excluded",
        "With the key frequencies alone, and without them",
        needs=("modulus", "training"),
        over_seeds=True,
    ),
    Declared("scores-of-tokens", "Which tokens the first output looks for", needs=("attention",)),
    Declared("seeds-of-outputs", "What all the seeds reach", needs=("seeds",), over_seeds=True),
    Declared("values-of-tokens", "What looking at a token says", needs=("attention",)),
)
