"""What is left when every part is replaced, as lines that are printed, run, and compared with the
network; and how many of the others that solve the task do the same.
"""

import numpy as np
from jaxtyping import Int

from reportgen.measure.estimates import counted_from, missing, wilson
from reportgen.measure.fact import Fact, fact
from reportgen.measure.numbers import written
from reportgen.measure.programs import function_of
from reportgen.systems.repeated_sequences.facts.behaviour import SOLVED, accuracy_told
from reportgen.systems.repeated_sequences.facts.reading import TOLD
from reportgen.systems.repeated_sequences.facts.replaced import (
    Replaced,
    replaced,
    replaced_error,
    sample,
    wrong,
)
from reportgen.systems.repeated_sequences.view import Study

SOLVERS = "networks that solve the task"
LINES = (
    "def answer(tokens):",
    "    copies = [i for i, t in enumerate(tokens[:-1]) if t == tokens[-1]]",
)
PLACES = {"first": "0", "last": "-1"}  # in the list of copies
WIDTH = 72  # characters of a printed line


def program(study: Study) -> list[str]:
    """The lines that are left: the token after the first or the last copy, whichever the network
    follows, and what is said to it.
    """
    found, names = replaced(study), study.tokens
    says, after = found.says, f"tokens[copies[{PLACES[found.copy]}] + 1]"
    if (says == np.arange(len(says))).all():
        return [*LINES, f"    return {after}"]
    line, lines = "SAYS = {", list[str]()
    for i, said in enumerate(says):
        piece = f"{names[i]!r}: {names[said]!r}" + (", " if i < len(says) - 1 else "}")
        if len(line) + len(piece) > WIDTH:
            lines.append(line.rstrip())
            line = "    "
        line += piece
    return [*lines, line, "", *LINES, f"    return SAYS[{after}]"]


def run_on(lines: list[str], study: Study, found: Replaced) -> Int[np.ndarray, "position"]:
    """What the printed lines say at each position where the next token is known from a copy."""
    function, names = function_of(lines), study.tokens
    said = [
        names.index(function([names[t] for t in found.sequences.inputs[s, : p + 1]]))
        for s, p in zip(*np.nonzero(found.sequences.told))
    ]
    return np.array(said, dtype=np.int64)


@fact(
    "Positions where program and network differ", better="low", tolerance=0.02, needs=["attention"]
)
def program_differs(study: Study) -> Fact:
    """Share of held-out positions where the next token is known from a copy at which the printed
    program, run on what was read, gives another token than the network; the part is how often it is
    wrong.
    """
    found, lines = replaced(study), program(study)
    told = found.sequences.told
    said = np.full(told.shape, -1)
    said[told] = run_on(lines, study, found)
    mistakes = wrong(found, said)
    return sample(found).average(
        said != found.network,
        told,
        unit="percent",
        of=TOLD,
        counted=True,
        parts=(("wrong", mistakes),),
        details=dict(
            lines=lines, wrong_text=mistakes.text, positions_text=written(int(told.sum()), "count")
        ),
    )


@fact(
    "Solvers that continue in this way",
    better="high",
    tolerance=0,
    over="seeds",
    needs=["attention"],
)
def solvers_alike(study: Study) -> Fact:
    """Share of the seeds that solve the task whose last stage still solves it, by the same line;
    of several copies, each looks at the one that it follows.
    """
    passes, told = list[bool](), list[Fact]()
    for i in range(len(study.run.seeds)):
        with study.of_seed(i) as other:
            told.append(accuracy_told(other))
            if (told[-1].low or 0) > SOLVED:
                passes.append((replaced_error(other).high or 0) < 1 - SOLVED)
    if not passes:
        none = missing(f"not defined: there are no {SOLVERS}", unit="of", of=SOLVERS)
        return counted_from(told, none)
    k, n = sum(passes), len(passes)
    return Fact(k / n, "of", n, SOLVERS, *wilson(k, n), clusters=n, details=dict(k=k, n=n))
