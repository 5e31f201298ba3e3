"""Options that several commands have."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import ParamSpec, TypeVar

import click

from reportgen.project import ALLOW_OUTSIDE

Given = ParamSpec("Given")
Result = TypeVar("Result")
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
_as_json = click.option("--json", "as_json", is_flag=True, help="Tell it as JSON.")
_as_markdown = click.option(
    "--markdown",
    "as_markdown",
    is_flag=True,
    help="Tell it as Markdown, no longer than a comment on a pull request may be.",
)
_page = click.option(
    "--html",
    "page",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write a page of what differs too, with old, new and difference of each picture.",
)


def moved(command: Callable[Given, Result]) -> Callable[Given, Result]:
    """How `diff` and `check` tell what moved."""
    return _as_json(_as_markdown(_page(command)))
