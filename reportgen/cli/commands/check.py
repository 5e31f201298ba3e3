"""`reportgen check`: what moved since reports were accepted."""

from pathlib import Path

import click

from reportgen.cli.options import debug, moved


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@moved
@debug
@click.pass_context
def check(
    ctx: click.Context,
    names: tuple[str, ...],
    as_json: bool,
    as_markdown: bool,
    page: Path | None,
) -> None:
    """What moved in built reports since they were accepted; it only reads.

    Without names, in all reports of which something was accepted. Exit codes: 0 if nothing moved, 1
    if something did, 3 if a verdict did.
    """
    from reportgen.cli.moved import told
    from reportgen.diff.checking import check

    told(ctx, check(ctx.obj(), names), as_json, as_markdown, page)
