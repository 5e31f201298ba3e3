"""Live writing: every edit is on the page, an error stands in its place until it is mended, and
nothing is left when it ends.
"""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest
from buildwork import Listener
from click.testing import CliRunner, Result
from pagework import ROOT, outline, pictures
from places import baselines

from reportgen.cli import main
from reportgen.cli.notices import Notices, notice_of
from reportgen.cli.watcher import watched
from reportgen.pages.site import PANELS, STILL
from reportgen.pipeline import panels as gathering
from reportgen.pipeline import work
from reportgen.pipeline.graph import Graph
from reportgen.pipeline.running import run
from reportgen.pipeline.store import Store
from reportgen.pipeline.tasks import plan
from reportgen.pipeline.worker import Job
from reportgen.project import LIVE_FILES, Project
from reportgen.systems.sequence_rules.comparison import SLUGS

COMMAND = "from reportgen.cli import main; main(prog_name='reportgen')"
NAME, LOST = "plus_last_even", "This page could not be written."
MARK = "REPORTGEN_SERVE_TEST"  # in the environment of every process of a test


def invoke(root: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--project", str(root), "serve", *arguments])


def stock(project: Project) -> None:
    """A store in which everything is up to date: stored measurements, pictures that are only names,
    pages by the real writer.
    """
    about, folders = pictures(outline(), project.root.parent / "pictures")

    def train(job: Job) -> None:
        (job.folder / "run.safetensors").write_bytes(b"never opened")

    def facts(job: Job) -> None:
        shutil.copy(
            baselines("sequence_rules") / "pages/learnt/measured.json",
            job.folder / "facts.json",
        )

    def picture(job: Job) -> None:
        file = job.arguments["file"]
        for path in folders[file].glob(f"{file}[.-]*"):
            shutil.copy(path, job.folder)
        (job.folder / f"{file}.json").write_text(json.dumps(about[file]))

    def panels(job: Job) -> None:
        (job.folder / PANELS).write_bytes(b"never opened")

    def live(job: Job) -> None:
        for name in LIVE_FILES:
            (job.folder / name).write_bytes(b"{}")

    def sheets(job: Job) -> None:
        for slug in SLUGS:
            (job.folder / f"{slug}.json").write_text(
                json.dumps(
                    dict(file=slug, title=slug, caption=slug, alt=slug, width=760, height=500)
                )
            )
            for ending in STILL:
                (job.folder / f"{slug}{ending}").write_text(slug)

    stages = dict(train=train, verify=train, facts=facts, figures=picture, films=picture)
    works = {
        work.panels: panels,
        work.live: live,
        gathering.gathered: gathering.gathered,
        gathering.comparison: sheets,
    }
    tasks = [
        replace(task, work=works.get(task.work) or stages.get(task.stage, task.work))
        for task in plan(project, [NAME], site=False)
    ]
    outcomes = run(
        Graph.of(tasks, Store(project.store)), Listener(), partial(ThreadPoolExecutor, 1), 1
    )
    assert {outcome.state for outcome in outcomes} == {"ran"}


@dataclass
class Served:
    """A running `reportgen serve` on a copy of the package, so that its code can be edited too."""

    process: subprocess.Popen[bytes]
    address: str
    code: Path
    project: Path
    log: Path

    def page(self, path: str, **headers: str) -> str:
        try:
            with urlopen(Request(f"{self.address}/{path}", headers=headers), timeout=10) as answer:
                return answer.read().decode()
        except URLError:
            return ""

    def output(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def until(self, happens: Callable[[], bool]) -> None:
        """Wait for something; fail with all that was said if it does not come."""
        end = time.monotonic() + 40
        while not happens():
            assert self.process.poll() is None, self.output()
            assert time.monotonic() < end, self.output()
            time.sleep(0.1)

    def processes(self) -> list[int]:
        """All living processes of this test, children's children included."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if f"{MARK}={self.project}".encode() in (folder / "environ").read_bytes().split(
                    b"\0"
                ):
                    found.append(int(folder.name))
            except OSError:  # ended, or another's
                continue
        return found


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    code, root, log = tmp_path / "code", tmp_path / "project", tmp_path / "log"
    for folder in ("reportgen", "templates", "configs"):
        shutil.copytree(ROOT / folder, code / folder)
    shutil.copytree(ROOT / "docs", root / "docs", ignore=shutil.ignore_patterns("rules"))
    (root / "mkdocs.yml").write_text(
        "site_name: test\ntheme: mkdocs\nplugins: []\nmarkdown_extensions: [attr_list, footnotes,"
        " md_in_html, tables]\n"
    )
    stock(Project(root))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable,
        "-P",
        "-c",
        COMMAND,
        "--project",
        str(root),
        "serve",
        "--port",
        str(port),
    ]
    with log.open("wb") as said:
        process = subprocess.Popen(
            command,
            env=os.environ | {"PYTHONPATH": str(code), MARK: str(root)},
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    found = Served(process, f"http://127.0.0.1:{port}", code, root, log)
    yield found
    for pid in found.processes():
        os.kill(pid, signal.SIGKILL)
    process.wait()


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


linux = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs /proc")


@linux
def test_an_edit_is_on_the_page_and_an_error_in_its_place(served: Served) -> None:
    """A mistake in words, its mending together with an edit of code, a mistake in code, and the
    end: three edits, three rebuilds.
    """
    appendix, ledger = f"rules/{NAME}/appendix/", f"rules/{NAME}/ledger/"
    written = served.project / "docs/rules" / NAME / "appendix.md"
    template, module = (
        served.code / "templates/shared/appendix.md.j2",
        served.code / "reportgen/pages/environment.py",
    )
    served.until(lambda: "nothing to rebuild" in served.output())
    assert "Wholly new words." not in served.page(appendix)
    assert "livereload(" in served.page(appendix)
    film = f"rules/{NAME}/films/output-dynamics.mp4"
    assert served.page(film, Range="bytes=0-5") == "output"
    assert served.page(appendix, Host="example.com") == served.page("gone.mp4") == ""

    text = template.read_text(encoding="utf-8")
    template.write_text(f"{text}\nWholly new words in 17 rows.\n", encoding="utf-8")
    served.until(lambda: LOST in served.page(appendix) and LOST in served.page(ledger))
    assert "typed numeral &#x27;17&#x27;" in served.page(appendix)
    assert "appendix.md.j2:" in served.page(appendix)
    assert "Wholly new words" not in served.page(appendix)
    assert f"failed {NAME}/pages: {template}:" in served.output()
    assert LOST not in served.page("how-it-works/")

    edit(template, "Wholly new words in 17 rows.", "Wholly new words.")
    edit(module, '.strip() + "\\n"', '.strip() + "\\n\\nBy edited code.\\n"')
    served.until(
        lambda: "By edited code." in served.page(appendix) and LOST not in served.page(ledger)
    )
    assert "Wholly new words." in served.page(appendix)
    good = written.read_text(encoding="utf-8")

    edit(module, "def tidy(", "def tidy((")
    served.until(lambda: LOST in served.page(appendix))
    assert "SyntaxError" in served.page(appendix)
    assert "reportgen/pages/environment.py" in served.page(appendix)
    assert LOST in written.read_text(encoding="utf-8")

    served.until(lambda: served.output() == (time.sleep(1) or served.output()))  # the last look
    said = served.output()
    time.sleep(2)
    assert served.output() == said, "it went on without an edit"
    assert len(re.findall("ha(s|ve) changed", said)) == 3
    assert (
        3 <= said.count("Reloading browsers") <= 6
    )  # pages and their list may be seen at two looks

    os.killpg(served.process.pid, signal.SIGINT)
    assert served.process.wait(20) == 0
    assert served.output().endswith("ended\n")
    assert "Traceback" not in served.output()
    assert served.processes() == []
    assert written.read_text(encoding="utf-8") == good


@linux
def test_an_end_in_the_middle_of_a_rebuild_leaves_nothing(served: Served) -> None:
    """Ended while a training runs in a process of its process: none of them is left, and a build
    can begin.
    """
    served.until(lambda: "nothing to rebuild" in served.output())
    assert served.processes() == [served.process.pid]
    edit(served.code / "configs" / f"{NAME}.yaml", "lr: 1.0e-3", "lr: 2.0e-3")
    served.until(lambda: len(served.processes()) >= 3)  # this one, the rebuild, its process
    served.process.send_signal(signal.SIGTERM)
    assert served.process.wait(20) == 0
    assert served.processes() == []
    with Store(served.project / ".reportgen").locked():
        assert LOST not in (served.project / "docs/rules" / NAME / "index.md").read_text(
            encoding="utf-8"
        )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "mkdocs.yml").write_text("site_name: test\n")
    (tmp_path / "docs").mkdir()
    return tmp_path


def pretend(root: Path) -> Path:
    """A page, as if a report were built."""
    page = root / "docs/rules" / NAME / "index.md"
    page.parent.mkdir(parents=True)
    page.write_text('---\ntitle: "A < B"\n---\n\n# A &lt; B\n\nWords.\n', encoding="utf-8")
    return page


def test_nothing_is_built(project: Path) -> None:
    result = invoke(project)
    known = ", ".join(Project(project).configs())
    assert (result.exit_code, result.stderr) == (
        2,
        (
            "nothing is built yet: `reportgen build --rule NAME` builds a report, then `reportgen"
            f" serve` shows it; there are {known}\n"
        ),
    )
    result = invoke(project, "--rule", NAME)
    assert (result.exit_code, result.stderr) == (
        2,
        (
            f"{NAME} is not built yet: `reportgen build --rule {NAME}` builds it, then `reportgen"
            f" serve --rule {NAME}` keeps it up to date\n"
        ),
    )
    assert invoke(project, "--rule", "plus_last_evne").stderr.startswith(
        "no configuration is called 'plus_last_evne' (did you mean"
    )


def test_the_address_is_taken_or_none(project: Path) -> None:
    pretend(project)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        result = invoke(project, "--port", str(port))
    assert (result.exit_code, result.stderr) == (
        2,
        (
            f"port {port} of 127.0.0.1 is taken, perhaps by another `reportgen serve`; end that, or"
            f" take another: `reportgen serve --port {port % 65_535 + 1}`\n"
        ),
    )
    result = invoke(project, "--host", "no.such.example")
    assert (result.exit_code, result.stderr) == (
        2,
        (
            "--host no.such.example: no address has this name; 127.0.0.1 is seen by this machine"
            " alone, 0.0.0.0 by every network it is on\n"
        ),
    )
    result = invoke(project, "--host", "192.0.2.1")
    assert (result.exit_code, result.stderr) == (
        2,
        (
            "cannot serve at port 8000 of 192.0.2.1: Cannot assign requested address; take another"
            " with --port and --host\n"
        ),
    )


def test_who_lets_others_in_is_told(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Said before anything is served; this machine alone needs no warning."""
    pretend(project)
    module = import_module("reportgen.cli.serve")  # the command has the same name
    monkeypatch.setattr(module.Watcher, "start", lambda watcher: None)
    monkeypatch.setattr(module.Watcher, "end", lambda watcher: None)
    monkeypatch.setattr(module, "_listen", lambda project, where: None)
    monkeypatch.setattr(module.signal, "signal", lambda number, handler: None)
    warning = "--host 0.0.0.0: whoever reaches this machine over a network can read these pages\n"
    assert invoke(project, "--host", "0.0.0.0", "--port", "8123").output == f"{warning}ended\n"
    for host in ("127.0.0.1", "localhost", "127.0.0.2"):
        assert invoke(project, "--host", host, "--port", "8123").output == "ended\n"


def test_a_notice_is_only_text(project: Path) -> None:
    """Nothing in a message becomes markup, no empty line ends the block, and the page keeps its
    title.
    """
    from markdown import Markdown

    text = notice_of(
        '---\ntitle: "A < B"\n---\n\n# A &lt; B\n\nWords.\n',
        NAME,
        "x.j2:3: {{ a }}\n\n</code></pre></div><script>alert(1)</script>\n# no *heading* `here`"
        " [l](u)",
    )
    assert text.startswith('---\ntitle: "A < B"\n---\n\n# A &lt; B\n\n<div')
    page = Markdown(extensions=["md_in_html", "attr_list", "tables", "footnotes"]).convert(
        text.split("---\n", 2)[2]
    )
    assert "<script" not in page
    assert page.count("<h1") == 1
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&#10;# no *heading* `here` [l](u)" in page
    assert page.rstrip().endswith("shows where the error arose.</p>\n</div>")


def test_a_notice_goes_as_it_came(project: Path) -> None:
    """The page that was there comes back at the end, unless somebody else wrote it meanwhile;
    checkpoints and other reports keep theirs.
    """
    page = pretend(project)
    early = page.parent / "steps/100/index.md"
    early.parent.mkdir(parents=True)
    early.write_text("early", encoding="utf-8")
    text = page.read_text(encoding="utf-8")
    notices = Notices(Project(project))
    notices.show({NAME: "one"})
    notices.show({NAME: "two", "_site": "three"})
    assert ">two</code>" in page.read_text(encoding="utf-8")
    assert ">one</code>" not in page.read_text(encoding="utf-8")
    assert early.read_text(encoding="utf-8") == "early"
    listed = project / "docs/rules/index.md"
    assert "three" in listed.read_text(encoding="utf-8")
    notices.withdraw()
    assert page.read_text(encoding="utf-8") == text
    assert not listed.exists()
    notices.show({NAME: "one"})
    page.write_text("built", encoding="utf-8")
    notices.withdraw()
    assert page.read_text(encoding="utf-8") == "built"


def test_what_is_watched(project: Path) -> None:
    """Templates, outlines, configurations, figures: the project's own and the package's; never what
    a build writes, nor what an editor lays beside.
    """
    own = project / "templates"
    own.mkdir()
    pretend(project)
    for name in ("appendix.md.j2", ".appendix.md.j2.swp", "appendix.md.j2~"):
        (own / name).write_text("x", encoding="utf-8")
    seen = {str(path) for path in watched(Project(project))}
    expected = [
        own / "appendix.md.j2",
        *(
            ROOT / name
            for name in (
                "templates/shared/appendix.md.j2",
                "templates/sequence_rules/outlines/two_dimensional.yaml",
                f"configs/{NAME}.yaml",
                "reportgen/systems/sequence_rules/figures/qk_space.py",
            )
        ),
    ]
    assert not [path for path in expected if str(path) not in seen]
    assert not [path for path in seen if path.endswith(("~", ".swp", ".pyc")) or "/docs/" in path]


def test_it_starts_with_little() -> None:
    """No torch, no matplotlib, no figure: the site is there as soon as mkdocs is."""
    code = (
        "import reportgen.cli.serve, mkdocs.commands.serve, sys; print(*(m for m in ('torch',"
        " 'matplotlib', 'scipy', 'pydantic') if m in sys.modules))"
    )
    assert (
        subprocess.run(
            [sys.executable, "-c", code], check=True, capture_output=True, text=True
        ).stdout.split()
        == []
    )
