"""A whole report of a tiny training: built, rebuilt, edited, taken at a checkpoint, and opened in a
browser.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from lookups import all_figures, declared
from places import ROOT

from reportgen.drawing.figure import Figure
from reportgen.drawing.rendering import GIF_BYTES

SIZES = dict(
    data=dict(sequences=200, holdout=100),
    model=dict(n_ctx=6),
    training=dict(steps=40, seeds=2, checkpoint_every=10),
)
COMMAND = "from reportgen.cli import main; main(prog_name='reportgen')"
# figures that are drawn of each demonstration
EACH = {
    "value-demo",
    "qk-attention",
    "value-output",
    "residual-stream",
    "attention-matrix",
    "value-arrows",
}
MOST_WEIGHT = 1_500_000  # bytes that a page loads before it is scrolled, uncompressed
HEAVY = {"torch", "matplotlib", "scipy"}


def drawn_figures() -> dict[str, Figure]:
    """The figures of one layer of attention."""
    told = declared("sequence_rules")
    return {
        slug: figure
        for slug, figure in all_figures("sequence_rules").items()
        if "deep" not in told[slug].needs
    }


@dataclass(frozen=True)
class Built:
    """A project in a temporary folder, and what its first build said."""

    root: Path
    output: str

    def reportgen(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return reportgen(self.root, *arguments)

    @property
    def report(self) -> Path:
        return self.root / "docs" / "rules" / "tiny"


def reportgen(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", COMMAND, "--project", str(root), *arguments]
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=600,
        env=os.environ | {"PYTHONPROFILEIMPORTTIME": "1"},
    )


def loaded(done: subprocess.CompletedProcess[str]) -> set[str]:
    """Heavy libraries that a build imported, in whichever of its processes."""
    return {
        line.rpartition("|")[2].strip()
        for line in done.stderr.splitlines()
        if line.startswith("import time:")
    } & HEAVY


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """plus_last_even in a few steps: it learns nothing, and the pages have to say so."""
    root = tmp_path_factory.mktemp("project")
    shutil.copy(ROOT / "mkdocs.yml", root)
    shutil.copytree(ROOT / "docs", root / "docs", ignore=shutil.ignore_patterns("rules"))
    values = yaml.safe_load(
        (ROOT / "configs" / "plus_last_even.yaml").read_text(encoding="utf-8")
    ) | {"name": "tiny"}
    (root / "configs").mkdir()
    (root / "configs" / "tiny.yaml").write_text(
        yaml.safe_dump(
            {k: v | SIZES.get(k, {}) if isinstance(v, dict) else v for k, v in values.items()}
        )
    )
    done = reportgen(root, "build", "--rule", "tiny")
    assert done.returncode == 0, done.stdout + done.stderr
    assert loaded(done) == HEAVY
    return Built(root, done.stdout)


def ran(done: subprocess.CompletedProcess[str]) -> set[str]:
    """Stages of which something ran, from the lines of a build."""
    assert done.returncode == 0, done.stdout + done.stderr
    return {
        line.split()[0] for line in done.stdout.splitlines() if line.endswith(" s") and ":" in line
    }


def test_every_file_is_there(built: Built) -> None:
    """Pages, every figure as a drawing and a picture, films with posters, the numbers, and the
    site.
    """
    report = built.report
    assert all(
        (report / page).is_file() for page in ("index.md", "appendix.md", "ledger.md", "facts.json")
    )
    assert len(list((report / "walkthrough").glob("*.md"))) > 1
    names = lambda slug: [f"{slug}-{i}" for i in (1, 2, 3)] if slug in EACH else [slug]
    for slug, figure in drawn_figures().items():
        folder, endings = (
            ("films", (".mp4", ".gif", "-poster.png", ".npz"))
            if figure.film
            else ("figures", (".svg", ".png", ".npz"))
        )
        missing = [
            name + ending
            for name in names(slug)
            for ending in endings
            if not (report / folder / (name + ending)).is_file()
        ]
        assert not missing
    assert all(path.stat().st_size <= GIF_BYTES for path in report.glob("films/*.gif"))
    assert (built.root / "site" / "rules" / "tiny" / "index.html").is_file()
    assert "open site/rules/tiny/index.html" in built.output


@pytest.mark.browser
def test_no_page_loads_much_before_it_is_scrolled(
    built: Built, chromium: Any, served: Callable[[Path], str]
) -> None:
    """Script, style, fonts, weights and what of its figures is near."""
    site, heavy = built.root / "site", dict[str, int]()
    address = served(site)
    pages = sorted((site / "rules" / "tiny").rglob("index.html"))
    assert len(pages) > 10
    for path in [site / "index.html", site / "rules" / "index.html", *pages]:
        place, sizes = path.relative_to(site).parent.as_posix(), list[int]()
        page = chromium.new_page(viewport=dict(width=1280, height=800))
        page.on("response", lambda r: sizes.append(int(r.headers["content-length"])))
        page.goto(f"{address}/{place}/", wait_until="networkidle")
        page.close()
        if not 400_000 < sum(sizes) < MOST_WEIGHT:  # the theme alone has as much as that
            heavy[place] = sum(sizes)
    assert not heavy


def test_nothing_changed_nothing_runs(built: Built) -> None:
    """A second build runs nothing, writes nothing and loads no heavy library."""
    kept = ("lock", "digests.json")  # who builds, and what the file system says of files
    files = lambda: {
        p: p.stat().st_mtime_ns for p in built.root.rglob("*") if p.is_file() and p.name not in kept
    }
    before = files()
    done = built.reportgen("build", "--rule", "tiny")
    assert ran(done) == set()
    assert loaded(done) == set()
    assert files() == before


def test_a_sentence_trains_and_draws_nothing(built: Built) -> None:
    """The project's own copy of a template, one sentence longer: pages and site only, and no heavy
    library.
    """
    own = built.root / "templates"
    own.mkdir()
    (own / "appendix.md.j2").write_text(
        (ROOT / "templates/shared/appendix.md.j2").read_text(encoding="utf-8")
        + "\nThat is all there is.\n",
        encoding="utf-8",
    )
    done = built.reportgen("build", "--rule", "tiny")
    assert (ran(done), loaded(done)) == ({"pages", "site"}, set())
    assert "That is all there is." in (built.report / "appendix.md").read_text(encoding="utf-8")


def test_a_checkpoint_has_pages_of_its_own(built: Built) -> None:
    """--step: stills and pages of a checkpoint, no films; a later build of the final report keeps
    them; clean removes them.
    """
    assert ran(
        built.reportgen("build", "--rule", "tiny", "--step", "20", "--only", "output-landscape")
    ) == {"verify", "facts", "figures", "pages", "site"}
    step = built.report / "steps" / "20"
    assert (step / "index.md").is_file()
    assert [path.name for path in sorted((step / "figures").iterdir())] == [
        f"output-landscape{ending}"
        for ending in ("-marks.json", "-narrow.svg", ".npz", ".png", ".svg")
    ]
    assert not (step / "films").exists()
    assert ran(built.reportgen("build", "--rule", "tiny", "--force", "pages", "--no-site")) == {
        "pages"
    }
    assert (step / "index.md").is_file()
    assert " 20 " in built.reportgen("list").stdout
    assert built.reportgen("clean", "tiny", "--step", "20").returncode == 0
    assert not step.exists()
    assert ran(built.reportgen("build", "--rule", "tiny")) == {"site"}


def test_show_tells_what_was_measured(built: Built) -> None:
    """Every fact of facts.json is a line."""
    told = built.reportgen("show", "tiny").stdout
    facts = json.loads((built.report / "facts.json").read_text(encoding="utf-8"))["facts"]
    assert facts
    assert not [name for name in facts if name not in told]


@pytest.mark.browser
@pytest.mark.parametrize("appearance", ["light", "dark"])
def test_every_page_opens_in_a_browser(built: Built, served, chromium, appearance: str) -> None:
    """Every picture loads when scrolled to, every film has a player, nothing is complained of,
    nobody else is asked.
    """
    site = built.root / "site"
    address = served(site)
    context = chromium.new_context(color_scheme=appearance, viewport=dict(width=1280, height=800))
    seen = SimpleNamespace(complaints=[], asked=[])
    context.on(
        "console",
        lambda message: (
            seen.complaints.append(message.text) if message.type in ("error", "warning") else None
        ),
    )
    context.on("weberror", lambda error: seen.complaints.append(str(error.error)))
    context.on("request", lambda request: seen.asked.append(request.url))
    page = context.new_page()
    pictures = films = 0
    for path in sorted(site.rglob("index.html")):
        page.goto(
            f"{address}/{path.parent.relative_to(site).as_posix()}/".replace("/./", "/"),
            wait_until="load",
        )
        page.evaluate("""async () => {
            for (let y = 0; y < document.body.scrollHeight; y += 800) {
                window.scrollTo(0, y);
                await new Promise(done => setTimeout(done, 15));
            }
            const late = [...document.images].filter(i => i.offsetParent && !i.complete);
            await Promise.all(late.map(i => new Promise(done => {
                i.onload = i.onerror = done;
                setTimeout(done, 20000);
                i.loading = 'eager';
            })));
        }""")
        broken = page.evaluate(
            "() => [...document.images].filter(i => i.offsetParent && !(i.complete &&"
            " i.naturalWidth)).map(i => i.src)"
        )
        assert not broken, f"{path.relative_to(site)}: {broken}"
        pictures += page.evaluate(
            "() => [...document.images].filter(i => i.offsetParent && i.naturalWidth).length"
        )
        assert page.locator("a.film").count() == 0
        films += page.locator(".rg-film:has(.rg-player) img").count()
    context.close()
    assert pictures >= sum(not figure.film for figure in drawn_figures().values())
    assert films >= sum(figure.film for figure in drawn_figures().values())
    assert not seen.complaints
    assert not [url for url in seen.asked if not url.startswith((address, "data:", "blob:"))]
