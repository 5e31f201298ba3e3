"""What the members of a rule may give, by type: whatever is of another kind is told before anything
is made of it.
"""

from collections.abc import Mapping, Sequence
from numbers import Integral
from typing import Any

import numpy as np

from reportgen.rules.base import Demand, Rule
from reportgen.rules.places import Promise
from reportgen.vocabulary import Token


def written(prefix: Sequence[Token]) -> str:
    """A prefix in a sentence."""
    return " ".join(map(str, prefix)) or "(nothing)"


def kind(value: object) -> str:
    """A value's type, with the value where it is short."""
    try:
        text = repr(value)
    except Exception:  # code of the rule's author
        text = ""
    name = type(value).__name__
    name = f"an {name}" if name[0] in "aeiou" else f"a {name}"
    return f"{text}, {name}" if 0 < len(text) <= 40 and "\n" not in text else name


def token(value: object) -> bool:
    """Could it be a token: a whole number or a text, and nothing that only behaves like one."""
    return type(value) in (int, str)


def check_attributes(rule: Rule) -> None:
    """Vocabulary, classes and trigger."""
    vocabulary: object = rule.vocabulary
    if not isinstance(vocabulary, tuple):
        raise Promise(
            "vocabulary", f"{rule.slug}: `vocabulary` gives {kind(vocabulary)}; give a tuple"
        )
    if rule.vocabulary != vocabulary:
        raise Promise("vocabulary", f"{rule.slug}: `vocabulary` differs from one time to the next")
    classes: object = rule.classes
    if not isinstance(classes, Mapping):
        raise Promise(
            "classes",
            f"{rule.slug}: `classes` gives {kind(classes)}; give a mapping of each token to its"
            " class",
        )
    if strange := [name for name in classes.values() if not isinstance(name, str)]:
        raise Promise(
            "classes", f"{rule.slug}: the class of a token is {kind(strange[0])}; a class is a text"
        )
    if rule.trigger is not None and not token(rule.trigger):
        raise Promise(
            "trigger",
            f"{rule.slug}: `trigger` gives {kind(rule.trigger)}; give a token of the vocabulary or"
            " None",
        )


def check_demand(rule: Rule, demand: object, prefix: Sequence[Token]) -> Demand:
    """A demand of a frozenset of tokens, and of a position or none."""
    after = f"{rule.slug}: after {written(prefix)}"
    if not isinstance(demand, Demand):
        raise Promise(
            "demand",
            f"{after} `demand` gives {kind(demand)}; give Demand(frozenset({{…}})) or FREE",
        )
    if not isinstance(demand.tokens, frozenset):
        raise Promise(
            "demand", f"{after} the rule demands {kind(demand.tokens)}; give a frozenset of tokens"
        )
    source: object = demand.source
    if source is not None and (isinstance(source, bool) or not isinstance(source, Integral)):
        raise Promise(
            "demand",
            f"{after} the source is {kind(source)}; give the position as a whole number, or none",
        )
    return demand


def check_chances(rule: Rule, law: object, prefix: Sequence[Token]) -> np.ndarray:
    """Numbers in an array."""
    if not isinstance(law, np.ndarray) or law.dtype.kind not in "fiu":
        got = f"an array of {law.dtype}" if isinstance(law, np.ndarray) else kind(law)
        raise Promise(
            "weights",
            f"{rule.slug}: after {written(prefix)} the weights of the next token are {got}; give a "
            "NumPy array of numbers",
        )
    return law


def check_sample(rule: Rule, sequence: object, length: int) -> list[Token]:
    """As many tokens of the vocabulary as were wanted."""
    known = set(rule.vocabulary)
    whole = isinstance(sequence, list) and len(sequence) == length
    if not whole or not all(token(t) and t in known for t in sequence):  # type: ignore[attr-defined]
        raise Promise(
            "sample",
            f"{rule.slug}: `sample` gives {kind(sequence)}; give a list of {length} tokens of the "
            "vocabulary when that many are asked for",
        )
    return sequence  # type: ignore[return-value]


def check_materials(rule: Rule) -> None:
    """Names and hashes."""
    materials: object = rule.materials()
    if not isinstance(materials, dict) or not all(
        isinstance(word, str) for pair in materials.items() for word in pair
    ):
        raise Promise(
            "materials",
            f"{rule.slug}: `materials` gives {kind(materials)}; give a dict of names to hashes, all"
            " of them texts",
        )


def check_problems(rule: Rule, member: str, problems: Any) -> list[object]:
    """Pairs of a key, as a tuple of texts, and words."""
    iterable = isinstance(problems, Sequence) or hasattr(problems, "__next__")
    each = problems if iterable and not isinstance(problems, str) else [problems]
    listed = []
    for pair in each:  # one after the other: they may have no end
        listed.append(pair)
        whole = isinstance(pair, tuple) and len(pair) == 2 and isinstance(pair[0], tuple)
        if not whole or not all(isinstance(word, str) for word in (*pair[0], pair[1])):
            raise Promise(
                member,
                f"{rule.slug}: `{member}` gives {kind(pair)}; give pairs of a key, a tuple of"
                " texts, and what is wrong with it",
            )
    return listed
