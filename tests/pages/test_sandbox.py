"""A template from elsewhere is no program: what it cannot reach, how it ends, and what it is told
when it calls something wrongly.
"""

import os
from pathlib import Path

import pytest
from fuzzwork import bounded
from pagework import pages, stored

from reportgen.errors import TemplateError
from reportgen.pages import sandbox
from reportgen.pages.environment import rendered


def told(tmp_path: Path, text: str, **more: object) -> str:
    """The message a template is refused with, soon and in little memory, its path cut to its
    name.
    """
    made = pages(tmp_path, stored("learnt"), own=text)
    with bounded(seconds=10, megabytes=400), pytest.raises(TemplateError) as error:
        made.render("own.md.j2", "index.md", **more)
    return str(error.value).replace(f"{tmp_path / 'templates'}/", "")


def page(tmp_path: Path, text: str, **more: object) -> str:
    return pages(tmp_path, stored("learnt"), own=text).render("own.md.j2", "index.md", **more)


UNSAFE = "access to attribute {!r} of {!r} object is unsafe."


@pytest.mark.parametrize(
    ("text", "attribute", "of"),
    [
        ('{{ "".__class__ }}', "__class__", "str"),
        ('{{ ""["__class__"] }}', "__class__", "str"),
        ('{{ "" | attr("__class__") }}', "__class__", "str"),
        ("{{ fact.__globals__ }}", "__globals__", "function"),
        ("{{ fact.__wrapped__ }}", "__wrapped__", "function"),
        ("{{ math.__wrapped__.__globals__ }}", "__wrapped__", "function"),
        ("{{ outline.__init__ }}", "__init__", "Outline"),
        ("{{ cycler.__init__.__globals__ }}", "__init__", "type"),
        ("{{ self.__init__ }}", "__init__", "TemplateReference"),
        ("{% set n = namespace() %}{{ n.__class__ }}", "__class__", "Namespace"),
        ("{{ demonstrations.append(step) }}", "append", "list"),
        ("{{ facts.update(claims) }}", "update", "dict"),
        ("{{ config.clear() }}", "clear", "dict"),
        ('{{ "x".format(step) }}', "format", "str"),
        ('{{ "x".ljust(step) }}', "ljust", "str"),
    ],
)
def test_what_is_within_python_is_out_of_reach(
    tmp_path: Path, text: str, attribute: str, of: str
) -> None:
    assert told(tmp_path, "\n" + text) == f"own.md.j2:2: {UNSAFE.format(attribute, of)}"


@pytest.mark.parametrize(
    "text", ['[""] | map(attribute="__class__")', '["x"] | map("attr", "__class__")']
)
def test_nor_by_a_filter(tmp_path: Path, text: str) -> None:
    """What a filter finds is not defined, which raises where it is printed or asked."""
    assert "&#91;Undefined&#93;" in page(tmp_path, f"{{{{ {text} | list }}}}")
    assert UNSAFE.format("__class__", "str") in told(tmp_path, f"{{{{ {text} | first }}}}")


