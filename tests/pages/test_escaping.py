"""Text from data in every place of every page: characters for the reader, markup for nobody."""

import copy
import dataclasses
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import markdown
import pytest
import yaml
from conftest import committed
from pagework import ROOT, config, figures_of, fitted, pages, pictures, stored

from reportgen.pages import shared, site
from reportgen.project import Project

HOSTILE = (
    "<img src=q onerror=evil()><evil-tag>{{ 7*7 }}{% raw %} ](javascript:evil) | **evil** _evil_"
    " $\\frac{1}$ &lt;evil-tag&gt; \"q' onevil=1 \n\n# evil\n\n---\n<script>evil</script> {: .evil"
    " } [^evil] [^evil]: evil [evil](javascript:evil) ![evil](javascript:evil) <!-- evil\n-"
    " evil\n\n    evil\n\n~~~ evil\n~~~\n<javascript:evil> https://evil.example *[evil]: evil"
    " ```evil``` :evil: ==evil== ++evil++ \u2028evil\u202eevil\x85"
)
KEPT = frozenset("verdict id unit figure marks better function rests_on needs".split())
MARKUP = set("<>\"'")  # what titles and descriptions are without, as themes print them as they are
EXTENSIONS = [
    each if isinstance(each, str) else next(iter(each))
    for each in yaml.load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"), yaml.BaseLoader)[
        "markdown_extensions"
    ]
]


class Watch(HTMLParser):
    """Everything in a page that text must not have made."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[object] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open = [*self.open[-6:], tag]
        told = {name: value or "" for name, value in attrs}
        if tag in ("evil-tag", "abbr", "script", "mark", "ins") or {"onerror", "onevil"} & set(
            told
        ):
            self.found.append((tag, attrs))
        if told.get("src") == "q" or "evil" in told.get("class", ""):
            self.found.append((tag, attrs))
        if told.get("href", "").startswith(
            ("javascript:", "https://evil")
        ) or "fn:evil" in told.get("id", ""):
            self.found.append((tag, attrs))

    def handle_endtag(self, tag: str) -> None:
        self.open = [*self.open[-6:], "/" + tag]

    def handle_data(self, data: str) -> None:
        if data.strip() == "evil" and self.open[-1] in ("strong", "em", "h1", "li", "a", "pre"):
            self.found.append((self.open[-1], data))

    def handle_comment(self, data: str) -> None:
        self.found.append(("comment", data[:40]))


def hostile(value: Any, key: str = "") -> Any:
    """The same with hostile words behind all of its own, but where a template goes by them."""
    if isinstance(value, dict):
        return {name: hostile(inner, name) for name, inner in value.items()}
    if isinstance(value, list):
        named = len(value) == 2 and isinstance(value[0], str) and isinstance(value[1], dict)
        return [value[0], hostile(value[1])] if named else [hostile(inner, key) for inner in value]
    return f"{value} {HOSTILE}" if isinstance(value, str) and value and key not in KEPT else value


@pytest.mark.parametrize(
    "name", ["learnt", "text_learnt", "full_learnt", "repeats_learnt", "inputs_learnt"]
)
def test_nothing_that_was_measured_or_configured_becomes_markup(name: str, tmp_path: Path) -> None:
    """Every text of facts, claims, demonstrations, captions, alt texts, titles and summaries, on
    all pages of a report and of all reports.
    """
    shown = config() if name == "learnt" else committed(name).config
    shown = dataclasses.replace(
        shown, report=shown.report.model_copy(update=dict(title=HOSTILE, summary=HOSTILE))
    )
    family, measured = shown.rule.system, hostile(copy.deepcopy(stored(name)))
    about, folders = pictures(fitted(shown), tmp_path / "made", family)
    for each in about.values():
        each |= dict(title=HOSTILE, caption=HOSTILE, alt=HOSTILE)
    (tmp_path / "docs").mkdir()
    project = Project(tmp_path)
    files = site.write(
        project, shown, fitted(shown), figures_of(family), measured, about, folders, None
    )
    written = [path for path in (*files, *shared.write_shared(project)) if path.suffix == ".md"]
    assert len(written) > 10
    for path in written:
        _, front, text = path.read_text(encoding="utf-8").split("---\n", 2)
        for said in yaml.safe_load(front).values():
            assert not isinstance(said, str) or not set(said) & MARKUP, path
        watch = Watch()
        watch.feed(markdown.markdown(text, extensions=EXTENSIONS))
        assert not watch.found, path


def test_the_watch_sees_what_it_watches_for() -> None:
    """The same words without their guard, and each thing alone."""
    watch = Watch()
    watch.feed(markdown.markdown(HOSTILE, extensions=EXTENSIONS))
    assert len(watch.found) > 4
    for text in (
        "<b onevil=1>",
        "<evil-tag>",
        "[x](javascript:evil)",
        "**evil**",
        "- evil",
        "# evil",
        "<!-- x -->",
        "![x](q)",
    ):
        watch = Watch()
        watch.feed(markdown.markdown(text, extensions=EXTENSIONS))
        assert watch.found, text


def test_front_matter_is_text_of_html(tmp_path: Path) -> None:
    """Themes print titles and descriptions as they stand there, in elements and within quotes."""
    text = pages(tmp_path, stored("learnt"), own="{{ head(hostile, hostile) }}").render(
        "own.md.j2", "index.md", hostile=HOSTILE
    )
    front = yaml.safe_load(text.split("---\n", 2)[1])
    assert set(front) == {"title", "description"}
    for said in front.values():
        assert not set(said) & MARKUP
        watch = Watch()
        watch.feed(f'<p>{said}</p><meta name="description" content="{said}">')
        assert not watch.found


@pytest.mark.parametrize("value", ["[[tokens]]", "{'a': tokens}", "[tokens]", "(tokens,)"])
def test_a_list_that_is_printed_is_text_too(tmp_path: Path, value: str) -> None:
    """Python's way of writing it, and no markup in it."""
    text = pages(tmp_path, stored("learnt"), own=f"{{{{ {value} }}}}").render(
        "own.md.j2", "index.md", tokens="*evil* <evil-tag>"
    )
    assert "*" not in text
    assert "<evil" not in text
