"""A page with figures, films and a claim as templates write it, in a site as mkdocs makes it: what
its modules and its style sheets do is seen in a browser.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from conftest import SHARED
from filelock import FileLock
from pagework import pages, stored
from PIL import Image
from places import ROOT

from reportgen.drawing.encoders import FILM, HOLD, RATE, mp4
from reportgen.drawing.filming import in_runs
from reportgen.measure.numbers import grouped

STEPS = (*range(0, 1001, 100), 1050)  # the last one is nearer, as where training ends between two
GREY = 20  # how much lighter a frame is than the one before
TALL, WIDE, FILMS = "learning-curve", "attention-by-lag", ("output-dynamics", "embeddings-dynamics")
FOLDED = "qk-space"
SIZES = {TALL: (760, 1500), WIDE: (760, 300), FOLDED: (760, 300)}
SVG = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {1}" width="{0}" height="{1}">
<rect width="{0}" height="{1}" fill="#abc"/><text x="20" y="40">A figure</text></svg>"""
OWN = """# A chapter

## What was measured

{% claim learns_rule %}
{% holds %}The network obeys its rule: {{ fact("visible_error") }}.
{% partly %}The network partly obeys its rule: {{ fact("visible_error") }}.
{% fails %}The network does not obey its rule: {{ fact("visible_error") }}.
{% endclaim %}
"""
FOLD = """{% import "macros.j2" as m %}
{% call m.fold("In detail") %}
{{ figure("FOLDED") }}
{% endcall %}
"""


def shown() -> Path:
    """The site, made once for all tests that open it; its page lies at `shown/`."""
    folder = Path(os.environ[SHARED]) / "films"
    with FileLock(f"{folder}.lock"):
        if not (folder / "site" / "sitemap.xml").is_file():
            _made(folder)
    return folder / "site"


def _made(folder: Path) -> None:
    docs, home = folder / "docs", folder / "docs" / "shown"
    shutil.copytree(ROOT / "docs" / "assets", docs / "assets")
    shutil.copy(ROOT / "mkdocs.yml", folder)
    (docs / "index.md").write_text("# Start\n", encoding="utf-8")
    called = [
        *(f'{{{{ figure("{f}") }}}}' for f in (TALL, WIDE)),
        *(f'{{{{ film("{f}") }}}}' for f in FILMS),
        FOLD.replace("FOLDED", FOLDED),
    ]
    page = pages(folder, stored("learnt"), about=_placed(home), own=OWN + "\n\n".join(called))
    (home / "index.md").write_text(page.render("own.md.j2", "index.md"), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--no-strict", "--quiet"],
        cwd=folder,
        capture_output=True,
        text=True,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
    )
    assert done.returncode == 0, done.stdout + done.stderr


def _placed(home: Path) -> dict[str, Any]:
    """The pictures in their folders, and what a page is told of them."""
    about = dict[str, Any]()
    for folder in ("figures", "films"):
        (home / folder).mkdir(parents=True)
    for name, (width, height) in SIZES.items():
        (home / "figures" / f"{name}.svg").write_text(SVG.format(width, height))
        about[name] = _told(name, film=False, width=width, height=height)
    (home / "figures" / f"{TALL}-narrow.svg").write_text(SVG.format(360, 1200))
    about[TALL]["narrow"] = dict(width=360, height=1200)
    told = dict(width=FILM[0], height=FILM[1], frames=len(STEPS), seconds=4.0)
    for name in FILMS:
        _film(home / "films" / name)
        about[name] = _told(name, film=True, **told, rate=RATE, held=HOLD, steps=in_runs(STEPS))
    return about


def _told(name: str, **more: Any) -> dict[str, Any]:
    words = dict(title=name, caption="How to read it.", alt="In words.")
    return dict(slug=name, file=name, **words, **more)


def _film(path: Path) -> None:
    """Frame i is GREY · i light."""
    frames = [np.full((*FILM[::-1], 4), GREY * i, np.uint8) for i in range(len(STEPS))]
    with mp4(path.with_suffix(".mp4"), alone=False) as take:
        for frame in frames:
            take(frame)
    Image.fromarray(frames[-1][..., :3]).save(path.with_name(f"{path.name}-poster.png"))


def opening(chromium: Any, address: str) -> Iterator[Callable[..., Any]]:
    """What opens the page with options of a browser; it has to complain of nothing."""
    pages = list[Any]()

    def open_one(**options: Any) -> Any:
        pages.append(_opened(chromium, address, **options))
        return pages[-1]

    yield open_one
    for page in pages:
        page.context.close()
    assert not [words for page in pages for words in page.wrong]


def _opened(chromium: Any, address: str, **options: Any) -> Any:
    """The page; `page.wrong` has what it complained of, `page.asked` the films that it loaded."""
    settings = dict(viewport=dict(width=1280, height=800)) | options
    page = chromium.new_context(**settings).new_page()
    page.wrong, page.asked = [], []
    page.on("pageerror", lambda error: page.wrong.append(str(error)))
    page.on("console", lambda m: page.wrong.append(m.text) if m.type == "error" else None)
    page.on("request", lambda r: page.asked.append(r.url) if r.url.endswith(".mp4") else None)
    page.goto(f"{address}/shown/", wait_until="load")
    return page


class Player:
    """One film on the page."""

    def __init__(self, page: Any, which: int = 0) -> None:
        self.page = page
        self.figure = page.locator(".rg-film").nth(which)
        self.slider = self.figure.get_by_role("slider")
        self.play = self.figure.get_by_role("button", name="Play")
        self.pause = self.figure.get_by_role("button", name="Pause")

    def checkpoint(self) -> int:
        """The checkpoint whose picture is seen, by how light it is."""
        grey = self.figure.locator("p").first.evaluate(
            """async place => {
                const seen = [...place.querySelectorAll("img, video")].filter(
                  one => one.getClientRects().length)[0];
                const sheet = new OffscreenCanvas(8, 8).getContext("2d");
                sheet.drawImage(seen, 0, 0, 8, 8);
                return sheet.getImageData(4, 4, 1, 1).data[0];
            }"""
        )
        return round(grey / GREY)

    def comes_to(self, checkpoint: int) -> None:
        """Label, slider and picture say that it is this one, sooner or later."""
        words = f"step {grouped(STEPS[checkpoint])} of {grouped(STEPS[-1])}"
        self.until(lambda: self.figure.locator(".rg-step").inner_text() == words)
        assert self.slider.get_attribute("aria-valuetext") == words
        assert self.slider.input_value() == str(checkpoint)
        self.until(lambda: self.checkpoint() == checkpoint)

    def until(self, true: Callable[[], bool]) -> None:
        for _ in range(200):
            if true():
                return
            self.page.wait_for_timeout(25)
        raise AssertionError("it does not come to this")
