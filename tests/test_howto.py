"""The pages on adding a fact, a claim, a figure and a system are true: each is followed from top to
bottom, in a copy of the package or in a project that has nothing else.
"""

import ast
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest
from howto import Page, run, shows
from places import ROOT

FACT, CLAIM, FIGURE, SYSTEM = map(
    Page.of, ("add-a-fact", "add-a-claim", "add-a-figure", "add-a-system")
)
SECONDS = count(int(time.time()) - 100_000)  # times of files that are changed, none of them twice
APART = shutil.ignore_patterns("baselines", "faults", "fuzz")
# it compares with a picture that `make baselines` would have stored
PICTURE = "python -m pytest tests/drawing/test_figures.py -k first-token"
FIRST = "reportgen/systems/sequence_rules/{}/first_token.py"
TABLE = "reportgen/systems/sequence_rules/figures/table.py"
ENTRY = (
    '    Declared("first-token", "How much attention the first token gets",'
    ' needs=("attention",)),\n'
)
FIRST_ROWS, SHORT = "reportgen/systems/sequence_rules/figures/first_token_rows.py", 25  # lines
CHAPTER = "templates/sequence_rules/chapters/attention.md.j2"
BUILD = "reportgen build --rule quick --only {} --no-site"


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of this one in which the page on facts was followed."""
    root = tmp_path_factory.mktemp("howto")
    for name in ("reportgen", "templates", "configs", "tests"):
        shutil.copytree(ROOT / name, root / name, ignore=APART)
    for name in ("pyproject.toml", "mkdocs.yml"):
        shutil.copy(ROOT / name, root)
    FACT.follow(root, skip=["make baselines"])
    return root


@pytest.fixture(scope="module")
def claimed(checkout: Path) -> Path:
    """The page on claims was followed too."""
    CLAIM.follow(checkout, skip=["make baselines"])
    return checkout


@pytest.fixture(scope="module")
def drawn(checkout: Path) -> Path:
    """The page on figures was followed too."""
    FIGURE.follow(checkout, skip=["make baselines", PICTURE])
    return checkout


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that has nothing else, in which the page on systems was followed."""
    root = tmp_path_factory.mktemp("system")
    shutil.copy(ROOT / "mkdocs.yml", root)
    (root / "docs").mkdir()
    SYSTEM.follow(root)
    return root


@contextmanager
def broken(root: Path, file: str, right: str, wrong: str) -> Iterator[None]:
    """One file with another text, and afterwards as it was."""
    path = root / file
    before = path.read_text(encoding="utf-8")
    assert before.count(right) == 1, before
    _write(path, before.replace(right, wrong))
    try:
        yield
    finally:
        _write(path, before)


def _write(path: Path, text: str) -> None:
    """With a second of its own as time: Python takes what it has compiled for a text of the same
    second and length.
    """
    path.write_text(text, encoding="utf-8")
    second = next(SECONDS)
    os.utime(path, (second, second))


def told(page: Page, said: str, words: str) -> None:
    """The page has these words in its table of mistakes, and they were said."""
    assert f"`{words}`" in page.text
    assert words in " ".join(said.split())


@pytest.mark.parametrize(
    ("right", "wrong", "words"),
    [
        (
            '"""Share of its attention that a position gives to the first token of its window, '
            "where the\n    rule decides what comes next; averaged over layers and heads.\n    "
            '"""\n    pattern',
            "pattern",
            "fact 'attention_on_first' in reportgen.systems.sequence_rules.facts.first_token has no"
            " docstring: say what it means",
        ),
        (
            "    return holdout(study)",
            "    return 0.5\n    holdout(study)",
            "first_token.attention_on_first returned float, wanted a Fact: a number without n and"
            " interval reaches no page",
        ),
        (
            "def attention_on_first",
            "def attention_hits",
            "fact 'attention_hits' stands twice: reportgen.systems.sequence_rules.facts.attention"
            ".attention_hits and reportgen.systems.sequence_rules.facts.first_token",
        ),
        (
            'needs=["attention"]',
            'needs=["atention"]',
            "no need is called 'atention' (did you mean 'attention'?)",
        ),
        (
            "holdout.pattern",
            "holdout.patern",
            "AttributeError: 'Trace' object has no attribute 'patern' (first_token.py:15; --debug"
            " shows all of it)",
        ),
    ],
)
def test_mistakes_in_a_fact(checkout: Path, right: str, wrong: str, words: str) -> None:
    with broken(checkout, FIRST.format("facts"), right, wrong):
        told(FACT, run(checkout, BUILD.format("learning-curve"), fails=True), words)


