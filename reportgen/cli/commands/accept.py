"""`reportgen accept`: reports as they are built are what they should be."""

import click

from reportgen.cli.options import debug


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@debug
@click.pass_context
def accept(ctx: click.Context, names: tuple[str, ...]) -> None:
    """Keep facts, verdicts and pictures of built reports in configs/accepted, for `check`.

    Without names, of all built reports of the project's own. Of a report whose configuration is
    gone, what was kept is removed.
    """
    from reportgen.diff.checking import Accepted, accept

    def say(done: Accepted) -> None:
        if done.forgotten:
            click.echo(f"{done.name}: its configuration is gone; removed {done.place}")
            return
        moved = done.changes.summary() if done.changes else "accepted for the first time"
        click.echo(f"{done.name}: {moved}; {done.place}, {done.size / 1e6:.1f} MB")

    accept(ctx.obj(), names, say)
