"""What facts, pages and pictures do not say of what nothing says was held out."""

import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from reportgen.core.config import Config
from reportgen.measure.fact import Fact, Reference
from reportgen.system import system_of

Words = Callable[[str], str]
STEP = re.compile(r"^step 0$")  # what a picture says of a file that does not tell its step


def not_held_out(text: str) -> str:
    """A text without its word that something was held out."""
    return re.sub(r"[Hh]eld-out (\w)", lambda m: m[1].upper() if m[0][0] == "H" else m[1], text)


def words_for(config: Config) -> Words:
    """What becomes of words that were written for a training here: nothing, or where the weights
    were given what the system says instead, since nobody here knows what the network never met.
    """
    if config.weights is None:
        return str
    own = system_of(config).as_given
    words = not_held_out if own is None else partial(own, config)
    return words if config.weights.file is None else lambda text: words(STEP.sub("", text))


def reworded(fact: Fact, words: Words) -> Fact:
    """A fact with other words; the names of its parts, by which it is asked for them, stay."""

    def named(reference: Reference | None) -> Reference | None:
        return reference and replace(reference, label=words(reference.label))

    return replace(
        fact,
        label=words(fact.label),
        meaning=words(fact.meaning),
        of=words(fact.of),
        words=words(fact.words),
        baseline=named(fact.baseline),
        floor=named(fact.floor),
        parts=tuple((name, reworded(part, words)) for name, part in fact.parts),
    )
