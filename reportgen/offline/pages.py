"""Pages of a built site, so that they work when they are opened as files."""

import re
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from reportgen.errors import StageError

SCRIPT = re.compile(r"<script\b(?P<about>[^>]*)>")
MODULE = re.compile(r"""\s+type=["']?module\b["']?""")
SOURCE = re.compile(r"""\ssrc=["']?(?P<at>[^"'\s>]+)""")
LINK = re.compile(r"""(?P<before><a\b[^>]*?\shref=)(?P<quote>["'])(?P<at>.*?)(?P=quote)""", re.S)
BORROWED = re.compile(r"""\sdata-from=["'](?P<at>[^"']+)["']""")
ELSEWHERE = re.compile(
    r"""<(?:script|img|iframe|video|source|audio|embed)\b[^>]*?\s(?:src|srcset|poster)=["']?"""
    r"""(?:https?:)?//(?P<a>[^/"'\s>]+)|<link\b(?=[^>]*\brel=["']?(?:stylesheet|icon|preload)\b)"""
    r"""[^>]*?\shref=["']?(?:https?:)?//(?P<b>[^/"'\s>]+)"""
)
MOST_TOLD = 10
ONLY_SERVED = ("404.html", "sitemap.xml", "sitemap.xml.gz")


def opened_as_files(site: Path) -> set[str]:
    """Make links lead to files instead of folders, and modules plain scripts, which have to be
    bundled; returns their paths below the site.
    """
    for name in ONLY_SERVED:
        (site / name).unlink(missing_ok=True)
    entries = set[str]()
    for page in all_pages(site):
        text = page.read_text(encoding="utf-8")
        linked = LINK.sub(lambda found: _link(found, page, site), text)
        made = SCRIPT.sub(lambda found: _script(found, page, site, entries), linked)
        page.write_text(made, encoding="utf-8")
    return entries


def all_pages(site: Path) -> list[Path]:
    """The pages of a site, by path."""
    return sorted(site.rglob("*.html"))


def borrowed(site: Path) -> set[Path]:
    """Pages that others read when they are opened."""
    found = (
        (page, each["at"])
        for page in all_pages(site)
        for each in BORROWED.finditer(page.read_text(encoding="utf-8"))
    )
    there = {at for page, said in found if (at := _target(said, page, site))}
    return {at / "index.html" if at.is_dir() else at for at in there}


def remarks(site: Path) -> list[str]:
    """Sentences on what pages lead to and is not there, and on what they load from other hosts."""
    said = list[str]()
    for page in all_pages(site):
        text, name = page.read_text(encoding="utf-8"), page.relative_to(site).as_posix()
        links = dict.fromkeys(each["at"] for each in LINK.finditer(text))
        said += [
            f"{name} leads to {link}, which is not there"
            for link in links
            if (target := _target(link, page, site)) and not target.exists()
        ]
        said += [
            f"{name} loads something from {host}, and lacks it without a network"
            for host in dict.fromkeys(a or b for a, b in ELSEWHERE.findall(text))
        ]
    more = [f"and {len(said) - MOST_TOLD} more"] if said[MOST_TOLD:] else []
    return [*said[:MOST_TOLD], *more]


def _link(found: re.Match[str], page: Path, site: Path) -> str:
    said = found["at"]
    path, rest = re.fullmatch(r"([^?#]*)(.*)", said, re.S).groups()  # type: ignore[union-attr]
    target = _target(path, page, site) if path else None
    if target is None or not target.is_dir() or not (target / "index.html").is_file():
        return found[0]
    whole = f"{path.rstrip('/')}/index.html".removeprefix("./")
    return f"{found['before']}{found['quote']}{whole}{rest}{found['quote']}"


def _script(found: re.Match[str], page: Path, site: Path, entries: set[str]) -> str:
    """The tag of a plain script that runs when a module would: once the page is there."""
    if not MODULE.search(found["about"]):
        return found[0]
    source, place = SOURCE.search(found["about"]), page.relative_to(site).as_posix()
    if source is None:
        raise StageError(
            f"{place}: a module is written in the page itself, which `reportgen offline` cannot"
            " make a plain script of; put it into a file of docs/"
        )
    target = _target(source["at"], page, site)
    if target is None or not target.is_file():
        raise StageError(
            f"{place}: the module {source['at']} is no file of the site, and a page opened from a"
            " file can load no other"
        )
    entries.add(target.relative_to(site).as_posix())
    return f"<script{MODULE.sub('', found['about'])} defer>"


def _target(said: str, page: Path, site: Path) -> Path | None:
    """What lies where a relative address leads to; nothing for one that leaves the site."""
    address = unescape(said)
    parts = urlsplit(address)
    if parts.scheme or parts.netloc or address.startswith("/"):
        return None
    here = f"/{page.relative_to(site).as_posix()}"
    return site / unquote(urlsplit(urljoin(here, address)).path).lstrip("/")
