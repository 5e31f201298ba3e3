"""`reportgen schema`: what a configuration may hold, for editors."""

import json

import click

from reportgen.errors import ProjectError


@click.command()
@click.pass_context
def schema(ctx: click.Context) -> None:
    """JSON Schema of a configuration, for editors; with the project's own rules, in a project."""
    from reportgen.core.config.for_editors import schema

    try:
        rules = ctx.obj().rules
    except ProjectError:
        rules = None
    click.echo(json.dumps(schema(rules), indent=1, ensure_ascii=False))
