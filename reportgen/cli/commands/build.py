"""`reportgen build`: whatever is not up to date is made."""

from collections.abc import Mapping, Sequence

import click

from reportgen.cli.group import BUILT, FAILED
from reportgen.cli.options import STEP, debug, outside_files
from reportgen.errors import ReportError, UsageError
from reportgen.pipeline.running import default_jobs
from reportgen.pipeline.task import STAGES
from reportgen.project import Project


@click.command()
@click.option(
    "--rule",
    "names",
    multiple=True,
    metavar="NAME",
    help="A configuration, configs/NAME.yaml; may be given several times.",
)
@click.option("--all", "everything", is_flag=True, help="Every configuration.")
@click.option("--own", is_flag=True, help="Every configuration of the project's own.")
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
    own: bool,
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
    from reportgen import pipeline
    from reportgen.cli.terminal import Terminal
    from reportgen.pipeline.tasks import plan
    from reportgen.placed import pages_task

    project: Project = ctx.obj()
    wanted, many = _wanted(project, names, everything=everything, own=own), everything or own
    _check_scheduler(scheduler, address)
    broken: dict[str, ReportError] = {**project.misnamed()} if many else {}
    tasks = plan(
        project,
        wanted,
        step=step,
        only=only,
        site=not no_site,
        thorough=not dry_run,
        broken=broken if wanted[1:] else None,
    )
    if not many:
        _check_broken(wanted, broken)
    terminal = Terminal(explain=explain or dry_run)
    with terminal.live(len(tasks)):
        outcomes = pipeline.build(
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
        places = {pages_task(name, step): project.report(name, step) for name in wanted}
        terminal.where(places, project, outcomes, site=not no_site)
    unread = _tell_broken(project, broken)
    failed = broken or (unread and many) or any(o.state == "failed" for o in outcomes)
    ctx.exit(FAILED if failed else BUILT)


def _wanted(
    project: Project, names: Sequence[str], *, everything: bool, own: bool
) -> tuple[str, ...]:
    """The configurations to build; UsageError where none is named."""
    known, mine = project.configs(), project.configs(own=True)
    if not names and not everything and not own:
        raise UsageError(
            "which rule? `reportgen build --rule NAME`, --own or --all; there are"
            f" {', '.join(known)}"
        )
    if own and not mine:
        raise UsageError(
            f"{project.root / 'configs'}: no configuration there; `reportgen new rule NAME` begins"
            " one"
        )
    return tuple(dict.fromkeys((*names, *(known if everything else mine if own else ()))))


def _check_scheduler(scheduler: str, address: str | None) -> None:
    if (scheduler == "dask") != (address is not None):
        raise UsageError(
            "--scheduler dask and --address tcp://HOST:PORT go together: the address is the one"
            " that `dask scheduler` says"
        )


def _check_broken(wanted: Sequence[str], broken: Mapping[str, ReportError]) -> None:
    """An error where the command line is wrong, or where nothing of what it names can be built."""
    for error in broken.values():
        if isinstance(error, UsageError):
            raise error
    if wanted and len(broken) == len(wanted):
        raise ReportError("\n".join(map(str, broken.values()))) from next(iter(broken.values()))


def _tell_broken(project: Project, broken: Mapping[str, ReportError]) -> Sequence[ReportError]:
    """Tell what was not built, and the project's own rules that cannot be used: these are returned,
    since they stop nothing that does not need them.
    """
    from reportgen.rules.outside import own_rules

    for name, error in broken.items():
        click.echo(f"{name} was not built:\n{error}", err=True)
    unread = own_rules(project.rules).broken
    for error in unread:
        click.echo(str(error), err=True)
    return unread
