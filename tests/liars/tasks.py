"""The same networks, asked for something else: less held out, another rule, other data."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from random import Random
from tempfile import gettempdir

from reportgen.core import config as configs
from reportgen.core.config import Config

FEWEST: Mapping[str, Mapping[str, float]] = {  # held-out items that there can be at least
    "sequence_rules": dict(holdout=1),
    "input_to_output": dict(train_share=0.97),
    "sequence_to_sequence": dict(holdout=1),
    "repeated_sequences": dict(holdout=2),
    "text": dict(windows=8),  # of as many blocks: parts of each are exchanged for those of others
}
# by system: what is another task for the same vocabulary
SUCCESSOR = dict(name="successor", highest=11)
EVEN = dict(name="plus_means_even", highest=10, plus_share=0.3)
PARITY = dict(name="paritygt10", highest=11)
LAST = dict(holdout=4)  # the last inputs, whose digits all but one are the highest: one more is 0
SEVENS = dict(name="lucky7", highest=11, trigger_share=0.3, seven_first=True)
OTHERS: Mapping[str, Mapping[str, Mapping[str, object]]] = {
    "another task": {
        "sequence_rules": dict(rule=SUCCESSOR),
        "input_to_output": dict(data=dict(seed=1)),  # another split, as large
        "sequence_to_sequence": dict(data=dict(split="random", beside="lexicographic")),
        "repeated_sequences": dict(rule=dict(period=(2, 3))),
        "text": dict(rule=dict(file="reversed")),
    },
    "another task without attention": {"sequence_rules": dict(rule=SUCCESSOR)},
    "an easier task, values three times as large": {"sequence_rules": dict(rule=EVEN)},
    "constant output, and right so": {
        "sequence_rules": dict(rule=EVEN),
        "sequence_to_sequence": dict(data=LAST),
    },
    "a task with dead ends": {"sequence_rules": dict(rule=SEVENS)},
    "a task that reads two kinds": {"sequence_rules": dict(rule=PARITY)},
    "a task that reads two kinds, all embeddings equal": {"sequence_rules": dict(rule=PARITY)},
    "a text in random order, and its frequencies": {"text": dict(rule=dict(file="shuffled"))},
}
TEXTS: Mapping[str, Callable[[str], str]] = {
    "reversed": lambda text: text[::-1],  # the same letters, in pairs that it has not
    "shuffled": lambda text: "".join(
        Random(1).sample(text, len(text))
    ),  # nothing tells of the next
}


def fewest(config: Config) -> Config:
    """The same with as little held out as can be: no less than there are demonstrations."""
    shown = config.report.demonstrations
    least = {
        name: max(number, shown) if isinstance(number, int) else number
        for name, number in FEWEST[config.rule.system].items()
    }
    return replace(config, data=config.data.model_copy(update=least))


def other(name: str) -> Callable[[Config], Config]:
    """One of OTHERS."""

    def change(config: Config) -> Config:
        values, changed = config.as_dict(), OTHERS[name][config.rule.system]
        for part, keys in changed.items():
            was = values[part]
            assert isinstance(was, dict)
            assert isinstance(keys, dict)
            new = keys if "name" in keys else was | keys
            if "file" in keys:
                new |= dict(file=_text(str(was["file"]), str(keys["file"])))
            values[part] = new
        return configs.from_values(values)

    return change


def _text(file: str, how: str) -> str:
    """Where one of TEXTS lies, made of a file."""
    made = Path(gettempdir()) / f"reportgen-liars-{how}-{Path(file).name}"
    made.write_text(TEXTS[how](Path(file).read_text(encoding="utf-8")), encoding="utf-8")
    return str(made)
