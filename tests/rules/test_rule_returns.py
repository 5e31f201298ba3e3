"""What the members of a rule give when they give something odd: told with the line of the member,
in the process that asks.
"""

from pathlib import Path

import pytest
from ownwork import bang, place

from reportgen.errors import RuleError
from reportgen.rules.base import Rule
from reportgen.rules.check import check, placed
from reportgen.rules.outside import rules_of
from reportgen.rules.returns import check_materials, check_problems
from reportgen.rules.written import read

ANSWER = "a rule must have an answer for every sequence of its tokens, the empty one too"
# the member that is named, unless a line is marked, and the words
MEMBERS: dict[str, tuple[str, dict[str, str], str]] = {}


def odd(slug: str, member: str, code: str, told: str, **others: str) -> None:
    """A rule with an odd member."""
    MEMBERS[slug] = (member, {member: code, **others}, told)


odd(
    "gives_none",
    "demand",
    "pass",
    "gives_none: after (nothing) `demand` gives None, a NoneType; give Demand(frozenset({…})) or"
    " FREE",
)
odd(
    "gives_a_set",
    "demand",
    "return {'a'}",
    "gives_a_set: after (nothing) `demand` gives {'a'}, a set; give Demand(frozenset({…})) or FREE",
)
odd(
    "demands_a_set",
    "demand",
    "return Demand({'a'})",
    "demands_a_set: after (nothing) the rule demands {'a'}, a set; give a frozenset of tokens",
)
odd(
    "demands_a_text",
    "demand",
    "return Demand('a')",
    "demands_a_text: after (nothing) the rule demands 'a', a str; give a frozenset of tokens",
)
odd(
    "demands_truth",
    "demand",
    "return Demand(frozenset({True}))",
    "demands_truth: after (nothing) the rule demands True, not in its vocabulary: a b c d !",
)
odd(
    "source_is_a_float",
    "demand",
    "return Demand(frozenset(prefix[:1]), source=0.0) if prefix else FREE",
    "source_is_a_float: after ! the source is 0.0, a float; give the position as a whole number, or"
    " none",
)
odd(
    "weights_are_none",
    "weights",
    "pass",
    "weights_are_none: after (nothing) the weights of the next token are None, a NoneType; give a"
    " NumPy array of numbers",
)
odd(
    "weights_are_a_list",
    "weights",
    "return [0.2] * 5",
    "weights_are_a_list: after (nothing) the weights of the next token are [0.2, 0.2, 0.2, 0.2,"
    " 0.2], a list; give a NumPy array of numbers",
)
odd(
    "weights_are_objects",
    "weights",
    "return np.full(5, 0.2, object)",
    "weights_are_objects: after (nothing) the weights of the next token are an array of object;"
    " give a NumPy array of numbers",
)
odd(
    "weights_are_nan",
    "weights",
    "return np.full(5, np.nan)",
    "weights_are_nan: after (nothing) the weights of the next token are no distribution over 5"
    " tokens; give one chance for each, together 1",
)
odd(
    "weights_are_random",
    "weights",
    "x = np.random.rand(5)\nreturn x / x.sum()",
    "weights_are_random: after (nothing) `weights` gives something else when it is asked again; a"
    " rule answers the same whenever it is asked",
    state="return tuple(given[0]), np.random.rand()",
)
odd(
    "state_is_new",
    "state",
    "return object()",
    "state_is_new: after (nothing) `state` gives something else when it is asked again; a rule"
    " answers the same whenever it is asked",
)
odd(
    "state_has_no_hash",
    "state",
    "return [given]",
    "state_has_no_hash: after (nothing) the state is a list, which has no hash; return a tuple",
)
odd(
    "tokens_are_a_list",
    "vocabulary",
    "return [*'abcd', '!']",
    "tokens_are_a_list: `vocabulary` gives ['a', 'b', 'c', 'd', '!'], a list; give a tuple",
)
odd(
    "tokens_are_drawn",
    "vocabulary",
    "yield from 'abcd!'",
    "tokens_are_drawn: `vocabulary` gives a generator; give a tuple",
)
odd(
    "token_is_true",
    "vocabulary",
    "return (*'abcd', True)",
    "token_is_true: True cannot be a token; tokens are whole numbers and texts of one line, not"
    " empty, without spaces at the ends or two in a row",
)
odd(
    "token_is_a_list",
    "vocabulary",
    "return (*'abcd', [])",
    "token_is_a_list: [] cannot be a token; tokens are whole numbers and texts of one line, not"
    " empty, without spaces at the ends or two in a row",
    classes="return {}",
)
odd(
    "classes_lack",
    "classes",
    "return {'!': 'trigger'}",
    "classes_lack: no class for a, b, c, d; `classes` must have every token",
)
odd(
    "classes_are_a_list",
    "classes",
    "return ['letter']",
    "classes_are_a_list: `classes` gives ['letter'], a list; give a mapping of each token to its"
    " class",
)
odd(
    "class_is_a_number",
    "classes",
    "return dict.fromkeys('abcd!', 3)",
    "class_is_a_number: the class of a token is 3, an int; a class is a text",
)
odd(
    "trigger_is_unknown",
    "trigger",
    "return '?'",
    "trigger_is_unknown: the trigger '?' is not in the vocabulary: a b c d !",
)
odd(
    "trigger_is_a_list",
    "trigger",
    "return ['!']",
    "trigger_is_a_list: `trigger` gives ['!'], a list; give a token of the vocabulary or None",
)
odd(
    "sample_is_short",
    "sample",
    "return ['a']",
    "sample_is_short: `sample` gives ['a'], a list; give a list of 20 tokens of the vocabulary when"
    " that many are asked for",
)
odd(
    "mistakes_are_none",
    "mistakes",
    "pass",
    "mistakes_are_none: `mistakes` gives None, a NoneType; give pairs of a key, a tuple of texts,"
    " and what is wrong with it",
)
odd(
    "mistakes_are_texts",
    "mistakes",
    "return ['letters']",
    "mistakes_are_texts: `mistakes` gives 'letters', a str; give pairs of a key, a tuple of texts,"
    " and what is wrong with it",
)
odd(
    "model_is_none",
    "asks_of_model",
    "pass",
    "model_is_none: `asks_of_model` gives None, a NoneType; give pairs of a key, a tuple of texts,"
    " and what is wrong with it",
)
odd(
    "materials_are_a_list",
    "materials",
    "return []",
    "materials_are_a_list: `materials` gives [], a list; give a dict of names to hashes, all of"
    " them texts",
)
odd(
    "fails",
    "demand",
    "return prefix[-1]  #!",
    f"fails: IndexError: list index out of range; {ANSWER}",
)
odd(
    "has_no_words",
    "demand",
    "class Bad(Exception): __str__ = lambda self: 1 / 0\nraise Bad  #!",
    f"has_no_words: Bad, whose text cannot be shown (ZeroDivisionError); {ANSWER}",
)


@pytest.mark.parametrize("name", MEMBERS)
def test_what_a_member_gives_is_told_with_its_line(tmp_path: Path, name: str) -> None:
    member, members, told = MEMBERS[name]
    path, text = tmp_path / "odd.py", bang(name, **members)
    path.write_text(text)
    rule = rules_of(read(path))[name](letters=4)  # type: ignore[call-arg]
    with pytest.raises(RuleError) as error:
        _asked(rule)
    assert str(error.value) == f"{path}:{place(text, member)}: {told}"


def _asked(rule: Rule) -> None:
    check(rule)
    with placed(rule):
        check_materials(rule)
        check_problems(rule, "mistakes", rule.mistakes())
        check_problems(rule, "asks_of_model", rule.asks_of_model(None))
