"""Configurations: all mistakes at once, each with file, line, column, what it got and what is
allowed.
"""

from pathlib import Path

import pytest
import yaml
from places import CONFIGS, ROOT
from rulework import SETTINGS

from reportgen.core import config as configs
from reportgen.core.config.for_editors import schema as schema_of
from reportgen.errors import ConfigError
from reportgen.rules.base import all_rules

GOOD = (ROOT / "configs" / "plus_last_even.yaml").read_text()


def problems(tmp_path: Path, text: str, name: str = "plus_last_even.yaml") -> list[str]:
    """What loading says, with the folder left out."""
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(ConfigError) as error:
        configs.load(path)
    assert str(error.value) == "\n".join(error.value.problems)
    return [p.removeprefix(f"{tmp_path}/") for p in error.value.problems]


def place(old: str) -> str:
    """Line and column, from 1, of a key of the good file."""
    at = GOOD.index(old) + old.startswith("{")
    return f"{GOOD.count(chr(10), 0, at) + 1}:{at - GOOD.rfind(chr(10), 0, at)}"


def test_a_misspelt_rule_is_the_only_thing_told(tmp_path: Path) -> None:
    """The data are those of the rule that was meant."""
    text = (CONFIGS / "reverse_increment_4.yaml").read_text()
    wrong = text.replace("{name: reverse_increment", "{name: reverse_incremnt")
    assert wrong != text
    (only,) = problems(tmp_path, wrong, "reverse_increment_4.yaml")
    assert only.endswith("(did you mean 'reverse_increment'?)")


def test_every_shipped_config_loads() -> None:
    for name in SETTINGS:
        config = configs.load(ROOT / "configs" / f"{name}.yaml")
        assert configs.from_values(config.as_dict()) == config


def test_parameters_are_counted_from_the_config() -> None:
    assert configs.load(ROOT / "configs" / "plus_last_even.yaml").parameters == 250


def test_three_mistakes_three_lines(tmp_path: Path) -> None:
    text = (
        GOOD.replace("steps:", "stpes:")
        .replace("plus_share: 0.3", "plus_share: 3")
        .replace("d_model: 2", "d_model: two")
    )
    assert problems(tmp_path, text) == [
        f"plus_last_even.yaml:{place('plus_share')}: rule.plus_share: got 3, allowed: less than 1",
        (
            f"plus_last_even.yaml:{place('d_model')}: model.d_model: got 'two', allowed: a whole"
            " number"
        ),
        f"plus_last_even.yaml:{place('training')}: training.steps: missing",
        (
            f"plus_last_even.yaml:{place('steps')}: training.stpes: unknown key (did you mean"
            " 'steps' or 'seeds'?)"
        ),
    ]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "d_head: 2",
            "d_head: 3",
            (
                "model.d_head: got 3: 1 head(s) of size 3 make 3, not d_model 2; allowed without an"
                " output projection: n_heads × d_head = d_model (or set output_projection: true)"
            ),
        ),
        (
            "n_ctx: 8",
            "n_ctx: 20",
            (
                "model.n_ctx: got 20, allowed: at most 19, one less than the shortest sequence"
                " (data.length)"
            ),
        ),
        (
            "length: [20, 50]",
            "length: [50, 20]",
            "data.length: got [50, 20], allowed: the shortest first",
        ),
        ("length: [20, 50]", "length: [20]", "data.length.1: missing"),
        (
            "n_layers: 1",
            "n_layers: 0",
            (
                "model.n_layers: got 0, allowed: at least 1 with a rule like this one, whose"
                " reports say where attention looks"
            ),
        ),
        (
            "d_head: 2, d_mlp: 32, n_ctx: 8, output_projection: false",
            "d_head: 3, positions: rotary, d_mlp: 32, n_ctx: 8, output_projection: true",
            (
                "model.d_head: got 3, allowed: an even number with model.positions: rotary, which"
                " turns pairs of dimensions (or set positions to 'stream', 'attention' or 'none')"
            ),
        ),
        (
            "normalization: none",
            "rotary_base: 500, normalization: none",
            (
                "model.rotary_base: got 500, allowed: none with model.positions: stream; leave it"
                " out, or set positions to 'rotary'"
            ),
        ),
        (
            "normalization: none",
            "rotary_base: 0, positions: rotary, normalization: none",
            "model.rotary_base: got 0, allowed: more than 0",
        ),
        (
            "normalization: none",
            "positions: [stream, rotary], normalization: none",
            (
                "model.positions: got ['stream', 'rotary'], allowed: 'stream', 'attention',"
                " 'rotary' or 'none'"
            ),
        ),
        (
            "normalization: none",
            "activation: swish, normalization: none",
            "model.activation: got 'swish', allowed: 'relu', 'gelu' or 'gelu_new'",
        ),
        (
            "lr: 1.0e-3",
            "schedule: linear, lr: 1.0e-3",
            "training.schedule: got 'linear', allowed: 'constant', 'cosine' or 'cosine_jump'",
        ),
        (
            "lr: 1.0e-3",
            "warmup: 500, lr: 1.0e-3",
            (
                "training.warmup: got 500, allowed: 0 with training.schedule: constant (or set it"
                " to cosine)"
            ),
        ),
        (
            "lr: 1.0e-3",
            "warmup: 20000, lr: 1.0e-3, schedule: cosine",
            "training.warmup: got 20000, allowed: less than training.steps, 20000",
        ),
        (
            "holdout: 2000",
            "window_stride: 0, holdout: 2000",
            "data.window_stride: got 0, allowed: at least 1",
        ),
        (
            "normalization: none",
            "normalization: batch",
            "model.normalization: got 'batch', allowed: 'none' or 'LN'",
        ),
        (
            "name: plus_last_even\n",
            "name: other\n",
            "name: got 'other', allowed: 'plus_last_even', the file's own name",
        ),
        (
            "{name: plus_last_even,",
            "{name: plus_last_odd,",
            (
                f"rule.name: got 'plus_last_odd', allowed: {', '.join(all_rules())} (did you mean"
                " 'plus_last_even' or 'even_repeat_last_odd'?)"
            ),
        ),
        (
            "checkpoint_every: 100",
            "checkpoint_every: 30000",
            "training.checkpoint_every: got 30000, allowed: at most training.steps, 20000",
        ),
        (
            "validation: 0.1",
            "validation: 0.0001",
            (
                "data.validation: got 0.0001: that leaves 0 of 2000 sequences for validation;"
                " allowed: a share that leaves at least 3 for it and 1 to train on"
            ),
        ),
        ("lr: 1.0e-3", "lr: .inf", "training.lr: got inf, allowed: a finite number"),
        ("lr: 1.0e-3", "lr: -1", "training.lr: got -1, allowed: more than 0"),
        ("seeds: 20", "seeds: yes", "training.seeds: got 'yes', allowed: a whole number"),
        ("seeds: 20", "seeds: true", "training.seeds: got true, allowed: a whole number"),
        (
            "show: lowest_validation_loss",
            "show: prettiest",
            "training.show: got 'prettiest', allowed: 'lowest_validation_loss'",
        ),
    ],
)
def test_each_mistake_has_its_place_and_the_way_on(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    assert problems(tmp_path, GOOD.replace(old, new, 1)) == [
        f"plus_last_even.yaml:{place(old)}: {message}"
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "- a\n",
            "plus_last_even.yaml:1:1: a configuration is a mapping of keys to values, got ['a']",
        ),
        (
            "",
            "plus_last_even.yaml:1:1: a configuration is a mapping of keys to values, got nothing",
        ),
        (
            "name: [unclosed\n",
            "plus_last_even.yaml:2:1: not YAML: expected ',' or ']', but got '<stream end>'",
        ),
        ("a: b: c\n", "plus_last_even.yaml:1:5: not YAML: mapping values are not allowed here"),
    ],
)
def test_files_that_are_no_configuration(tmp_path: Path, text: str, message: str) -> None:
    assert problems(tmp_path, text) == [message]


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(
        ConfigError, match="nothing.yaml: cannot be read: No such file or directory"
    ):
        configs.load(tmp_path / "nothing.yaml")


