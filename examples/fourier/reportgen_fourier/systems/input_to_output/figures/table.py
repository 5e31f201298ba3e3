"""The figures of this folder, beside those of the system."""

from reportgen.drawing.declared import Declared

FIGURES = (
    Declared(
        "frequencies-sort-out",
        "How unequal the frequencies become",
        needs=("modulus",),
        over_seeds=True,
    ),
    Declared("waves-of-logits", "The logits as waves of both numbers", needs=("modulus", "pairs")),
)
