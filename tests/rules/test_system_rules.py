"""What systems ask of a rule of one's own: what a page says of every rule of a system is so, or the
rule is refused.
"""

from pathlib import Path
from typing import Any

import pytest
import yaml
from lookups import draw
from places import CONFIGS

from reportgen.core import config as configs
from reportgen.errors import ConfigError, RuleError
from reportgen.rules.base import all_rules
from reportgen.rules.check import check
from reportgen.rules.outside import rules_of
from reportgen.rules.written import read
from reportgen.system import systems

WORDS = '''"""Backwards and one more, after another first token."""

from dataclasses import dataclass
from itertools import product
from typing import ClassVar

from reportgen.rules.base import Demand, rule
from reportgen.rules.reverse_increment import ReverseIncrement


@rule
@dataclass(frozen=True)
class Started(ReverseIncrement):
    """Digits after GO."""

    slug = "started"
    title = "After GO"
    summary = "After GO, digits are written backwards, each one more."
    class_names: ClassVar = {"digit": "digit", "begin": "beginning"}

    @property
    def vocabulary(self):
        return (*range(self.highest + 1), "GO")

    @property
    def classes(self):
        return {t: "begin" if t == "GO" else "digit" for t in self.vocabulary}

    @property
    def inputs(self):
        return (self.highest + 1) ** self.length

    def rows(self):
        for word in product(range(self.highest + 1), repeat=self.length):
            yield ("GO", *word, *self.output(word))

    def demand(self, prefix):
        return super().demand(prefix) if prefix else Demand(frozenset({"GO"}))
'''


def test_each_system_has_rules_and_a_section_of_data() -> None:
    assert {cls.system for cls in all_rules().values()} == set(systems())
    assert len({system.data for system in systems().values()}) == len(systems())


def own(tmp_path: Path, text: str, shipped: str, **changes: Any) -> Any:
    """A configuration of a rule in a file of its own, like a shipped one."""
    (tmp_path / "rules").mkdir(exist_ok=True)
    (tmp_path / "rules" / "mine.py").write_text(text)
    values = yaml.safe_load((CONFIGS / f"{shipped}.yaml").read_text()) | dict(name="mine")
    for section, keys in changes.items():
        values[section] |= keys
    (tmp_path / "mine.yaml").write_text(yaml.safe_dump(values))
    return configs.load(tmp_path / "mine.yaml", rules=tmp_path / "rules")


def mine(tmp_path: Path, text: str = WORDS, **model: int) -> Any:
    """A configuration of the rule of inputs."""
    rule, data = dict(name="started"), dict(holdout=6, beside=None)
    return own(tmp_path, text, "reverse_increment_4", rule=rule, data=data, model=model)


def test_inputs_of_ones_own_make_data(tmp_path: Path) -> None:
    """Each input once, with its output; the context fits the rule."""
    config = mine(tmp_path)
    data = draw(config)
    assert config.rule.vocabulary[-1] == "GO"
    assert data.rows.tokens.shape == (256, 9)
    assert (data.rows.tokens[:, 5:] == (data.rows.tokens[:, 4:0:-1] + 1) % 4).all()
    with pytest.raises(ConfigError, match=r"model.n_ctx: got 6, allowed: 8, twice the rule's"):
        mine(tmp_path, n_ctx=6)


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        (
            "return (self.highest + 1) ** self.length",
            "return 255",
            (
                "started: inputs: got 255, allowed: 256, the number of all inputs of 4 digits from"
                " 0 to 3"
            ),
        ),
        (
            "return (self.highest + 1) ** self.length",
            "return '256'",
            "started: inputs: got '256', allowed: a whole number from 2",
        ),
        (
            "in product(range(self.highest + 1), repeat=self.length)",
            "in [*product(range(self.highest + 1), repeat=self.length)][:-1]",
            "started: `rows` gives fewer than 256 inputs (inputs); give each input once",
        ),
        (
            "in product(range(self.highest + 1), repeat=self.length)",
            "in [*product(range(self.highest + 1), repeat=self.length), (0, 0, 0, 0)]",
            "started: `rows` gives more than 256 inputs (inputs); give each input once",
        ),
        (
            "in product(range(self.highest + 1), repeat=self.length)",
            "in __import__('itertools').permutations(range(self.highest + 1), self.length)",
            (
                "started: `rows` gives ('GO', 0, 1, 2, 3, 0, 3, 2, 1) where the input 0 0 0 0 is"
                " next; give every input of digits from 0 to 3, in the order of a dictionary"
            ),
        ),
        (
            '"GO", *word, *self.output(word)',
            '"GO", *word, *word',
            (
                "started: output 0 of ('GO', 0, 0, 0, 0, 0, 0, 0, 0) is 0, made from position 4;"
                " the system 'sequence_to_sequence' tells of digits written backwards, each one"
                " more, and after 3 comes 0: here 1, made from position 4; for another task name"
                " another `system`"
            ),
        ),
        (
            '"GO", *word, *self.output(word)',
            "*word, *self.output(word)",
            (
                "started: `rows` gives (0, 0, 0, 0, 1, 1, 1, 1), and a row of the system"
                " 'sequence_to_sequence' is 'GO', 4 digits and 4 tokens of output (length 4)"
            ),
        ),
        (
            "def rows(self):\n",
            "def mirror(self, place):\n        return place + 1\n\n    def rows(self):\n",
            (
                "started: output 0 of ('GO', 0, 0, 0, 0, 1, 1, 1, 1) is 1, made from position 1;"
                " the system 'sequence_to_sequence' tells of digits written backwards, each one"
                " more, and after 3 comes 0: here 1, made from position 4; for another task name"
                " another `system`"
            ),
        ),
        (
            "return super().demand(prefix) if prefix else",
            (
                "return Demand(frozenset({0})) if len(prefix) == 5 else super().demand(prefix) if"
                " prefix else"
            ),
            (
                "started: after GO 0 0 0 0 the rule demands 0, and `rows` goes on with 1; both must"
                " say the same"
            ),
        ),
        (
            'return (*range(self.highest + 1), "GO")',
            'return ("GO", *range(self.highest + 1))',
            (
                "started: the vocabulary is GO 0 1 2 3; of the system 'sequence_to_sequence' it"
                " must be the digits 0 to 3 (highest), then the token that begins"
            ),
        ),
    ],
)
def test_inputs_that_are_not_what_pages_say_are_refused(
    tmp_path: Path, right: str, wrong: str, told: str
) -> None:
    assert right in WORDS
    with pytest.raises(ConfigError) as error:
        mine(tmp_path, WORDS.replace(right, wrong))
    folder = tmp_path / "rules"
    place, _, said = str(error.value).partition(": rule: ")[2].partition(": ")
    assert said == f"{told}; mend the file or move it out of {folder}"
    assert place.rpartition(":")[0] == str(folder / "mine.py")


