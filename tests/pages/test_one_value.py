"""One quantity under one name has one value on all pages of a report and in its figures; another
sample or another position has another name.
"""

import html
import re
from collections import defaultdict
from collections.abc import Hashable, Iterator
from pathlib import Path

import pytest
from figurework import FIGURES, RUNS, SHOWN, data_of
from pagework import kept, stored

NAMES = [name for pairs in RUNS.values() for pair in pairs for name in pair]
BUTTON = re.compile(r'<button[^>]*popovertarget="card-([\w-]+)"[^>]*>(.*?)</button>')
# a statement that is measured or counted, with what it is restricted to, and each "name: value"
MEASURED = re.compile(r"^((?:Measured|Counted)[^,:;]*)[,:]? (.*)$")
NAMED = re.compile(r"^([^:]*\w[^:]*): (−?\d[^:]*)$")
# what a figure says of other data than the fact of the same name
ELSEWHERE = ("validation", "demonstration", "over the passage", "on a sequence of")
# of figures that cost little: what they print under the name of a fact, and of which of its parts
PRINTED: dict[str, tuple[tuple[str, str, str], ...]] = {
    "embeddings-dynamics": ((r"rule error of (\d\.\d+)", "visible_error", ""),),
    "qk-attention-dynamics": ((r"rule error of (\d\.\d+)", "visible_error", ""),),
    "qk-space-dynamics": ((r"rule error of (\d\.\d+)", "visible_error", ""),),
    "output-dynamics": ((r"rule error (\d\.\d+)", "visible_error", ""),),
    "learning-curve": (
        (r"rule error .* to (\d\.\d+), attention", "visible_error", ""),
        (r"attention on the answer from .* to (\d\.\d+)\.", "attention_on_answer", ""),
    ),
    "repeats-attention-dynamics": ((r"and (\S+) of the tokens known", "accuracy_told", ""),),
    "repeats-learning-curve": ((r"right answers from \S+ to (\d\.\d+)", "accuracy_told", ""),),
    "repeats-scores": (
        (r"previous token: layer 0 (\S+?)[,;]", "previous_token", "layer 0"),
        (r"duplicate token: layer 0 (\S+?)[,;]", "duplicate_token", "layer 0"),
        (r"prefix matching: layer 0 (\S+?)[,;]", "prefix_matching", "layer 0"),
        (r"induction stripe: layer 0 (\S+?)[,;]", "induction_stripe", "layer 0"),
    ),
    "mean-attention": (
        (r"layer 0 gives its mirror (\S+) of", "mirror_first", ""),
        (r"layer 1 gives its mirror (\S+) of", "mirror_last", ""),
    ),
    "embedding-dynamics": (
        (r"loss (\S+) nats", "holdout_loss", ""),
        (r"(\S+) % of the guesses", "guessed", ""),
    ),
    "attention-by-distance": (
        (r"head 0 puts .*?, (\S+) one back", "previous_token", "head 0"),
        (r"head 0 puts (\S+) on the position itself", "own_token", "head 0"),
    ),
    "attention-by-distance-dynamics": (
        (r"head 0 puts (\S+) on the token before", "previous_token", "head 0"),
        (r"loss is (\S+)\.$", "holdout_loss", ""),
    ),
    "lens-of-text": (
        (r"the end: loss (\S+?),", "holdout_loss", ""),
        (r"attention 1: loss (\S+?),", "lens_loss", "attention 1"),
    ),
    "lens-dynamics": ((r"(\S+) at the end nats", "holdout_loss", ""),),
}


class Values(defaultdict[Hashable, dict[str, list[str]]]):
    """Name -> value as it is printed -> where."""

    def __init__(self) -> None:
        super().__init__(lambda: defaultdict(list))

    def several(self) -> dict[Hashable, dict[str, list[str]]]:
        return {name: dict(found) for name, found in self.items() if len(found) > 1}


def named_facts(name: str) -> Values:
    """Facts, baselines and floors by name, unit and what they were measured on; baselines of parts
    are of the case that the part names.
    """
    found = Values()
    for key, fact in stored(name)["facts"].items():
        unit, population = fact["unit"], (fact["of"], fact["n"])
        found[fact["label"], unit, population][str(fact["value"])].append(key)
        for kind in ("baseline", "floor"):
            if each := fact[kind]:
                found[each["label"], unit, population][str(each["value"])].append(key)
    return found


