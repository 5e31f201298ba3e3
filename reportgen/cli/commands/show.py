"""`reportgen show`: what was measured of a rule."""

import click

from reportgen.cli.options import STEP, debug


@click.command()
@click.argument("name")
@click.option("--step", type=STEP, metavar="N", help="At checkpoint N instead of the last one.")
@click.option("--fact", metavar="ID", help="One fact with everything that is known of it.")
@click.option("--claim", metavar="ID", help="One claim with its verdict and the facts it rests on.")
@click.option("--failures", is_flag=True, help="What is answered wrongly, by kind.")
@debug
@click.pass_context
def show(
    ctx: click.Context,
    name: str,
    step: int | None,
    fact: str | None,
    claim: str | None,
    failures: bool,
) -> None:
    """The measured facts and verdicts of a rule."""
    from reportgen.cli import reading
    from reportgen.cli.failures import told_failures
    from reportgen.cli.terminal import table

    measured = reading.measured(ctx.obj(), name, step)
    if fact is not None:
        table(fact, ("", ""), reading.one_fact(measured, fact))
    if claim is not None:
        table(claim, ("", ""), reading.one_claim(measured, claim))
    if failures:
        words, tables = told_failures(measured, name)
        click.echo(words)
        for title, columns, rows in tables:
            table(title, columns, rows)
    if fact is None and claim is None and not failures:
        table(
            f"facts of {name}",
            ("fact", "value", "95 % interval", "n", "of"),
            reading.all_facts(measured),
        )
        table(
            f"claims about {name}",
            ("claim", "verdict", "over seeds", "rests on"),
            reading.all_claims(measured),
        )
