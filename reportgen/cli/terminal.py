"""What a build looks like in a terminal: bars that vanish when output is not one, a table of
stages, and where to look.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table

from reportgen.pipeline.task import STAGES, Outcome, Task
from reportgen.placed import SITE_TASK
from reportgen.project import Project

PLAIN_WIDTH = 160  # columns where output is not a terminal


class Terminal:
    """Tells a build as it runs; `explain` gives the reason of everything that runs."""

    def __init__(self, *, explain: bool) -> None:
        self.explain = explain
        self.console = console()
        self.lively = sys.stdout.isatty()  # colours can be asked for elsewhere, bars cannot
        self.bars: Progress | None = None
        self.rows: dict[str, TaskID] = {}
        self.all: TaskID | None = None

    @contextmanager
    def live(self, tasks: int) -> Iterator[None]:
        """Bars for what runs, and one for the whole, while the block runs."""
        if not self.lively:
            yield
            return
        columns = (
            SpinnerColumn("line" if self.console.options.ascii_only else "dots"),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=self.console, transient=True) as self.bars:
            self.all = self.bars.add_task("all", total=tasks)
            yield

    def started(self, task: Task) -> None:
        """A bar for a task; it pulses until the task says how far it got."""
        if self.bars is not None:
            self.rows[task.name] = self.bars.add_task(escape(task.name), total=None)

    def progressed(self, task: str, done: int, total: int) -> None:
        """Move the bar of a task."""
        if self.bars is not None and (row := self.rows.get(task)) is not None:
            self.bars.update(row, completed=done, total=total)

    def finished(self, outcome: Outcome) -> None:
        """Take the bar away, and say what is worth a line."""
        if self.bars is not None and self.all is not None:
            self.bars.advance(self.all)
            if (row := self.rows.pop(outcome.task.name, None)) is not None:
                self.bars.remove_task(row)
        for remark in outcome.remarks:
            self.console.print(
                f"[yellow]{outcome.task.stage} {escape(outcome.task.name)}:"
                f" {escape(remark)}[/yellow]",
                soft_wrap=True,
            )
        if line := self._line(outcome):
            self.console.print(line, soft_wrap=True)

    def _line(self, outcome: Outcome) -> str:
        name = f"{outcome.task.stage} {escape(outcome.task.name)}"
        if outcome.state == "failed":
            return f"[red]{name}: failed[/red]"
        if self.explain and outcome.state == "would run":
            return f"{name}: would run, {escape(outcome.why)}"
        if self.explain and outcome.state == "ran":
            return f"{name}: ran ({outcome.seconds:.1f} s), {escape(outcome.why)}"
        return (
            f"{name}: {outcome.seconds:.1f} s" if outcome.state == "ran" and not self.lively else ""
        )

    def summary(self, outcomes: Sequence[Outcome], *, traceback: bool) -> None:
        """A table of stages, and what failed and why."""
        sheet = Table("stage", "", *("seconds",), title=None)
        sheet.columns[2].justify = "right"
        for stage in STAGES:
            of_stage = [o for o in outcomes if o.task.stage == stage]
            counts = {
                state: sum(o.state == state for o in of_stage)
                for state in ("ran", "would run", "reused", "failed", "skipped")
            }
            said = ", ".join(f"{count} {state}" for state, count in counts.items() if count)
            if of_stage:
                sheet.add_row(stage, said, f"{sum(o.seconds for o in of_stage):.1f}")
        self.console.print(sheet)
        for outcome in outcomes:
            if outcome.state == "failed":
                self.console.print(
                    f"[red]failed[/red] {escape(outcome.task.name)}: {escape(outcome.why)}",
                    soft_wrap=True,
                )
                if traceback and outcome.details:
                    self.console.print(escape(outcome.details), soft_wrap=True)
            elif outcome.state == "skipped" and outcome.why != "not asked for":
                self.console.print(
                    f"[yellow]skipped[/yellow] {escape(outcome.task.name)}: {escape(outcome.why)}",
                    soft_wrap=True,
                )

    def where(
        self,
        reports: Mapping[str, Path],
        project: Project,
        outcomes: Sequence[Outcome],
        *,
        site: bool,
    ) -> None:
        """The page to open of each report, by the task that writes it; of a report that was not
        written this time, that what is there is of an earlier build.
        """
        made = {o.task.name for o in outcomes if o.state in ("ran", "reused")}
        for task, report in reports.items():
            built = project.site / report.relative_to(project.docs) / "index.html"
            page = built if site else report / "index.md"
            if page.is_file():
                at = escape(str(page.relative_to(project.root)))
                current = {task, *([SITE_TASK] if site else [])} <= made
                line = (
                    f"open {at}, or `reportgen serve`"
                    if current
                    else f"[yellow]{at} is of an earlier build: this one did not write it[/yellow]"
                )
                self.console.print(line, soft_wrap=True)


class _Screen(Console):
    """A console whose cursor stays where it can be seen: a process that is killed could not bring
    it back.
    """

    def show_cursor(self, show: bool = True) -> bool:
        """Show the cursor, whatever is asked for."""
        return super().show_cursor(True)


def console() -> Console:
    """The terminal, or a wide plain sheet where output goes to a file."""
    return _Screen(highlight=False, width=None if sys.stdout.isatty() else PLAIN_WIDTH)


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Rows of plain text under a title."""
    sheet = Table(*columns, title=title, title_justify="left", show_header=any(columns))
    for row in rows:
        sheet.add_row(*map(escape, row))
    console().print(sheet)
