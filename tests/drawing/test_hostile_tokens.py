"""Tokens that are HTML, LaTeX, Markdown, templates, emoji or very long: names in figures fit and
differ, and a built report shows each as it is.
"""

import html
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from places import ROOT

from reportgen.core.study import Study
from reportgen.drawing.canvas import width_of
from reportgen.drawing.names import WIDEST, short_names
from reportgen.drawing.style import TOKEN

TOKENS = (
    "<b>x</b>",
    r"$\frac{1}{2}$",
    "**bold**",
    "🙂",
    "a" * 40,
    "a" * 39 + "b",
    "{{ x }}",
    "[a](b)",
    "a|b",
    "`c`",
    "?",
)
RULE = f'''"""After ``?``, repeat the token before it."""

from dataclasses import dataclass

import numpy as np

from reportgen.rules.base import FREE, Demand, Rule, rule

TOKENS = {TOKENS!r}


@rule
@dataclass(frozen=True)
class Hostile(Rule):
    """After ``?``, repeat the token before it."""

    system = "sequence_rules"
    slug = "hostile"
    title = "Echo <i>with</i> *noise*"
    summary = "After `?`, repeat the token before it."
    class_names = {{"text": "text", "trigger": "trigger"}}
    vocabulary = TOKENS
    classes = {{t: "trigger" if t == "?" else "text" for t in TOKENS}}
    trigger = "?"

    def demand(self, prefix):
        if len(prefix) > 1 and prefix[-1] == "?" and prefix[-2] != "?":
            return Demand(frozenset({{prefix[-2]}}), source=len(prefix) - 2)
        return FREE

    def weights(self, prefix):
        share = 0.3 if prefix and prefix[-1] != "?" else 0.0
        return np.append(np.full(len(TOKENS) - 1, (1 - share) / (len(TOKENS) - 1)), share)

    def state(self, prefix):
        return tuple(prefix[-2:])
'''
CONFIG = """# Tokens <b>like</b> [bold]these[/bold].
name: hostile
rule: {name: hostile}
data: {seed: 0, sequences: 60, length: [20, 30], validation: 0.1, holdout: 40}
model: {n_layers: 1, n_heads: 1, d_model: 2, d_head: 2, d_mlp: 32, n_ctx: 6,
        output_projection: false, residual: true, normalization: none}
training: {steps: 20, batch: 8, lr: 1.0e-3, seeds: 2, checkpoint_every: 20,
           show: lowest_validation_loss}
report: {outline: two_dimensional, demonstrations: 1}
"""


def test_short_tokens_keep_their_names() -> None:
    names = (*map(str, range(21)), "+", "?", "7", "a|b")
    assert short_names(tuple(dict.fromkeys(names))) == tuple(dict.fromkeys(names))


def test_what_does_not_fit_is_shortened_and_stays_apart() -> None:
    short = dict(zip(TOKENS, short_names(TOKENS)))
    assert short["a" * 40] != short["a" * 39 + "b"]
    assert short["🙂"] == f"#{TOKENS.index('🙂')}"  # no font has it
    assert short["a|b"] == "a|b"
    assert short["<b>x</b>"].endswith("…")


@settings(deadline=None, max_examples=30)  # the first widths wait for the fonts
@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=40),
        min_size=1,
        max_size=30,
        unique=True,
    )
)
@example(["\xad"])  # a soft hyphen: fonts have it, and it cannot be seen
def test_names_are_as_many_as_tokens_and_all_different(names: list[str]) -> None:
    short = short_names(tuple(names))
    assert len(short) == len(names) == len(set(short))
    assert all(
        fits(s) or re.fullmatch(r"U\+[0-9A-F]{4,6}", name) or re.fullmatch(r"#+\d+", s)
        for name, s in zip(names, short)
    )


def fits(name: str) -> bool:
    with mpl.rc_context({"text.parse_math": False}):
        return width_of(name, TOKEN, "bold") <= WIDEST


def test_a_study_calls_tokens_as_it_is_told(learnt: Study) -> None:
    called = learnt.calling(tuple(f"t{i}" for i in range(len(learnt.tokens))))
    assert called.tokens[3] == "t3"
    assert list(called.classes) == list(called.tokens)
    assert list(called.classes.values()) == list(learnt.classes.values())


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report of such a rule with one figure, from a project's own folder, the site included."""
    root = tmp_path_factory.mktemp("hostile")
    shutil.copy(ROOT / "mkdocs.yml", root)
    shutil.copytree(ROOT / "docs" / "assets", root / "docs" / "assets")
    for folder, name, text in (("rules", "hostile.py", RULE), ("configs", "hostile.yaml", CONFIG)):
        (root / folder).mkdir()
        (root / folder / name).write_text(text, encoding="utf-8")
    reportgen(root, "build", "--rule", "hostile", "--only", "generated-sequences")
    return root


def reportgen(root: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "reportgen", *arguments],
        cwd=root,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "missing from font" not in done.stdout + done.stderr
    return done.stdout


def test_pages_show_tokens_and_titles_as_they_are(built: Path) -> None:
    text = html.unescape(
        re.sub(
            r"<[^>]+>", "", (built / "site/rules/hostile/index.html").read_text(encoding="utf-8")
        )
    )
    assert "Echo <i>with</i> *noise*" in text
    assert "<i>with</i>" not in (built / "site/rules/hostile/index.html").read_text(
        encoding="utf-8"
    )
    pages = "".join(
        html.unescape(re.sub(r"<[^>]+>", "", path.read_text(encoding="utf-8")))
        for path in (built / "site/rules/hostile").rglob("index.html")
    )
    assert "a" * 40 in pages
    for path in (built / "site/rules/hostile").rglob("*.html"):
        assert "<b>x</b>" not in path.read_text(encoding="utf-8")


def test_file_names_hold_nothing_of_a_token(built: Path) -> None:
    assert all(
        re.fullmatch(r"[A-Za-z0-9._-]+", path.name)
        for path in (built / "docs/rules/hostile").rglob("*")
    )


def test_the_drawing_has_short_names_and_says_no_markup(built: Path) -> None:
    drawing = (built / "docs/rules/hostile/figures/generated-sequences.svg").read_text(
        encoding="utf-8"
    )
    assert ">#3<" in drawing
    assert "a" * 40 not in drawing
    assert "<b>" not in drawing


def test_whoever_reads_gets_the_whole_token(built: Path) -> None:
    """The caption says what a number stands for; the alt text and the numbers have no short
    names.
    """
    [about] = built.glob(".reportgen/hostile/*/*/generated-sequences.json")
    folder, told = about.parent, json.loads(about.read_text(encoding="utf-8"))
    assert "or no room: #3 is 🙂." in told["caption"]
    arrays = np.load(folder / "generated-sequences.npz")
    words = [
        str(w) for name in arrays for w in arrays[name].ravel() if arrays[name].dtype.kind == "U"
    ]
    assert {"🙂", "a" * 40} <= set(words)
    assert not [w for w in words if "#3" in w or "…" in w]
    assert "#3" not in told["alt"]


def test_the_command_line_tells_what_was_measured(built: Path) -> None:
    facts = json.loads((built / "docs/rules/hostile/facts.json").read_text(encoding="utf-8"))[
        "facts"
    ]
    told = reportgen(built, "show", "hostile")
    assert not [name for name in facts if name not in told]
    assert "Tokens <b>like</b> [bold]these[/bold]." in reportgen(built, "list")
