"""Templates and outlines of any kind: rendered, or refused by an error of ours that names the file,
soon and in little memory.
"""

import random
import re
from functools import cache
from pathlib import Path

import pytest
from fuzzwork import bounded, cases
from hypothesis import given
from hypothesis import strategies as st
from pagework import ROOT, figures_of, outline, pages, stored

from reportgen.errors import OutlineError, TemplateError
from reportgen.pages.environment import Pages
from reportgen.pages.outline_file import load
from reportgen.pages.templates import Templates
from reportgen.project import Project
from reportgen.system import system_called

TEMPLATES = ROOT / "templates"
TEXTS = {
    str(path.relative_to(TEMPLATES / folder)): path.read_text(encoding="utf-8")
    for folder in ("shared", "sequence_rules")
    for path in sorted((TEMPLATES / folder).rglob("*.j2"))
}
OUTLINES = {
    path.stem: path.read_text(encoding="utf-8")
    for path in sorted(TEMPLATES.glob("*/outlines/*.yaml"))
}
FUNCTIONS = (
    "fact detail compared keyfact figure film remaining see page doc has known verdict_of"
    " claim_open claim_close claim_unjudged mind_open strip banner head onward unit reference"
    " see_or_nothing math cite left_out offers namespace dict range cycler joiner".split()
)
FILTERS = (
    "code prose key url number format replace trim map list join selectattr rejectattr min max sum"
    " string length first last sort batch groupby slice dictsort tojson xmlattr wordwrap truncate"
    " round int float abs attr unique reverse upper title escape default items pprint"
    " filesizeformat urlize striptags wordcount forceescape".split()
)
MEMBERS = "value details parts entries values items x __init__ __class__ tokens append join".split()
ODD = """
[] {} none true false step facts claims rule config outline demonstrations
ranking shown fact offers gone name left_out unasked 'owners' 'visible_error'
'learning-curve' 'score' 'wilson1927' '' 'x' '<b>' '%d' '%s' (step,) [[]] {'a':[]}
facts.owners facts.owners.value claims.learns_rule facts|length -1|abs
rule.tokens demonstrations[0] demonstrations[99] outline.entries[0]
config.n_ctx rule.trigger fact('owners') self namespace() ''|code
""".split()
PIECES = [
    "{{",
    "}}",
    "{%",
    "%}",
    "{#",
    "#}",
    "|",
    "~",
    "(",
    ")",
    "[",
    "]",
    "'",
    '"',
    "`",
    "\\",
    "\0",
    "\ufeff",
    "\u2028",
    "é",
    "<b",
    "](",
    "{:",
    "-",
    "endclaim",
    "claim",
    "holds",
    "partly",
    "fails",
    "if",
    "else",
    "endif",
    "for",
    "in",
    "endfor",
    "set",
    "include",
    "extends",
    "import",
    "macro",
    "call",
    "raw",
    "block",
    "__class__",
    "9" * 30,
    "\n",
]
chances = st.integers(0, 2**32 - 1).map(random.Random)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz")


def refused(folder: Path, text: str | bytes, name: str = "own.md.j2") -> bool:
    """Is a template refused, as it should be."""
    made: Pages = pages(folder, stored("learnt"))
    path = folder / "templates" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    second = outline().chapters[1]
    chapter = dict(slug=second.slug, title=second.title, entries=second.entries)
    words, rendered = "", None
    with bounded(seconds=4.0, megabytes=300):
        try:
            rendered = made.render(name, "index.md", chapter=chapter, chapters=[], entries=())
        except TemplateError as error:
            words = str(error)
    path.unlink()
    assert rendered or re.search(r"\.j2(:\d+)?: \S", words), words
    return rendered is None


def changed(text: str, chance: random.Random) -> str:
    """A text with a few of its words, lines or characters lost, given twice, exchanged or
    replaced.
    """
    for _ in range(chance.randint(1, 4)):
        parts = re.split(chance.choice([r"(\n)", r"(\W)", r"()", r"(\{[{%#]|[}%#]\})"]), text)
        at = chance.randrange(len(parts))
        match chance.randrange(6):
            case 0:
                del parts[at]
            case 1:
                parts[at] = chance.choice(PIECES)
            case 2:
                parts.insert(at, chance.choice(PIECES))
            case 3:
                parts[at] = chance.choice(ODD)
            case 4:
                other = chance.randrange(len(parts))
                parts[at], parts[other] = parts[other], parts[at]
            case _:
                parts[at] *= chance.choice((2, 50))
        text = "".join(parts)
    return text


