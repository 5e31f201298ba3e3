"""One rebuild for `reportgen serve`, in a process of its own, so that what runs is the code as it
was just edited.

    python -m reportgen.cli.rebuild [--allow-outside-files] PROJECT ANSWER REPORT [REPORT ...]

It shows its progress in the terminal, and writes what came of it to ANSWER, as JSON.
"""

import json
import sys
import time
import traceback
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from reportgen import pipeline as build
from reportgen.cli.signals import Ended, heeded
from reportgen.cli.terminal import Terminal
from reportgen.errors import ProjectError, ReportError
from reportgen.pipeline.running import default_jobs
from reportgen.pipeline.task import Outcome, Task
from reportgen.project import ALLOW_OUTSIDE, Project
from reportgen.system import look_in


@dataclass
class Answer:
    """What came of a rebuild."""

    ran: dict[str, int] = field(default_factory=dict)  # stage -> how many of its tasks
    failed: list[str] = field(default_factory=list)  # `task: why`, for all that failed
    held: dict[str, str] = field(
        default_factory=dict
    )  # report whose pages could not be written -> why; `_site` is the list of all reports
    busy: str = ""  # why nothing could be begun, as another build was running
    files: list[str] = field(default_factory=list)  # that rules read: texts, say
    seconds: float = 0.0


def rebuild(project: Project, names: Sequence[str]) -> Answer:
    """Bring the pages of some reports up to date; a mistake in the settings of one is no concern of
    the others.
    """
    start, answer = time.perf_counter(), Answer()
    tasks = _planned(project, names, answer)
    answer.files = sorted({path for task in tasks for path in _files(task)})
    terminal = Terminal(explain=False)
    try:
        with terminal.live(len(tasks)):
            outcomes = build.build(project, tasks, terminal, jobs=default_jobs())
    except ProjectError as error:
        return Answer(busy=str(error), files=answer.files)
    for outcome in outcomes:
        _note(outcome, answer)
    for owner in answer.held:
        answer.held[owner] = answer.held[owner] or "\n".join(
            line for line in answer.failed if line.startswith(f"{owner}/")
        )
    answer.seconds = time.perf_counter() - start
    return answer


def _planned(project: Project, names: Sequence[str], answer: Answer) -> list[Task]:
    """The tasks of all reports whose settings can be read; the others are held."""
    from reportgen.pipeline.tasks import plan

    try:
        return plan(project, names, site=False)
    except Exception as error:
        if len(names) == 1:
            answer.held[names[0]] = told(error)
            answer.failed.append(f"{names[0]}: {told(error)}")
            return []
    sound = [name for name in names if not _planned(project, [name], answer) == []]
    return plan(project, sound, site=False) if sound else []


def _files(task: Task) -> list[str]:
    """The files that the configuration of a task's report names."""
    config = task.arguments.get("config")
    if not config:
        return []
    given = [each.file for each in config.weights.files] if config.weights else []
    return [*(path for key in config.rule.paths if (path := getattr(config.rule, key))), *given]


def _note(outcome: Outcome, answer: Answer) -> None:
    task, owner = outcome.task, outcome.task.name.partition("/")[0]
    if outcome.state == "ran":
        answer.ran[task.stage] = answer.ran.get(task.stage, 0) + 1
    if outcome.state == "failed":
        answer.failed.append(f"{task.name}: {outcome.why}")
    if task.stage == "pages" and outcome.state in ("failed", "skipped"):
        answer.held[owner] = outcome.why if outcome.state == "failed" else ""


def told(error: Exception) -> str:
    """An error in the words of its author, or with its place if it is a mistake in the code."""
    if isinstance(error, ReportError):
        return str(error)
    said = "".join(traceback.format_exception_only(error)).strip()
    if isinstance(error, SyntaxError):  # it says its place itself
        return said
    place = traceback.extract_tb(error.__traceback__)[-1]
    return f"{place.filename}:{place.lineno}: {said}"


def main(arguments: Sequence[str]) -> None:
    """Rebuild, and write the answer; told to end, end the processes of the build first."""
    outside = ALLOW_OUTSIDE in arguments
    root, answer, *names = (word for word in arguments if word != ALLOW_OUTSIDE)
    try:
        with heeded():
            project = Project(Path(root), outside_files=outside)
            look_in(project.systems)
            found = rebuild(project, names)
    except Ended as end:
        sys.exit(end.code)
    Path(answer).write_text(json.dumps(asdict(found)), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
