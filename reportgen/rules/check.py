"""What every rule promises, tried on a few short sequences before anything is made from it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import numpy as np

from reportgen.errors import RuleError
from reportgen.rules.base import FREE, Demand, Mark, Rule
from reportgen.rules.check_vocabulary import check_classes, check_tokens
from reportgen.rules.outside import file_of
from reportgen.rules.places import Placed, Promise, line_of, place_of, words_of
from reportgen.rules.returns import (
    check_attributes,
    check_chances,
    check_demand,
    check_sample,
    token,
    written,
)
from reportgen.system import system_called
from reportgen.vocabulary import Token

# sequences drawn from the rule, sequences of any tokens (a model may write those), tokens in each
OF_THE_LAW, OF_ANYTHING, LENGTH = 6, 4, 20


def check(rule: Rule) -> None:
    """RuleError with the rule's file and line for a rule that breaks a promise; always the same
    sequences, in some ten milliseconds.
    """
    with placed(rule):
        check_attributes(rule)
        check_tokens(rule)
        check_classes(rule)
        _sequences(rule)
        system_called(rule.system).check_rule(rule)


@contextmanager
def placed(rule: Rule) -> Iterator[None]:
    """Whatever goes wrong while a rule answers becomes a RuleError with its file and line."""
    file = str(file_of(type(rule)))
    try:
        yield
    except RuleError as error:
        place = place_of(error, [file]) or file
        if isinstance(error, Promise) and (line := line_of(type(rule), error.member, file)):
            place = f"{file}:{line}"
        raise Placed(place, str(error)) from error
    except Exception as error:
        place = place_of(error, [file]) or file
        raise Placed(
            place,
            f"{rule.slug}: {words_of(error)}; a rule must have an answer for every sequence of its"
            " tokens, the empty one too",
        ) from error


def said(rule: Rule, prefix: Sequence[Token]) -> tuple[Demand, np.ndarray]:
    """Demand and law [vocabulary] of the next token; RuleError where they contradict themselves or
    one another.
    """
    known, after = rule.tokens.tokens, f"{rule.slug}: after {written(prefix)}"
    demand = check_demand(rule, rule.demand(prefix), prefix)
    foreign = sorted(repr(t) for t in demand.tokens if not token(t) or t not in known)
    if foreign:
        raise Promise(
            "demand",
            f"{after} the rule demands {', '.join(foreign)}, not in its vocabulary:"
            f" {' '.join(rule.tokens.names)}",
        )
    if len(demand.tokens) == len(known):
        raise Promise(
            "demand",
            f"{after} the rule allows each of its {len(known)} tokens, so it decides nothing;"
            " return FREE there",
        )
    if demand.source is not None and not (
        0 <= demand.source < len(prefix) and prefix[demand.source] in demand.tokens
    ):
        raise Promise(
            "demand",
            f"{after} the source is position {demand.source}, which does not hold an allowed token;"
            " name the position that does, or none",
        )
    law = check_chances(rule, rule.law(prefix), prefix)
    if law.shape != (len(known),) or not ((law >= 0).all() and abs(law.sum() - 1) <= 1e-9):
        raise Promise(
            "weights",
            f"{after} the weights of the next token are no distribution over {len(known)} tokens;"
            " give one chance for each, together 1",
        )
    if demand != FREE and (
        wrong := [t for t, chance in zip(known, law) if chance and t not in demand.tokens]
    ):
        raise Promise(
            "law",
            f"{after} the data may go on with {wrong[0]}, which the rule forbids; `law` must follow"
            " `demand`",
        )
    return demand, law


def _sequences(rule: Rule) -> None:
    """Everything `said` checks, states that can be told apart and foretell what follows, and a
    demand somewhere.
    """
    rng = np.random.default_rng(0)
    demands: dict[object, tuple[Sequence[Token], object]] = {}
    states: dict[object, tuple[Sequence[Token], object]] = {}
    constrained = 0
    for number, sequence in enumerate(_drawn(rule, rng)):
        before = None
        for i in range(len(sequence) + 1):
            prefix = sequence[:i]
            demand, law = said(rule, prefix)
            constrained += demand != FREE
            state = _state(rule, prefix)
            back = None if demand.source is None else i - demand.source
            _same(rule, demands, state, prefix, (demand.tokens, back, law.round(9).tobytes()))
            if i:
                _same(rule, states, (before, prefix[-1]), prefix, state)
            before = state
        if not number:
            _steady(rule, sequence)
    if not constrained and system_called(rule.system).asks_always:
        raise Promise(
            "demand",
            f"{rule.slug}: the rule asks for nothing in {OF_THE_LAW + OF_ANYTHING} sequences of"
            f" {LENGTH} tokens; `demand` must decide some of them",
        )


def _steady(rule: Rule, sequence: Sequence[Token]) -> None:
    """The same prefix twice gives the same answer."""
    answers: dict[str, Callable[[Sequence[Token]], object]] = {
        "demand": rule.demand,
        "weights": lambda prefix: rule.law(prefix).tobytes(),
        "state": rule.state,
    }
    for end in range(len(sequence) + 1):
        prefix = sequence[:end]
        for member, answer in answers.items():
            if answer(prefix) != answer(prefix):
                raise Promise(
                    member,
                    f"{rule.slug}: after {written(prefix)} `{member}` gives something else when it"
                    " is asked again; a rule answers the same whenever it is asked",
                )


def _drawn(rule: Rule, rng: np.random.Generator) -> Iterator[list[Token]]:
    for _ in range(OF_ANYTHING):
        yield [rule.vocabulary[i] for i in rng.integers(0, len(rule.vocabulary), LENGTH)]
    for _ in range(OF_THE_LAW):
        sequence = check_sample(rule, rule.sample(rng, LENGTH), LENGTH)
        marks = rule.marks(sequence)
        if Mark.BROKEN in marks:
            i = marks.index(Mark.BROKEN)
            raise Promise(
                "sample",
                f"{rule.slug}: a sample of the rule breaks it: {sequence[i]} after"
                f" {written(sequence[:i])}; `sample` and `law` must follow `demand`",
            )
        yield sequence


def _state(rule: Rule, prefix: Sequence[Token]) -> object:
    state = rule.state(prefix)
    try:
        hash(state)
    except TypeError:
        raise Promise(
            "state",
            f"{rule.slug}: after {written(prefix)} the state is a {type(state).__name__}, which has"
            " no hash; return a tuple",
        ) from None
    return state


def _same(
    rule: Rule,
    seen: dict[object, tuple[Sequence[Token], object]],
    key: object,
    prefix: Sequence[Token],
    what: object,
) -> None:
    """Prefixes of one state must agree in everything."""
    other, first = seen.setdefault(key, (prefix, what))
    if first != what:
        raise Promise(
            "state",
            f"{rule.slug}: {written(other)} and {written(prefix)} have one state, but what may"
            " follow differs; `state` must keep all that still matters",
        )
