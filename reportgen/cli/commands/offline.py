"""`reportgen offline`: the site as a zip that works unpacked, by a double click."""

from pathlib import Path

import click

from reportgen.cli.options import debug
from reportgen.project import Project


@click.command()
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE.zip",
    help="Where to write it; by default offline.zip in the project's folder.",
)
@click.option(
    "--rule",
    "names",
    multiple=True,
    metavar="NAME",
    help="Only this report; may be given several times.",
)
@debug
@click.pass_context
def offline(ctx: click.Context, output: Path | None, names: tuple[str, ...]) -> None:
    """Write the site of what is built as a zip.

    Unpacked, its pages work in a browser without a server, the playground and the search included.
    """
    from reportgen.offline.offline import FILE, write

    project: Project = ctx.obj()
    told = write(
        project,
        names,
        output or project.root / FILE,
        say=lambda words: click.echo(words, err=True),
    )
    many = f"{len(told.reports)} reports" if told.reports[1:] else told.reports[0]
    click.echo(f"{told.path}: {many}, {told.size / 1e6:.1f} MB; unpack it and open index.html")
    for words in told.remarks:
        click.echo(words, err=True)
