"""`reportgen export`: a network as a file that others can read."""

from pathlib import Path

import click

from reportgen.cli.options import STEP, debug
from reportgen.project import Project

LAYOUTS = ("transformer_lens", "nanogpt", "huggingface_gpt2")


@click.command()
@click.argument("name")
@click.option(
    "--layout",
    type=click.Choice(LAYOUTS),
    default=LAYOUTS[0],
    show_default=True,
    help="Under which names, and with which axes, the weights are written.",
)
@click.option("--step", type=STEP, metavar="N", help="At checkpoint N instead of the last one.")
@click.option(
    "--seed",
    type=click.IntRange(0),
    metavar="N",
    help="Of the network of this seed instead of the one that the pages show.",
)
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Where to write it; by default NAME.safetensors in the project's folder.",
)
@debug
@click.pass_context
def export(
    ctx: click.Context,
    name: str,
    layout: str,
    step: int | None,
    seed: int | None,
    output: Path | None,
) -> None:
    """Write the weights of a network that is built as a safetensors file."""
    from reportgen.cli.export import export

    project: Project = ctx.obj()
    path, told = export(project, name, layout, step, seed, output)
    click.echo(f"{path}: {told}")
