"""An outline is the only source of numbers: what it numbers, and what it refuses."""

from pathlib import Path
from typing import Any

import pytest
from lookups import declared
from places import ROOT

from reportgen.errors import OutlineError
from reportgen.pages.outline import Entry
from reportgen.pages.outline_file import load
from reportgen.pages.templates import Templates
from reportgen.project import Project
from reportgen.system import system_called

FIGURES: dict[str, Any] = dict.fromkeys(("map", "curve", "film", "demo", "wide"))


def of(root: Path, system: str = "sequence_rules") -> Templates:
    return Templates.of(Project(root), system_called(system))


def project(tmp_path: Path, outline: str, *templates: str) -> Templates:
    (tmp_path / "templates" / "outlines").mkdir(parents=True)
    (tmp_path / "templates" / "chapters").mkdir()
    (tmp_path / "templates" / "outlines" / "own.yaml").write_text(outline, encoding="utf-8")
    for name in templates:
        (tmp_path / "templates" / "chapters" / f"{name}.md.j2").write_text("", encoding="utf-8")
    return of(tmp_path)


def told(tmp_path: Path, outline: str, *templates: str) -> str:
    with pytest.raises(OutlineError) as error:
        load(project(tmp_path, outline, *templates), "own", demonstrations=2, figures=FIGURES)
    return str(error.value).replace(
        str(tmp_path / "templates" / "outlines" / "own.yaml"), "own.yaml"
    )


@pytest.mark.parametrize("key", ["template", "overview"])
def test_a_name_that_breaks_a_line_is_quoted(tmp_path: Path, key: str) -> None:
    """A line separator of Unicode in the name of a template: the message stays on one line."""
    given = "a\u2028b.md.j2"
    chapter = f"  - {{slug: one, title: One{f', template: {given}' if key == 'template' else ''}}}"
    overview = 'overview: "a\\u2028b.md.j2"\n' if key == "overview" else ""
    outline = f"{overview}chapters:\n{chapter}\nfigures: []\n"
    words = told(tmp_path, outline, "one")
    assert r"no template 'a\u2028b.md.j2'; write it" in words
    assert len(words.splitlines()) == 1


def test_a_number_is_the_position_within_a_series(tmp_path: Path) -> None:
    """A film between two figures shifts neither; a figure for each demonstration takes as many
    numbers; what is not listed is in the appendix.
    """
    text = (
        "chapters: [{slug: one, title: One}, {slug: two, title: Two}]\nfigures:\n- {slug: map, in:"
        " one}\n- {slug: film, in: two, series: D}\n- {slug: demo, in: two, each: demonstration}\n-"
        " {slug: curve, in: one}\n"
    )
    outline = load(project(tmp_path, text, "one", "two"), "own", demonstrations=2, figures=FIGURES)
    assert outline.entries == (
        Entry("map", "01", "map", None, "one"),
        Entry("curve", "04", "curve", None, "one"),
        Entry("film", "D1", "film", None, "two"),
        Entry("demo", "02", "demo-1", 0, "two"),
        Entry("demo", "03", "demo-2", 1, "two"),
        Entry("wide", "A1", "wide", None, None),
    )
    assert [chapter.template for chapter in outline.chapters] == [
        "chapters/one.md.j2",
        "chapters/two.md.j2",
    ]
    assert outline.entry("demo-2").number == "03"


@pytest.mark.parametrize(("demonstrations", "numbers"), [(1, ["01"]), (3, ["01a", "01b", "01c"])])
def test_lettered_demonstrations_share_a_number(
    tmp_path: Path, demonstrations: int, numbers: list[str]
) -> None:
    """Which is no other figure's, however many there are."""
    text = (
        "chapters: [{slug: one, title: One}]\nfigures:\n- {slug: demo, in: one, each: lettered"
        " demonstration}\n- {slug: curve, in: one}\n"
    )
    templates = project(tmp_path, text, "one")
    outline = load(templates, "own", demonstrations=demonstrations, figures=FIGURES)
    assert [e.number for e in outline.entries if e.slug == "demo"] == numbers
    assert [e.number for e in outline.entries if e.slug == "curve"] == ["02"]


def test_the_shipped_outline_keeps_its_numbers() -> None:
    """The walkthrough's well-known numbering, and every figure of one layer listed."""
    figures = {
        slug: one for slug, one in declared("sequence_rules").items() if "deep" not in one.needs
    }
    outline = load(of(ROOT), "two_dimensional", demonstrations=3, figures=figures)
    numbers = {entry.file: entry.number for entry in outline.entries}
    assert numbers["embedding-scatter"] == "06"
    assert numbers["embeddings-dynamics"] == "D1"
    assert numbers["output-probabilities-embeddings"] == "07"
    assert [numbers[f"value-demo-{i}"] for i in (1, 2, 3)] == ["16", "17", "18"]
    assert [numbers[f"qk-attention-{i}"] for i in (1, 2, 3)] == ["13a", "13b", "13c"]
    assert [
        numbers[s] for s in ("output-landscape", "query-fields", "trigger-scores", "frozen-output")
    ] == ["19", "20", "21", "22"]
    assert [
        numbers[s]
        for s in ("qkv-dynamics", "qk-attention-dynamics", "output-dynamics", "qk-space-dynamics")
    ] == ["D2", "D3", "D4", "D5"]
    assert not [number for number in numbers.values() if number.startswith("A")]