@cases(500)
@given(chances)
def test_shipped_templates_with_mistakes(folder: Path, chance: random.Random) -> None:
    refused(folder, changed(chance.choice(list(TEXTS.values())), chance))


@cases(100)
@given(chances)
def test_shipped_templates_with_other_bytes(folder: Path, chance: random.Random) -> None:
    raw = bytearray(chance.choice(list(TEXTS.values())).encode())
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(raw))
        raw[at : at + chance.randrange(3)] = chance.randbytes(chance.randrange(1, 4))
    refused(folder, bytes(raw))


def expression(chance: random.Random, depth: int = 0) -> str:
    """A call, a filter or an operation on odd values."""
    inner = lambda: expression(chance, depth + 1)
    if depth > 2 or chance.random() < 0.3:
        return chance.choice(ODD)
    match chance.randrange(6):
        case 0 | 1:
            given = ", ".join(inner() for _ in range(chance.randrange(4)))
            return f"{chance.choice(FUNCTIONS)}({given})"
        case 2 | 3:
            given = ", ".join(inner() for _ in range(chance.randrange(3)))
            return f"({inner()}) | {chance.choice(FILTERS)}" + (f"({given})" if given else "")
        case 4:
            return (
                f"({inner()} {chance.choice('+ - * / // % ** ~ == < in and or is'.split())}"
                f" {inner()})"
            )
        case _:
            return f"({inner()}).{chance.choice(MEMBERS)}" + chance.choice(("", "()"))


@cases(1200)
@given(chances)
def test_functions_and_filters_of_odd_values(folder: Path, chance: random.Random) -> None:
    text = expression(chance)
    refused(
        folder,
        chance.choice(
            (
                "{{ %s }}",
                "{%% for i in %s %%}{{ i }}{%% endfor %%}",
                "{%% if %s %%}x{%% endif %%}",
                "{%% set x = %s %%}{{ x }}",
                "{%% include %s %%}",
                "{%% extends %s %%}",
                "{%% import %s as x %%}",
                "{%% claim %s %%}",
                "{%% with x = %s %%}{{ x }}{%% endwith %%}",
            )
        )
        % text,
    )


@cache
def usual() -> list[str]:
    return sorted(figures_of("sequence_rules"))


@cases(500)
@given(chances)
def test_outlines_with_mistakes(folder: Path, chance: random.Random) -> None:
    text = changed(chance.choice(list(OUTLINES.values())), chance)
    path = folder / "templates/outlines/own.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    templates = Templates.of(Project(folder), system_called("sequence_rules"))
    words = ""
    with bounded(seconds=4.0, megabytes=300):
        try:
            load(templates, "own", demonstrations=3, figures=figures_of("sequence_rules"))
        except OutlineError as error:
            words = str(error)
    assert not words or all(
        re.match(r".*own\.yaml(:\d+){0,2}: \S", line) for line in words.splitlines()
    )


CORPUS = {
    "nothing": b"",
    "no UTF-8": b"\xff\xfe",
    "zeros": bytes(1000),
    "open brackets": b"<" * 200_000,
    "open links": b"](" * 100_000,
    "spaces": b" " * 300_000,
    "ticks": b"`" * 200_001,
    "braces": b"{" * 100_000,
    "comments": b"{#" * 50_000,
    "deep": b"{{ " + b"(" * 50_000,
    "percent": b"{% if x %}" * 5_000,
    "digits": b"{{ 1" + b"1" * 10_000 + b" }}",
    "a line": b"a, " * 300_000,
    "marks": b"by construction:" + b" " * 300_000,
}


@pytest.mark.parametrize("raw", CORPUS.values(), ids=CORPUS)
def test_odd_files_are_refused_or_pass_soon(folder: Path, raw: bytes) -> None:
    refused(folder, raw)


def test_what_is_shipped_passes(folder: Path) -> None:
    assert not refused(folder, TEXTS["chapters/does-it-learn.md.j2"])
