"""Options that several commands have."""

from dataclasses import replace

import click

from reportgen.project import ALLOW_OUTSIDE

STEP = click.IntRange(0, 10**9)  # no training has more steps


def _debug(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    ctx.find_root().meta["debug"] = ctx.find_root().meta.get("debug", False) or value


def _outside_files(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value:
        find = ctx.obj
        ctx.obj = lambda: replace(find(), outside_files=True)


debug = click.option(
    "--debug",
    is_flag=True,
    expose_value=False,
    callback=_debug,
    help="Show the traceback of an error.",
)
outside_files = click.option(
    ALLOW_OUTSIDE,
    is_flag=True,
    expose_value=False,
    callback=_outside_files,
    help=(
        "Read texts, and follow links in docs/, outside of the project too, although both are"
        " published."
    ),
)
