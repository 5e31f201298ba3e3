"""What of docs/ becomes a site: no link leads out of the project or has no end, and what cannot be
a page is named.
"""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from mkdocs.exceptions import Abort
from mkdocs.livereload import LiveReloadServer

from reportgen.cli import server
from reportgen.cli.address import Address
from reportgen.errors import StageError
from reportgen.pipeline import website
from reportgen.pipeline.documents import UNTOUCHED, documents
from reportgen.pipeline.worker import Job
from reportgen.project import Project

OUTSIDE = (
    ", which lies outside of the project, and a site publishes what it holds; remove it, put the "
    "files themselves there, or allow it with --allow-outside-files"
)
ENDLESS = ", a folder that it lies in itself, so that there is no end to it; remove it"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project with a page, beside a folder that is none of its business."""
    root, beside = tmp_path / "project", tmp_path / "beside"
    (root / "docs" / "assets").mkdir(parents=True)
    (root / "texts").mkdir()
    (beside / "deeper").mkdir(parents=True)
    for path in (beside / "secret.txt", beside / "deeper" / "secret.txt"):
        path.write_text("secret")
    (root / "texts" / "mine.txt").write_text("mine")
    (root / "docs" / "index.md").write_text("# Here\n")
    (root / "mkdocs.yml").write_text("site_name: x\ntheme: mkdocs\nplugins: []\n")
    return Project(root)


def built(project: Project) -> set[str]:
    """The files of the site that become of docs/."""
    folder = project.root / "job" / "products"
    folder.mkdir(parents=True, exist_ok=True)
    website.website(Job(folder, dict(project=project, named={}), {}, lambda done, total: None))
    found = {path.relative_to(project.site).as_posix() for path in project.site.rglob("*")}
    return {name for name in found if name.endswith(("secret.txt", "mine.txt", "here.md"))}


def refused(project: Project) -> str:
    """What is said of the documents, without the folder of the project; nothing is published."""
    with pytest.raises(StageError) as error:
        built(project)
    assert not project.site.exists()
    said = str(error.value)
    assert said.endswith(UNTOUCHED)
    return said.removesuffix(UNTOUCHED).replace(f"{project.root}/", "")


LINKS = [
    ("docs/assets/x.txt", "../../../beside/secret.txt", OUTSIDE),
    ("docs/x.txt", "ROOT/beside/secret.txt", OUTSIDE),
    ("docs/folder", "ROOT/beside", OUTSIDE),
    ("docs/rules", "ROOT/beside/deeper", OUTSIDE),
    ("docs/index.md", "ROOT/beside/secret.txt", OUTSIDE),
    ("docs/loop", ".", ENDLESS),
    ("docs/assets/loop", "..", ENDLESS),
    ("docs/.loop", ".", ENDLESS),
    ("docs/root", "..", ENDLESS),
    ("docs/gone", "nowhere", ", which is not there; remove it or mend it, and build again"),
    ("docs/itself", "itself", ", which is not there; remove it or mend it, and build again"),
]


@pytest.mark.parametrize(("name", "to", "words"), LINKS, ids=[name for name, _, _ in LINKS])
def test_a_link_that_may_not_be_followed_is_named(
    project: Project, name: str, to: str, words: str
) -> None:
    to = to.replace("ROOT", str(project.root.parent))
    (project.root / name).unlink(missing_ok=True)
    (project.root / name).symlink_to(to)
    assert refused(project) == f"{name}: a link to {to}{words}"


def test_links_to_one_another_have_an_end(project: Project) -> None:
    for here, there in (("a", "b"), ("b", "a")):
        (project.docs / here).mkdir()
        (project.docs / here / "on").symlink_to(f"../{there}")
    assert refused(project).splitlines() == [
        f"docs/{here}/on/on: a link to ../{here}{ENDLESS}" for here in "ab"
    ]


def test_a_link_from_elsewhere_is_named_once_it_is_reached(project: Project) -> None:
    """A folder within the project, whose own link leads out."""
    (project.docs / "texts").symlink_to("../texts")
    (project.root / "texts" / "out").symlink_to("../../beside")
    assert refused(project) == f"docs/texts/out: a link to ../../beside{OUTSIDE}"


def test_links_within_the_project_are_followed(project: Project) -> None:
    """To files and to folders; what lies behind one is a part of the site, and sets off a build."""
    (project.docs / "here.md").symlink_to("index.md")
    (project.docs / "texts").symlink_to("../texts")
    assert built(project) == {"texts/mine.txt"}
    assert (project.site / "here" / "index.html").is_file()
    assert project.docs / "texts" / "mine.txt" in documents(project)


def test_a_project_behind_a_link_holds_its_own_files(project: Project, tmp_path: Path) -> None:
    (tmp_path / "named").symlink_to(project.root)
    (project.docs / "a.txt").symlink_to(project.root / "texts" / "mine.txt")
    built(Project(tmp_path / "named"))
    assert (project.site / "a.txt").read_text() == "mine"


def test_links_that_lead_out_are_followed_when_the_command_line_says_so(project: Project) -> None:
    """A circle is one even then."""
    (project.docs / "folder").symlink_to("../../beside")
    allowed = Project(project.root, outside_files=True)
    assert built(allowed) == {"folder/secret.txt", "folder/deeper/secret.txt"}
    (project.docs / "loop").symlink_to(".")
    with pytest.raises(StageError, match="no end to it"):
        built(allowed)


def test_a_link_that_leads_out_sets_off_a_build(project: Project) -> None:
    """Otherwise it would be noticed by the next build that has another reason."""
    before = website.inputs(project, {})
    (project.docs / "folder").symlink_to("../../beside")
    assert website.inputs(project, {}).keys() - before.keys() == {"docs/folder"}


def test_what_mkdocs_leaves_out_may_lead_anywhere(project: Project) -> None:
    """What editors and systems lay beside a page; unless mkdocs.yml says what is left out."""
    (project.docs / ".mine").symlink_to("../../beside")
    (project.docs / ".#index.md").symlink_to("me@here.1234")
    assert built(project) == set()
    with (project.root / "mkdocs.yml").open("a") as file:
        file.write('exclude_docs: "!.mine"\n')
    (project.docs / ".#index.md").unlink()
    os.rename(project.site, project.root / "before")
    assert refused(project) == f"docs/.mine: a link to ../../beside{OUTSIDE}"


def test_a_theme_of_the_project_publishes_nothing_from_elsewhere(project: Project) -> None:
    (project.root / "theme").mkdir()
    (project.root / "theme" / "x.txt").symlink_to("../../beside/secret.txt")
    (project.root / "mkdocs.yml").write_text(
        "site_name: x\ntheme:\n  name: mkdocs\n  custom_dir: theme\n"
    )
    assert refused(project) == f"theme/x.txt: a link to ../../beside/secret.txt{OUTSIDE}"


PAGES: list[tuple[str, bytes, str]] = [
    ("a.md", b"# a\xff", "is not UTF-8 text (byte 3); save it as UTF-8"),
    ("a.markdown", "# a".encode("utf-16"), "is UTF-16 text; save it as UTF-8"),
    ("b/a.md", "# a".encode("utf-32"), "is UTF-32 text; save it as UTF-8"),
]


@pytest.mark.parametrize(("name", "content", "words"), PAGES)
def test_a_page_that_is_no_text_is_named(
    project: Project, name: str, content: bytes, words: str
) -> None:
    (project.docs / name).parent.mkdir(exist_ok=True)
    (project.docs / name).write_bytes(content)
    assert refused(project) == f"docs/{name}: {words}"


def test_what_is_no_file_is_named(project: Project) -> None:
    os.mkfifo(project.docs / "pipe")
    (project.docs / os.fsdecode(b"\xff.md")).write_text("# x")
    assert refused(project).splitlines() == [
        "docs/pipe: a pipe, not a file; remove it, and build again",
        "docs/'\\udcff.md': a name that is not UTF-8; give the file another one",
    ]


@pytest.mark.parametrize(
    ("files", "words"),
    [
        (
            {"docs/a.md": "---\ntemplate: [1]\n---\n"},
            "docs/a.md: TypeError: unhashable type: 'list'",
        ),
        ({"h.py": "\n1 / 0\n"}, "h.py:2: ZeroDivisionError: division by zero"),
        (
            {"h.py": "def on_page_markdown(text, **more):\n    return text[0:'a']\n"},
            "h.py:2: TypeError: slice indices must be integers or None or have an __index__ method",
        ),
        ({"docs/a.md": "---\na: &a [*a]\n---\n"}, None),
        ({"docs/a.md": "---\ntitle: [\n---\n# a\n", "docs/x.md/y.md": "# y\n"}, None),
    ],
    ids=["template", "hook", "hook of a page", "circle", "front matter, folder"],
)
def test_what_mkdocs_does_not_expect_is_one_line(
    project: Project, files: dict[str, str], words: str | None
) -> None:
    """With a place in the project where there is one, and without the lines of mkdocs itself."""
    for name, text in files.items():
        (project.root / name).parent.mkdir(exist_ok=True)
        (project.root / name).write_text(text)
    if "h.py" in files:
        with (project.root / "mkdocs.yml").open("a") as file:
            file.write("hooks: [h.py]\n")
    if words is None:
        assert built(project) == set()
    else:
        assert refused(project) == f"mkdocs build --strict: {words}"


# serve


def test_serving_refuses_the_same(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """At its beginning, and where a link is laid while it runs; the sentence is all that is
    said.
    """
    link, said = project.docs / "x.txt", list[str]()

    class Rebuilding(LiveReloadServer):
        builder: Callable[[], None]

        def serve(self, *, open_in_browser: bool = False) -> None:
            link.symlink_to("../../beside/secret.txt")
            try:
                self.builder()
            except Abort as error:
                said.append(str(error))

        def shutdown(self, wait: bool = False) -> None:
            self.server_close()

    monkeypatch.setattr(server, "LiveReloadServer", Rebuilding)
    where = Address("127.0.0.1", "127.0.0.1", 8000)
    server.serve_docs(project, where)
    assert said == [f"{link}: a link to ../../beside/secret.txt{OUTSIDE}{UNTOUCHED}"]
    with pytest.raises(StageError, match="outside of the project"):
        server.serve_docs(project, where)


NOWHERE = {
    "[there](gone.md)": "contains a link 'gone.md', but the target is not found",
    "[there](#gone)": "contains a link '#gone', but there is no such anchor on this page",
    "![there](gone.png)": "contains a link 'gone.png', but the target is not found",
}


@pytest.mark.parametrize("link", NOWHERE)
def test_a_link_that_leads_nowhere_ends_the_build(project: Project, link: str) -> None:
    """The site that was there stays."""
    built(project)
    (project.root / "mkdocs.yml").write_text(
        "site_name: x\ntheme: mkdocs\nplugins: []\nvalidation: {links: {anchors: warn}}\n"
    )
    (project.docs / "index.md").write_text(f"# There\n\n{link}\n")
    with pytest.raises(StageError) as error:
        built(project)
    said = str(error.value)
    assert NOWHERE[link] in said
    assert "INFO" not in said
    assert said.removesuffix(UNTOUCHED).endswith("Aborted with 1 warnings in strict mode!")
    assert "There" not in (project.site / "index.html").read_text()
