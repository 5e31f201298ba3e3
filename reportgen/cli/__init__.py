"""The command line: the only code that prints and the only code that reads arguments.

Rooms are imported inside the commands that use them, so that `--help` and `list` answer at once.
"""

import gc
from pathlib import Path

import click

from reportgen import __version__
from reportgen.cli.commands.accept import accept
from reportgen.cli.commands.build import build
from reportgen.cli.commands.check import check
from reportgen.cli.commands.clean import clean
from reportgen.cli.commands.diff import diff
from reportgen.cli.commands.export import export
from reportgen.cli.commands.list import list_
from reportgen.cli.commands.new import new
from reportgen.cli.commands.offline import offline
from reportgen.cli.commands.schema import schema
from reportgen.cli.commands.serve import serve
from reportgen.cli.commands.show import show
from reportgen.cli.group import Commands
from reportgen.cli.options import debug
from reportgen.project import Project


@click.group(
    cls=Commands, context_settings=dict(help_option_names=["-h", "--help"], max_content_width=100)
)
@click.option(
    "--project",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="The project's folder; by default the nearest one above with an mkdocs.yml.",
)
@click.version_option(__version__, prog_name="reportgen")
@debug
@click.pass_context
def main(ctx: click.Context, folder: Path | None) -> None:
    """Reports on tiny transformers: trained, measured to the end, and told honestly."""
    ctx.obj = lambda: _found(folder)
    # planning makes many objects that stay and hardly any garbage: Python's own 700 would cost a
    # seventh of a build that has nothing to do
    gc.set_threshold(50_000)


def _found(folder: Path | None) -> Project:
    """The project that is meant, with its own systems."""
    from reportgen.system import look_in

    project = Project.find(folder)
    look_in(project.systems)
    return project


for command in (
    *(build, list_, show, serve, offline, export),
    *(diff, check, accept, clean, new, schema),
):
    main.add_command(command)
