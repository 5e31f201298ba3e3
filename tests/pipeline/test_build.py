"""The task graph: what runs, what is reused, what fails, and what lies in the store afterwards."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

import fakework
import pytest
from buildwork import Listener, alive, until
from places import ROOT, TESTS

from reportgen.errors import ProjectError
from reportgen.pipeline import build, sources
from reportgen.pipeline.graph import Graph
from reportgen.pipeline.running import dry_run, run
from reportgen.pipeline.sources import Sources
from reportgen.pipeline.store import MANIFEST, Store, digest_of, key_of
from reportgen.pipeline.task import Outcome, Task
from reportgen.pipeline.worker import Order, perform
from reportgen.project import Project
from reportgen.rules.written import Written
from reportgen.system import systems


@dataclass
class Bench:
    """A store in a temporary folder, a log of what ran, and tasks by name."""

    folder: Path
    tasks: dict[str, Task] = field(default_factory=dict)

    def add(
        self, word: str, *, stage: str = "figures", work: Callable = fakework.say, **options
    ) -> None:
        self.tasks[word] = Task(
            f"r/{word}", stage, work, dict(word=word, log=str(self.folder / "log")), **options
        )

    def change(self, word: str, **inputs: str) -> None:
        """Other inputs, and so another product."""
        task = self.tasks[word]
        self.tasks[word] = replace(
            task, inputs=inputs, arguments={**task.arguments, "text": str(inputs)}
        )

    @property
    def store(self) -> Store:
        return Store(self.folder / "store")

    def graph(self, force: tuple[str, ...] = ()) -> Graph:
        return Graph.of(self.tasks.values(), self.store, force)

    def run(self, *, force: tuple[str, ...] = ()) -> dict[str, Outcome]:
        (self.folder / "log").unlink(missing_ok=True)
        return {
            o.task.name.removeprefix("r/"): o
            for o in run(self.graph(force), Listener(), lambda: ThreadPoolExecutor(1), 1)
        }

    @property
    def ran(self) -> list[str]:
        log = self.folder / "log"
        return log.read_text().split() if log.exists() else []


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """train -> facts, two figures, one film -> pages."""
    bench = Bench(tmp_path)
    bench.add("train", stage="train", inputs={"training.lr": "0.001"})
    bench.add("facts", stage="facts", needs=("r/train",), inputs={"source facts.py": "a"})
    bench.add("one", needs=("r/train",), inputs={"source one.py": "a"})
    bench.add("two", needs=("r/train",), inputs={"source two.py": "a"})
    bench.add("film", stage="films", needs=("r/train",), weight=60.0)
    bench.add(
        "pages",
        stage="pages",
        needs=("r/facts",),
        wants=("r/one", "r/two", "r/film"),
        inputs={"templates/x.md.j2": "a"},
    )
    return bench


def states(outcomes: dict[str, Outcome]) -> dict[str, str]:
    return {name: outcome.state for name, outcome in outcomes.items()}


def test_everything_runs_once_longest_first(bench: Bench) -> None:
    """A first build runs every task after what it needs, films before figures; a second one runs
    nothing and starts no process.
    """
    assert set(states(bench.run()).values()) == {"ran"}
    assert bench.ran[:2] == ["train", "film"]
    assert bench.ran[-1] == "pages"
    never = lambda: pytest.fail("an unchanged build starts no process")
    graph = bench.graph()
    outcomes = run(graph, Listener(), never, 2)
    assert {o.state for o in outcomes} == {"reused"}
    assert "urgency" not in vars(graph)  # which reads the record of every task


def test_each_task_is_looked_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many others there are, before and after it."""
    bench, looked = Bench(tmp_path), list[str]()
    for i in range(30):
        bench.add(f"{i}", needs=(f"r/{i - 1}",) if i % 3 else ())
    settle = Graph.settle
    monkeypatch.setattr(Graph, "settle", lambda g, t: (looked.append(t.name), settle(g, t))[1])
    for _ in "ab":
        bench.run()
        assert sorted(looked) == sorted(bench.graph().tasks)
        looked.clear()