REPEATS = """from dataclasses import dataclass
from typing import ClassVar

from reportgen.rules.base import FREE, Demand, rule
from reportgen.rules.repeated_tokens import RepeatedTokens


@rule
@dataclass(frozen=True)
class Numbers(RepeatedTokens):
    slug = "numbers_again"

    @property
    def vocabulary(self):
        return tuple(range(self.symbols))
"""
GIVEN = dict(rule=dict(name="numbers_again"))


def test_repeats_of_ones_own_make_data(tmp_path: Path) -> None:
    config = own(tmp_path, REPEATS, "induction", **GIVEN)
    assert draw(config).holdout.tokens.max() < 32
    with pytest.raises(ConfigError, match=r"model.n_ctx: got 12, allowed: at least 22"):
        own(tmp_path, REPEATS, "induction", **GIVEN, model=dict(n_ctx=12))


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (
            "    period: tuple[int, int] = (8, 99)\n",
            (
                "numbers_again: period: got (8, 20), allowed: the shortest and the longest, from 2"
                " to 12, the number of different tokens"
            ),
        ),
        (
            "    def demand(self, prefix):\n        return FREE\n",
            (
                "numbers_again: the rule asks for nothing in 10 sequences of 20 tokens; `demand`"
                " must decide some of them"
            ),
        ),
        (
            (
                "    def demand(self, prefix):\n"
                "        found = super(Numbers, self).demand(prefix)\n"
                "        return Demand(found.tokens) if found.tokens else found\n"
            ),
            (
                "the system 'repeated_sequences' makes different tokens that begin again after"
                " their period, and here demands"
            ),
        ),
    ],
)
def test_repeats_that_are_not_what_pages_say_are_refused(
    tmp_path: Path, more: str, told: str
) -> None:
    symbols = dict(symbols=12, period=[8, 20]) if "99" in more else {}
    text = REPEATS + ("" if symbols else f"\n{more}")
    if symbols:
        text += "\n    def __post_init__(self):\n        pass\n"
    with pytest.raises(ConfigError) as error:
        own(tmp_path, text, "induction", rule=GIVEN["rule"] | symbols)
    assert told in str(error.value)
    assert str(tmp_path / "rules" / "mine.py") in str(error.value)


def test_a_text_of_ones_own_is_a_text(tmp_path: Path) -> None:
    lines = '    system = "text"\n    corpus = ids = length = unit = where = 1\n    slug'
    (tmp_path / "mine.py").write_text(REPEATS.replace("    slug", lines))
    cls = rules_of(read(tmp_path / "mine.py"))["numbers_again"]
    with pytest.raises(RuleError) as error:
        check(cls(symbols=26, period=(2, 5)))  # type: ignore[call-arg]
    assert (
        str(error.value)
        == f"{tmp_path / 'mine.py'}: numbers_again: the system 'text' reads a text, as "
        "reportgen.rules.text.Text does; write `class Numbers(Text):`, or name another `system`"
    )
