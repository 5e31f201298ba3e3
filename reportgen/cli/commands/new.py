"""`reportgen new`: the start of something of your own."""

import click

from reportgen.cli.options import debug
from reportgen.project import Project


@click.group()
def new() -> None:
    """Begin something of your own."""


@new.command("rule")
@click.argument("name")
@click.option(
    "--from",
    "like",
    metavar="RULE",
    help="A copy of this rule instead of the small one that everybody starts with.",
)
@debug
@click.pass_context
def new_rule(ctx: click.Context, name: str, like: str | None) -> None:
    """Write a rule, its configuration and its test, which work as they are."""
    from reportgen.cli.new import new_rule

    project: Project = ctx.obj()
    rule, config, test = (path.relative_to(project.root) for path in new_rule(project, name, like))
    click.echo(f"wrote {rule}: what may follow what; change `demand`, and `state` with it")
    click.echo(f"wrote {config}: how much data, how large a network, how long a training")
    click.echo(
        f"wrote {test}: the rule said a second time; change it too, and run `python -m pytest"
        f" {test}`"
    )
    click.echo(f"then  `reportgen build --rule {name}`; docs/add-a-rule.md goes through all of it")