def test_trainings_go_first_then_one_report_after_the_other() -> None:
    """By what still lies behind each: the training before the longest way begins first, though
    another is longer; then the report with most work is done to its end.
    """
    task = lambda name, stage, weight, *needs: Task(
        name, stage, fakework.say, weight=weight, needs=needs
    )
    tasks = [
        task("a/train", "train", 10),
        task("a/figure", "figures", 3, "a/train"),
        task("a/other", "figures", 2, "a/train"),
        task("b/train", "train", 8),
        task("b/film", "films", 60, "b/train"),
        task("b/figure", "figures", 1, "b/train"),
        task("_site/site", "site", 1, "a/figure", "a/other", "b/film", "b/figure"),
    ]
    graph = Graph.of(reversed(tasks), Store(Path("nowhere")))
    assert sorted(graph.tasks, key=lambda name: graph.urgency[name]) == [
        "b/train",
        "a/train",
        "b/film",
        "b/figure",
        "a/figure",
        "a/other",
        "_site/site",
    ]


@pytest.mark.parametrize(
    ("changed", "runs"),
    [
        ("pages", ["pages"]),
        ("one", ["one", "pages"]),
        ("facts", ["facts", "pages"]),
        ("train", ["facts", "film", "one", "pages", "train", "two"]),
    ],
)
def test_a_change_runs_what_depends_on_it(bench: Bench, changed: str, runs: list[str]) -> None:
    """Editing a sentence draws nothing; editing one figure draws that figure; another learning rate
    does it all.
    """
    bench.run()
    bench.change(changed, source="b")
    outcomes = bench.run()
    assert sorted(bench.ran) == runs
    assert all(outcomes[name].state == "reused" for name in outcomes if name not in runs)


def test_equal_products_stop_a_change(bench: Bench) -> None:
    """What depends on a product does not run again when another source made the very same
    product.
    """
    bench.add("train", stage="train", work=fakework.constant, inputs={"source train.py": "a"})
    bench.run()
    bench.change("train", **{"source train.py": "b"})
    bench.run()
    assert bench.ran == ["train"]


def test_going_back_reuses_the_older_product(bench: Bench) -> None:
    """lr 1, 2, 1 trains twice: products are kept by what they were made of."""
    for lr, runs in (("1", True), ("2", True), ("1", False)):
        bench.change("train", **{"training.lr": lr})
        bench.run()
        assert ("train" in bench.ran) == runs


@pytest.mark.parametrize("work", [fakework.mistake, fakework.bug])
def test_a_failure_stops_only_what_needs_it(bench: Bench, work: Callable) -> None:
    """One figure fails: the pages are written without it, nothing of it is stored, and the next
    build tries it again.
    """
    bench.add("one", work=work, needs=("r/train",))
    outcomes = bench.run()
    assert states(outcomes) == dict(
        train="ran", facts="ran", one="failed", two="ran", film="ran", pages="ran"
    )
    assert not bench.store.folder("r/one").exists()
    assert not list((bench.store.root / "_scratch").iterdir())
    bench.add("one", needs=("r/train",))
    assert [name for name, o in bench.run().items() if o.state == "ran"] == ["one", "pages"]


def test_what_a_failure_says(bench: Bench) -> None:
    """Our own errors speak for themselves; a bug says where it is, and the traceback waits for
    --debug.
    """
    bench.add("one", work=fakework.mistake)
    bench.add("two", work=fakework.bug)
    outcomes = bench.run()
    line = fakework.bug.__code__.co_firstlineno + 3
    assert outcomes["one"].why == "the loss became nan at step 3 (seed 1, training.lr 9.0)"
    assert (
        outcomes["two"].why
        == f"ZeroDivisionError: division by zero (fakework.py:{line}; --debug shows all of it)"
    )
    assert "Traceback" in outcomes["two"].details
    bench.add("two", work=fakework.library)
    line = fakework.library.__code__.co_firstlineno + 2
    said = f"ValueError: high <= 0 (fakework.py:{line}; --debug shows all of it)"
    assert bench.run()["two"].why == said


def test_without_a_run_there_is_nothing(bench: Bench) -> None:
    """Training fails: everything that needs it is skipped, and says so."""
    bench.add("train", stage="train", work=fakework.mistake)
    outcomes = bench.run()
    assert {name for name, o in outcomes.items() if o.state == "skipped"} == {
        "facts",
        "one",
        "two",
        "film",
        "pages",
    }
    assert outcomes["one"].why == "it needs r/train, which failed"
    bench.add("train-1", stage="train", work=fakework.mistake)
    bench.add("train", stage="train", needs=("r/train-1",))
    outcomes = bench.run()
    assert outcomes["one"].why == "it needs r/train, which needs r/train-1, which failed"
    bench.tasks["two"] = replace(bench.tasks["two"], optional=True)
    assert bench.run()["two"].why == "not asked for"


