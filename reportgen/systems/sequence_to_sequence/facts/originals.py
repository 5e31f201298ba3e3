"""What the originals of these two reports say of themselves: cited, not measured here."""

from dataclasses import dataclass, replace

from reportgen.measure.fact import Fact, Reference, fact
from reportgen.systems.sequence_to_sequence.config import data_config
from reportgen.systems.sequence_to_sequence.facts.ablations import case
from reportgen.systems.sequence_to_sequence.facts.attention import even
from reportgen.systems.sequence_to_sequence.facts.probe import (
    BEST,
    SEEN,
    UNSEEN,
    blind,
    guess,
    outputs,
)
from reportgen.systems.sequence_to_sequence.view import Study


@dataclass(frozen=True)
class Original:
    """Numbers as the original prints or stores them, of the one network it shows."""

    train: tuple[tuple[str, float], ...]  # accuracy at a time of training
    holdout: tuple[tuple[str, float], ...]
    zeroed: tuple[
        tuple[str, float], ...
    ] = ()  # accuracy on held-out inputs with a weight matrix set to zero
    mirror: float | None = (
        None  # mean attention of the first layer on the mirror, in its stored matrices
    )
    rows: str = ""  # rows of these matrices whose largest entry is the mirror
    cosine: float | None = (
        None  # share of outputs whose nearest embedding is right, in both samples it shows
    )


ORIGINALS = {
    (4, 3, 4, 2, 4): Original(
        (("step 0", 0.2712), ("step 1 000", 0.8675), ("step 2 000", 1.0), ("step 3 900", 1.0)),
        (("step 0", 0.1518), ("step 1 000", 0.6696), ("step 2 000", 1.0), ("step 3 900", 1.0)),
    ),
    (8, 3, 4, 2, 16): Original(
        (("the end", 1.0),),
        (("the end", 1.0),),
        ((case("W_out", 0), 0.2097), (case("W_out", 1), 0.2411), (case("W_O", 0), 0.3880)),
        0.18,
        "2 of 8",
        0.375,
    ),
}  # by the number of digits of an input, the highest digit, d_model, d_head and d_mlp
OF = "number that the original gives"


def _cited(
    cases: tuple[tuple[str, float], ...], chance: Reference, unit: str = "percent", **more: object
) -> Fact:
    if not cases:
        return Fact(None, unit, 0, OF, words="not given")
    parts = tuple((name, Fact(value, unit, 1, OF, exhaustive=True)) for name, value in cases)
    return Fact(
        cases[-1][1],
        unit,
        1,
        OF,
        exhaustive=True,
        baseline=chance,
        floor=BEST,
        parts=parts,
        details=more,
    )


def original(study: Study) -> Original:
    """What is cited for networks of these sizes; nothing where no original has them."""
    m = study.config.model
    return ORIGINALS.get(
        (study.data.length, len(study.tokens) - 2, m.d_model, m.d_head, m.d_mlp), Original((), ())
    )


def _without_reading(study: Study, kind: str) -> Reference:
    """The baseline for inputs that the original trains on or holds out, the last ones in dictionary
    order; none were measured on here.
    """
    if data_config(study.config).split != "lexicographic":
        return guess(study)
    split = study.data.train if kind == SEEN else study.data.holdout
    named = "training inputs" if kind == SEEN else ""
    return replace(blind(study, outputs(study, split), of=named), n=0)


@fact("Training tokens right, the original’s network", tolerance=0)
def original_train(study: Study) -> Fact:
    """Accuracy on training inputs that the original of this report gives for its one network at the
    end; parts: at other times. Cited, not measured here.
    """
    return _cited(original(study).train, _without_reading(study, SEEN))


@fact("Held-out tokens right, the original’s network", tolerance=0)
def original_holdout(study: Study) -> Fact:
    """Accuracy on held-out inputs that the original of this report gives for its one network at the
    end; parts: at other times. Cited, not measured here.
    """
    return _cited(original(study).holdout, _without_reading(study, UNSEEN))


@fact("Held-out tokens right without a matrix, the original’s network", tolerance=0)
def original_zeroed(study: Study) -> Fact:
    """Accuracy on held-out inputs that the original gives with a weight matrix set to zero; parts:
    each matrix it tried. Cited, not measured here.
    """
    return _cited(original(study).zeroed, _without_reading(study, UNSEEN))


@fact("Attention on the mirror, the original’s network", tolerance=0)
def original_mirror(study: Study) -> Fact:
    """Mean attention of the first layer on the digit an output is made from, in the matrices that
    the original stores. Cited, not measured here.
    """
    found = original(study)
    return _cited(
        () if found.mirror is None else (("stored matrices", found.mirror),),
        Reference("uniform attention", even(study)),
        "share",
        rows=found.rows,
    )


@fact("Outputs nearest to the right embedding, the original’s network", tolerance=0)
def original_cosine(study: Study) -> Fact:
    """Share of outputs whose last state is nearest to the right embedding, in both samples that the
    original shows. Cited, not measured here.
    """
    found = original(study).cosine
    return _cited(() if found is None else (("both samples", found),), guess(study))