def test_the_fact_stands_in_the_ledger(checkout: Path) -> None:
    ledger = (checkout / "docs/rules/quick/ledger.md").read_text(encoding="utf-8")
    assert "Attention on the first token" in ledger


def test_the_page_has_the_wording_of_its_verdict(claimed: Path) -> None:
    page = (claimed / "docs/rules/quick/walkthrough/07-attention.md").read_text(encoding="utf-8")
    assert "Attention does not go to the beginning.\nThe first token gets" in page


@pytest.mark.parametrize(
    ("file", "right", "wrong", "words"),
    [
        (
            CHAPTER,
            "{% fails %}\nAttention does not go to the beginning.",
            "",
            "claim 'looks_first' has no words for: fails; write a sentence for each of holds,"
            " partly, undecided, fails",
        ),
        (
            FIRST.format("claims"),
            'holds=fact("attention_on_first")',
            'holds=fact("attention_on_frist")',
            "claim 'looks_first' in reportgen.systems.sequence_rules.claims.first_token rests on"
            " 'attention_on_frist', and no fact is called so (did you mean 'attention_on_first'",
        ),
        (
            CHAPTER,
            'leans towards the beginning: the first token gets {{ fact("attention_on_first") }}',
            'leans towards the beginning: the first token gets {{ fact("attention_on_frist") }}',
            "no fact is called 'attention_on_frist' (did you mean 'attention_on_first'",
        ),
        (
            FIRST.format("claims"),
            'figure="qk-attention"',
            'figure="qk-atention"',
            "claim 'looks_first' in reportgen.systems.sequence_rules.claims.first_token is shown by"
            " figure 'qk-atention', and no figure is called so (did you mean 'qk-attention'",
        ),
        (
            CHAPTER,
            "Most attention goes to the beginning",
            "Most attention goes to token 1",
            "typed numeral '1': name a fact or a size of the configuration instead, or use math()"
            " or cite()",
        ),
        (
            CHAPTER,
            "{% claim looks_first %}",
            "The head attends to the beginning.\n{% claim looks_first %}",
            "'attends' says what the network does, outside a claim: use {% claim %}, or end the"
            " line with {# by construction: why #}",
        ),
        (
            CHAPTER,
            ': of all of it, the first token gets {{ fact("attention_on_first") }}.',
            ".",
            "claim 'looks_first': the words for 'holds' name none of its facts; use one of:"
            " attention_on_first",
        ),
    ],
)
def test_mistakes_in_a_claim(claimed: Path, file: str, right: str, wrong: str, words: str) -> None:
    with broken(claimed, file, right, wrong):
        told(CLAIM, run(claimed, BUILD.format("learning-curve"), fails=True), words)


def test_the_figure_keeps_what_every_figure_keeps(drawn: Path) -> None:
    """All but that it looks as the stored picture, of which there is none yet; the film alike."""
    said = run(drawn, PICTURE, fails=True)
    assert "3 failed, 21 passed" in said
    told(FIGURE, said, "no baseline first-token.png; if it should have one: make baselines")
    assert (drawn / "docs/rules/quick/figures/first-token.svg").is_file()


def test_a_figure_of_a_common_kind_is_short() -> None:
    """Its class, from the decorator to the end."""
    (block,) = (block for block in FIGURE.blocks if block.path == FIRST_ROWS)
    (made,) = (node for node in ast.parse(block.text).body if isinstance(node, ast.ClassDef))
    assert (made.end_lineno or 0) - made.decorator_list[0].lineno + 1 <= SHORT


def test_the_film_lies_where_the_page_says(drawn: Path) -> None:
    folder = drawn / "docs/rules/quick/films"
    assert "the same as `.gif`" in FIGURE.text
    assert (folder / "first-token-dynamics.gif").is_file()
    for name in ("first-token-dynamics.mp4", "first-token-dynamics-poster.png"):
        assert f"`{name}`" in FIGURE.text
        assert (folder / name).is_file()