def test_force_runs_a_stage_again(bench: Bench) -> None:
    """--force figures draws the figures though nothing changed; equal pictures leave the pages
    alone.
    """
    bench.run()
    outcomes = bench.run(force=("figures",))
    assert sorted(bench.ran) == ["one", "two"]
    assert outcomes["one"].why == "forced (--force figures)"


def test_what_is_optional_is_taken_or_left(bench: Bench) -> None:
    """--only: other figures are taken where they are stored, and not drawn."""
    for name in ("two", "film"):
        bench.tasks[name] = replace(bench.tasks[name], optional=True)
    outcomes = bench.run()
    assert states(outcomes) == dict(
        train="ran", facts="ran", one="ran", two="skipped", film="skipped", pages="ran"
    )
    assert "two" not in next(bench.store.folder("r/pages").glob("*/out.txt")).read_text()


def test_reasons_name_what_changed(bench: Bench) -> None:
    """--explain: never built, then the inputs whose digest differs from the last build's."""
    assert bench.run()["one"].why == "never built"
    bench.change("one", **{"source one.py": digest_of(b"b"), "source style.py": digest_of(b"a")})
    assert bench.run()["one"].why == "because source one.py changed, source style.py is new"
    bench.add(
        "train",
        stage="train",
        inputs={"training.lr": "2"},
        work=fakework.constant,
        places={"training.lr": "configs/r.yaml"},
    )
    outcomes = bench.run()
    assert outcomes["train"].why == "because configs/r.yaml training.lr 0.001 -> 2"
    assert outcomes["facts"].why == "because result of r/train changed"


def test_a_dry_run_says_what_would_run_and_runs_nothing(bench: Bench) -> None:
    """--dry-run: after one figure's edit, that figure and the pages."""
    bench.run()
    bench.change("one", **{"source one.py": digest_of(b"b")})
    watch, before = Listener(), sorted(bench.store.root.rglob("*"))
    outcomes = {o.task.name: o for o in dry_run(bench.graph(), watch)}
    assert {name for name, o in outcomes.items() if o.state == "would run"} == {"r/one", "r/pages"}
    assert outcomes["r/one"].why == "because source one.py changed"
    assert outcomes["r/pages"].why == "because r/one runs"
    assert sorted(bench.store.root.rglob("*")) == before


def test_files_put_elsewhere_are_watched(bench: Bench) -> None:
    """A page somebody changed by hand is written again."""
    page = bench.folder / "page.md"
    page.write_text("as written")
    bench.tasks["pages"] = replace(
        bench.tasks["pages"],
        valid=lambda artefact: (
            [] if page.read_text() == "as written" else ["page.md is edited", ""]
        ),
    )
    bench.run()
    page.write_text("edited")
    outcomes = bench.run()
    assert bench.ran == ["pages"]
    assert outcomes["pages"].remarks == ("page.md is edited (and 1 more); it is made again",)
    assert outcomes["pages"].why == "because what it wrote into the project was changed or removed"


def test_a_dead_process_fails_its_task_alone(tmp_path: Path) -> None:
    """A task whose process is killed twice fails; the others, running beside it, are finished,
    once. Progress reaches the watch.
    """
    bench = Bench(tmp_path)
    bench.add("dies", work=fakework.dies, weight=9.0)
    bench.add("slow", work=fakework.slow, weight=8.0)
    for word in "abc":
        bench.add(word)
    project, watch = Project(tmp_path), Listener()
    outcomes = {
        o.task.name.removeprefix("r/"): o
        for o in build(project, list(bench.tasks.values()), watch, jobs=2)
    }
    assert states(outcomes) == dict(dies="failed", slow="ran", a="ran", b="ran", c="ran")
    assert (
        outcomes["dies"].why
        == "its process died twice (out of memory, or killed); nothing was stored: build again"
    )
    assert not Store(project.store).folder("r/dies").exists()
    assert ("r/a", 1, 1) in watch.got
    assert sorted(bench.ran) == ["a", "b", "c", "dies", "dies", "slow"]


