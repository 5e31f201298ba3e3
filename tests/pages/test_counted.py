"""Counts of seeds are read with an interval, and undecided ones with what is not decided."""

import copy
import re
from itertools import product
from pathlib import Path

import pytest
from figurework import RUNS
from pagework import kept, pages, stored

from reportgen.measure.claim import Verdict, decided
from reportgen.measure.finding import Finding
from reportgen.pages.counts import of
from reportgen.pages.open_seeds import OPEN, in_seeds


def test_all_of_few_seeds_says_little_of_the_next() -> None:
    assert of(2, 2) == "2 of 2 (34.2\u00a0% to 100.0\u00a0%)"
    assert of(0, 8) == "0 of 8 (0.0\u00a0% to 32.4\u00a0%)"


def test_every_open_verdict_has_its_words() -> None:
    """Of all that a claim and its middle band can be, undecided is what leaves several verdicts,
    and each of these sets has words.
    """
    seen = set()
    for strong, weak in product((True, False, None), repeat=2):
        found = decided(Finding(strong), Finding(weak))
        assert (found.verdict is Verdict.UNDECIDED) is (len(found.between) > 1), (strong, weak)
        if found.between:
            seen.add(" or ".join(each.value for each in found.between))
    assert seen == set(OPEN)
    assert decided(Finding(None)).between == (Verdict.HOLDS, Verdict.FAILS)  # no middle band


def test_undecided_seeds_are_said_by_what_is_open() -> None:
    """Each of the four ways by itself and together with the others: each count has its words, and
    no words stand for a group that is empty.
    """
    for groups in product((0, 1, 2), repeat=len(OPEN)):
        numbers = iter(range(100))
        between = {open_: [next(numbers) for _ in range(n)] for open_, n in zip(OPEN, groups)}
        seeds = dict(holds=[200], undecided=[i for some in between.values() for i in some])
        said = in_seeds(seeds, between)
        expected = {f"{n} it is not decided {OPEN[o]}" for o, n in zip(OPEN, groups) if n}
        assert set(re.split(r"(?:^|, )in (?=\d)", said)) - {""} == expected


def test_a_seed_that_is_not_counted_is_not_said_to_be_open() -> None:
    assert in_seeds(dict(undecided=[]), {"holds or fails": [3]}) == ""


@pytest.mark.parametrize(
    ("seeds", "said"),
    [
        (
            dict(holds=[0, 1], partly=[], undecided=[2], fails=[3]),
            "holds in 2 of 4 seeds; in 1 it is not decided whether it holds partly or fails</span>",
        ),
        (
            dict(holds=[], partly=[], undecided=[2], fails=[]),
            "in the one seed it is not decided whether it holds partly or fails</span>",
        ),
        (dict(holds=[0], partly=[2], undecided=[], fails=[]), "holds in 1 of 2 seeds</span>"),
        (
            dict(holds=[], partly=[2], undecided=[], fails=[]),
            "does not hold in the one seed</span>",
        ),
    ],
)
def test_the_line_under_a_claim(tmp_path: Path, seeds: dict[str, list[int]], said: str) -> None:
    facts = copy.deepcopy(stored("learnt"))
    facts["claims"]["learns_rule"] |= dict(seeds=seeds, seeds_between={"partly or fails": [2]})
    words = "\n{{ fact('visible_error') }}.\n"
    own = "{% claim learns_rule %}\n{% holds %}" + words + "{% partly %}" + words
    own += "{% fails %}" + words + "{% endclaim %}\n"
    text = pages(tmp_path, facts, own=own).render("own.md.j2", "index.md")
    assert said in text


@pytest.mark.parametrize("name", [name for runs in RUNS.values() for pair in runs for name in pair])
def test_the_best_of_several_is_called_no_fair_sample(name: str) -> None:
    page = (kept(name) / "index.md").read_text(encoding="utf-8")
    assert ("no fair sample of them" in page) is (len(stored(name)["seeds"]) > 1)