@pytest.mark.parametrize(
    ("file", "right", "wrong", "words"),
    [
        (
            TABLE,
            '"How much attention the first token gets", needs=("attention",)',
            '"How much attention the first token gets", needs=("atention",)',
            "figure 'first-token': needs: got ('atention',), allowed: a tuple such as (\"plane\",)"
            " of training, seeds",
        ),
        (
            TABLE,
            '"first-token"',
            '"qk-attention"',
            "figure 'qk-attention' stands twice; give one another slug",
        ),
        (
            TABLE,
            ENTRY,
            "",
            "no entry of table.py is about it; add Declared('first-token', TITLE) to FIGURES there,"
            " or move what several figures share to a folder within",
        ),
        (
            TABLE,
            '"first-token"',
            '"first-tokem"',
            "figure 'first-tokem': there is no first_tokem.py beside the table; write it, or name"
            " another file with module=",
        ),
        (
            FIRST.format("figures"),
            '@figure("first-token")',
            '@figure("first-tokem")',
            "class FirstToken: figure 'first-tokem' is not in the table"
            " reportgen.systems.sequence_rules.figures.table (did you mean 'first-token'",
        ),
        (
            FIRST.format("figures"),
            "    height = TOP",
            '    title = "Again"\n    height = TOP',
            "class FirstToken: title: say it in the table"
            " reportgen.systems.sequence_rules.figures.table, and there alone",
        ),
        (
            "templates/sequence_rules/outlines/two_dimensional.yaml",
            "slug: first-token,",
            "slug: first-tokem,",
            "no figure is called 'first-tokem'"
            " (did you mean 'first-token' or 'first-token-rows' or 'first-token-dynamics'?)",
        ),
        (
            FIRST.format("figures"),
            "def alt",
            "def alternative",
            "TypeError: Can't instantiate abstract class FirstToken with abstract method alt",
        ),
        (
            FIRST.format("figures"),
            "axes.bar(",
            "axes.barr(",
            "AttributeError: 'Axes' object has no attribute 'barr' (first_token.py:47; --debug"
            " shows all of it)",
        ),
    ],
)
def test_mistakes_in_a_figure(drawn: Path, file: str, right: str, wrong: str, words: str) -> None:
    with broken(drawn, file, right, wrong):
        told(FIGURE, run(drawn, BUILD.format("first-token"), fails=True), words)


def test_the_system_has_a_report(project: Path) -> None:
    report = project / "docs" / "rules" / "sums"
    assert "# Sums\n" in (report / "index.md").read_text(encoding="utf-8")
    assert (report / "figures" / "sums-right.png").is_file()


@pytest.mark.parametrize(
    ("file", "right", "wrong", "words"),
    [
        (
            "systems/sums/system.py",
            "import numpy as np",
            "import numpi as np",
            "system sums is left out: ModuleNotFoundError: No module named 'numpi'",
        ),
        (
            "rules/sums.py",
            'system = "sums"',
            'system = "sum"',
            "Sums: system: got 'sum', allowed: input_to_output, repeated_sequences,"
            " sequence_rules, sequence_to_sequence, text, sums (did you mean 'sums'?)",
        ),
        (
            "configs/sums.yaml",
            "holdout: 40",
            "heldout: 40",
            "data.heldout: unknown key (did you mean 'holdout'?)",
        ),
        (
            "configs/sums.yaml",
            "holdout: 40",
            "holdout: 121",
            "data.holdout: got 121, allowed: less than 121, the number of sums, so that some are"
            " left to train on",
        ),
        (
            "systems/sums/data.py",
            "(a + b) % hours",
            "(a + b + 1) % hours",
            "systems/sums/data.py: row 0 of the first batch breaks the rule 'sums': position 3,"
            " after",
        ),
        (
            "systems/sums/data.py",
            "permutation(rows)",
            "permute(rows)",
            "data: AttributeError: 'numpy.random._generator.Generator' object has no attribute"
            " 'permute' (data.py:91; --debug shows all of it)",
        ),
        (
            "configs/sums.yaml",
            "n_ctx: 3",
            "n_ctx: 4",
            "model.n_ctx: got 4, allowed: 3, since rows of the first batch have 4 tokens, of which"
            " the network reads all but the last",
        ),
        (
            "systems/sums/facts/right.py",
            "study.right, len",
            "study.wrong, len",
            "AttributeError: 'Study' object has no attribute 'wrong' (right.py:10; --debug shows"
            " all of it)",
        ),
    ],
)
def test_mistakes_in_a_system(project: Path, file: str, right: str, wrong: str, words: str) -> None:
    with broken(project, file, right, wrong):
        told(SYSTEM, run(project, "reportgen build --rule sums --no-site", fails=True), words)


