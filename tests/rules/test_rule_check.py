"""What a rule promises, broken on purpose: each message names the file, what was found and the way
on.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rulework import NAMES, RULES

from reportgen.core import config as configs
from reportgen.errors import ConfigError, RuleError
from reportgen.rules.base import FREE, Demand, Rule
from reportgen.rules.base import RULES as REGISTERED
from reportgen.rules.check import check
from reportgen.rules.places import Placed
from reportgen.rules.plus_last_even import PlusLastEven

COPY: Callable = lambda p: Demand(frozenset({p[-1]}), source=len(p) - 1) if len(p) % 2 else FREE


@dataclass(frozen=True)
class Made(Rule):
    """A rule of the parts it is given; without any it keeps all promises: each second token repeats
    the one before it.
    """

    system, slug, title, summary, class_names = (
        "sequence_rules",
        "made",
        "Made",
        "Made of parts.",
        {"letter": "letter", "trigger": "trigger"},
    )  # type: ignore[misc]

    vocabulary: tuple = ("a", "b", "c")  # type: ignore[assignment]
    kinds: Any = None
    trigger: Any = None  # type: ignore[assignment]
    demands: Callable = COPY
    chances: tuple = (0.5, 0.25, 0.25)
    keeps: Callable = lambda p: tuple(p[-1:]) if len(p) % 2 else ()
    draws: Callable | None = None
    follows: Callable | None = None

    @property
    def classes(self) -> Any:
        return self.kinds or dict.fromkeys("abc", "letter")

    def demand(self, prefix: Any) -> Demand:
        return self.demands(prefix)

    def weights(self, prefix: Any) -> np.ndarray:
        return np.array(self.chances)

    def state(self, prefix: Any) -> object:
        return self.keeps(prefix)

    def sample(self, rng: np.random.Generator, length: int) -> list:
        return self.draws(length) if self.draws else super().sample(rng, length)

    def law(self, prefix: Any) -> np.ndarray:
        return np.array(self.follows) if self.follows else super().law(prefix)


def test_the_unbroken_one_passes() -> None:
    check(Made())


@pytest.mark.parametrize("name", NAMES)
def test_every_rule_passes_quickly(name: str) -> None:
    start = time.process_time()
    check(RULES[name])
    assert time.process_time() - start < 0.05


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        (
            Made(vocabulary=()),
            "made: a vocabulary needs at least one token; it is empty; see `vocabulary`",
        ),
        (
            Made(vocabulary=("a", "b", "a")),
            "made: tokens must be different from one another; written alike: 'a'; see `vocabulary`",
        ),
        (
            Made(vocabulary=(1, "1", "a")),
            "made: tokens must be different from one another; written alike: '1'; see `vocabulary`",
        ),
        (
            Made(vocabulary=("a", True, "c")),
            (
                "made: True cannot be a token; tokens are whole numbers and texts of one line, not"
                " empty, without spaces at the ends or two in a row"
            ),
        ),
        (
            Made(vocabulary=("a", " ", "c")),
            (
                "made: ' ' cannot be a token; tokens are whole numbers and texts of one line, not"
                " empty, without spaces at the ends or two in a row"
            ),
        ),
        (
            Made(vocabulary=("a", "b\nc", "c")),
            (
                "made: 'b\\nc' cannot be a token; tokens are whole numbers and texts of one line,"
                " not empty, without spaces at the ends or two in a row"
            ),
        ),
        (
            Made(vocabulary=("a", "\x07", "c")),
            (
                "made: '\\x07' cannot be a token; tokens are whole numbers and texts of one line,"
                " not empty, without spaces at the ends or two in a row"
            ),
        ),
        (
            Made(vocabulary=("a", "\ud800", "c")),
            (
                "made: '\\ud800' cannot be a token; tokens are whole numbers and texts of one line,"
                " not empty, without spaces at the ends or two in a row"
            ),
        ),
        (Made(trigger="z"), "made: the trigger 'z' is not in the vocabulary: a b c"),
        (Made(kinds={"a": "letter"}), "made: no class for b, c; `classes` must have every token"),
        (
            Made(vocabulary=(*"abcde",), kinds={t: t * 2 for t in "abcde"}),
            (
                "made: 5 classes of tokens (aa, bb, cc, dd, ee), allowed: at most 4, so that"
                " colours can tell them apart"
            ),
        ),
        (
            Made(kinds={"a": "vowel", "b": "letter", "c": "letter"}),
            "made: class_names has no words for 'vowel'; say what a reader should call it",
        ),
        (
            Made(kinds={"a": "trigger", "b": "letter", "c": "letter"}),
            "made: the class 'trigger' belongs to the trigger alone (None); mend the class of a",
        ),
        (
            Made(trigger="a"),
            "made: the class 'trigger' belongs to the trigger alone ('a'); mend the class of a",
        ),
        (
            Made(demands=lambda p: Demand(frozenset("az"))),
            "made: after (nothing) the rule demands 'z', not in its vocabulary: a b c",
        ),
        (
            Made(demands=lambda p: Demand(frozenset("a"), source=5)),
            (
                "made: after (nothing) the source is position 5, which does not hold an allowed"
                " token; name the position that does, or none"
            ),
        ),
        (
            Made(chances=(0.5, 0.5, 0.5)),
            (
                "made: after (nothing) the weights of the next token are no distribution over 3"
                " tokens; give one chance for each, together 1"
            ),
        ),
        (
            Made(chances=(1.5, -0.25, -0.25)),
            (
                "made: after (nothing) the weights of the next token are no distribution over 3"
                " tokens; give one chance for each, together 1"
            ),
        ),
        (
            Made(chances=(float("nan"), 0.5, 0.5)),
            (
                "made: after (nothing) the weights of the next token are no distribution over 3"
                " tokens; give one chance for each, together 1"
            ),
        ),
        (
            Made(chances=(0.5, 0.5)),
            (
                "made: after (nothing) the weights of the next token are no distribution over 3"
                " tokens; give one chance for each, together 1"
            ),
        ),
        (
            Made(follows=(0, 0.5, 0.5), demands=lambda p: Demand(frozenset("a"))),
            (
                "made: after (nothing) the data may go on with b, which the rule forbids; `law`"
                " must follow `demand`"
            ),
        ),
        (
            Made(draws=lambda length: ["a", "b"] * (length // 2)),
            (
                "made: a sample of the rule breaks it: b after a; `sample` and `law` must follow"
                " `demand`"
            ),
        ),
        (
            Made(keeps=lambda p: list(p)),
            "made: after (nothing) the state is a list, which has no hash; return a tuple",
        ),
        (
            Made(demands=lambda p: Demand(frozenset("abc")) if p else FREE),
            (
                "made: after c the rule allows each of its 3 tokens, so it decides nothing; return"
                " FREE there"
            ),
        ),
        (
            Made(demands=lambda p: FREE),
            (
                "made: the rule asks for nothing in 10 sequences of 20 tokens; `demand` must decide"
                " some of them"
            ),
        ),
    ],
    ids=lambda part: part if isinstance(part, str) else "",
)
def test_each_broken_promise_is_told(broken: Rule, message: str) -> None:
    with pytest.raises(RuleError) as error:
        check(broken)
    assert isinstance(error.value, Placed)
    assert error.value.place.rpartition(":")[0] == __file__
    assert error.value.words == message


@pytest.mark.parametrize("keeps", [lambda p: len(p) % 2, lambda p: (), lambda p: tuple(p[-1:])])
def test_a_state_that_forgets_too_much_is_told(keeps: Callable) -> None:
    with pytest.raises(
        RuleError,
        match=(
            r"made: .* and .* have one state, but what may follow differs; `state` must keep all"
            r" that still matters"
        ),
    ):
        check(Made(keeps=keeps))


def test_a_state_that_forgets_what_matters_later_is_told() -> None:
    """Demands agree now, but not after one more token."""
    late = Made(
        demands=lambda p: (
            Demand(frozenset({p[-2]}), source=len(p) - 2) if len(p) % 3 == 2 else FREE
        ),
        keeps=lambda p: (len(p) % 3, tuple(p[-2:-1]) if len(p) % 3 == 2 else ()),
    )
    with pytest.raises(RuleError, match="have one state, but what may follow differs"):
        check(late)


def test_a_rule_that_fails_on_some_text_is_told_with_its_line() -> None:
    """A model may write what the data never holds."""
    with pytest.raises(RuleError) as error:
        check(Made(demands=lambda p: COPY(p) if len(p) < 15 else 1 / 0))
    line = next(
        i
        for i, text in enumerate(Path(__file__).read_text().splitlines(), 1)
        if "< 15 else" in text
    )
    assert (
        str(error.value)
        == f"{__file__}:{line}: made: ZeroDivisionError: division by zero; a rule must have an"
        " answer for every sequence of its tokens, the empty one too"
    )


def test_a_configuration_with_such_a_rule_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the key's place, before anything is built."""

    class Careless(PlusLastEven):
        def weights(self, prefix: Any) -> np.ndarray:
            return super().weights(prefix) * 2

    from rulework import SETTINGS

    monkeypatch.setitem(REGISTERED, "plus_last_even", Careless)
    with pytest.raises(ConfigError) as error:
        configs.from_values(SETTINGS["plus_last_even"])
    line = Careless.weights.__code__.co_firstlineno
    assert (
        str(error.value)
        == f"config: rule: {__file__}:{line}: plus_last_even: after (nothing) the weights of the"
        " next token are no distribution over 12 tokens; give one chance for each, together 1"
    )