def written_values(folder: Path) -> Values:
    """What the pages of a report print of each fact, in a row and column of a table, and as "name:
    value" in a sentence of measurements. The ledger has a table of all facts and is left out.
    """
    found = Values()
    for path in sorted(folder.rglob("*.md")):
        if path.stem in ("ledger", "claims", "cases"):
            continue
        page = path.read_text(encoding="utf-8")
        for card, value in BUTTON.findall(page):
            found["fact", card][html.unescape(value)].append(path.stem)
        plain = html.unescape(re.sub(r"<[^>]+>", "", page)).replace("\N{NO-BREAK SPACE}", " ")
        for key, value in in_tables(plain):
            found[("table", *key)][value].append(path.stem)
        for key, value in in_sentences(plain):
            found[("sentence", *key)][value].append(path.stem)
    return found


def in_tables(plain: str) -> Iterator[tuple[tuple[str, str], str]]:
    """The name of a row, that of a column, and the number that stands there."""
    head: list[str] = []
    for line in plain.splitlines():
        if not line.startswith("|"):
            head = []
            continue
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if not head:
            head = cells
        for column, cell in zip(head[1:], cells[1:]) if head is not cells else ():
            if re.match(r"−?\d", cell):
                yield (cells[0], column), cell


def in_sentences(plain: str) -> Iterator[tuple[tuple[str, str], str]]:
    """What a measurement is restricted to, its name and its value."""
    for line in plain.splitlines():
        for sentence in re.split(r"(?<=\D\.) ", line):
            if match := MEASURED.match(sentence):
                for part in match[2].rstrip(". ").split("; "):
                    if pair := NAMED.match(part):
                        yield (match[1], pair[1]), pair[2]


@pytest.mark.parametrize("name", NAMES)
def test_what_has_one_name_has_one_value(name: str) -> None:
    assert not named_facts(name).several()
    assert not written_values(kept(name)).several()


def test_two_values_of_one_name_are_found(tmp_path: Path) -> None:
    """In a table, in a sentence and of a fact; another restriction is another name."""
    (tmp_path / "a.md").write_text(
        "Measured, the loss: 2.48 nats; of pairs: 2.6.\n\n"
        "| head | error |\n|---|---|\n| head 0 | 0.3 |\n\n"
        '<button popovertarget="card-cells">7</button>\n',
        encoding="utf-8",
    )
    (tmp_path / "b.md").write_text(
        "Measured on validation windows, the loss: 2.5 nats.\nMeasured, the loss: 2.49 nats.\n\n"
        "| head | error |\n|---|---|\n| head 0 | 0.4 |\n\n"
        "| head | error, held out |\n|---|---|\n| head 0 | 0.5 |\n\n"
        '<button popovertarget="card-cells">8</button>\n',
        encoding="utf-8",
    )
    assert {name: list(found) for name, found in written_values(tmp_path).several().items()} == {
        ("fact", "cells"): ["7", "8"],
        ("table", "head 0", "error"): ["0.3", "0.4"],
        ("sentence", "Measured", "the loss"): ["2.48 nats", "2.49 nats"],
    }


def differs(said: str, fact: dict[str, object]) -> bool:
    """Is a number, written with as many digits as a figure has room for, another one than the
    fact's.
    """
    value, digits = fact["value"], len(said.partition(".")[2])
    assert isinstance(value, float)
    unit = 100 if fact["unit"] == "percent" and float(said) > 1 else 1
    return abs(value * unit - float(said.replace("−", "-"))) > 0.5001 * 10**-digits


@pytest.mark.parametrize("slug", PRINTED)
def test_a_figure_prints_the_value_of_the_fact_or_names_other_data(slug: str) -> None:
    for name in SHOWN[slug]:
        alt, facts = FIGURES[slug].alt(data_of(slug, name)), stored(name)["facts"]
        for pattern, key, part in PRINTED[slug]:
            match = re.search(pattern, alt)
            assert match, (slug, pattern, alt)
            fact = dict(facts[key]["parts"])[part] if part else facts[key]
            if differs(match[1], fact):
                assert any(words in alt for words in ELSEWHERE), (name, match[0], fact["text"])