@pytest.mark.parametrize("name", ["random", "center", "indent"])
def test_filters_that_widen_text_or_say_something_else_each_time_are_not_there(
    tmp_path: Path, name: str
) -> None:
    assert told(tmp_path, f'{{{{ "ab" | {name} }}}}') == f"own.md.j2:1: No filter named {name!r}."


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (
            "{% for i in range(10**12) %}{% endfor %}",
            1,
            (
                "OverflowError: Range too big. The sandbox blocks ranges larger than MAX_RANGE"
                " (100000)."
            ),
        ),
        (
            "{% for i in range(99999) %}{% for j in range(99999) %}\n{% endfor %}{% endfor %}",
            1,
            "the loops of a page go round at most 1,000,000 times",
        ),
        (
            (
                "{% for i in range(99999) %}{% for j in range(99999) %}{{ loop.length }}{% endfor"
                " %}{% endfor %}"
            ),
            1,
            "the loops of a page go round at most 1,000,000 times",
        ),
        (
            (
                "{% macro m() %}{% for i in range(99999) %}{% for j in range(99999) %}{% endfor"
                " %}{% endfor %}{% endmacro %}{{ m() }}"
            ),
            1,
            "the loops of a page go round at most 1,000,000 times",
        ),
        ('{{ ("x" * 10**9) | length }}', 1, "a product has at most 1,000,000 characters or items"),
        ('{{ (10**9 * "x") | length }}', 1, "a product has at most 1,000,000 characters or items"),
        (
            "{{ ([step] * 10**9) | length }}",
            1,
            "a product has at most 1,000,000 characters or items",
        ),
        ("{{ 9**999**9 }}", 1, "an exponent is a number up to 64"),
        (
            "{% macro m() %}\n{{ m() }}{% endmacro %}{{ m() }}",
            2,
            "it includes or calls itself, or is nested, without end",
        ),
        (
            '\n{% include "own.md.j2" %}',
            2,
            "it includes or calls itself, or is nested, without end",
        ),
    ],
)
def test_a_template_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, line: int, words: str
) -> None:
    monkeypatch.setattr("reportgen.pages.environment.PIECES", "own.md.j2")  # numerals are let pass
    monkeypatch.setattr("reportgen.pages.environment.Page.back", lambda page: "")
    made = pages(tmp_path, stored("learnt"), own=text)
    with bounded(seconds=10, megabytes=400), pytest.raises(TemplateError) as error:
        rendered(made.environment, "own.md.j2", lambda: dict(step=1))
    assert str(error.value) == f"{tmp_path}/templates/own.md.j2:{line}: {words}"


@pytest.mark.parametrize("text", ['{% extends "own.md.j2" %}', '{% import "own.md.j2" as o %}'])
def test_a_template_that_reads_itself_is_told(tmp_path: Path, text: str) -> None:
    words = "it includes or calls itself, or is nested, without end"
    assert told(tmp_path, text) == f"own.md.j2:1: {words}"


