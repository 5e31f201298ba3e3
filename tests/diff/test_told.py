"""How a comparison is told: in a terminal, as JSON, as a comment, and as a page; and what its two
sides may be called.
"""

import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from diffwork import build, drawn, toy, write

from reportgen.cli import main
from reportgen.diff.built import at
from reportgen.diff.changes import Comparison, together
from reportgen.diff.markdown import LONGEST, markdown
from reportgen.diff.sections import headline

EVIL = "<img src=x onerror=alert(1)> | [a](http://b) @somebody `x` *y* www.z.org"


@pytest.fixture
def projects(tmp_path: Path) -> tuple[Path, Path]:
    """Two projects with the same report."""
    old, new = tmp_path / "old", tmp_path / "new"
    build(old)
    build(new)
    return old, new


def diff(*arguments: str | Path) -> Result:
    result = CliRunner().invoke(main, ["diff", *map(str, arguments)])
    assert "Traceback" not in result.output
    return result


def moved(projects: tuple[Path, Path], **more: Any) -> Comparison:
    old, new = projects
    build(new, toy(0.6, "fails", **more), digit=9)
    sides = [[at(each / "docs" / "rules" / "toy", each.name)] for each in (old, new)]
    return together(*sides, ("old", "new"))


def test_exit_codes_say_what_moved(projects: tuple[Path, Path]) -> None:
    old, new = projects
    assert diff(old, new).exit_code == 0
    build(new, toy(0.6))
    assert diff(old, new).exit_code == 1
    build(new, toy(0.6, "undecided"))
    assert diff(old, new).exit_code == 3
    assert diff(old, new / "nowhere").exit_code == 2


def test_prose_alone_says_so(projects: tuple[Path, Path]) -> None:
    old, new = projects
    page = new / "docs" / "rules" / "toy" / "index.md"
    page.write_text(page.read_text("utf-8").replace("a toy.", "no toy."), encoding="utf-8")
    told = diff(old, new)
    assert told.exit_code == 1
    assert told.output.endswith(
        "toy: prose alone: 1 place changed its words, and nothing that was measured or drawn"
        " moved\n"
    )


def test_reports_that_came_and_went_are_told(projects: tuple[Path, Path]) -> None:
    old, new = projects
    for project, name in ((old, "first"), (new, "second")):
        folder = project / "docs" / "rules" / name
        folder.mkdir()
        write(folder, toy(name=name))
    told = diff(old, new)
    assert told.exit_code == 1
    assert told.output == "toy: nothing moved\nnew: second; gone: first\n"
    assert diff(old / "docs" / "rules" / "toy", new).exit_code == 0
    said = diff(old, new / "docs" / "rules" / "second")
    assert said.stderr == f"{old}: it holds no report 'second'; it holds: first, toy\n"


def test_two_reports_are_compared_if_they_are_of_one_system(projects: tuple[Path, Path]) -> None:
    old, new = projects
    folders = [each / "docs" / "rules" / "toy" for each in projects]
    write(folders[1], toy(0.6, name="other", step=20))
    told = diff(*folders)
    assert "  these are two reports: toy and other\n" in told.output
    assert "  the old one is of step 10, the new one of step 20\n" in told.output
    write(folders[1], toy(rule=dict(system="texts")))
    assert diff(*folders).stderr == (
        f"{folders[0]} is a report of the system toys, and {folders[1]} of texts: they have no"
        " facts in common; compare reports of one system\n"
    )


