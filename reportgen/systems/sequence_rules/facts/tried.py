"""What was found in every context that was tried, part by part: by where the answer stands, what
it is, and how many other tokens could be it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from reportgen.core.exact.exhaustive import Exhaustive
from reportgen.core.exact.numbers import guesses
from reportgen.core.study import held
from reportgen.measure.estimates import missing
from reportgen.measure.fact import Fact, Reference, fact
from reportgen.measure.numbers import written
from reportgen.measure.worst import worst_of
from reportgen.systems.sequence_rules.facts.answers import steps_back
from reportgen.systems.sequence_rules.facts.errors import EXACT, GUESSES
from reportgen.systems.sequence_rules.facts.heads import head_names
from reportgen.systems.sequence_rules.view import Study

NEEDS = ["held"]
ANSWER_AT = r"answer at position \d+"  # the names of parts by position


def blind_of(study: Study, check: Exhaustive, *, everything: bool) -> Reference:
    """What a guess without looking back scores on exactly the contexts of a check, or on those that
    the data can produce; as `errors.blind` says it of held-out positions.
    """
    found = guesses(study.data.reader, check.length, everything=everything)
    n = int((check.contexts if everything else check.grammatical).sum())
    known = [Reference(label, float(error), n) for label, error in zip(GUESSES, found)]
    return next((each for each in known if each.value > EXACT), known[0])


@dataclass(frozen=True)
class Part:
    """Some of the contexts tried: how many they are, how many go wrong, and the attention on the
    answer by head, summed.
    """

    name: str
    of: str
    contexts: int
    wrong: int
    attention: np.ndarray  # [head]


@held
def parts_of(study: Study, split: str) -> tuple[Part, ...]:
    """The longest contexts tried in which a position holds the answer, by "position", "token" or
    "rivals"; those of all lengths by "cell", position and distance at once.

    None where no contexts were tried, or only such as the data can produce.
    """
    checks = _tried_in_full(study)
    if not checks:
        return ()
    full = checks[-1]
    if split == "cell":
        found = [part for check in checks for part in _by_lag(check, cells=True)]
    elif split == "position":
        found = list(_by_lag(full, cells=False))[::-1]
    elif split == "token":
        found = [
            _part(f"answer {name}", full, (slice(None, full.length), i))
            for i, name in enumerate(study.tokens)
        ]
    else:
        found = [
            Part(
                rivals(r),
                f"contexts of length {full.length} with {rivals(r)}",
                int(full.rivals[r]),
                int(full.rivals_wrong[r]),
                full.rivals_attention[:, r],
            )
            for r in range(len(full.rivals))
        ]
    return tuple(part for part in found if part.contexts)


def _tried_in_full(study: Study) -> list[Exhaustive]:
    """The lengths of which every context was tried, the longest last."""
    return [c for c in study.verified.lengths if c.everything and c.contexts.any()]


def rivals(many: int) -> str:
    """How many other tokens could be the answer, in words that begin with a number."""
    return f"{many} rival{'' if many == 1 else 's'}"


def _by_lag(check: Exhaustive, *, cells: bool) -> Iterable[Part]:
    for lag in range(check.length):
        at = f"answer at position {check.length - 1 - lag}"
        yield _part(f"{at}, {steps_back(lag)}" if cells else at, check, (lag, slice(None)))


def _part(name: str, check: Exhaustive, where: tuple[int | slice, ...]) -> Part:
    of = f"contexts of length {check.length} with the {name}"
    attention = check.attention[(slice(None), *where)].reshape(len(check.attention), -1).sum(1)
    return Part(
        name, of, int(check.contexts[where].sum()), int(check.wrong[where].sum()), attention
    )


def _share(total: float, part: Part, unit: str) -> Fact:
    value = float(total / part.contexts)
    return Fact(value, unit, part.contexts, part.of, counted=unit == "percent", exhaustive=True)


def _not_tried(study: Study, unit: str) -> Fact:
    reason = study.verified.reason or "only contexts that the data can produce were tried"
    return missing(f"not counted: {reason}", unit=unit, of="contexts with the answer in view")


def _error(study: Study, split: str) -> Fact:
    """The error of the part in which most goes wrong, with all of them."""
    found = parts_of(study, split)
    if not found:
        return _not_tried(study, "percent")
    parts = tuple((part.name, _share(part.wrong, part, "percent")) for part in found)
    worst, length = _worst(parts, better="low"), _tried_in_full(study)[-1].length
    more = dict(length=length, fills=length == study.config.model.n_ctx)
    return replace(worst, details=dict(worst.details) | more)


def _attention(study: Study, split: str) -> Fact:
    """The least attention on the answer of any part, of the head that has most of it over all."""
    found = parts_of(study, split)
    if not found:
        return _not_tried(study, "share")
    best = int(np.argmax(sum(part.attention for part in found)))
    parts = tuple((part.name, _share(part.attention[best], part, "share")) for part in found)
    least = _worst(parts, better="high")
    heads = head_names(study)
    said = dict(head=heads[best]) if len(heads) > 1 else {}
    return replace(least, details=dict(least.details) | said)


def _worst(parts: tuple[tuple[str, Fact], ...], *, better: str) -> Fact:
    details = worst_of(parts, "worst", better=better)
    return replace(dict(parts)[str(details["worst"])], parts=parts, details=details)


@fact("Error at the worst position", better="low", tolerance=0.001, needs=NEEDS)
def error_by_position(study: Study) -> Fact:
    """Share of the longest contexts tried that are answered wrongly, with the answer at the
    position where most are; parts for every position, exhaustive.

    The details set the attention on the answer beside each.
    """
    error, attention = _error(study, "position"), _attention(study, "position")
    rows = [
        dict(
            position=name.removeprefix("answer at position "),
            contexts_text=written(part.n, "count"),
            wrong_text=part.text,
            attention_text=other.text,
        )
        for (name, part), (_, other) in zip(error.parts, attention.parts)
    ]
    return replace(error, details=dict(error.details) | dict(rows=rows))


@fact("Error of the worst answer, all contexts", better="low", tolerance=0.001, needs=NEEDS)
def error_by_token(study: Study) -> Fact:
    """Share of the longest contexts tried that are answered wrongly, for the answer token with the
    highest share; parts for every answer, exhaustive.
    """
    return _error(study, "token")


@fact("Error with the worst number of rivals", better="low", tolerance=0.001, needs=NEEDS)
def error_by_rivals(study: Study) -> Fact:
    """Share of the longest contexts tried that are answered wrongly, with that number of rivals
    with which most are; a rival is another token that the rule could demand. Parts for every
    number, exhaustive.
    """
    return _error(study, "rivals")


@fact("Error at the worst position and distance", better="low", tolerance=0.001, needs=NEEDS)
def error_by_cell(study: Study) -> Fact:
    """Share of contexts answered wrongly, of the position and the distance of the answer with which
    most are; contexts of every length that could be tried in full, since in those of one length
    position and distance say the same. Parts for every pair, exhaustive.
    """
    return _error(study, "cell")


@fact("Attention on the answer at the worst position", better="high", tolerance=0.001, needs=NEEDS)
def attention_by_position(study: Study) -> Fact:
    """Mean attention on the answer, over the longest contexts tried, with the answer at the
    position where it is least; parts for every position, exhaustive.
    """
    return _attention(study, "position")


@fact("Attention on the worst answer", better="high", tolerance=0.001, needs=NEEDS)
def attention_by_token(study: Study) -> Fact:
    """Mean attention on the answer, over the longest contexts tried, of the answer token that gets
    least; parts for every answer, exhaustive.
    """
    return _attention(study, "token")


@fact(
    "Attention on the answer with the worst number of rivals",
    better="high",
    tolerance=0.001,
    needs=NEEDS,
)
def attention_by_rivals(study: Study) -> Fact:
    """Mean attention on the answer, over the longest contexts tried, with that number of rivals
    with which it is least; parts for every number, exhaustive.
    """
    return _attention(study, "rivals")


@fact(
    "Attention on the answer at the worst position and distance",
    better="high",
    tolerance=0.001,
    needs=NEEDS,
)
def attention_by_cell(study: Study) -> Fact:
    """Mean attention on the answer, with that position and distance of the answer at which it is
    least, over contexts of every length that could be tried in full; parts for every pair,
    exhaustive.
    """
    return _attention(study, "cell")