def test_an_order_that_cannot_be_read_fails_alone(tmp_path: Path) -> None:
    """The process that cannot read it says so, and goes on with the next one; the build does not
    wait for ever.
    """
    bench = Bench(tmp_path)
    bench.add("odd", weight=9.0)
    odd = bench.tasks["odd"]
    more = dict(odd.arguments, odd=fakework.Unreadable())
    bench.tasks["odd"] = replace(odd, arguments=more)
    bench.add("a")
    outcomes = build(Project(tmp_path), list(bench.tasks.values()), Listener(), jobs=1, timeout=60)
    found = {o.task.name.removeprefix("r/"): o for o in outcomes}
    assert states(found) == dict(odd="failed", a="ran")
    assert found["odd"].why == "it could not be begun: it is not there any more"


KILLED = """
import signal
from pathlib import Path
import fakework
from reportgen.pipeline import build, sources
from reportgen.pipeline.task import Task
from reportgen.project import Project
from reportgen.system import systems
from buildwork import Listener
if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)
    root = Path({root!r})
    task = Task("r/a", "figures", fakework.patient, dict(word="a", log=str(root / "log")))
    build(Project(root), [task], Listener(), jobs=1)
"""


@pytest.mark.parametrize("way", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_a_killed_build_leaves_nothing_behind(tmp_path: Path, way: signal.Signals) -> None:
    """Killed or interrupted in the middle of a task: its processes end, the lock is free, nothing
    half counts, and the next build goes on.
    """
    (tmp_path / "killed.py").write_text(KILLED.format(root=str(tmp_path)))
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(TESTS), str(ROOT)])}
    log = tmp_path / "log"
    with subprocess.Popen(
        [sys.executable, str(tmp_path / "killed.py")], env=environment, stderr=subprocess.DEVNULL
    ) as process:
        until(lambda: log.exists() and log.read_text() != "")
        process.send_signal(way)
    worker = int(log.read_text())
    until(lambda: not alive(worker))
    tasks = [Task("r/a", "figures", fakework.say, dict(word="a", log=str(log)))]
    [outcome] = build(Project(tmp_path), tasks, Listener(), jobs=1)
    assert (outcome.state, outcome.why) == ("ran", "never built")
    assert outcome.artefact is not None
    assert list(outcome.artefact.files) == ["out.txt"]


def test_two_builds_at_once_do_not_meet(tmp_path: Path) -> None:
    """The second one is told who is building."""
    store = Store(tmp_path / ".reportgen")
    with store.locked(), pytest.raises(ProjectError) as told, Store(store.root).locked():
        pass
    assert (
        str(told.value)
        == f"{tmp_path}: another build is running here (process {os.getpid()}); wait for it, or"
        " stop it and build again"
    )


def test_what_a_killed_build_left_is_swept_up(tmp_path: Path) -> None:
    """Half-written products never count, and the next build removes them."""
    store = Store(tmp_path)
    (tmp_path / "_scratch" / "half").mkdir(parents=True)
    with store.locked():
        assert not (tmp_path / "_scratch").exists()


def test_products_enter_the_store_in_one_step(tmp_path: Path) -> None:
    """The folder that a task wrote is itself what lies in the store, manifest and all: moved, never
    copied, so that nobody meets half of it.
    """
    store = Store(tmp_path)
    with store.scratch() as scratch:
        made = scratch / "products"
        (made / "deep").mkdir(parents=True)
        (made / "deep" / "out.txt").write_text("whole")
        before = [
            (path.stat().st_dev, path.stat().st_ino)
            for path in (made, made / "deep", made / "deep" / "out.txt")
        ]
        place = store.keep(made, "r/a", "k", 1.0).folder
    assert [
        (path.stat().st_dev, path.stat().st_ino)
        for path in (place, place / "deep", place / "deep" / "out.txt")
    ] == before
    assert (place / MANIFEST).is_file()


def test_what_was_stored_before_a_process_died_is_not_made_again(bench: Bench) -> None:
    """The second time that a task is handed out it finds what the first one stored; --force is not
    satisfied with that.
    """
    order = Order(
        fakework.say, "r/a", "k", dict(word="a", log=str(bench.folder / "log")), {}, bench.store
    )
    first, second = perform(order), perform(order)
    assert first.artefact is not None
    assert second.artefact is not None
    assert (first.artefact.digest, bench.ran) == (second.artefact.digest, ["a"])
    perform(replace(order, anew=True))
    assert bench.ran == ["a", "a"]


