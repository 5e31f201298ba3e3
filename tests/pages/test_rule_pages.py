"""Pages of rules that have no trigger, no single answer, no plane or no residual stream: whole, and
silent about what is not there.
"""

import dataclasses
import re
from collections.abc import Mapping, Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import ClassVar

import markdown
import numpy as np
import pytest
from pagework import ROOT, fitted, pages, quick, stored, written
from rulework import SETTINGS

from reportgen.core import config as configs
from reportgen.core.study import study_of
from reportgen.core.train import train
from reportgen.measure.measure import measure
from reportgen.rules.base import FREE, Demand, Rule, all_rules
from reportgen.vocabulary import Token

NAMES = ("successor", "parity_based", "even_to_odd_transition", "lucky7_no_resid")
WITHOUT_NUMBERS_IN_KINDS = (
    "successor",
    "lucky7_no_resid",
)  # "even" and "odd" mean nothing in these
TAGS = re.compile(r"<[^>]*>|\]\([^)]*\)")

INTRODUCED = (
    '{% import "words.j2" as w with context %}{% include "rules/" ~ rule.slug ~ ".md.j2" %}'
)


def prose(text: str) -> str:
    """The words of a page, without markup and addresses."""
    return TAGS.sub(" ", text)


@pytest.mark.parametrize("name", NAMES)
def test_every_page_is_written_and_nothing_on_it_is_missing(name: str, tmp_path: Path) -> None:
    config, measured = quick(name)
    for place, text in written(tmp_path, config, measured).items():
        assert not re.search(r"\bNone\b|\bnan\b|\binf\b|\bUndefined\b", prose(text)), place
        assert "  ." not in text.replace("\n", " ")


@pytest.mark.parametrize("name", NAMES)
def test_pages_are_silent_about_what_the_rule_does_not_have(name: str, tmp_path: Path) -> None:
    config, measured = quick(name)
    for place, text in written(tmp_path, config, measured).items():
        said = prose(text)
        assert not re.search(r"\bplus\b(?! its position)|&#43;", said, re.I), place
        if name in WITHOUT_NUMBERS_IN_KINDS:
            assert not re.search(r"\b(?:even|odd)s?\b", said, re.I), place
        if config.model.d_model != 2 and place not in (
            "index.md",
            "ledger.md",
            "claims.md",
            "cases.md",
            "walkthrough/index.md",
        ):
            assert not re.search(
                r"\bplanes?\b",
                re.sub(r"Left out here: .*|Figure \w+, .*? is left out: .*", "", said),
            ), place


@pytest.mark.parametrize("verdict", ["holds", "partly", "fails"])
def test_every_wording_can_be_said_of_a_rule_that_asks_no_look_back(
    verdict: str, tmp_path: Path
) -> None:
    config, measured = quick("successor")
    claims = {name: claim | dict(verdict=verdict) for name, claim in measured["claims"].items()}
    claims["attention_idle"] = claims["attention_needed"] | dict(id="attention_idle")
    unasked = {n: told for n, told in measured["unasked"].items() if n != "attention_idle"}
    made = written(tmp_path, config, measured | dict(claims=claims, unasked=unasked))
    assert set(re.findall(r'data-verdict="(\w+)"', "".join(made.values()))) == {verdict}
    assert (
        "#claim-attention_idle" in made["walkthrough/06-attention.md"] or verdict == "holds"
    )  # one who has to look back is not idle


@pytest.mark.parametrize("name", NAMES)
def test_what_is_left_out_is_told_with_its_reason(name: str, tmp_path: Path) -> None:
    config, measured = quick(name)
    made = written(tmp_path, config, measured)
    for place in ("index.md", "walkthrough/index.md"):
        assert ("Left out here: " in made[place]) == bool(fitted(config).left_out), place
    if config.model.d_model != 2:
        assert "the question “What does each point of the plane say?”" in made["index.md"]


def test_every_rule_has_an_introduction() -> None:
    own = {
        path.name.removesuffix(".md.j2")
        for path in (ROOT / "templates/sequence_rules/rules").glob("*.md.j2")
    }
    assert own == set(all_rules(system="sequence_rules"))


