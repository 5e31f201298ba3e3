"""Configurations of any kind: read, or refused by an error of ours with its place, soon and in
little memory.
"""

import random
import re
from pathlib import Path

import pytest
import yaml
from fuzzwork import bounded, cases
from hypothesis import given
from hypothesis import strategies as st
from lookups import draw
from places import CONFIGS

from reportgen.core import config as configs
from reportgen.core import document
from reportgen.core.config import Config
from reportgen.core.data.misfits import misfits
from reportgen.errors import ConfigError

NAMES = (
    "plus_last_even",
    "lookup_permutation",
    "induction",
    "reverse_increment_4",
    "zero_layer",
    "zero_layer_words",
)
TEXTS = {name: (CONFIGS / f"{name}.yaml").read_text(encoding="utf-8") for name in NAMES}
VALUES = {name: yaml.safe_load(text) for name, text in TEXTS.items()}
ODD = (
    """
0 1 -1 2 3 0100 0o17 0x1F 1e4 1.5 -0.0 1e400 .inf -.inf .nan 1_000 1:00 2026-02-30 2026-11-29
yes no on off true false null ~
1000000000 9999999999999999999999 '3' "yes" [] {} [1] [[1]] [1,2,3] {a: 1} {a: {b: [1, {c: d}]}}
*a &a &b [*b]
!!int !!python/object:os.system
!foo << <<: ? | > ' " [ { ] } , : - --- ... %YAML # @ ` \t
\x00 \x07 \x85 \u2028 \ufeff \ud7ff "\\0" "\\ud800" "\\UFFFFFFFF" ../x /etc/passwd
""".split()
    + ["1" + "0" * 400, "9" * 5000, "[" * 200, "{a: " * 200, "a" * 70_000, "", " ", "\n"]
)
PLACE = re.compile(r".*\.yaml(:\d+:\d+)?: \S")
SOON, SMALL = 4.0, 300  # seconds and megabytes of a case


def refused(path: Path) -> Config | None:
    """The configuration in a file, or None where it is refused as it should be."""
    with bounded(seconds=SOON, megabytes=SMALL):
        try:
            found = configs.load(path)
        except ConfigError as error:
            told = error.problems
        else:
            told = ()
    if told:
        assert not [line for line in told if not PLACE.match(line)]
        return None
    assert configs.from_values(found.as_dict()) == found
    return found


def changed(text: str, chance: random.Random) -> str:
    """A text with a few of its lines, words or characters lost, given twice, exchanged or
    replaced.
    """
    for _ in range(chance.randint(1, 4)):
        lines = text.split("\n")
        words = [found.span() for found in re.finditer(r"[^\s,:{}\[\]]+", text)] or [(0, 0)]
        first, end = chance.choice(words)
        at, other = chance.randrange(len(lines)), chance.randrange(len(lines))
        match chance.randrange(9):
            case 0:
                del lines[at]
            case 1:
                lines.insert(other, lines[at])
            case 2:
                lines[at], lines[other] = lines[other], lines[at]
            case 3:
                place = chance.randrange(len(text) + 1)
                lines = [text[:place] + chance.choice(ODD) + text[place:]]
            case 4:
                lines = [text[:end] + ", " + text[first:end] + text[end:]]
            case 5:
                lines = [text[: chance.randrange(len(text) + 1)]]
            case _:
                lines = [text[:first] + chance.choice(ODD) + text[end:]]
        text = "\n".join(lines)
    return text


@cases(1_500)
@given(st.sampled_from(NAMES), st.integers(0, 2**32 - 1))
def test_shipped_files_changed_at_random(
    tmp_path_factory: pytest.TempPathFactory, name: str, seed: int
) -> None:
    path = tmp_path_factory.getbasetemp() / f"{name}.yaml"
    path.write_bytes(changed(TEXTS[name], random.Random(seed)).encode("utf-8", "surrogatepass"))
    refused(path)


@cases(1_000)
@given(st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
def test_any_bytes(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_bytes(content)
    refused(path)


words = st.sampled_from(ODD) | st.text("&*!?|-<>[]{}:,#%@`'\"\\ \n\t0ax~", max_size=8)


@cases(2_000)
@given(st.lists(words, max_size=30).map("".join))
def test_texts_that_look_like_yaml(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    """Whatever the parser makes of them, what is read is plain values, and few."""
    path = tmp_path_factory.getbasetemp() / "looks.yaml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    with bounded(seconds=SOON, megabytes=SMALL):
        try:
            found = document.read(path)
        except ConfigError as error:
            told = error.problems
        else:
            told = ()
    if told:
        assert not [line for line in told if not PLACE.match(line)]
        return
    assert plain(found.values)
    assert all(found.place(problem.key).line >= 1 for problem in found.problems)


def plain(value: object) -> bool:
    if isinstance(value, dict):
        return all(isinstance(key, str) and plain(inner) for key, inner in value.items())
    return (
        all(map(plain, value))
        if isinstance(value, list)
        else isinstance(value, None | bool | int | float | str)
    )


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**60), 10**60)
    | st.integers(-2, 50)
    | st.floats()
    | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)


@cases(700)
@given(st.sampled_from(NAMES), st.data())
def test_any_value_in_place_of_another(name: str, data: st.DataObject) -> None:
    """Types exchanged, huge numbers, values of other keys: every key, also those of rules."""
    given_values = VALUES[name]
    sections = {key: dict(v) if isinstance(v, dict) else v for key, v in given_values.items()}
    others = [v for s in sections.values() if isinstance(s, dict) for v in s.values()]
    for _ in range(data.draw(st.integers(1, 3))):
        section = data.draw(st.sampled_from(sorted(sections)))
        value = data.draw(values | st.sampled_from(others))
        if isinstance(sections[section], dict) and data.draw(st.integers(0, 9)):
            key = data.draw(st.sampled_from(sorted(sections[section]) or ["x"]))
            sections[section][key] = value
        else:
            sections[section] = value
    with bounded(seconds=SOON, megabytes=SMALL):
        try:
            found = configs.from_values(sections)
        except ConfigError:
            return
    assert configs.from_values(found.as_dict()) == found


sizes = st.integers(1, 40)


@cases(60)
@given(
    st.sampled_from(NAMES),
    st.fixed_dictionaries(
        dict(
            sequences=st.integers(1, 200),
            length=st.tuples(sizes, sizes).map(list),
            validation=st.floats(0.01, 0.99),
            window_stride=st.integers(1, 10),
            holdout=st.integers(1, 100),
            block=st.integers(5, 3_000),
            windows=st.integers(2, 50),
        )
    ),
    sizes,
    st.integers(1, 6),
)
def test_what_is_accepted_can_be_drawn(
    name: str, data: dict[str, object], n_ctx: int, demonstrations: int
) -> None:
    """Data, demonstrations and a batch: nothing that a configuration alone decides fails later."""
    sections = {key: dict(v) if isinstance(v, dict) else v for key, v in VALUES[name].items()}
    sections["data"] |= {key: data[key] for key in data if key in sections["data"]}
    sections["model"]["n_ctx"] = n_ctx
    sections["report"]["demonstrations"] = demonstrations
    try:
        config = configs.from_values(sections)
    except ConfigError:
        return
    with bounded(seconds=30, megabytes=SMALL):
        if list(misfits(config)):
            return
        drawn = draw(config)
        assert len(drawn.demonstrations(demonstrations).inputs) == demonstrations
        assert drawn.batches(config, 0, 0, 2).shape[:2] == (2, config.training.batch)
        assert len(drawn.evaluated)
