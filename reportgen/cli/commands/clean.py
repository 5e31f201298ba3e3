"""`reportgen clean`: what was built is removed, what was not is left alone and told."""

import os

import click

from reportgen import names
from reportgen.cli.options import STEP, debug
from reportgen.errors import UsageError
from reportgen.project import TAKEN, Project


@click.command()
@click.argument("name", required=False)
@click.option("--step", type=STEP, metavar="N", help="Only the pages of checkpoint N.")
@debug
@click.pass_context
def clean(ctx: click.Context, name: str | None, step: int | None) -> None:
    """Remove what was built: all of it, one rule's, or one checkpoint's pages."""
    from reportgen.pipeline import cleaning

    project: Project = ctx.obj()
    if name is None:
        if step is not None:
            raise UsageError(f"--step {step} of which rule? `reportgen clean NAME --step {step}`")
    else:
        if wrong := names.problem(name, taken=TAKEN):
            raise UsageError(
                f"no report can be called {names.shown(name)}: {wrong}; nothing was removed, and "
                "`reportgen list` shows all reports"
            )
        if not any(map(os.path.lexists, (project.report(name), project.store / name))):
            project.config(name)
    told = cleaning.clean(project, name, step)
    for place in told.removed:
        click.echo(f"removed {place}")
    for sentence in told.left:
        click.echo(sentence)
    if not told.removed and not told.left:
        click.echo("nothing to remove")
