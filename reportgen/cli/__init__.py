"""The command line: the only code that prints and the only code that reads arguments.

Rooms are imported inside the commands that use them, so that `--help` and `list` answer at once.
"""

import gc
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from reportgen import __version__
from reportgen.cli.group import BUILT, FAILED, Commands
from reportgen.cli.options import debug, outside_files
from reportgen.errors import ProjectError, ReportError, UsageError
from reportgen.pipeline.graph import STAGES, default_jobs
from reportgen.project import Project

STEP = click.IntRange(0, 10**9)  # no training has more steps


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


@main.command()
@click.option(
    "--rule",
    "names",
    multiple=True,
    metavar="NAME",
    help="A configuration, configs/NAME.yaml; may be given several times.",
)
@click.option("--all", "everything", is_flag=True, help="Every configuration.")
@click.option(
    "--step",
    type=STEP,
    metavar="N",
    help="The pages of checkpoint N instead of the last one; no films.",
)
@click.option(
    "--only", metavar="SLUG", help="One figure or film and what it needs; pages with what is there."
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    show_default=f"{default_jobs()}, or as many as the cluster has threads",
    help="Tasks at a time, each in a process of its own.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="A task that takes longer fails, alone.",
)
@click.option(
    "--scheduler",
    type=click.Choice(("local", "dask")),
    default="local",
    show_default=True,
    help="Where tasks run: here, or on the workers of a dask cluster.",
)
@click.option("--address", metavar="tcp://HOST:PORT", help="The dask scheduler.")
@click.option("--no-site", is_flag=True, help="Write the pages, but do not build the site.")
@click.option(
    "--force",
    multiple=True,
    type=click.Choice(STAGES),
    help="Run a stage even if it is up to date; may be given several times.",
)
@click.option("--dry-run", is_flag=True, help="Say what would run, and why; run nothing.")
@click.option(
    "--explain",
    is_flag=True,
    help="Say why each thing runs: which value changed from what to what.",
)
@outside_files
@debug
@click.pass_context
def build(
    ctx: click.Context,
    names: tuple[str, ...],
    everything: bool,
    step: int | None,
    only: str | None,
    jobs: int | None,
    timeout: float | None,
    scheduler: str,
    address: str | None,
    no_site: bool,
    force: tuple[str, ...],
    dry_run: bool,
    explain: bool,
) -> None:
    """Train, measure, draw, write and build whatever is not up to date.

    A configuration or a rule that is broken stops no other: it is told at the end, and the exit
    code is 1.
    """
    from reportgen import pipeline as graph
    from reportgen.cli.terminal import Terminal
    from reportgen.pipeline.tasks import plan

    project: Project = ctx.obj()
    known = project.configs()
    if not names and not everything:
        raise UsageError(
            f"which rule? `reportgen build --rule NAME` or --all; there are {', '.join(known)}"
        )
    if (scheduler == "dask") != (address is not None):
        raise UsageError(
            "--scheduler dask and --address tcp://HOST:PORT go together: the address is the one"
            " that `dask scheduler` says"
        )
    wanted = tuple(dict.fromkeys((*names, *(known if everything else ()))))
    broken: dict[str, ReportError] = {**project.misnamed()} if everything else {}
    tasks = plan(
        project,
        wanted,
        step=step,
        only=only,
        site=not no_site,
        thorough=not dry_run,
        broken=broken if wanted[1:] else None,
    )
    if not everything:
        _check_asked(wanted, broken)
    terminal = Terminal(explain=explain or dry_run)
    with terminal.live(len(tasks)):
        outcomes = graph.build(
            project,
            tasks,
            terminal,
            jobs=jobs,
            force=force,
            dry=dry_run,
            timeout=timeout,
            address=address,
        )
    terminal.summary(outcomes, traceback=bool(ctx.find_root().meta.get("debug")))
    if not dry_run:
        terminal.where(
            [project.report(name, step) for name in wanted if name not in broken],
            project,
            site=not no_site,
        )
    for name, error in broken.items():
        click.echo(f"{name} was not built:\n{error}", err=True)
    from reportgen.rules.outside import own_rules

    sound = not (_tell_broken_rules(own_rules(project.rules).broken) and everything) and not broken
    ctx.exit(
        FAILED if not sound or any(outcome.state == "failed" for outcome in outcomes) else BUILT
    )


def _check_asked(wanted: Sequence[str], broken: Mapping[str, ReportError]) -> None:
    """An error where the command line is wrong, or where nothing of what it names can be built."""
    for error in broken.values():
        if isinstance(error, UsageError):
            raise error
    if wanted and len(broken) == len(wanted):
        raise ReportError("\n".join(map(str, broken.values()))) from next(iter(broken.values()))


@main.command("list")
@debug
@click.pass_context
def list_(ctx: click.Context) -> None:
    """Configurations, with their rules and what is built of them and when."""
    from reportgen.cli.reading import built
    from reportgen.cli.terminal import table
    from reportgen.rules.folder import found

    project: Project = ctx.obj()
    listed = [built(project, name, path) for name, path in project.configs().items()]
    columns = ("configuration", "rule", "built", "checkpoints", "what it is")
    table("reports", columns, [row for row, _ in listed])
    click.echo("".join(f"{wrong}\n" for _, wrong in listed if wrong), nl=False, err=True)
    for error in project.misnamed().values():
        click.echo(str(error), err=True)
    _tell_broken_rules(found(project.rules).broken)


def _tell_broken_rules(broken: Sequence[ReportError]) -> bool:
    """Tell of files of the project's own rules that are not used, which stop nothing that does not
    need them; are there any.
    """
    for error in broken:
        click.echo(str(error), err=True)
    return bool(broken)


@main.command()
@click.argument("name")
@click.option("--step", type=STEP, metavar="N", help="At checkpoint N instead of the last one.")
@click.option("--fact", metavar="ID", help="One fact with everything that is known of it.")
@click.option("--claim", metavar="ID", help="One claim with its verdict and the facts it rests on.")
@debug
@click.pass_context
def show(
    ctx: click.Context, name: str, step: int | None, fact: str | None, claim: str | None
) -> None:
    """The measured facts and verdicts of a rule."""
    from reportgen.cli import reading
    from reportgen.cli.terminal import table

    measured = reading.measured(ctx.obj(), name, step)
    if fact is not None:
        table(fact, ("", ""), reading.one_fact(measured, fact))
    if claim is not None:
        table(claim, ("", ""), reading.one_claim(measured, claim))
    if fact is None and claim is None:
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


def _project(folder: Path | None) -> Project:
    """The project that is meant, with its own systems."""
    from reportgen.system import look_in

    project = Project.find(folder)
    look_in(project.systems)
    return project


@main.command()
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


@main.command()
@click.argument("name", required=False)
@click.option("--step", type=STEP, metavar="N", help="Only the pages of checkpoint N.")
@debug
@click.pass_context
def clean(ctx: click.Context, name: str | None, step: int | None) -> None:
    """Remove what was built: all of it, one rule's, or one checkpoint's pages."""
    from reportgen.cli.clean import clean

    clean(ctx.obj(), name, step)


@main.group()
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


@main.command()
@click.pass_context
def schema(ctx: click.Context) -> None:
    """JSON Schema of a configuration, for editors; with the project's own rules, in a project."""
    from reportgen.core.config.for_editors import schema

    try:
        rules = ctx.obj().rules
    except ProjectError:
        rules = None
    click.echo(json.dumps(schema(rules), indent=1, ensure_ascii=False))
