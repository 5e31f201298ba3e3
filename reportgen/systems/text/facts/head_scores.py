"""What a head of a deep network looks at, copies and pushes: the scores by which the catalogue
calls it.
"""

from collections.abc import Callable, Iterable

import numpy as np

from reportgen.core.study import held
from reportgen.measure.controls import renamed
from reportgen.measure.estimates import missing
from reportgen.measure.fact import Fact, Reference
from reportgen.measure.head_circuits import Circuits, copying
from reportgen.measure.heads import Head, equal_shares, heads
from reportgen.measure.rising import renamed_rise, rise
from reportgen.systems.text.facts.holdout import average, passages
from reportgen.systems.text.facts.repeated import follows, random_twice
from reportgen.systems.text.view import Study


def on_copies(study: Study, marked: Callable[[np.ndarray], np.ndarray]) -> dict[Head, Fact]:
    """Attention of each head on marked keys where random tokens are read for the second time."""
    said = random_twice(study)
    keys = marked(said.tokens)
    share: Callable[[Head], Fact] = lambda at: said.sample.average(
        (said.pattern[:, at[0], at[1]] * keys).sum(-1),
        said.second,
        unit="share",
        of="positions read again",
        baseline=equal_shares(keys, said.second),
    )
    return {at: share(at) for at in heads(study)}


def in_text(study: Study) -> dict[Head, Fact]:
    """Attention of each head on the tokens right after earlier copies, in held-out text, where
    there is one.
    """
    keys = follows(study.data.holdout.inputs)
    where = np.asarray(keys.any(-1))
    if not where.any():
        words, of = "not defined: no token comes twice", "positions with an earlier copy"
        return {at: missing(words, unit="share", of=of) for at in heads(study)}
    on_keys: Callable[[Head], np.ndarray] = lambda at: (
        study.holdout.pattern(layer=at[0], head=at[1]) * keys
    ).sum(-1)
    score: Callable[[Head], Fact] = lambda at: passages(study).average(
        on_keys(at),
        where,
        unit="share",
        of="positions with an earlier copy",
        baseline=equal_shares(keys, where),
    )
    return {at: score(at) for at in heads(study)}


@held
def copying_scores(study: Study) -> dict[Head, Fact]:
    """The copying score of each head by the eigenvalues of W_E W_V W_O W_U (Elhage and others),
    taken from the small matrix that has the same ones; the control renames the tokens that a head
    says.
    """
    made = Circuits(study)

    def score(at: Head) -> Fact:
        read, said = made.through_values(at)
        control = renamed(read, said)
        return Fact(
            copying(said @ read),
            "ratio",
            len(study.tokens),
            "tokens",
            exhaustive=True,
            baseline=Reference(
                "the same head with its tokens renamed at random", float(control.draws.mean())
            ),
            details=control.details("renamed", "ratio"),
        )

    return {at: score(at) for at in heads(study)}


@held
def pushed(study: Study) -> dict[Head, Fact]:
    """How far each head raises the logits of the tokens it looks at, above the mean of all tokens:
    each weighed by the attention it gets (after Olsson and others, who take random tokens; here it
    is held-out text). The control renames the tokens that are raised.
    """
    trace = study.holdout
    push: Callable[[Head], Fact] = lambda at: average(
        study,
        rise(study, trace, at),
        unit="logits",
        of="positions",
        baseline=Reference("no push", 0.0),
        details=renamed_rise(study, trace, at).details("renamed", "logits"),
    )
    return {at: push(at) for at in heads(study)}


def foremost(parts: Iterable[tuple[str, Fact]]) -> tuple[str, Fact]:
    """The head that stands for all in a claim that at least one of them does something: the highest
    score among those that pass their own control, its bound first and then its mean; where none
    does, the highest score.
    """

    def rank(part: tuple[str, Fact]) -> tuple[bool, bool, float]:
        score = part[1]
        value = -np.inf if score.value is None else score.value
        shown = value if score.low is None else score.low
        bound, mean = (float(str(score.details[f"renamed_{of}"])) for of in ("bound", "mean"))
        return shown > bound, shown > mean, value

    return max(parts, key=rank)
