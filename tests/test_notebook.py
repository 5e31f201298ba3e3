"""The page on notebooks is true: its blocks are run from top to bottom in one Python, and what they
print is what stands below them.
"""

import ast
from contextlib import redirect_stdout
from io import StringIO

import pytest
from apiwork import project_with, shipped
from howto import Page, shows

import reportgen
from reportgen.measure.measure import measure

PAGE, LENS = map(Page.of, ("in-a-notebook", "in-transformer-lens"))


def cells(page: Page) -> list[object]:
    """Run the blocks of a page; what a notebook would show of each that ends in a value.
    AssertionError where the page shows something else than was printed.
    """
    names: dict[str, object] = {}
    printed, shown = "", list[object]()
    for block in page.blocks:
        if block.kind == "python":
            tree = ast.parse(block.text)
            last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
            with redirect_stdout(StringIO()) as out:
                exec(compile(tree, "a page", "exec"), names)
                if isinstance(last, ast.Expr):
                    shown.append(eval(compile(ast.Expression(last.value), "a page", "eval"), names))
            printed = out.getvalue()
        elif block.kind == "text":
            assert shows(block.text, printed), f"the page:\n{block.text}\nand now:\n{printed}"
    return [each for each in shown if each is not None]


def test_the_page_says_what_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    project = project_with(shipped(), measure(shipped()))
    monkeypatch.chdir(project.root)
    pictures = [each for each in cells(PAGE) if isinstance(each, reportgen.api.Picture)]
    assert [picture.slug for picture in pictures] == ["value-demo"]
    assert (project.root / "mine.svg").read_text(encoding="utf-8") == pictures[0].svg
    assert {block.kind for block in PAGE.blocks} == {"sh", "python", "text"}
    assert PAGE.commands == ["reportgen build --rule plus_last_even"]


def test_a_page_that_is_not_true_is_seen() -> None:
    says = "```python\nprint(1.234, 5)\n```\n\n```text\n{}\n```\n"
    assert cells(Page(says.format("1.233 5"))) == []
    with pytest.raises(AssertionError, match="the page:"):
        cells(Page(says.format("1.334 5")))
    with pytest.raises(ZeroDivisionError):
        cells(Page("```python\n1 / 0\n```\n"))
    assert cells(Page("```python\nx = 2\nx + 1\n```\n")) == [3]


def test_the_page_on_transformer_lens_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("transformer_lens", reason="the extra `lens` is not installed")
    monkeypatch.chdir(project_with(shipped(), measure(shipped())).root)
    cells(LENS)


def test_the_page_on_transformer_lens_asks_for_what_there_is() -> None:
    """Where TransformerLens is not installed, its blocks are still Python on names that exist."""
    called = {
        node.attr
        for block in LENS.blocks
        if block.kind == "python"
        for node in ast.walk(ast.parse(block.text))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
        if node.value.id in ("report", "reportgen")
    }
    known = {*dir(reportgen.Report), *dir(reportgen)}
    assert called
    assert called <= known
