"""What files a configuration may name: those of the project, and others when the command line says
so.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from corpuswork import CONFIG

from reportgen.cli import main
from reportgen.cli.rebuild import Answer, rebuild
from reportgen.cli.watcher import Watcher, watched
from reportgen.core.config.files import Files
from reportgen.errors import RuleError
from reportgen.project import Project

TEXT = "abcd efgh\n" * 40
AT = "mine.yaml:2:20: rule.file: "


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project with a configuration that reads FILE, and a text beside the project."""
    root = tmp_path / "project"
    (root / "configs").mkdir(parents=True)
    (root / "mkdocs.yml").write_text("site_name: x\n")
    (tmp_path / "elsewhere.txt").write_text(TEXT)
    (root / "configs" / "inside.txt").write_text(TEXT)
    return Project(root)


def reading(project: Project, file: str) -> None:
    """Let the configuration read a file."""
    values = dict(UNIT="characters", SIZE=4, BLOCK=20, HOLDOUT=0.1, NARROWER="[1, 2]")
    words = CONFIG.replace("file: text.txt", f"file: {file}")
    for key, value in values.items():
        words = words.replace(key, str(value))
    (project.root / "configs" / "mine.yaml").write_text(words)


def run(project: Project, *options: str) -> Result:
    return CliRunner().invoke(
        main,
        ["--project", str(project.root), "build", "--rule", "mine", "--dry-run", *options],
    )


def said(project: Project, file: str, *options: str) -> str:
    """What a build says of such a file, without the folders of the test."""
    reading(project, file)
    result = run(project, *options)
    assert (result.exit_code, result.exception.__class__) == (2, SystemExit)
    return result.output.replace(f"{project.root.parent}/", "").partition("configs/")[2].strip()


@pytest.mark.parametrize(
    "file", ["../../elsewhere.txt", "OUT/elsewhere.txt", "link.txt", "in/elsewhere.txt"]
)
def test_a_file_outside_is_read_when_the_command_line_says_so(project: Project, file: str) -> None:
    """By a way up, by its full name, by a link, by a link to its folder."""
    out, configs = project.root.parent, project.root / "configs"
    (configs / "link.txt").symlink_to(out / "elsewhere.txt")
    (configs / "in").symlink_to(out)
    file = file.replace("OUT", str(out))
    lies = "" if file == str(out / "elsewhere.txt") else " (elsewhere.txt)"
    assert (
        said(project, file)
        == f"{AT}{file.replace(f'{out}/', '')}: lies outside of the project{lies}, and a report "
        "publishes what it reads; copy the file into project, or allow it with "
        "--allow-outside-files"
    )
    result = run(project, "--allow-outside-files")
    assert result.exit_code == 0, result.output


def test_a_link_within_the_project_is_followed(project: Project) -> None:
    (project.root / "texts").mkdir()
    (project.root / "configs" / "inside.txt").rename(project.root / "texts" / "t.txt")
    (project.root / "configs" / "near.txt").symlink_to("../texts/t.txt")
    reading(project, "near.txt")
    assert run(project).exit_code == 0


def test_a_project_behind_a_link_holds_its_own_files(project: Project, tmp_path: Path) -> None:
    """The folder of the project is named by a link, its file by what that leads to, and the other
    way round.
    """
    (tmp_path / "named").symlink_to(project.root)
    reading(project, str(project.root / "configs" / "inside.txt"))
    named = Project(tmp_path / "named")
    assert run(named).exit_code == 0
    inside = project.root / "configs" / "inside.txt"
    assert Files.of(named).found(str(inside)) == inside


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ('"a\\0b"', None),  # told where the file is read as YAML
        ("~/text.txt", "~/text.txt: ~ stands for no folder here; write the path in full"),
        ('""', "project/configs: cannot be read: Is a directory"),
        (".", "project/configs: cannot be read: Is a directory"),
        ("pipe", "project/configs/pipe: cannot be read: it is a pipe, not a file"),
        ("/dev/zero", "/dev/zero: cannot be read: it is a device or a socket, not a file"),
        ("/dev/stdin", None),
        ("x/" * 3000, None),
        ("loop", None),
        ("socket", None),
    ],
)
def test_what_is_no_file_is_named_at_once(project: Project, file: str, words: str | None) -> None:
    """No hang, no endless read, no traceback."""
    configs = project.root / "configs"
    os.mkfifo(configs / "pipe")
    (configs / "loop").symlink_to("loop")
    import socket

    with socket.socket(socket.AF_UNIX) as end:
        here = Path.cwd()
        os.chdir(configs)  # the names of sockets are short
        try:
            end.bind("socket")
        finally:
            os.chdir(here)
        told = said(project, file, "--allow-outside-files")
    assert told.startswith(AT) or words is None
    if words is not None:
        assert told == AT + words.removeprefix("project/") or told == AT + words


