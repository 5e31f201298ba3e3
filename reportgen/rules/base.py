"""What a rule is: one answer to every prefix, what it demands of the next token."""

import abc
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import MappingProxyType
from typing import Any, ClassVar, NoReturn, SupportsIndex

import numpy as np

from reportgen.errors import RuleError, UsageError, nearest
from reportgen.system import Problem, system_called, systems
from reportgen.vocabulary import Token, Vocabulary


class Mark(Enum):
    """What the rule says of one token of a sequence."""

    FREE, OBEYED, BROKEN = "free", "obeyed", "broken"


@dataclass(frozen=True)
class Demand:
    """What a rule asks of the next token: one of `tokens`; `source` is the position that holds the
    answer, if one does.
    """

    tokens: frozenset[Token]
    source: int | None = None


FREE = Demand(frozenset())


class Rule(abc.ABC):
    """A rule decides everything through `demand`; sampler, verifier, masks, errors, floors and
    exhaustive checks follow from it.

    `state` says what of a prefix still matters: two prefixes with equal states have equal demands
    (counted in steps back) and weights, now and after any further tokens. By default that is the
    whole prefix.
    """

    slug: ClassVar[str]
    title: ClassVar[str]  # a heading: what is asked for
    summary: ClassVar[str]  # the rule in one sentence
    class_names: ClassVar[Mapping[str, str]]  # token class -> what a reader calls it
    system: ClassVar[str]  # the kind of network and data it is taught with (`reportgen.systems`)
    # parameters that name a file, from the configuration's folder
    paths: ClassVar[tuple[str, ...]] = ()
    # signs that are written for tokens without a form of their own, and what a reader is told
    signs: ClassVar[Mapping[str, str]] = MappingProxyType({})

    @property
    @abc.abstractmethod
    def vocabulary(self) -> tuple[Token, ...]:
        """All tokens, in the order of their ids."""

    @property
    @abc.abstractmethod
    def classes(self) -> Mapping[Token, str]:
        """The class of each token ("even", "odd", "trigger"), which gives it its colour."""

    @property
    @abc.abstractmethod
    def trigger(self) -> Token | None:
        """The token after which the rule decides, if there is one."""

    @abc.abstractmethod
    def demand(self, prefix: Sequence[Token]) -> Demand:
        """What the next token must be; FREE where the rule leaves it open."""

    @abc.abstractmethod
    def weights(self, prefix: Sequence[Token]) -> np.ndarray:
        """Distribution [vocabulary] of a token that the rule leaves free."""

    def state(self, prefix: Sequence[Token]) -> object:
        """What of the prefix still matters, hashable."""
        return tuple(prefix)

    def mistakes(self) -> Iterable[tuple[tuple[str, ...], str]]:
        """Parameters that do not fit what they speak of, with what they got and what is allowed."""
        return ()

    def in_order(self, order: str | Sequence[Token]) -> tuple[str, ...] | None:
        """All tokens, "as_listed" or, of a text, "sorted" by code point; or the given ones."""
        listed = self.vocabulary if order == "as_listed" else order
        return None if isinstance(listed, str) else tuple(map(str, listed))

    def asks_of_model(self, model: Any) -> Iterable[Problem]:
        """Keys of the model's section that do not fit the rule, with what they got and what is
        allowed.
        """
        return system_called(self.system).model_problems(self, model)

    def kept_in(self, folder: Path | None) -> "Rule":
        """The same rule, for a project that has a folder for what is made of the files that rules
        name.
        """
        return self

    def materials(self) -> dict[str, str]:
        """What else than its parameters the rule is made of, by name: a hash of each."""
        return {}

    @cached_property
    def tokens(self) -> Vocabulary:
        """The vocabulary with its ids."""
        return Vocabulary(self.vocabulary)

    @cached_property
    def demands(self) -> tuple[Demand, ...]:
        """What the rule demanded along a few of its own sequences, the same ones every time."""
        rng = np.random.default_rng(0)
        texts = [self.sample(rng, 40) for _ in range(8)]
        return tuple(
            demand
            for text in texts
            for i in range(len(text))
            if (demand := self.demand(text[:i])) != FREE
        )

    @property
    def holds_answers(self) -> bool:
        """Does an earlier position hold the answer, so that attention could fetch it."""
        return any(demand.source is not None for demand in self.demands)

    @property
    def one_answer(self) -> bool:
        """Is one token alone right, wherever an earlier position holds the answer or the whole past
        is known.
        """
        return sum(len(demand.tokens) == 1 for demand in self.demands) > len(self.demands) / 2

    def law(self, prefix: Sequence[Token]) -> np.ndarray:
        """Distribution [vocabulary] of the next token of the data: uniform over what is demanded,
        `weights` where it is free.
        """
        demand = self.demand(prefix)
        if demand == FREE:
            return self.weights(prefix)
        law = np.zeros(len(self.vocabulary))
        law[self.tokens.encode(demand.tokens)] = 1 / len(demand.tokens)
        return law

    def sample(self, rng: np.random.Generator, length: int) -> list[Token]:
        """One sequence of the rule, token by token; the data room samples many at once from the
        tabulated rule.
        """
        sequence: list[Token] = []
        while len(sequence) < length:
            sequence.append(self.vocabulary[rng.choice(len(self.vocabulary), p=self.law(sequence))])
        return sequence

    def marks(self, sequence: Sequence[Token]) -> list[Mark]:
        """For each token, whether the rule left it free, and if not, whether it was obeyed."""
        marks = []
        for i, token in enumerate(sequence):
            demand = self.demand(sequence[:i])
            marks.append(
                Mark.FREE
                if demand == FREE
                else Mark.OBEYED
                if token in demand.tokens
                else Mark.BROKEN
            )
        return marks

    def __reduce_ex__(self, protocol: SupportsIndex) -> str | tuple[object, ...]:
        """How a rule travels to another process: one of the project's own is in no module there, so
        its file goes along.
        """
        from reportgen.rules.outside import again, written_of

        written = written_of(type(self))
        if written is None:
            return super().__reduce_ex__(protocol)
        return again, (written.path, self.slug, written.digest), self.__getstate__()