def test_what_another_task_touches_is_listed_by_file() -> None:
    """All files that say something of sums, and only names that are in them."""
    told, folder = SYSTEM.text.partition("## 11.")[2], ROOT / "reportgen/cli/starters/system"
    rows = re.findall(r"^\| (.*?) \| (.*) \|$", told.partition("| to change |")[0], re.M)
    listed = [path for files, _ in rows for path in re.findall("`(.*?)`", files)]
    texts = {
        str(path.relative_to(folder)).removesuffix(".txt").replace("NAME", "sums"): path.read_text()
        for path in folder.rglob("*.txt")
    }
    about = [path for path, text in texts.items() if re.search("(?i)sum|add|hours", text)]
    assert len(about) > 10
    assert not [path for path in about if path not in listed and path[-11:] not in listed]
    for files, words in rows:
        content = "".join(texts.get(path, "__init__") for path in re.findall("`(.*?)`", files))
        assert not [word for word in re.findall(r"`(\w+)`", words) if word not in content]


def test_a_page_that_is_not_true_is_seen(tmp_path: Path) -> None:
    """A command that fails, one that prints something else, a line that is not there, a command
    that was to be left out and is not on the page.
    """
    says = "```sh\npython -c 'print(1.234, 5)'\n```\n\n```text\n{}\n```\n"
    Page(says.format("1.233 5")).follow(tmp_path)
    for other in ("1.334 5", "1.234 6", "1.234 … 7"):
        with pytest.raises(AssertionError, match="the page:"):
            Page(says.format(other)).follow(tmp_path)
    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        Page("```sh\npython -c 1/0\n```\n").follow(tmp_path)
    into = '```python title="a.py: {}"\ny = 2\n```\n'
    (tmp_path / "a.py").write_text("x = 1\nz = 3\n")
    Page(into.format("after x = 1")).follow(tmp_path)
    Page(into.format("before z = 3")).follow(tmp_path)
    assert (tmp_path / "a.py").read_text() == "x = 1\ny = 2\ny = 2\nz = 3\n"
    with pytest.raises(ValueError, match="not enough values"):
        Page(into.format("after w = 0")).follow(tmp_path)
    shown = '```python title="a.py"\n{}\n```\n'
    Page(shown.format("y = 2\ny = 2")).follow(tmp_path)
    with pytest.raises(AssertionError, match="a.py on the page:"):
        Page(shown.format("y = 2\nz = 3\nz = 3")).follow(tmp_path)
    with pytest.raises(AssertionError):
        Page("").follow(tmp_path, skip=["make baselines"])


def test_what_is_shown_is_what_is_printed() -> None:
    """Lines of tables do not count, what is left out may be anything, order counts."""
    printed = "┏━━┓\n│ a │ 0.150 │\n│   │ b     │\n└──┘\n"
    assert shows("a  0.151\n b", printed)
    assert shows("a … b", printed)
    assert not shows("b … a", printed)
    assert not shows("a b", printed)


@pytest.mark.parametrize("page", [FACT, CLAIM, FIGURE, SYSTEM])
def test_every_block_is_written_run_or_compared(page: Page) -> None:
    assert {b.kind for b in page.blocks} <= {"sh", "text", "python", "yaml", "jinja"}
    assert all(bool(b.title) != (b.kind in ("sh", "text")) for b in page.blocks)
    assert [b.kind for b in page.blocks].count("text") >= 1