def test_a_device_is_refused_before_it_is_opened(project: Project) -> None:
    assert "lies outside of the project" in said(project, "/dev/zero")


def test_a_text_that_grows_is_not_read_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from reportgen.rules import pieces

    path = tmp_path / "log.txt"
    path.write_text("abc")
    monkeypatch.setattr(pieces, "PIECE", 2)

    class Growing:
        def __init__(self) -> None:
            self.made = pieces._blocks(path)

        def read(self) -> None:
            for _ in self.made:
                with path.open("a") as file:
                    file.write("abc")

    with pytest.raises(RuleError) as error:
        Growing().read()
    assert str(error.value) == f"{path}: grows while it is read; give a file that is at rest"


def test_files_without_a_project_are_anywhere(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("x")
    assert Files(beside=tmp_path).found("x.txt") == tmp_path / "x.txt"


# serve


def test_a_rebuild_may_read_what_serve_may(project: Project) -> None:
    reading(project, "../../elsewhere.txt")
    assert "lies outside of the project" in rebuild(project, ["mine"]).held["mine"]
    code = (
        "import sys; from reportgen.cli import rebuild as r; r.rebuild = lambda p, n:"
        " print(p.outside_files, n) or r.Answer(); r.main(sys.argv[1:])"
    )
    for options, seen in (((), "False"), (("--allow-outside-files",), "True")):
        out = subprocess.run(
            [sys.executable, "-c", code, *options, str(project.root), os.devnull, "mine"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        assert out == f"{seen} ['mine']\n"


def test_texts_are_watched_too(project: Project) -> None:
    """A rebuild says which they are; the first look at one is no change."""
    reading(project, "inside.txt")
    text = str(project.root / "configs" / "inside.txt")
    watcher = Watcher(project, [], "127.0.0.1", 1)
    before = watched(project)
    watcher.files = [text]
    now = watched(project, watcher.files)
    assert {*now} - {*before} == {Path(text)}
    assert Answer().files == []


def test_a_copy_with_its_times_is_seen(project: Project) -> None:
    """cp -p and touch -r bring size and time of writing along; the file system still knows."""
    path = project.root / "configs" / "mine.yaml"
    for words in ("aa: 1", "bb: 2"):
        path.write_text(words)
        os.utime(path, (1_500_000_000, 1_500_000_000))
        if words == "aa: 1":
            first = watched(project)[path]
    second = watched(project)[path]
    assert first[2:4] == second[2:4]  # size, time of writing
    assert first != second


def test_a_project_that_is_moved_is_built_of_the_same(project: Project, tmp_path: Path) -> None:
    """A text is its name and its content in every key and in the run: the folder it lies in is in
    neither.
    """
    from reportgen.pipeline.tasks import plan

    reading(project, "inside.txt")
    before = {task.name: task.inputs for task in plan(project, ["mine"]) if "/" in task.name}
    project.root.rename(tmp_path / "moved")
    after = {task.name: task.inputs for task in plan(Project(tmp_path / "moved"), ["mine"])}
    known = [name for name, inputs in before.items() if not callable(inputs)]
    assert "mine/train-1" in known
    assert [name for name in known if before[name] != after[name]] == []
