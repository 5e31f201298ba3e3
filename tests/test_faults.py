"""A sample of the faults of `make faults` is survived, the suite sees what it is there to see, and
the page says what was tried.
"""

import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from faults import damage, page, results
from faults.__main__ import PAGE, all_faults, attempt, count, sampled
from faults.compare import contents, differences
from faults.lab import Fault, Lab
from faults.moment import DIES, Moment
from faults.results import Results, Row
from faults.trial import Done, Lost, NotTried, Trial
from places import ROOT, TESTS

SEED = int(os.environ.get("FAULTS_SEED", "0"))  # another sample
SAMPLE = 8


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    return Lab.open(tmp_path_factory.mktemp("faults"))


def test_a_sample_is_survived(lab: Lab) -> None:
    """A few faults of as many kinds, by the same code that tries all of them."""
    chosen = sampled(all_faults(lab), SAMPLE, SEED)
    found = {f"{f.kind}, {f.what}, {f.where}": attempt(f, lab, SEED) for f in chosen}
    assert len({(f.kind, f.what) for f in chosen}) == SAMPLE
    assert not {where: str(error) for where, error in found.items() if isinstance(error, Lost)}


def test_every_kind_of_file_is_damaged(lab: Lab) -> None:
    """The kinds are those of the built tree: none of its files is left out, and none is taken
    twice.
    """
    listed = [name for names in damage.kinds(lab).values() for name in names]
    built = [n for n in lab.clean if (lab.folder / "built" / n).is_file()]
    assert {*built, ".reportgen/lock"} <= {*listed}
    assert len(listed) == len({*listed})
    assert {kind.split("/")[0] for kind in damage.kinds(lab)} == set(damage.PLACES)


def test_the_page_says_what_was_tried(lab: Lab) -> None:
    """The committed page is made from the committed results, and those have every line that is
    tried.
    """
    found = results.load()
    assert PAGE.read_text(encoding="utf-8") == page.rendered(found), (
        "write it anew: cd tests; python -m faults --redraw"
    )
    assert {(r.kind, r.what) for r in found.rows} == {(f.kind, f.what) for f in all_faults(lab)}


@pytest.fixture
def trial(tmp_path: Path) -> Trial:
    """A project of two files, of which one was built, with a build that does nothing and finds
    nothing.
    """

    class Blind(Trial):
        def run(self, *arguments: str, **more: object) -> Done:
            return Done(0, "nothing to do")

    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "index.html").write_text("right")
    return Blind(tmp_path, tmp_path, contents(tmp_path))


def write(trial: Trial) -> None:
    (trial.root / "site" / "index.html").write_text("wrong")


def link(trial: Trial) -> None:
    (trial.root / "site" / "link").symlink_to("nowhere")


def pipe(trial: Trial) -> None:
    os.mkfifo(trial.root / "site" / "pipe")


WRONG = {
    "site/index.html is another": write,
    "site/index.html is missing": lambda trial: (trial.root / "site" / "index.html").unlink(),
    "site/link is left over": link,
    "site/pipe is left over": pipe,
    "site/.index.html.12 is left over": (
        lambda trial: (trial.root / "site" / ".index.html.12").touch()
    ),
    "site/empty is left over": lambda trial: (trial.root / "site" / "empty").mkdir(),
}


@pytest.mark.parametrize("words", WRONG)
def test_what_is_not_as_in_a_clean_build_is_seen(trial: Trial, words: str) -> None:
    """A build that leaves a fault as it is has not survived it."""
    trial.heals()
    WRONG[words](trial)
    with pytest.raises(Lost, match=f"^{words}$"):
        trial.heals()


