"""`reportgen serve`: the site in a browser."""

import click

from reportgen.cli.options import debug, outside_files


@click.command()
@click.option(
    "--rule",
    "names",
    multiple=True,
    metavar="NAME",
    help="A report to keep up to date; may be given several times. By default all that are built.",
)
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=8000,
    show_default=True,
    help="Where the site is served.",
)
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="Who can see it: 0.0.0.0 lets other machines in.",
)
@outside_files
@debug
@click.pass_context
def serve(ctx: click.Context, names: tuple[str, ...], port: int, host: str) -> None:
    """Show the site in a browser; it follows every edit."""
    from reportgen.cli.serve import serve

    serve(ctx.obj(), names, host, port)