def test_what_a_side_may_be_called_is_told(projects: tuple[Path, Path], tmp_path: Path) -> None:
    old, new = projects
    allowed = (
        "allowed: a report's name, NAME@STEP, NAME#SEED, the folder of a built report or of a"
        " project, accepted, accepted:NAME, git:REVISION or git:REVISION:NAME\n"
    )
    nowhere, empty, bare = (tmp_path / name for name in ("nowhere", "empty", "bare"))
    assert diff(nowhere, new).stderr == f"{nowhere}: there is no such build; {allowed}"
    empty.mkdir()
    assert diff(empty, new).stderr == (
        f"{empty}: neither a built report (with a facts.json) nor a project lies there; {allowed}"
    )
    bare.mkdir()
    (bare / "mkdocs.yml").write_text("site_name: test\n", encoding="utf-8")
    assert diff(bare, new).stderr == (
        f"{bare}: nothing is built there; `reportgen --project {bare} build --own` builds its"
        " reports\n"
    )
    folder = old / "docs" / "rules" / "toy"
    assert diff(f"{folder}#7", new).stderr == (
        f"{folder}#7: there is no seed 7; toy has the seeds 0, 1\n"
    )


def test_folders_are_sides_by_their_short_names(
    projects: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """From where they lie, also where they could be names of reports."""
    old, new = projects
    monkeypatch.chdir(old.parent)
    build(new, toy(0.6))
    assert diff("old", "new").exit_code == 1
    monkeypatch.chdir(new)
    assert diff("../old/docs/rules/toy", "toy").exit_code == 1
    assert diff("toy", "toy").exit_code == 0
    assert CliRunner().invoke(main, ["accept"]).exit_code == 0
    for kept in ("accepted", "configs/accepted", "configs/accepted/toy"):
        assert diff(kept, "toy").exit_code == 0, kept
    monkeypatch.chdir(new / "configs")
    assert diff("accepted", "../../old").exit_code == 1


def test_checkpoints_and_seeds_are_sides(projects: tuple[Path, Path]) -> None:
    folder = projects[0] / "docs" / "rules" / "toy"
    step = folder / "steps" / "5"
    step.mkdir(parents=True)
    write(step, toy(0.9, step=5, rule=dict(system="toys")))
    told = diff(f"{folder}@5", folder)
    assert told.exit_code == 1
    assert "toy: 1 fact moved\n" in told.output
    assert f"  figures were not compared: {folder}@5 has none\n" in told.output
    seeds = diff(f"{folder}#0", f"{folder}#1")
    assert seeds.exit_code == 3
    assert "toy: 1 verdict changed, 1 fact moved\n" in seeds.output


def test_a_site_is_compared_as_its_pages_are(projects: tuple[Path, Path], tmp_path: Path) -> None:
    """A folder of HTML, as it lies in a built site or in its download."""
    folders = [tmp_path / "sites" / name for name in ("old", "new")]
    for folder, words in zip(folders, ("It is a toy.", "It is no toy.")):
        folder.mkdir(parents=True)
        write(folder, toy())
        claim = '<div class="rg-claim" id="claim-errs"><p>It errs.</p></div>'
        body = f"<nav>Menu</nav><article><h1>Toy</h1><p>{words}</p>{claim}</article>"
        (folder / "index.html").write_text(f"<html><body>{body}</body></html>", encoding="utf-8")
    told = json.loads(diff(*folders, "--json").output)
    assert told["reports"][0]["pages"]["said"] == [
        dict(page="index.html", old="It is a toy.", new="It is no toy.")
    ]
    mixed = diff(projects[0] / "docs" / "rules" / "toy", folders[0], "--json")
    assert "pages were not compared: one side is Markdown, the other a site" in mixed.output


def test_json_has_all_of_it(projects: tuple[Path, Path]) -> None:
    old, new = projects
    build(new, toy(0.6, "fails"), digit=9)
    told = json.loads(diff(old, new, "--json").output)
    assert (told["format"], told["status"]) == (1, 3)
    (report,) = told["reports"]
    assert report["summary"] == "1 verdict changed, 1 fact moved, 1 figure moved"
    assert report["facts"]["moved"][0] == dict(
        id="error",
        label="Wrong answers",
        part="",
        old="0.50 (0.48 to 0.52)",
        new="0.60 (0.58 to 0.62)",
        how="beyond both intervals and its tolerance of 0.01",
    )


def test_a_comment_is_never_too_long(projects: tuple[Path, Path]) -> None:
    """What was left out is counted."""
    facts = {f"fact_{i:04}": toy(0.6)["facts"]["error"] for i in range(900)}
    olds = {name: toy(0.5)["facts"]["error"] for name in facts}
    build(projects[0], toy(facts=olds))
    told = markdown(moved(projects, facts=facts))
    assert LONGEST - 1000 < len(told) < LONGEST
    rows = len(re.findall(r"(?m)^\| Wrong", told))
    left = int(re.search(r"\*\*([\d,]+) more rows are left out here", told)[1].replace(",", ""))
    assert rows + left == 2 * len(facts) + 1  # each with its case, and a figure
    assert told.endswith("` writes all of them, pictures included.**\n")
    assert "### toy" in told
    assert "| holds | fails |" in told  # the gravest come first


def test_words_in_a_comment_do_nothing_but_be_read(projects: tuple[Path, Path]) -> None:
    claims = dict(errs=toy()["claims"]["errs"] | dict(statement=EVIL, verdict="fails"))
    build(projects[0], toy(claims=dict(errs=claims["errs"] | dict(verdict="holds"))))
    told = markdown(moved(projects, claims=claims))
    (row,) = (line for line in told.splitlines() if "alert" in line)
    assert row.count("|") == 6
    plain = re.sub(r"&#\d+;", "", row)
    assert not [sign for sign in ("<", "@", "`", "*", "[", "://", "www.") if sign in plain]


class Tags(HTMLParser):
    """What a page has in it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_a_page_needs_nothing_besides(projects: tuple[Path, Path], tmp_path: Path) -> None:
    """No script, nothing from elsewhere; words of reports stay words; three pictures of what
    moved, and none of what did not.
    """
    old, new = projects
    for project in projects:
        drawn().save(project / "docs" / "rules" / "toy" / "figures" / "same.png")
    claims = dict(errs=toy()["claims"]["errs"] | dict(statement=EVIL, verdict="fails"))
    build(new, toy(0.6, claims=claims), digit=9)
    page = tmp_path / "moved.html"
    told = diff(old, new, "--html", page)
    assert told.stderr == f"{page}: what differs, as a page\n"
    tags = Tags()
    text = page.read_text(encoding="utf-8")
    tags.feed(text)
    names = {name for name, _ in tags.found}
    assert not names & {"script", "link", "iframe"}
    pictures = [attrs for name, attrs in tags.found if name == "img"]
    assert [each["alt"] for each in pictures] == ["plot, old", "plot, new", "plot, difference"]
    assert all((each["src"] or "").startswith("data:image/png;base64,") for each in pictures)
    assert "same" not in text.replace("the same", "")
    assert "prefers-color-scheme: dark" in text


def test_a_page_that_cannot_be_written_is_told(projects: tuple[Path, Path]) -> None:
    old, new = projects
    page = old / "nowhere" / "moved.html"
    assert diff(old, new, "--html", page).stderr == (
        f"{page}: cannot be written: No such file or directory; name another file\n"
    )


def test_a_headline_says_which_reports(projects: tuple[Path, Path]) -> None:
    assert headline(moved(projects)) == "1 of 1 reports moved: toy"
    assert headline(Comparison("old", "new", (), ("a",), ("b",))) == "new: a; gone: b"


def test_nothing_heavy_is_loaded(projects: tuple[Path, Path]) -> None:
    """Comparing reads files: neither torch nor what draws is there, pictures included."""
    old, new = projects
    build(new, toy(0.6, "fails"), digit=9)
    code = (
        "import sys\nfrom click.testing import CliRunner\nfrom reportgen.cli import main\n"
        f"done = CliRunner().invoke(main, ['diff', {str(old)!r}, {str(new)!r}, '--html',"
        f" {str(new / 'moved.html')!r}])\n"
        "heavy = ('torch', 'matplotlib', 'scipy', 'jinja2', 'mkdocs')\n"
        "print(done.exit_code, *(name for name in heavy if name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "3\n"
