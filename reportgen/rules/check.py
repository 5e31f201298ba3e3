"""What every rule promises, tried on a few short sequences before anything is made from it."""

import traceback
from collections.abc import Iterator, Sequence
from unicodedata import category

import numpy as np

from reportgen.errors import RuleError
from reportgen.rules.base import FREE, Demand, Mark, Rule
from reportgen.rules.outside import file_of
from reportgen.vocabulary import Token

MOST_CLASSES = 4  # that colours can tell apart
OF_THE_LAW, OF_ANYTHING, LENGTH = (
    6,
    4,
    20,
)  # sequences drawn from the rule, sequences of any tokens (a model may write those), tokens in each


def check(rule: Rule) -> None:
    """RuleError with the rule's file for a rule that breaks a promise; always the same sequences, in some ten milliseconds."""
    file = file_of(type(rule))
    try:
        _tokens(rule)
        _classes(rule)
        _sequences(rule)
    except RuleError as error:
        raise RuleError(f"{file}: {error}") from error
    except Exception as error:
        lines = [
            frame.lineno
            for frame in traceback.extract_tb(error.__traceback__)
            if frame.filename == str(file)
        ]
        place = f"{file}:{lines[-1]}" if lines else str(file)
        raise RuleError(
            f"{place}: {rule.slug}: {type(error).__name__}: {error}; a rule must have an answer for every sequence of its tokens, the empty one too"
        ) from error


def said(rule: Rule, prefix: Sequence[Token]) -> tuple[Demand, np.ndarray]:
    """Demand and law [vocabulary] of the next token; RuleError where they contradict themselves or one another."""
    known, demand, after = (
        rule.tokens.tokens,
        rule.demand(prefix),
        f"{rule.slug}: after {_written(prefix)}",
    )
    foreign = sorted(map(repr, demand.tokens - set(known)))
    if foreign:
        raise RuleError(
            f"{after} the rule demands {', '.join(foreign)}, not in its vocabulary: {' '.join(rule.tokens.names)}"
        )
    if demand.source is not None and not (
        0 <= demand.source < len(prefix) and prefix[demand.source] in demand.tokens
    ):
        raise RuleError(
            f"{after} the source is position {demand.source}, which does not hold an allowed token; name the position that does, or none"
        )
    law = rule.law(prefix)
    if law.shape != (len(known),) or not ((law >= 0).all() and abs(law.sum() - 1) <= 1e-9):
        raise RuleError(
            f"{after} the weights of the next token are no distribution over {len(known)} tokens; give one chance for each, together 1"
        )
    if demand != FREE and (
        wrong := [t for t, chance in zip(known, law) if chance and t not in demand.tokens]
    ):
        raise RuleError(
            f"{after} the data may go on with {wrong[0]}, which the rule forbids; `law` must follow `demand`"
        )
    return demand, law


def _written(prefix: Sequence[Token]) -> str:
    return " ".join(map(str, prefix)) or "(nothing)"


def _tokens(rule: Rule) -> None:
    """Some tokens, of a kind that can be written, no two alike; the trigger is one of them."""
    strange = [
        t
        for t in rule.vocabulary
        if isinstance(t, bool)
        or not isinstance(t, int | str)
        or str(t) != " ".join(str(t).split())
        or not str(t)
        or _unwritable(str(t))
    ]
    if strange:
        raise RuleError(
            f"{rule.slug}: {strange[0]!r} cannot be a token; tokens are whole numbers and texts of one line, not empty, without spaces at the ends or two in a row"
        )
    try:
        known = rule.tokens.tokens
    except RuleError as error:
        raise RuleError(f"{rule.slug}: {error}; see `vocabulary`") from error
    if rule.trigger is not None and rule.trigger not in known:
        raise RuleError(
            f"{rule.slug}: the trigger {rule.trigger!r} is not in the vocabulary: {' '.join(rule.tokens.names)}"
        )


def _unwritable(token: str) -> bool:
    """Does it hold a control character, or half of a pair of surrogates, which no file can."""
    return any(category(c) in ("Cc", "Cs") for c in token)


def _classes(rule: Rule) -> None:
    """Each token has a class, each class a name, and "trigger" is the class of the trigger and of nothing else."""
    classes = rule.classes
    without = [str(t) for t in rule.vocabulary if t not in classes]
    if without:
        raise RuleError(
            f"{rule.slug}: no class for {', '.join(without)}; `classes` must have every token"
        )
    used = list(dict.fromkeys(classes[t] for t in rule.vocabulary))
    if len(used) > MOST_CLASSES:
        raise RuleError(
            f"{rule.slug}: {len(used)} classes of tokens ({', '.join(used)}), allowed: at most {MOST_CLASSES}, so that colours can tell them apart"
        )
    unnamed = [kind for kind in used if kind not in rule.class_names]
    if unnamed:
        raise RuleError(
            f"{rule.slug}: class_names has no words for {', '.join(map(repr, unnamed))}; say what a reader should call it"
        )
    wrong = [str(t) for t in rule.vocabulary if (classes[t] == "trigger") != (t == rule.trigger)]
    if wrong:
        raise RuleError(
            f"{rule.slug}: the class 'trigger' belongs to the trigger alone ({rule.trigger!r}); mend the class of {', '.join(wrong)}"
        )


def _sequences(rule: Rule) -> None:
    """Everything `said` asks, states that can be told apart and foretell what follows, and a demand somewhere."""
    rng = np.random.default_rng(0)
    demands: dict[object, tuple[Sequence[Token], object]] = {}
    states: dict[object, tuple[Sequence[Token], object]] = {}
    asked = 0
    for sequence in _drawn(rule, rng):
        before = None
        for i in range(len(sequence) + 1):
            prefix = sequence[:i]
            demand, law = said(rule, prefix)
            asked += demand != FREE
            state = _state(rule, prefix)
            back = None if demand.source is None else i - demand.source
            _same(rule, demands, state, prefix, (demand.tokens, back, law.round(9).tobytes()))
            if i:
                _same(rule, states, (before, prefix[-1]), prefix, state)
            before = state
    if not asked and rule.family != "text":
        raise RuleError(
            f"{rule.slug}: the rule asks for nothing in {OF_THE_LAW + OF_ANYTHING} sequences of {LENGTH} tokens; `demand` must decide some of them"
        )


def _drawn(rule: Rule, rng: np.random.Generator) -> Iterator[list[Token]]:
    for _ in range(OF_ANYTHING):
        yield [rule.vocabulary[i] for i in rng.integers(0, len(rule.vocabulary), LENGTH)]
    for _ in range(OF_THE_LAW):
        sequence = rule.sample(rng, LENGTH)
        marks = rule.judge(sequence)
        if Mark.BROKEN in marks:
            i = marks.index(Mark.BROKEN)
            raise RuleError(
                f"{rule.slug}: a sample of the rule breaks it: {sequence[i]} after {_written(sequence[:i])}; `sample` and `law` must follow `demand`"
            )
        yield sequence


def _state(rule: Rule, prefix: Sequence[Token]) -> object:
    state = rule.state(prefix)
    try:
        hash(state)
    except TypeError:
        raise RuleError(
            f"{rule.slug}: after {_written(prefix)} the state is a {type(state).__name__}, which has no hash; return a tuple"
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
        raise RuleError(
            f"{rule.slug}: {_written(other)} and {_written(prefix)} have one state, but what may follow differs; `state` must keep all that still matters"
        )
