"""Ctrl-C, its like, and terminals that are none: what a command says, its exit code, and that
nothing outlives it.
"""

import os
import pickle
import pty
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import signalwork
from buildwork import alive, until
from places import ROOT
from test_cli import store_facts

from reportgen import children
from reportgen.cli import signals
from reportgen.pipeline import worker_pool
from reportgen.surroundings import environment

MARK = "REPORTGEN_SIGNALS_TEST"  # in the environment of every process of a test
KEPT = (
    "what is finished is kept, and a training goes on from where it was last saved: the same"
    " command goes on from there"
)
BUILD = ("build", "--rule", "plus_last_even", "--jobs", "2")
linux = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")


@dataclass
class Program:
    """The command line in a process of its own, with pretended tasks."""

    root: Path
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)
    found: list[int] = field(default_factory=list)  # processes of tasks

    def owns(self, process: int) -> bool:
        """Is this a living process of the program, and not another one that was given its
        number.
        """
        with suppress(OSError):
            marked = f"{MARK}={self.root}".encode()
            return marked in Path(f"/proc/{process}/environ").read_bytes().split(b"\0")
        return False

    def begin(self, *words: str, arguments: tuple[str, ...] = BUILD, **options) -> subprocess.Popen:
        path = os.pathsep.join([str(ROOT / "tests"), str(ROOT)])
        environment = (
            os.environ | {"PYTHONPATH": path, MARK: str(self.root)} | options.pop("environment", {})
        )
        command = [
            *(sys.executable, signalwork.__file__, str(self.root), *words, "--", *arguments),
        ]
        begun = subprocess.Popen(
            command,
            env=environment,
            **dict(stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            | options,
        )
        self.running.append(begun)
        return begun

    def run(self, *words: str, **options) -> tuple[int, str, str]:
        """Exit code, output and errors of a run to the end."""
        begun = self.begin(*words, **options)
        output, errors = begun.communicate(timeout=120)
        return begun.returncode, (output or b"").decode(), (errors or b"").decode()

    def processes(self, *words: str) -> list[int]:
        """Wait until each task has said which processes it is; all of them."""
        logs = [self.root / f"{word}.log" for word in words]
        until(lambda: all(log.exists() and log.read_text() for log in logs))
        self.found += [int(number) for log in logs for number in log.read_text().split()]
        return self.found


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    (tmp_path / "mkdocs.yml").write_text("site_name: test\n")
    program = Program(tmp_path)
    yield program
    for number in program.found:
        if program.owns(number):
            os.kill(number, signal.SIGKILL)
    for process in program.running:
        process.kill()
        process.communicate()


@linux
@pytest.mark.parametrize("stopped", [False, True], ids=["busy", "stopped"])
@pytest.mark.parametrize("way", ["SIGINT", "SIGTERM", "SIGHUP", "SIGKILL"])
def test_nothing_outlives_a_build(program: Program, way: str, stopped: bool) -> None:
    """Workers, what they have started, an encoder too: gone, though each of them was stopped
    before.
    """
    begun = program.begin("film=encodes", "other=sleeps")
    found = program.processes("film", "other")
    assert len(found) == 4
    if stopped:
        for process in found:
            assert program.owns(process)
            os.kill(process, signal.SIGSTOP)
    number = signal.Signals[way]
    begun.send_signal(number)
    _, errors = begun.communicate(timeout=60)
    until(lambda: not any(alive(process) for process in found), 10)
    if way == "SIGKILL":
        assert begun.returncode == -signal.SIGKILL
    else:
        assert (begun.returncode, errors.decode()) == (
            128 + number,
            f"interrupted ({way}); {KEPT}\n",
        )


@linux
def test_an_encoder_ends_with_its_process(program: Program) -> None:
    """A process of a build that is killed alone, out of memory say: its encoder ends with it,
    stopped or not.
    """
    program.begin("film=encodes")
    worker, encoder = program.processes("film")
    os.kill(encoder, signal.SIGSTOP)
    os.kill(worker, signal.SIGKILL)
    until(lambda: not alive(encoder), 10)


@pytest.mark.parametrize("last", [b"", pickle.dumps(b"an order")[:-3]], ids=["nothing", "half"])
def test_a_process_ends_when_its_orders_do(tmp_path: Path, last: bytes) -> None:
    """A build that is killed may leave half an order behind; its process waits for no more."""
    process = subprocess.Popen(
        worker_pool.COMMAND,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment(tmp_path),
        **children.apart(),
    )
    process.communicate(last, timeout=60)
    assert process.returncode == -signal.SIGKILL


@linux
def test_a_build_goes_on_where_it_was_interrupted(program: Program) -> None:
    """What was finished before Ctrl-C is not made again."""
    begun = program.begin("a=say", "film=encodes")
    program.processes("film")
    until(lambda: (program.root / ".reportgen/r/a/last.json").exists())
    begun.send_signal(signal.SIGINT)
    assert begun.wait(60) == 130
    code, output, _ = program.run("a=say", "film=say")
    assert code == 0
    assert "1 ran, 1 reused" in output


SLOW = """
import sys, time
from pathlib import Path
import reportgen.pipeline.tasks as tasks, reportgen.pipeline.graph as graph
from reportgen.cli import group, signals, main
said = Path(sys.argv[1])
def slowly(*given, **named):
    said.touch()
    try:
        time.sleep(60)
    finally:
        {last}
tasks.plan = slowly
import reportgen.cli.reading as reading
reading.built = slowly
{more}
main(sys.argv[2:], prog_name="reportgen")
"""


def slow(root: Path, *arguments: str, last: str = "pass", more: str = "") -> subprocess.Popen:
    """A command that has come to a place where it stays: planning a build, or reading what is
    built.
    """
    code, said = SLOW.format(last=last, more=more), root / "said"
    (root / "mkdocs.yml").write_text("site_name: test\n")
    begun = subprocess.Popen(
        [sys.executable, "-c", code, str(said), "--project", str(root), *arguments],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    until(said.exists)
    return begun


@pytest.mark.parametrize(
    ("arguments", "kept"), [(BUILD, KEPT), (("list",), "nothing was changed")], ids=["plan", "list"]
)
def test_every_command_can_be_interrupted(
    tmp_path: Path, arguments: tuple[str, ...], kept: str
) -> None:
    """Ctrl-C while a build is planned, and in a command that only reads."""
    begun = slow(tmp_path, *arguments)
    begun.send_signal(signal.SIGINT)
    output, errors = begun.communicate(timeout=60)
    assert (begun.returncode, output, errors) == (130, "", f"interrupted (SIGINT); {kept}\n")


def test_the_second_signal_ends_at_once(tmp_path: Path) -> None:
    """The first is being heeded and takes for ever; the second waits for nothing."""
    begun = slow(tmp_path, "list", last="said.with_name('again').touch(); time.sleep(60)")
    begun.send_signal(signal.SIGINT)
    until((tmp_path / "again").exists)
    begun.send_signal(signal.SIGTERM)
    output, errors = begun.communicate(timeout=5)
    assert (begun.returncode, output, errors) == (143, "", "")


def test_an_end_in_order_has_a_limit(tmp_path: Path) -> None:
    """What hangs while it ends is ended without a second signal."""
    begun = slow(tmp_path, "list", last="time.sleep(60)", more="signals.GRACE = 1")
    begun.send_signal(signal.SIGTERM)
    begun.communicate(timeout=20)
    assert begun.returncode == 143


def test_nohup_holds(tmp_path: Path) -> None:
    """Where hang-ups are ignored they end nothing; Ctrl-C does, though a script's background job
    begins without it.
    """
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    ignored = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        begun = slow(tmp_path, "list")
    finally:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
        signal.signal(signal.SIGINT, ignored)
    begun.send_signal(signal.SIGHUP)
    with pytest.raises(subprocess.TimeoutExpired):
        begun.wait(0.5)
    begun.send_signal(signal.SIGINT)
    assert begun.wait(60) == 130
    begun.communicate()


def test_a_system_without_groups_and_hang_ups(monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows has neither: what is chosen there names nothing that it lacks."""
    for name in ("killpg", "setsid", "getpgrp"):
        monkeypatch.delattr(os, name)
    monkeypatch.delattr(signal, "alarm")
    monkeypatch.setattr(signals, "ENDING", (signal.SIGINT, signal.SIGTERM))
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 512, raising=False)
    assert children.apart() == {"creationflags": 512}
    children.woken_with_parent_gone()
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    children.end(process)
    assert process.returncode == -signal.SIGKILL
    ended: list[int] = []
    monkeypatch.setattr(os, "_exit", ended.append)
    children.end_all()
    assert ended == [0]
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(signals.Ended) as told, signals.heeded():
        signal.raise_signal(signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) == before
    assert (told.value.code, str(told.value)) == (143, "interrupted (SIGTERM)")


@pytest.mark.parametrize("way", ["SIGTERM", "SIGHUP", "SIGKILL", None])
def test_the_cursor_can_be_seen(program: Program, way: str | None) -> None:
    """Whatever ends a build in a terminal: bars were shown, and the cursor was never taken away."""
    terminal, theirs = pty.openpty()
    begun = program.begin(
        "a=sleeps" if way else "a=slow",
        stdout=theirs,
        stderr=theirs,
        environment=dict(TERM="xterm", COLUMNS="1"),
    )
    os.close(theirs)
    if way:
        program.processes("a")
        begun.send_signal(signal.Signals[way])
    shown = read(terminal)
    assert begun.wait(60) == {"SIGKILL": -9, "SIGTERM": 143, "SIGHUP": 129, None: 0}[way]
    assert b"\x1b[?25h" in shown
    assert b"\x1b[?25l" not in shown
    assert b"Traceback" not in shown


def read(terminal: int) -> bytes:
    """What is written to a terminal until nobody holds its other end any more."""
    found = b""
    with suppress(OSError):
        while piece := os.read(terminal, 4096):
            found += piece
    os.close(terminal)
    return found


@pytest.mark.parametrize(
    "environment",
    [
        dict(LC_ALL="C", PYTHONIOENCODING="ascii", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0"),
        dict(TERM="dumb", NO_COLOR="1", COLUMNS="1"),
        dict(FORCE_COLOR="1", COLUMNS="1"),
    ],
    ids=["ascii", "dumb", "coloured"],
)
def test_output_of_every_kind(tmp_path: Path, environment: dict[str, str]) -> None:
    """Letters that the output lacks are escapes, bars are for terminals alone, and a table in a
    file has room.
    """
    program = Program(tmp_path / "pröject")
    program.root.mkdir()
    (program.root / "mkdocs.yml").write_text("site_name: test\n")
    store_facts(program.root, "plus_last_even/facts")
    runs = {
        arguments: program.run("a=say", "b=bug", arguments=arguments, environment=environment)
        for arguments in (BUILD, ("list",), ("show", "plus_last_even"), ("--help",), ("show", "é"))
    }
    assert [code for code, _, _ in runs.values()] == [1, 0, 0, 0, 2]
    said = "".join(output + errors for _, output, errors in runs.values())
    assert "Traceback" not in said
    assert "\x1b[?25" not in said
    assert max(map(len, said.splitlines())) > 80
    ascii_only = "PYTHONIOENCODING" in environment
    assert said.isascii() == ascii_only
    name = "\\udcc3\\udca9" if ascii_only else "é"  # two bytes that are no letters of ASCII
    assert f"report '{name}': allowed: a lower-case name" in said


@linux
@pytest.mark.parametrize("arguments", [("list",), ("--help",), ("schema",), BUILD])
@pytest.mark.parametrize("way", ["> /dev/full", "| true", ">&-", ">&- 2>&- <&-", "2> /dev/full"])
def test_output_that_nobody_takes(program: Program, arguments: tuple[str, ...], way: str) -> None:
    """A closed pipe and a closed output are no errors; what a full disk loses is told, once
    everything else is done.
    """
    command = ["bash", "-o", "pipefail", "-c", f'"$@" {way}', "bash", sys.executable]
    done = subprocess.run(
        [
            *(*command, signalwork.__file__, str(program.root), "a=say", "b=say", "--"),
            *arguments,
        ],
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT / "tests"), str(ROOT)])},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )
    lost = "standard output: No space left on device; what was said there is lost, all else is done"
    assert (done.returncode, done.stderr) == ((1, f"{lost}\n") if way == "> /dev/full" else (0, ""))
    if arguments == BUILD:
        assert (program.root / ".reportgen/r/a/last.json").exists()
        assert (program.root / ".reportgen/r/b/last.json").exists()


def test_a_limit_on_open_files_and_a_closed_umask(program: Program) -> None:
    """A build may hold few files open, and may not read what it writes: both are mended, and others
    see as little as before.
    """
    command = [sys.executable, signalwork.__file__, str(program.root), "a=say", "--", *BUILD]
    done = subprocess.run(
        ["bash", "-c", 'ulimit -Sn 40; umask 0777; exec "$@"', "bash", *command],
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT / "tests"), str(ROOT)])},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    [made] = (program.root / ".reportgen/r/a").glob("*/out.txt")
    assert made.stat().st_mode & 0o777 == 0o600
