"""`reportgen new`: the start of something of your own."""

from pathlib import Path

import click

from reportgen.cli.options import debug, outside_files
from reportgen.errors import UsageError
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


@new.command("weights")
@click.argument("name")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--rule", metavar="RULE", help="What it reads: a rule that is configured here.")
@click.option(
    "--layout",
    type=click.Choice(["transformer_lens", "nanogpt", "huggingface_gpt2", "by_name"]),
    help="How its tensors are called and lie; by default what fits them best.",
)
@click.option("--inside", metavar="KEY", help="Of a saved checkpoint, the key of the weights.")
@click.option(
    "--text",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A text that it reads, character by character, instead of a rule.",
)
@click.option(
    "--tokens",
    metavar="ORDER",
    help="With --text: sorted, as sorted(set(text)) has them, or a file in JSON that lists them.",
)
@outside_files
@debug
@click.pass_context
def new_weights(
    ctx: click.Context,
    name: str,
    file: Path,
    rule: str | None,
    layout: str | None,
    inside: str | None,
    text: Path | None,
    tokens: str | None,
) -> None:
    """Write the configuration of a network that was made elsewhere, as far as its file tells, with
    a question wherever it does not.
    """
    from reportgen.cli.new_weights import new_weights

    if text is not None and rule is not None:
        raise UsageError("--text: got --rule too, allowed: either a rule, or a text")
    if tokens is not None and text is None:
        raise UsageError("--tokens: allowed with --text alone; give the text that it reads")
    project: Project = ctx.obj()
    path, asked = new_weights(
        project, name, file, rule=rule, layout=layout, inside=inside, text=text, tokens=tokens
    )
    click.echo(f"wrote {path.relative_to(project.root)}; nothing of {file} was run")
    for question in asked:
        click.echo(f"  asks {question}")
    click.echo(f"answer there, then  `reportgen build --rule {name}`")


@new.command("project")
@click.argument("folder", type=click.Path(path_type=Path))
@debug
def new_project(folder: Path) -> None:
    """Write a project of your own: settings of a site, pages, workflows, and a rule to begin with.

    The folder is made if it is not there.
    """
    from reportgen.cli.new_project import RULE, new_project

    made = new_project(folder)
    click.echo(f"wrote {len(made)} files into {folder}; README.md there says what each is for")
    click.echo(f"then  `cd {folder}`, `reportgen build --rule {RULE}` and `reportgen serve`")


@new.command("text")
@click.argument("name")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@debug
@click.pass_context
def new_text(ctx: click.Context, name: str, file: Path) -> None:
    """Write the configuration of a report on a text of yours, with sizes that fit it."""
    from reportgen.cli.new_text import new_text

    project: Project = ctx.obj()
    config, *kept = (path.relative_to(project.root) for path in new_text(project, name, file))
    for path in kept:
        click.echo(f"copied {file} to {path}: a report publishes the text that it reads")
    click.echo(f"wrote {config}: one layer of attention, trained on its characters")
    click.echo(f"then  `reportgen build --rule {name}`")