def test_two_tasks_of_one_name_are_a_mistake() -> None:
    """One of them would be lost without a word."""
    task = lambda: Task("r/a", "figures", fakework.say)
    with pytest.raises(ValueError, match="^two tasks are called r/a$"):
        Graph.of([task(), task()], Store(Path("nowhere")))


def test_keys_tell_every_input_apart() -> None:
    """A key changes with any name or value, and not with their order."""
    assert key_of({"a": "1", "b": "2"}) == key_of({"b": "2", "a": "1"})
    assert len({key_of(i) for i in ({"a": "1"}, {"a": "2"}, {"b": "1"}, {"a": "1", "b": ""})}) == 4


def test_sources_follow_imports(tmp_path: Path) -> None:
    """The sources of a module: itself, what it imports anywhere, the packages above; nothing that
    only lies beside it.
    """
    package = tmp_path / "mine"
    files = {
        "__init__": "",
        "a": "from mine import b",
        "b": "def f():\n    from mine.sub.c import x",
        "d": "",
        "sub/__init__": "",
        "sub/c": "import json",
    }
    for name, text in files.items():
        (package / f"{name}.py").parent.mkdir(parents=True, exist_ok=True)
        (package / f"{name}.py").write_text(text)
    names = lambda *modules: [
        name.removeprefix("source mine/")
        for name in Sources(package).of(*modules)
        if name.startswith("source ")
    ]
    assert names("mine.a") == ["__init__.py", "a.py", "b.py", "sub/__init__.py", "sub/c.py"]
    assert names("mine.sub.*") == ["__init__.py", "sub/__init__.py", "sub/c.py"]


def test_templates_are_read_once_for_all_reports(monkeypatch: pytest.MonkeyPatch) -> None:
    """By one plan; the next one reads them anew."""
    project, asked, read = Project(ROOT), list[Project](), sources.templates
    monkeypatch.setattr(sources, "templates", lambda p, s: (asked.append(p), read(p, s))[1])
    text = systems()["text"]
    for plans in (1, 2):
        code = Sources()
        assert code.templates(project, text) == code.templates(project, text)
        assert len(asked) == plans


def test_pages_depend_on_templates_of_their_system_and_of_all(tmp_path: Path) -> None:
    """Not on those of other systems, unless one that is used names their folder."""
    project, text = Project(tmp_path), systems()["text"]
    write = lambda place, words: (
        (tmp_path / "templates" / place).parent.mkdir(parents=True, exist_ok=True),
        (tmp_path / "templates" / place).write_text(words),
    )
    read = lambda: sources.templates(project, text)
    first = read()
    write("sequence_rules/own.j2", "one")
    assert read() == first
    for place in ("text/own.j2", "shared/own.j2", "own.j2", "repeats/own.j2"):
        write(place, "one")
    told = {f"templates/{place}" for place in ("text/own.j2", "shared/own.j2", "own.j2")}
    assert read().keys() == first.keys() | told
    write("text/own.j2", '{% include "repeats/own.j2" %}')
    assert "templates/repeats/own.j2" in read()
    write("repeats/own.j2", '{% include "sequence_rules/own.j2" %}')
    assert "templates/sequence_rules/own.j2" in read()


def test_what_a_rule_leads_to_is_found_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For all reports that have it; a file as it was and as it is are two."""
    file, code, led, read = tmp_path / "own.py", Sources(), list[object](), Sources._led
    monkeypatch.setattr(Sources, "_led", lambda s, m: (led.append(m), read(s, m))[1])
    before, after = (Written(file, {file: content}) for content in (b"A = 1", b"A = 2"))
    first = code.of("reportgen.errors", before)
    assert code.of("reportgen.errors", before) == first
    assert len(led) == 1
    assert code.of("reportgen.errors", after) != first


def test_manifests_are_plain(bench: Bench) -> None:
    """What lies in the store can be read without reportgen."""
    bench.run()
    [path] = bench.store.folder("r/one").glob(f"*/{MANIFEST}")
    manifest = json.loads(path.read_text())
    assert manifest["key"] == path.parent.name
    assert list(manifest["files"]) == ["out.txt"]
