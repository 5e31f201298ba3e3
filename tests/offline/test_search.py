"""The search of other themes and other languages."""

import json
from pathlib import Path
from typing import Any

import pytest
from offlinework import opened

from reportgen.errors import StageError
from reportgen.offline.offline import work_as_files

PAGE = """<!doctype html><meta charset="utf-8"><title>t</title><body>
<script src="assets/javascripts/bundle.0.min.js"></script>"""
THEME = """const worker = new Worker("assets/javascripts/workers/search.0.min.js");
worker.onmessage = ({ data }) => { window.told = data };"""
WORKER = """importScripts("../lunr/min/lunr.stemmer.support.min.js", "../lunr/min/lunr.de.min.js");
postMessage(self.common + self.german);"""


def laid(folder: Path, page: str) -> Path:
    index = dict(config=dict(lang=["en", "de"]), docs=[dict(location=at) for at in ("", "a/#b")])
    files = {
        "index.html": page,
        "search/search_index.json": json.dumps(index),
        "assets/javascripts/bundle.0.min.js": THEME,
        "assets/javascripts/workers/search.0.min.js": WORKER,
        "assets/javascripts/lunr/min/lunr.stemmer.support.min.js": "self.common = 'common, '",
        "assets/javascripts/lunr/min/lunr.de.min.js": "self.german = 'German'",
        "assets/javascripts/lunr/min/lunr.fr.min.js": "self.french = 'French'",
        "assets/javascripts/lunr/wordcut.js": "self.thai = 'Thai'",
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.mark.browser
def test_a_worker_has_the_languages_it_asks_for(chromium: Any, tmp_path: Path) -> None:
    work_as_files(laid(tmp_path, PAGE))
    page = opened(chromium, tmp_path / "index.html")
    page.wait_for_function("window.told")
    assert page.evaluate("window.told") == "common, German"
    assert page.wrong == []
    page.close()
    given = (tmp_path / "search" / "worker.js").read_text(encoding="utf-8")
    assert "French" not in given
    assert "Thai" not in given
    index = (tmp_path / "search" / "search_index.js").read_text(encoding="utf-8")
    docs = json.loads(index.removeprefix("var __index = "))["docs"]
    assert [each["location"] for each in docs] == ["index.html", "a/index.html#b"]


def test_a_search_that_cannot_work_is_refused(tmp_path: Path) -> None:
    """That of a theme which is not known here."""
    with pytest.raises(StageError) as refused:
        work_as_files(laid(tmp_path, "a page"))
    assert str(refused.value) == (
        "mkdocs.yml: the search of this theme cannot work in a page opened from a file; take the"
        " theme material, or the search out of the plugins"
    )