def test_what_a_build_says_is_seen(trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    """A traceback, a failing build, and one that always finds something to do."""
    for said, code, words in (
        ("Traceback (most recent call last):", 0, "a traceback"),
        ("no", 1, "the next build ends with 1: no"),
        ("site _site/site: ran (0.5 s), forced", 0, "a build with nothing to do runs _site/site"),
    ):
        monkeypatch.setattr(trial, "run", lambda *a, said=said, code=code, **m: Done(code, said))
        with pytest.raises(Lost, match=words):
            trial.heals()


def test_a_process_that_is_left_is_seen(trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the mark in its environment, whoever its parent is."""
    monkeypatch.setattr("faults.trial.ENDED", 0.0)
    left = subprocess.Popen(["sleep", "60"], env=trial.environment())
    while not Path(f"/proc/{left.pid}/environ").read_bytes():  # a moment after it has begun
        time.sleep(0.001)
    try:
        with pytest.raises(Lost, match="processes are left: sleep 60"):
            trial.is_clean()
    finally:
        trial.root = trial.root / "nothing"
        trial.sweep()
        assert left.wait(10) < 0


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (Done(2, "no"), "ends with 2"),
        (Done(1, "something failed"), "is not named"),
        (Done(1, "facts one/facts: failed\ntrain two/train: failed"), "stops two/train"),
    ],
)
def test_damage_is_named_and_hurts_nobody_else(trial: Trial, said: Done, words: str) -> None:
    trial.run = lambda *arguments, **more: replace(said)  # type: ignore[method-assign]
    with pytest.raises(Lost, match=words):
        damage.tried(trial, ".reportgen/one/facts/0123/facts.json")


def test_a_moment_is_a_change_of_the_project(tmp_path: Path) -> None:
    """The third change of a file of the project is not made; reading, and files elsewhere, count
    for nothing.
    """
    inside = tmp_path / "project"
    inside.mkdir()
    code = f"""
from pathlib import Path
from faults import moment
moment.listen()
for name in "abcd":
    Path({str(tmp_path)!r}, name).write_text(name)
    Path({str(inside)!r}, name).write_text(name)
    Path({str(inside)!r}, name).read_text()
"""
    about = Moment(3, DIES).environment(inside, tmp_path / "tally")
    path = os.pathsep.join([str(TESTS), str(ROOT)])
    done = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | about | {"PYTHONPATH": path}, check=False
    )
    assert done.returncode == -9
    assert sorted(p.name for p in inside.iterdir()) == ["a", "b"]
    assert (tmp_path / "c").is_file()
    assert (tmp_path / "tally").read_bytes() == b"CCC"


def test_results_and_page(tmp_path: Path) -> None:
    """Rows are counted, survive their file, and what was lost or not tried is said."""

    def loses(lab: Lab, rng: Random) -> None:
        raise Lost("broken")

    def cannot(lab: Lab, rng: Random) -> None:
        raise NotTried("no such disk")

    rows = [Row("Kills", "all"), Row("Disks", "full")]
    for row, does in ((rows[0], lambda lab, rng: None), (rows[0], loses), (rows[1], cannot)):
        fault = Fault(row.kind, row.what, "here", does)
        count(row, fault, attempt(fault, None, 0))  # type: ignore[arg-type]
    found = Results.of(rows, 7, 90, 5)
    results.save(found, tmp_path / "some.json")
    assert results.load(tmp_path / "some.json") == found
    text = page.rendered(found)
    assert "seed 7, 1.5 minutes): 2 of 5 faults, of which 1 were survived." in text
    assert "| all | 2 | **1** |" in text
    assert "| full (not tried: no such disk) | 0 | 0 |" in text
    assert "## Not survived\n\n- Kills, all, here: broken\n" in text


def test_a_sample_has_one_of_each_line_first() -> None:
    faults = [Fault("k", what, str(i), lambda lab, rng: None) for what in "abc" for i in range(9)]
    first, more = sampled(faults, 3, 0), sampled(faults, 27, 0)
    assert {f.what for f in first} == set("abc")
    assert sorted(more, key=faults.index) == faults
    assert sampled(faults, 3, 1) != first


def test_equal_projects_do_not_differ() -> None:
    assert differences({"a": "1"}, {"a": "1"}) == ""
    assert differences(dict.fromkeys("abcdefgh", "1"), {}).endswith("and 2 more")
