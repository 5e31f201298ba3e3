"""`reportgen list`: which configurations there are, and what is built of them."""

import click

from reportgen.cli.options import debug
from reportgen.project import Project


@click.command("list")
@debug
@click.pass_context
def list_(ctx: click.Context) -> None:
    """Configurations, with their rules and what is built of them and when."""
    from reportgen.cli.reading import built
    from reportgen.cli.terminal import table
    from reportgen.rules.folder import found

    project: Project = ctx.obj()
    listed = [built(project, name, path) for name, path in project.configs().items()]
    columns = ("configuration", "rule", "built", "checkpoints", "what it is")
    table("reports", columns, [row for row, _ in listed])
    unread = filter(None, (wrong for _, wrong in listed))
    for error in (*unread, *project.misnamed().values(), *found(project.rules).broken):
        click.echo(str(error), err=True)