@pytest.mark.parametrize("name", sorted(SETTINGS))
def test_every_configuration_is_introduced(name: str, tmp_path: Path) -> None:
    """With the facts of another rule, since an introduction says what is so by construction and
    names facts that all reports have.
    """
    config = configs.load(ROOT / "configs" / f"{name}.yaml")
    text = pages(
        tmp_path,
        stored("learnt"),
        config=config,
        own=INTRODUCED,
    ).render("own.md.j2", "index.md")
    assert len(prose(text).split()) > 50
    assert "None" not in text


def test_a_rule_without_an_introduction_has_the_general_one(tmp_path: Path) -> None:
    text = pages(
        tmp_path,
        stored("learnt"),
        own='{% include ["rules/of_nobody.md.j2", "parts/any-rule.md.j2"] %}',
    ).render("own.md.j2", "index.md")
    assert "The answer stands among the tokens that came before" in text


@pytest.mark.parametrize(
    ("name", "words"),
    [("successor", "step_back"), ("step_down", "step_back"), ("step_back", "step_down")],
)
def test_rules_with_like_names_are_told_apart(name: str, words: str, tmp_path: Path) -> None:
    config = configs.load(ROOT / "configs" / f"{name}.yaml")
    text = pages(
        tmp_path,
        stored("learnt"),
        config=config,
        own=INTRODUCED,
    ).render("own.md.j2", "index.md")
    assert f"<code>{words.replace('_', '&#95;')}</code>" in text


STRANGE = ("<b>x</b>", r"$\frac{1}{2}$", "**bold**", "🦊", "a|b", "w" * 40, "[link](x.md)", "&amp;")


@dataclasses.dataclass(frozen=True)
class Strange(Rule):
    """After `a|b`, the token before it again; all tokens are text that means something
    elsewhere.
    """

    system: ClassVar[str] = "sequence_rules"
    slug: ClassVar[str] = "strange"
    title: ClassVar[str] = "Strange | <i>tokens</i>"
    summary: ClassVar[str] = (
        "After ``a|b``, write the token before it again; `<b>x</b>` is one of them."
    )
    class_names: ClassVar[Mapping[str, str]] = {
        "other": "*other* <i>token</i>",
        "trigger": "trigger",
    }
    vocabulary: ClassVar[tuple[str, ...]] = STRANGE
    classes: ClassVar[Mapping[Token, str]] = {
        t: "trigger" if t == "a|b" else "other" for t in STRANGE
    }
    trigger: ClassVar[str] = "a|b"

    def demand(self, prefix: Sequence[Token]) -> Demand:
        return (
            Demand(frozenset({prefix[-2]}), source=len(prefix) - 2)
            if len(prefix) > 1 and prefix[-1] == "a|b"
            else FREE
        )

    def weights(self, prefix: Sequence[Token]) -> np.ndarray:
        return np.full(len(STRANGE), 1 / len(STRANGE))

    def state(self, prefix: Sequence[Token]) -> tuple[Token, ...]:
        return tuple(prefix[-2:] if prefix and prefix[-1] == "a|b" else prefix[-1:])


class Shown(HTMLParser):
    """What a reader sees of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self.feed(html)

    def handle_data(self, data: str) -> None:
        self.text += data


def test_tokens_that_are_markup_are_shown_as_they_are(tmp_path: Path) -> None:
    """In sentences, strips and tables: HTML, LaTeX, Markdown, an emoji, a pipe, a link, an entity,
    and forty letters.
    """
    config = dataclasses.replace(quick("lucky7_no_resid")[0], name="strange", rule=Strange())
    measured = measure(study_of(config, train(config)))
    made = written(tmp_path, config, measured)
    for place, text in made.items():
        assert not [
            markup
            for markup in ("<b>x", "$\\frac", "**bold", "a|b", "](x.md)", "<i>tokens")
            if markup in text.split("---", 2)[2]
        ], place
    shown = {
        place: Shown(
            markdown.markdown(
                text.split("---", 2)[2],
                extensions=["tables", "attr_list", "md_in_html", "footnotes", "def_list"],
            )
        )
        for place, text in made.items()
    }
    everything = " ".join(page.text for page in shown.values())
    for token in STRANGE:
        assert token in everything, token
    assert "Strange | <i>tokens</i>" in shown["index.md"].text
    assert "<b>x</b> is one of them" in shown["index.md"].text
    tables = re.findall(r"(?:^\| .*\n)+", made["walkthrough/09-one-sequence.md"], re.M)
    assert len(tables) >= 2
    for table in tables:  # a pipe within a token makes no column
        assert len({row.count("|") for row in table.splitlines()}) == 1
