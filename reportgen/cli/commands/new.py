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


@new.command("system")
@click.argument("name")
@debug
@click.pass_context
def new_system(ctx: click.Context, name: str) -> None:
    """Write a system of one rule, with its data, a fact, a claim and a figure, which works as it
    is.
    """
    from reportgen.cli.new_system import new_system

    project: Project = ctx.obj()
    made = {str(path.relative_to(project.root)) for path in new_system(project, name)}
    told = {
        f"rules/{name}.py": "what the network shall do",
        f"configs/{name}.yaml": "how much data, how large a network, how long a training",
        f"systems/{name}/": "its data, what is measured at checkpoints, a fact, a claim, a figure",
        f"templates/{name}/": "its first page and a chapter, and the outline that lists them",
        f"tests/test_{name}.py": "what its data must be",
    }
    for where, what in told.items():
        count = len([path for path in made if path.startswith(where)])
        click.echo(f"wrote {where}{f' ({count} files)' if count > 1 else ''}: {what}")
    click.echo(
        f"then  `reportgen build --rule {name}`; docs/add-a-system.md goes through all of it"
    )
