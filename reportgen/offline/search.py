"""The search of a page that was opened from a file.

Material asks then for a script with the index, but still begins a worker by its address, which a
browser does not let it: a script that is run before gives the worker its text.
"""

import json
import re
from pathlib import Path
from typing import TypedDict

from reportgen.errors import StageError
from reportgen.files import read_json
from reportgen.offline.pages import all_pages

INDEX = "search/search_index.json"
SCRIPT = "search/worker.js"  # of ours, beside the index
WORKERS, LANGUAGES = "assets/javascripts/workers", "assets/javascripts/lunr"
# what finds words where none are set apart
SEGMENTERS = {"ja": "tinyseg.js", "hi": "wordcut.js", "th": "wordcut.js"}
THEME = re.compile(r"""<script\b[^>]*?\ssrc=["'](?P<top>[^"']*)assets/javascripts/bundle\.[^>]*>""")
GIVEN = """// A worker cannot be begun by its address in a page that was opened from a file.
if (location.protocol === "file:") {
  const texts = TEXTS;
  window.Worker = class extends Worker {
    constructor(address, options) {
      const text = texts[String(address).split("/").at(-1)];
      super(text ? URL.createObjectURL(new Blob([text])) : address, options);
    }
  };
}
"""
# before the text of the worker, which asks for the scripts of languages but English
ASKED = """const $languages = LANGUAGES;
self.importScripts = (...all) =>
  all.forEach((one) => (0, eval)($languages[one.split("/").at(-1)]));
"""


class Settings(TypedDict):
    """What the index says of how it is read."""

    lang: list[str]


class Index(TypedDict):
    """What the search knows."""

    config: Settings
    docs: list[dict[str, object]]


def searchable(site: Path) -> None:
    """Let the search work; StageError where the theme has one that cannot."""
    if not (site / INDEX).is_file():
        return
    index = read_json(site / INDEX, Index)
    for each in index["docs"]:
        each["location"] = _file(str(each["location"]))
    text = json.dumps(index, ensure_ascii=False, separators=(",", ":"))
    (site / INDEX).write_text(text, encoding="utf-8")
    (site / INDEX).with_suffix(".js").write_text(f"var __index = {text}\n", encoding="utf-8")
    workers = sorted((site / WORKERS).glob("search.*.js"))
    changed = sum(_told(page) for page in all_pages(site))
    if not workers or not changed:
        raise StageError(
            "mkdocs.yml: the search of this theme cannot work in a page opened from a file; take"
            " the theme material, or the search out of the plugins"
        )
    texts = {path.name: _text(site, path, index["config"]["lang"]) for path in workers}
    (site / SCRIPT).write_text(GIVEN.replace("TEXTS", json.dumps(texts)), encoding="utf-8")


def _file(location: str) -> str:
    """The file that an address of the site leads to."""
    path, mark, anchor = location.partition("#")
    return f"{path}{'index.html' if path.endswith('/') or not path else ''}{mark}{anchor}"


def _told(page: Path) -> bool:
    """Have a page run our script before the theme's; False where it does not find that."""
    text = page.read_text(encoding="utf-8")
    made, count = THEME.subn(
        lambda found: f'<script src="{found["top"]}{SCRIPT}"></script>{found[0]}', text
    )
    page.write_text(made, encoding="utf-8")
    return bool(count)


def _text(site: Path, worker: Path, languages: list[str]) -> str:
    """A worker's text, with that of the languages it asks for."""
    text = worker.read_text(encoding="utf-8")
    if {*languages} <= {"en"}:
        return text
    asked = {path.name: path for path in (site / LANGUAGES).rglob("*.js")}
    wanted = {"lunr.stemmer.support.min.js", "lunr.multi.min.js"}
    for each in languages:
        wanted |= {f"lunr.{each}.min.js", SEGMENTERS.get(each, "")}
    texts = {name: asked[name].read_text(encoding="utf-8") for name in sorted(wanted & {*asked})}
    return ASKED.replace("LANGUAGES", json.dumps(texts)) + text
