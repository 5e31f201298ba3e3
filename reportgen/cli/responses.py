"""How a site is answered for: pages by mkdocs, which has browsers load them again, other files by
werkzeug, in parts where a part is asked for.

Nothing is read but regular files of the site, whatever a path says, and nobody is answered who asks
under a foreign name.
"""

import re
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from werkzeug.exceptions import HTTPException, MethodNotAllowed, MisdirectedRequest, NotFound
from werkzeug.utils import send_file

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

TYPES = {  # of what a site holds; what the machine's own tables say of endings plays no part
    ".css": "text/css",
    ".gif": "image/gif",
    ".gz": "application/gzip",
    ".ico": "image/x-icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript",
    ".json": "application/json",
    ".map": "application/json",
    ".mjs": "text/javascript",
    ".mp4": "video/mp4",
    ".npz": "application/zip",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".wasm": "application/wasm",
    ".webm": "video/webm",
    ".webp": "image/webp",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".xml": "application/xml",
}
UNKNOWN = "application/octet-stream"
PART = re.compile(r"bytes=(?:(\d{1,18})-(\d{1,18})?|-(\d{1,18}))")
POLL = "/livereload/"  # where a page asks mkdocs whether there is a newer one


@dataclass(frozen=True)
class Site:
    """A site under construction as a WSGI application."""

    root: Path  # resolved
    pages: "WSGIApplication"  # mkdocs
    allows: Callable[[str], bool]  # a Host header
    building: AbstractContextManager[object]  # held while files are being written

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """The answer to a request."""
        try:
            answer = self._answer(environ)
        except HTTPException as error:
            answer = error.get_response(environ)
        said = answer(environ, start_response)
        if environ["REQUEST_METHOD"] != "HEAD":
            return said
        if close := getattr(said, "close", None):
            close()
        return ()

    def _answer(self, environ: "WSGIEnvironment") -> "WSGIApplication":
        """Who answers; HTTPException where nobody does."""
        if not self.allows(host := environ.get("HTTP_HOST", "")):
            raise MisdirectedRequest(
                f"This server does not answer to the name {host!r}, which may be another site's: "
                "give `reportgen serve` that name as --host if it is yours."
            )
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            raise MethodNotAllowed(("GET", "HEAD"))
        try:
            path = environ["PATH_INFO"].encode("latin-1").decode()
        except UnicodeDecodeError:  # mkdocs would leave the byte out, and find another file
            raise NotFound from None
        if path.startswith(POLL):
            return self.pages
        with self.building:
            file = self._file(path)
            if file is None or file.suffix == ".html":
                return self.pages
            asked = self._range(environ.pop("HTTP_RANGE", ""), file)
            if asked and environ["REQUEST_METHOD"] == "GET":  # no other has parts (RFC 9110, 14.2)
                environ["HTTP_RANGE"] = asked
            kind = TYPES.get(file.suffix.lower(), UNKNOWN)
            answer = send_file(file, environ, mimetype=kind, conditional=True)
        answer.headers["X-Content-Type-Options"] = "nosniff"
        return answer

    def _file(self, path: str) -> Path | None:
        """The file of a path, None where there is none; NotFound for a path that leads out of the
        site or is none.
        """
        parts = path.split("/")[1:]
        odd = [part for part in parts[:-1] if part in ("", ".", "..")]
        if (
            odd
            or parts[-1:] in (["."], [".."])
            or not path.startswith("/")
            or re.search(r"[\0\\]", path)
        ):
            raise NotFound
        named = self.root / path.removeprefix("/")
        try:
            found = named.resolve()
            there = found.is_file()
        except (OSError, RuntimeError):  # too long, or links that lead round in a circle
            raise NotFound from None
        if not found.is_relative_to(self.root):
            raise NotFound
        return found if there else None

    @staticmethod
    def _range(asked: str, file: Path) -> str:
        """The one part that is asked for; several parts, or what is no part, are answered with the
        whole file, as the standard has it (RFC 9110, 14.2).
        """
        if not (match := PART.fullmatch(asked)):
            return ""
        first, last, length = match.groups()
        if length is not None:
            return f"bytes=-{min(int(length), file.stat().st_size)}"
        return "" if last is not None and int(last) < int(first) else asked