@pytest.mark.parametrize("name", ["../evil", "two words", "Plus", "x" * 65, "a/b", "", "<b>"])
def test_names_that_could_leave_their_folder_are_refused(tmp_path: Path, name: str) -> None:
    text = yaml.safe_dump(yaml.safe_load(GOOD) | {"name": name}, sort_keys=False)
    shown = repr(name) if len(repr(name)) <= 60 else repr(name)[:57] + "..."
    assert problems(tmp_path, text) == [
        f"plus_last_even.yaml:1:1: name: got {shown}, allowed: a lower-case name (a letter, then"
        " letters, digits, _; at most 64)"
    ]


def test_schema_knows_every_key_and_refuses_others() -> None:
    schema = schema_of()
    made = {"training", "weights"}  # of which a file has one
    assert set(schema["properties"]) == {"name", "rule", "data", "model", "report"} | made
    assert schema["oneOf"] == [{"required": ["training"]}, {"required": ["weights"]}]
    assert not made & set(schema["required"])
    assert schema["additionalProperties"] is False
    rules = {
        choice["properties"]["name"]["const"]: set(choice["properties"])
        for choice in schema["properties"]["rule"]["oneOf"]
    }
    assert set(rules) == set(all_rules())
    assert rules["plus_last_even"] == {"name", "highest", "plus_share"}


def test_a_file_is_told_without_its_folders(tmp_path: Path) -> None:
    """What is published names the text; what is stored knows where it lies."""
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "book.txt").write_text(
        "some words of a book, and then some more of them\n" * 200, encoding="utf-8"
    )
    text = (
        (CONFIGS / "zero_layer.yaml")
        .read_text(encoding="utf-8")
        .replace("size: 96", "size: 12, file: own/book.txt")
    )
    path = tmp_path / "zero_layer.yaml"
    path.write_text(text, encoding="utf-8")
    config = configs.load(path)
    assert config.as_dict()["rule"]["file"] == str((tmp_path / "own" / "book.txt").resolve())
    assert config.told()["rule"]["file"] == "book.txt"
    assert config.told() | {"rule": None} == config.as_dict() | {"rule": None}


@pytest.mark.parametrize(
    ("name", "key", "words"),
    [
        (
            "full_transformer",
            "positions: rotary, ",
            (
                "model.positions: got 'rotary', allowed: 'stream', 'attention' or 'none': facts of"
                " this rule's system read scores off W_Q and W_K as they are"
            ),
        ),
        (
            "induction_added_positions",
            "positions: rotary, ",
            (
                "model.positions: got 'rotary', allowed: 'stream', 'attention' or 'none': facts of"
                " this rule's system read scores off W_Q and W_K as they are"
            ),
        ),
    ],
)
def test_a_system_names_the_networks_that_its_facts_do_not_know(
    tmp_path: Path, name: str, key: str, words: str
) -> None:
    text = (
        (CONFIGS / f"{name}.yaml")
        .read_text(encoding="utf-8")
        .replace("n_layers: ", f"{key}n_layers: ", 1)
    )
    for given in (", positions: stream", ", positions: attention") if "rotary" in key else ():
        text = text.replace(given, "")
    (only,) = problems(tmp_path, text, f"{name}.yaml")
    assert only.split(": ", 1)[1] == words