def test_an_unknown_figure_is_told_with_the_nearest(tmp_path: Path) -> None:
    assert (
        told(tmp_path, "chapters: []\nfigures:\n- {slug: mop}\n")
        == "own.yaml:3: no figure is called 'mop' (did you mean 'map'?); known: curve, demo, film,"
        " map, wide"
    )


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    text = """chapters:
- {slug: one, title: One}
- {slug: one, title: Again}
- {slug: gone, title: Gone}
figures:
- {slug: map, in: ome}
- {slug: map}
- {slug: film, series: F}
- {slug: demo, each: sequence}
"""
    assert told(tmp_path, text, "one").splitlines() == [
        "own.yaml:3: chapter 'one' stands twice; the first is on line 2",
        (
            "own.yaml:4: chapter 'gone': no template chapters/gone.md.j2; write it, or name another"
            " one with template:"
        ),
        "own.yaml:6: figure 'map': in: got 'ome', allowed: one, gone (did you mean 'one'?)",
        "own.yaml:7: figure 'map' stands twice; the first is on line 6",
        "own.yaml:8: figure 'film': series: got 'F', allowed: main, S, X, D",
        "own.yaml:9: figure 'demo': each: got 'sequence', allowed: demonstration, lettered"
        " demonstration",
    ]


def test_unknown_and_missing_keys_are_told(tmp_path: Path) -> None:
    text = "chapter: []\nchapters:\n- {slug: one}\nfigures:\n- {slug: map, chapter: one}\n- wide\n"
    assert told(tmp_path, text).splitlines() == [
        (
            "own.yaml:1: unknown key 'chapter', allowed: chapters, figures, overview, cover (did"
            " you mean 'chapters'?)"
        ),
        "own.yaml:3: chapters: missing key 'title'",
        "own.yaml:5: figures: unknown key 'chapter', allowed: slug, in, series, each",
        "own.yaml:6: figures: wanted a mapping with the keys slug, in, series, each",
    ]


def test_a_file_that_is_no_yaml_is_told_with_its_line(tmp_path: Path) -> None:
    assert (
        told(tmp_path, "chapters: []\nfigures: [")
        == "own.yaml:2:11: not YAML: expected the node content, but found '<stream end>'"
    )


def test_an_unknown_picture_is_told_with_the_nearest(tmp_path: Path) -> None:
    outline = load(
        project(tmp_path, "chapters: []\nfigures: [{slug: map}]\n"),
        "own",
        demonstrations=1,
        figures={"map": FIGURES["map"]},
    )
    with pytest.raises(OutlineError) as error:
        outline.entry("maps")
    assert (
        str(error.value) == "outline 'own' has no picture 'maps' (did you mean 'map'?); it has: map"
    )


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("{slug: ../../x, title: X}", "chapters: slug '../../x': "),
        ("{slug: /x, title: X}", "chapters: slug '/x': "),
        ("{slug: 'nul', title: X}", "chapters: slug 'nul': NUL is a device on Windows"),
    ],
)
def test_a_chapter_is_no_path(tmp_path: Path, given: str, said: str) -> None:
    """What becomes the name of a page is checked like every other name."""
    (tmp_path / "templates" / "outlines").mkdir(parents=True)
    (tmp_path / "templates" / "outlines" / "mine.yaml").write_text(
        f"chapters:\n  - {given}\nfigures: []\n"
    )
    with pytest.raises(OutlineError) as told:
        load(of(tmp_path), "mine", demonstrations=1, figures={})
    assert said in str(told.value)
    assert "mine.yaml:2: " in str(told.value)


def test_an_outline_and_a_template_are_no_paths(tmp_path: Path) -> None:
    with pytest.raises(OutlineError) as told:
        load(of(tmp_path), "../configs/mine", demonstrations=1, figures={})
    assert (
        str(told.value) == "report.outline: '../configs/mine': allowed: a lower-case name "
        "(letters, digits, - and _; at most 64); take another name"
    )
    (tmp_path / "templates" / "outlines").mkdir(parents=True)
    (tmp_path / "secret.j2").touch()
    (tmp_path / "templates" / "outlines" / "mine.yaml").write_text(
        "chapters: [{slug: x, title: X, template: ../secret.j2}]\nfigures: []\n"
    )
    with pytest.raises(OutlineError, match="no template ../secret.j2"):
        load(of(tmp_path), "mine", demonstrations=1, figures={})


def test_a_key_given_twice_is_told_with_both_places(tmp_path: Path) -> None:
    """An outline is read as a configuration is: nothing is dropped in silence."""
    text = "chapters: []\nfigures: []\nchapters: []\n"
    words = "own.yaml:3: chapters: given twice, first at 1:1; keep one of them"
    assert told(tmp_path, text) == words
