"""What `diff` and `check` tell of what moved: tables in a terminal, JSON, Markdown, and a page."""

import json
from pathlib import Path

import click

from reportgen.diff.changes import Comparison
from reportgen.diff.markdown import markdown
from reportgen.diff.sections import headline, notes, sections

SHORT, ROWS = 160, 30  # characters of a cell, and rows of a table, in a terminal


def told(
    ctx: click.Context, comparison: Comparison, as_json: bool, as_markdown: bool, page: Path | None
) -> None:
    """Tell a comparison, and end with its exit code."""
    if page is not None:
        from reportgen.diff import html
        from reportgen.errors import UsageError
        from reportgen.files import write

        try:
            write(page, html.page(comparison))
        except OSError as error:
            raise UsageError(
                f"{page}: cannot be written: {error.strerror}; name another file"
            ) from error
    if as_json:
        click.echo(json.dumps(comparison.as_plain(), ensure_ascii=False, indent=1))
    elif as_markdown:
        click.echo(markdown(comparison), nl=False)
    else:
        _in_tables(comparison)
    if page is not None:
        click.echo(f"{page}: what differs, as a page", err=True)
    ctx.exit(comparison.status)


def _in_tables(comparison: Comparison) -> None:
    from reportgen.cli.terminal import table

    for changes in comparison.reports:
        for section in sections(changes) if changes.status else ():
            rows = [tuple(_short(each) for each in row) for row in section.rows[:ROWS]]
            table(f"{changes.name}: {section.title}", section.columns, rows)
            if more := len(section.rows) - len(rows):
                click.echo(f"  and {more} more; --html FILE or --json tells all of them")
        click.echo(f"{changes.name}: {changes.summary()}")
        for note in notes(changes) if changes.status else ():
            click.echo(f"  {note}")
    for remark in comparison.remarks:
        click.echo(remark)
    if len(comparison.reports) != 1 or comparison.came or comparison.went:
        click.echo(headline(comparison))


def _short(words: str) -> str:
    return words if len(words) <= SHORT else f"{words[: SHORT - 1]}…"