class _Renamed:
    """A method that had another name in version 0.1: whoever asks for it is told what to write."""

    def __init__(self, was: str, now: str) -> None:
        self.told = f"`{was}` of version 0.1 is now `{now}`: write `rule.{now}(sequence)`"

    def __get__(self, instance: object, owner: type) -> NoReturn:
        raise AttributeError(self.told)


for was, now in {"judge": "marks"}.items():
    setattr(Rule, was, _Renamed(was, now))


RULES: dict[str, type[Rule]] = {}


def rule(cls: type[Rule]) -> type[Rule]:
    """Register a rule under its slug; RuleError for a class that cannot be one.

    A rule of the package whose system is not there is passed over, so that it is missed by no
    other.
    """
    from reportgen.rules.declared import check_class

    if cls.__module__.startswith("reportgen.rules.") and cls.system not in systems():
        return cls
    check_class(cls)
    if cls.slug in RULES:
        raise RuleError(
            f"rule {cls.slug!r} stands in {_home(RULES[cls.slug])} already; give {cls.__name__}"
            " another slug"
        )
    RULES[cls.slug] = cls
    return cls


def _home(cls: type[Rule]) -> str:
    """Where a rule is written: a module of the package, or a file of the project."""
    from reportgen.rules.outside import file_of, is_own

    return str(file_of(cls)) if is_own(cls) else cls.__module__


def all_rules(own: Path | None = None, system: str | None = None) -> dict[str, type[Rule]]:
    """Every rule by slug, or every one of a system: those of the package, found by listing it, and
    those of the project's folder `own` that can be read.
    """
    from reportgen.rules.outside import own_rules

    package = import_module("reportgen.rules")
    for module in iter_modules(package.__path__, "reportgen.rules."):
        import_module(module.name)
    known = RULES | (own_rules(own).rules if own else {})
    return {slug: cls for slug, cls in sorted(known.items()) if system in (None, cls.system)}


def rule_called(slug: str, own: Path | None = None) -> type[Rule]:
    """The rule with this slug; UsageError with the nearest names otherwise."""
    known = all_rules(own)
    if slug not in known:
        raise UsageError(
            f"no rule is called {slug!r}{nearest(slug, known)}; known: {', '.join(known)}"
        )
    return known[slug]
