"""How it answers: attention replaced by a look at the mirror, what it leaves by one point a digit,
and the rest by a table, with the mistakes at each stage.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float, Int

from reportgen.core.recording import Site
from reportgen.core.study import held
from reportgen.measure.estimates import missing, wilson
from reportgen.measure.fact import Fact, fact
from reportgen.measure.numbers import written
from reportgen.measure.programs import function_of
from reportgen.systems.sequence_to_sequence.facts.increment import digit
from reportgen.systems.sequence_to_sequence.facts.probe import (
    ALL,
    average,
    kept,
    logits,
    mirrors,
    queries,
    right,
    wanted,
)
from reportgen.systems.sequence_to_sequence.facts.seeds import perfect
from reportgen.systems.sequence_to_sequence.view import Study

SOLVERS = "networks that answer every input"


@dataclass(frozen=True)
class Replaced:
    """What is said at each stage [row, output], and what is left: the answer to each digit."""

    looks: Mapping[str, np.ndarray]  # with some layers looking at the mirror alone
    best: str  # of these, what makes the fewest mistakes
    by_position: Int[np.ndarray, "row output"]  # and one point for each digit at each output
    by_digit: Int[np.ndarray, "row output"]  # one point for each digit
    says: Int[np.ndarray, "digit"]


@held
def replaced(study: Study) -> Replaced:
    """The stages of this seed and checkpoint, on the inputs that are looked into."""
    last, tokens = study.config.model.n_layers - 1, study.data.evaluated
    tried = {"every layer": range(last + 1)}
    if last:
        tried |= {"the first layer": range(1), "the last layer": range(last, last + 1)}
    edits = {name: _at_mirror(study, layers) for name, layers in tried.items()}
    looks = {name: logits(study, tokens, replace=e).argmax(-1) for name, e in edits.items()}
    best = min(looks, key=lambda name: (looks[name] != wanted(study)).sum())
    site = "resid_mid", last
    stream = kept(study, tokens, [site], edits[best])[1][site]
    at, digits = queries(study), digit(study)
    points = stream[:, at].astype(np.float64)
    count = len(study.tokens) - 1
    placed, single = points.copy(), points.copy()
    middle = np.zeros((count, points.shape[-1]))
    for d in range(count):
        mine = digits == d
        if not mine.any():
            continue
        middle[d] = points[mine].mean(0)
        single[mine] = middle[d]
        for output in range(len(at)):
            rows = mine[:, output]
            placed[rows, output] = points[rows, output].mean(0) if rows.any() else 0

    def said(given: np.ndarray) -> np.ndarray:
        return _read(study, tokens, edits[best], site, stream, given)

    by_digit = said(single)
    says = np.array([_most(by_digit[digits == d]) for d in range(count)])
    return Replaced(looks, best, said(placed), by_digit, says)


def _at_mirror(study: Study, layers: Sequence[int]) -> dict[Site, np.ndarray]:
    """All attention of the outputs on the digits they are made from, in these layers."""
    tokens, edits = study.data.evaluated, dict[Site, np.ndarray]()
    for layer in layers:
        site = ("pattern", layer)
        pattern = kept(study, tokens, [site], edits)[1][site].copy()
        pattern[:, :, queries(study)] = np.eye(pattern.shape[-1])[mirrors(study)]
        edits[site] = pattern
    return edits


def _read(
    study: Study,
    tokens: np.ndarray,
    edits: Mapping[Site, np.ndarray],
    site: Site,
    stream: np.ndarray,
    points: Float[np.ndarray, "row output d_model"],
) -> Int[np.ndarray, "row output"]:
    """What is said if the outputs stand at these points after the last attention."""
    given = stream.copy()
    given[:, queries(study)] = points
    replacing = {**edits, site: given}
    return np.asarray(logits(study, tokens, replace=replacing).argmax(-1))


def _most(said: np.ndarray) -> int:
    return int(np.bincount(said).argmax()) if len(said) else -1


def _wrong(study: Study, said: np.ndarray) -> Fact:
    return average(study, said != wanted(study), ALL, counted=True)


@fact("Wrong, looking at the mirror alone", better="low", tolerance=0.02, needs=["attention"])
def wrong_at_mirror(study: Study) -> Fact:
    """Share of output tokens that are wrong when the outputs look at the digits they are made from
    and nowhere else, in those layers in which that does least harm; parts for each choice of
    layers.
    """
    found = replaced(study)
    parts = [("the whole network", _wrong(study, np.where(right(study), wanted(study), -1)))]
    parts += [(f"{name} at the mirror", _wrong(study, said)) for name, said in found.looks.items()]
    return replace(
        _wrong(study, found.looks[found.best]),
        parts=tuple(parts),
        details=dict(layers=found.best),
    )


@fact(
    "Wrong, one vector for each digit and position",
    better="low",
    tolerance=0.02,
    needs=["attention"],
)
def wrong_by_position(study: Study) -> Fact:
    """The same share when, besides, each output stands after the last attention at the mean point
    of its digit and its position.
    """
    return _wrong(study, replaced(study).by_position)


@fact("Wrong, one vector for each digit", better="low", tolerance=0.02, needs=["attention"])
def wrong_by_digit(study: Study) -> Fact:
    """The same share when, besides, the point is the mean over all positions: one point for each
    digit.
    """
    return _wrong(study, replaced(study).by_digit)


def is_the_rule(study: Study) -> bool:
    """Is the answer left to each digit the next digit: then the program is the rule itself."""
    says = replaced(study).says
    return bool((says == (np.arange(len(says)) + 1) % len(says)).all())


def program(study: Study) -> list[str]:
    """The lines that are left."""
    says, count = replaced(study).says, len(study.tokens) - 1
    if is_the_rule(study):
        made = f"str((int(t) + 1) % {count})"
        return ["def answer(tokens):", f"    return [{made} for t in reversed(tokens)]"]
    rows = ", ".join(f"{study.tokens[d]!r}: {study.tokens[s]!r}" for d, s in enumerate(says))
    head = f"SAYS = {{{rows}}}"
    return [head, "", "def answer(tokens):", "    return [SAYS[t] for t in reversed(tokens)]"]


@fact(
    "Tokens in which program and network differ", better="low", tolerance=0.02, needs=["attention"]
)
def program_differs(study: Study) -> Fact:
    """Share of output tokens at which the printed program, run on the input, and the network
    differ; the part is how often the program is wrong.
    """
    lines, names = program(study), study.tokens
    function = function_of(lines)
    said = np.array(
        [
            [names.index(t) for t in function([names[t] for t in row])]
            for row in study.data.evaluated[:, 1 : study.data.length + 1]
        ]
    )
    network = study.holdout.logits[:, queries(study)].argmax(-1)
    wrong = _wrong(study, said)
    return average(
        study,
        said != network,
        ALL,
        counted=True,
        parts=(("wrong", wrong),),
        details=dict(lines=lines, wrong_text=wrong.text, is_the_rule=is_the_rule(study)),
    )


@fact(
    "Solvers that still answer every input with their parts replaced",
    better="high",
    tolerance=0,
    over="seeds",
    needs=["attention"],
)
def solvers_alike(study: Study) -> Fact:
    """Of the seeds that answer every input, the share that still make no mistake when the outputs
    look at the digits they are made from and nowhere else, in those layers in which that does this
    seed least harm, and stand after the last attention at one point for each digit; beside it how
    many seeds have which layers.
    """
    exact, layers = list[bool](), list[str]()
    for i in np.flatnonzero(perfect(study)):
        with study.of_seed(int(i)) as other:
            exact.append(wrong_by_digit(other).value == 0)
            layers.append(replaced(other).best)
    if not exact:
        return missing(f"not defined: there are no {SOLVERS}", unit="of", of=SOLVERS)
    k, n = sum(exact), len(exact)
    said = [f"{name} in {written(times, 'count')}" for name, times in Counter(layers).most_common()]
    details = dict(k=k, n=n, layers_text=", ".join(said))
    return Fact(k / n, "of", n, SOLVERS, *wilson(k, n), clusters=n, details=details)
