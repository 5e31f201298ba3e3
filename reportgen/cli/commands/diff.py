"""`reportgen diff`: what moved from one build to another."""

from contextlib import ExitStack
from pathlib import Path

import click

from reportgen.cli.options import debug, moved


@click.command()
@click.argument("old")
@click.argument("new")
@moved
@debug
@click.pass_context
def diff(
    ctx: click.Context, old: str, new: str, as_json: bool, as_markdown: bool, page: Path | None
) -> None:
    """What moved from one build to another: facts, verdicts, pictures, sentences.

    OLD and NEW are a report's NAME, NAME@STEP for a checkpoint that is built, NAME#SEED for one of
    its seeds, the folder of a built report or of a project, accepted or accepted:NAME for what was
    accepted, git:REVISION or git:REVISION:NAME for what was accepted then.

    Exit codes: 0 if nothing moved, 1 if something did, 3 if a verdict did.
    """
    from reportgen.cli.moved import told
    from reportgen.diff.changes import together
    from reportgen.diff.sources import Sources

    with ExitStack() as open_:
        builds = Sources(ctx.obj, open_).pair(old, new)
        told(ctx, together(*builds, (old, new)), as_json, as_markdown, page)