def test_the_rounds_of_a_page_are_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One after another, pages of one report have as many each."""
    monkeypatch.setattr(sandbox, "ROUNDS", 2_000)
    made = pages(
        tmp_path,
        stored("learnt"),
        own="{% for f in facts %}{% for c in rule.tokens %}x{% endfor %}{% endfor %}",
    )
    for _ in range(3):
        assert made.render("own.md.j2", "index.md")


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5_000,
        "{{ " + "(" * 5_000,
        "{{ " + "[" * 150 + "]" * 150 + " }}",
        "{{ -" * 100,
        "{% if step %}" * 200 + "{% endif %}" * 200,
        "{% for i in facts %}" * 30 + "{% endfor %}" * 30,
        "{{ " + "9" * 5_000 + " }}",
        "{{ 1e999 }}",
        "{{ '\\ud800' }}",
    ],
)
def test_a_template_that_cannot_be_compiled_is_told_or_harmless(tmp_path: Path, text: str) -> None:
    made, message = pages(tmp_path, stored("learnt"), own=text), ""
    with bounded(seconds=10, megabytes=400):
        try:
            made.render("own.md.j2", "index.md")
        except TemplateError as error:
            message = str(error)
    assert not message or message.startswith(f"{tmp_path}/templates/own.md.j2:")


# which files are templates


@pytest.mark.parametrize(
    "name",
    [
        "../secret",
        "../../../../../../etc/hostname",
        "/etc/hostname",
        "x/../../secret",
        "folder",
        "pipe",
        "",
        ".",
        "\\0",
        "./own.md.j2/x",
        "a" * 300,
    ],
)
@pytest.mark.parametrize("tag", ["include", "extends", "import"])
def test_no_file_outside_of_the_folders_is_a_template(tmp_path: Path, name: str, tag: str) -> None:
    (tmp_path / "secret").write_text("secret", encoding="utf-8")
    (tmp_path / "templates/folder").mkdir(parents=True)
    os.mkfifo(tmp_path / "templates/pipe")
    own = f'{{% {tag} "{name}" {"as x " if tag == "import" else ""}%}}'
    message = told(tmp_path, own)
    assert message.startswith("own.md.j2:1: no template ") or "cannot be read: " in message


def test_a_link_out_of_the_folder_is_none_either(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret", encoding="utf-8")
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates/link").symlink_to(tmp_path / "secret")
    folder = tmp_path / "templates"
    assert (
        told(tmp_path, '{% include "link" %}')
        == f"own.md.j2:1: link: is a link that leads out of {folder}; put the file itself there"
    )
    (folder / "link").unlink()
    (folder / "words").write_text("words", encoding="utf-8")
    (folder / "link").symlink_to(folder / "words")
    assert page(tmp_path, '{% include "link" %}').startswith("words\n")


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"a\nb \xff", ":2: is not UTF-8 text; save it as UTF-8"),
        ("x".encode("utf-16"), ":1: is not UTF-8 text; save it as UTF-8"),
        (b"a\nb\0", ":2: holds the control character '\\x00'; remove it"),
        (b"\x1b[31m", ":1: holds the control character '\\x1b'; remove it"),
        (b"x" * 1_000_001, ": longer than 1,000,000 bytes; divide it with include"),
    ],
)
def test_what_is_no_text_is_no_template(tmp_path: Path, raw: bytes, words: str) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates/other.md.j2").write_bytes(raw)
    made = pages(tmp_path, stored("learnt"))
    with pytest.raises(TemplateError) as error:
        made.render("other.md.j2", "index.md")
    assert str(error.value) == f"{tmp_path}/templates/other.md.j2{words}"


# what is called wrongly


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{{ fact([]) }}", "fact: name: got [], wanted text in quotes"),
        ("{{ fact(none) }}", "fact: name: got None, wanted text in quotes"),
        ("{{ fact() }}", "fact: missing a required argument: 'name'; it is called as fact(name)"),
        (
            "{{ fact('owners', step) }}",
            "fact: too many positional arguments; it is called as fact(name)",
        ),
        (
            "{{ fact(name='owners', x=step) }}",
            "fact: got an unexpected keyword argument 'x'; it is called as fact(name)",
        ),
        ("{{ fact(gone) }}", "'gone' is undefined"),
        ("{{ detail('owners', {}) }}", "detail: key: got {}, wanted text in quotes"),
        ("{{ cite(step) }}", "cite: key: got None, wanted text in quotes"),
        ("{{ math({}) }}", "math: key: got {}, wanted text in quotes"),
        ("{{ math('score', block='x') }}", "math: block: got 'x', wanted true or false"),
        ("{{ figure(true) }}", "figure: slug: got True, wanted text in quotes"),
        ("{{ strip('x', 'y') }}", "strip: number: got 'x', wanted a whole number"),
        ("{{ strip(true, 'y') }}", "strip: number: got True, wanted a whole number"),
        ("{{ 'x' | number }}", "number: value: got 'x', wanted a number"),
        ("{{ head([]) }}", "head: title: got [], wanted text in quotes"),
        ("{{ remaining(step) }}", "TypeError: 'NoneType' object is not iterable"),
        ("{{ verdict_of([]) }}", "verdict_of: name: got [], wanted text in quotes"),
        ("{{ (step or 1) / 0 }}", "ZeroDivisionError: division by zero"),
        ("{{ step + 'x' }}", "TypeError: unsupported operand type(s) for +: 'NoneType' and 'str'"),
        ("{{ step() }}", "TypeError: 'NoneType' object is not callable"),
        ("{{ '%d' | format('x') }}", "TypeError: %d format: a real number is required, not str"),
        (
            "{{ figure('output-landscape', 'x') }}",
            "figure: too many positional arguments; it is called as figure(slug)",
        ),
    ],
)
def test_misuse_is_told_with_its_line(tmp_path: Path, text: str, words: str) -> None:
    assert told(tmp_path, "\n" + text) == f"own.md.j2:2: {words}"
