"""Rules of the project's own in tests: a sound one, and files and members that are odd in one way
each.
"""

BANG = '''"""After ``!``, repeat the first token."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from pydantic import ConfigDict, Field

from reportgen.rules.base import FREE, Demand, Rule, rule


@rule
@dataclass(frozen=True)
class BangFirst(Rule):
    """A token after ``!`` must be the first token; every other token is free."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    system = "sequence_rules"
    slug = "bang_first"
    title = "The first letter again"
    summary = "After `!`, write the first token."
    class_names: ClassVar = {"letter": "letter", "trigger": "trigger"}

    letters: Annotated[int, Field(ge=2, le=20)]

    @property
    def vocabulary(self):
        return (*"abcdefghijklmnopqrst"[: self.letters], "!")

    @property
    def classes(self):
        return {t: "trigger" if t == "!" else "letter" for t in self.vocabulary}

    @property
    def trigger(self):
        return "!"

    def demand(self, prefix):
        return Demand(frozenset({prefix[0]}), source=0) if prefix and prefix[-1] == "!" else FREE

    def weights(self, prefix):
        share = 0.3 if prefix else 0.0
        return np.append(np.full(self.letters, (1 - share) / self.letters), share)

    def state(self, *given):
        prefix = given[0]
        return (prefix[0], len(prefix), prefix[-1]) if prefix else ()
'''


def bang(slug: str, end: str = "", **members: str) -> str:
    """The sound rule under another slug, with other code in some members, and code behind the
    class.
    """
    text = BANG.replace('"bang_first"', f'"{slug}"')
    for name, code in members.items():
        text = _exchanged(text, name, code)
    return f"{text}\n\n{end}\n" if end else text


def _exchanged(text: str, name: str, code: str) -> str:
    body = "".join(f"        {line}\n" for line in code.splitlines())
    if f"    def {name}(" not in text:
        return f"{text}\n    def {name}(self, *given):\n{body}"
    begin = text.index("\n", text.index(f"    def {name}(")) + 1
    end = text.find("\n\n", begin)
    return text[:begin] + body + ("" if end < 0 else text[end + 1 :])


def place(text: str, marked: str = "") -> int:
    """The line that ends in `#!`, or that a member begins on, or that holds the class."""
    lines = text.splitlines()
    found = [n for n, line in enumerate(lines, 1) if line.rstrip().endswith("#!")]
    sought = f"    def {marked}(" if marked else "class "
    return (found or [n for n, line in enumerate(lines, 1) if line.startswith(sought)])[0]
