"""What a served site answers: whole files, parts of them, nothing outside of the site, and nobody
who asks under a foreign name.
"""

import os
import socket
from collections.abc import Iterable
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import unquote_to_bytes

import pytest
from werkzeug.test import Client, TestResponse

from reportgen.cli.address import Address, address
from reportgen.cli.responses import TYPES, Site
from reportgen.errors import UsageError

FILM = bytes(range(256)) * 4


def mkdocs(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """In the place of mkdocs: says which path it was asked for."""
    start_response("200 OK", [("Content-Type", "text/html")])
    return [f"mkdocs {environ['PATH_INFO']}".encode()]


@pytest.fixture
def site(tmp_path: Path) -> Client:
    root = tmp_path / "site"
    (root / "films").mkdir(parents=True)
    (root / "films/film.mp4").write_bytes(FILM)
    (root / "films/empty.mp4").touch()
    (root / "films/index.html").write_text("films", encoding="utf-8")
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    (root / "leak.txt").symlink_to(tmp_path / "secret.txt")
    (root / "leak.html").symlink_to(tmp_path / "secret.txt")
    (root / "outside").symlink_to(tmp_path)
    (root / "inside.mp4").symlink_to(root / "films/film.mp4")
    (root / "round").symlink_to(root / "round")
    os.mkfifo(root / "pipe.mp4")
    for ending in TYPES:
        (root / f"file{ending}").write_bytes(b"x")
    return Client(
        Site(root.resolve(), mkdocs, Address("127.0.0.1", "127.0.0.1", 8000).allows, Lock())
    )


def get(site: Client, path: str = "/films/film.mp4", **headers: str) -> TestResponse:
    return site.get(
        path,
        buffered=True,
        headers={name.replace("_", "-"): text for name, text in headers.items()},
    )


# parts


def test_a_head_has_no_parts(site: Client) -> None:
    answer = site.head("/films/film.mp4", headers={"Range": "bytes=0-5"})
    assert (answer.status_code, answer.data) == (200, b"")
    assert answer.headers["Content-Length"] == "1024"


@pytest.mark.parametrize("path", ["/films/%ff", "/films/film.mp4%ff", "/%c3", "/films/%ff/"])
def test_a_path_that_is_no_utf8_is_not_found(site: Client, path: str) -> None:
    """mkdocs would leave the byte out and answer with the page."""
    environ = {"PATH_INFO": unquote_to_bytes(path).decode("latin-1")}
    assert site.get("/", environ_overrides=environ).status_code == 404


def test_a_whole_film(site: Client) -> None:
    answer = get(site)
    assert (answer.status_code, answer.data) == (200, FILM)
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["Content-Length"] == "1024"
    assert answer.headers["Content-Type"] == "video/mp4"
    assert answer.headers["ETag"]
    assert answer.headers["Last-Modified"]
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("asked", "content_range", "data"),
    [
        ("bytes=0-99", "bytes 0-99/1024", FILM[:100]),
        ("bytes=0-0", "bytes 0-0/1024", FILM[:1]),
        ("bytes=0-1", "bytes 0-1/1024", FILM[:2]),
        ("bytes=1000-", "bytes 1000-1023/1024", FILM[1000:]),
        ("bytes=1000-9999", "bytes 1000-1023/1024", FILM[1000:]),
        ("bytes=-10", "bytes 1014-1023/1024", FILM[-10:]),
        ("bytes=-9999", "bytes 0-1023/1024", FILM),
        ("bytes=0-", "bytes 0-1023/1024", FILM),
    ],
)
def test_a_part_of_a_film(site: Client, asked: str, content_range: str, data: bytes) -> None:
    answer = get(site, Range=asked)
    assert (answer.status_code, answer.data) == (206, data)
    assert answer.headers["Content-Range"] == content_range
    assert answer.headers["Content-Length"] == str(len(data))


@pytest.mark.parametrize("asked", ["bytes=1024-", "bytes=5000-6000", "bytes=-0"])
def test_a_part_that_is_not_there(site: Client, asked: str) -> None:
    answer = get(site, Range=asked)
    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == "bytes */1024"


@pytest.mark.parametrize(
    "asked",
    [
        "bytes=9-2",
        "bytes=a-b",
        "bytes=",
        "lines=0-9",
        "bytes=0-1,5-9",
        "bytes=--5",
        "bytes=+1-2",
        "bytes=" + "9" * 5000 + "-",
        "\u00b2",
    ],
)
def test_what_is_no_part_or_several_is_answered_with_the_whole(site: Client, asked: str) -> None:
    answer = get(site, Range=asked)
    assert (answer.status_code, answer.data) == (200, FILM)


def test_a_part_of_another_version_is_the_whole_of_this_one(site: Client) -> None:
    tag, date = (get(site).headers[name] for name in ("ETag", "Last-Modified"))
    assert get(site, Range="bytes=0-9", If_Range=tag).status_code == 206
    assert get(site, Range="bytes=0-9", If_Range=date).status_code == 206
    for other in ('"other"', "Thu, 01 Jan 1970 00:00:00 GMT"):
        answer = get(site, Range="bytes=0-9", If_Range=other)
        assert (answer.status_code, answer.data) == (200, FILM)


def test_what_a_browser_has_is_not_sent_again(site: Client) -> None:
    assert get(site, If_None_Match=get(site).headers["ETag"]).status_code == 304


def test_the_head_alone(site: Client) -> None:
    for path, length in (("/films/film.mp4", "1024"), ("/films/", None)):
        answer = site.head(path, buffered=True)
        assert (answer.status_code, answer.data) == (200, b"")
        assert answer.headers.get("Content-Length") == length
    part = site.head("/films/film.mp4", buffered=True, headers={"Range": "bytes=0-99"})
    assert (part.status_code, part.data, part.headers["Content-Length"]) == (200, b"", "1024")


def test_an_empty_film(site: Client) -> None:
    assert get(site, "/films/empty.mp4", Range="bytes=0-1").data == b""


# what is answered, and by whom


@pytest.mark.parametrize(
    "path", ["/", "/films/", "/films/index.html", "/films", "/gone", "/gone.mp4", "/livereload/1/2"]
)
def test_pages_and_what_is_not_there_are_mkdocs_own(site: Client, path: str) -> None:
    assert get(site, path).data == f"mkdocs {path}".encode()


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/films/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/films/..%2f..%2fsecret.txt",
        "/..%5csecret.txt",
        "/films\\..\\film.mp4",
        "/..",
        "/./films/film.mp4",
        "//films/film.mp4",
        "//example.com/",
        "/films//film.mp4",
        "/films/film.mp4%00.html",
        "/leak.txt",
        "/leak.html",
        "/outside/secret.txt",
        "/outside/",
        "/round",
        "/" + "x" * 5000,
    ],
)
def test_nothing_outside_of_the_site_is_read(site: Client, path: str) -> None:
    answer = site.open(path, environ_overrides=dict(PATH_INFO=_unquoted(path)))
    assert answer.status_code == 404
    assert b"secret" not in answer.data
    assert b"mkdocs" not in answer.data


def _unquoted(path: str) -> str:
    return unquote_to_bytes(path).decode("latin-1")  # as a server hands it over


def test_a_link_within_the_site_and_no_pipe(site: Client) -> None:
    assert get(site, "/inside.mp4").data == FILM
    assert get(site, "/pipe.mp4").data == b"mkdocs /pipe.mp4"


def test_every_file_is_of_its_own_type(site: Client) -> None:
    for ending, kind in TYPES.items():
        assert get(site, f"/file{ending}").mimetype == kind


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE"])
def test_nothing_can_be_sent(site: Client, method: str) -> None:
    assert site.open("/films/film.mp4", method=method).status_code == 405


# who is answered

HERE = (
    "localhost localhost:8000 LOCALHOST:1 localhost. 127.0.0.1 127.0.0.1:9 127.0.0.2 [::1]"
    " [::1]:8000".split()
)
FOREIGN = [
    "example.com",
    "example.com:8000",
    "localhost.example.com",
    "127.0.0.1.example.com",
    "192.0.2.1:8000",
    "[2001:db8::1]",
    "",
    "localhost,example.com",
    "user@localhost",
    "localhost:x",
    "localhost:8000/",
    "::1",
    "127.0.0.1:8000:9",
    "example.com#localhost",
    "0.0.0.0",
    "127.1",
    "2130706433",
]


@pytest.mark.parametrize("host", HERE)
def test_this_machine_is_answered(site: Client, host: str) -> None:
    assert get(site, Host=host).status_code == 200


@pytest.mark.parametrize("host", FOREIGN)
@pytest.mark.parametrize("path", ["/films/film.mp4", "/", "/livereload/1/2"])
def test_a_foreign_name_is_not(site: Client, host: str, path: str) -> None:
    answer = site.get(path, headers={"Host": host}, environ_overrides=dict(HTTP_HOST=host))
    assert answer.status_code == 421
    assert b"mkdocs" not in answer.data


def test_the_refusal_says_why() -> None:
    site = Client(Site(Path("/nowhere"), mkdocs, lambda host: False, Lock()))
    answer = site.get("/", headers={"Host": "<b>.example"})
    assert "<b>" not in answer.text
    assert (
        "This server does not answer to the name &#39;&lt;b&gt;.example&#39;, which may be another "
        "site&#39;s: give `reportgen serve` that name as --host if it is yours." in answer.text
    )


def test_who_listens_everywhere_is_asked_by_any_number_and_its_own_name() -> None:
    for every in (Address("0.0.0.0", "0.0.0.0", 8000), Address("::", "::", 8000)):
        for host in (*HERE, "192.0.2.1:8000", "[2001:db8::1]", socket.gethostname()):
            assert every.allows(host), host
        for host in ("example.com", "localhost.example.com"):
            assert not every.allows(host), host


def test_a_name_that_was_asked_for_is_answered() -> None:
    named = Address("build.example", "192.0.2.7", 8000)
    assert named.allows("build.example:8000")
    assert named.allows("192.0.2.7")
    assert not named.allows("192.0.2.8")
    assert not named.allows("example")


@pytest.mark.parametrize(
    ("host", "ip", "url", "beyond"),
    [
        ("127.0.0.1", "127.0.0.1", "http://127.0.0.1:{}/", False),
        ("localhost", "127.0.0.1", "http://localhost:{}/", False),
        ("::1", "::1", "http://[::1]:{}/", False),
        ("0.0.0.0", "0.0.0.0", "http://127.0.0.1:{}/", True),
        ("::", "::", "http://[::1]:{}/", True),
    ],
)
def test_where_a_site_is_served(host: str, ip: str, url: str, beyond: bool) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    try:
        found = address(host, port)
    except UsageError as error:
        assert ":" in host
        pytest.skip(f"this machine has no IPv6: {error}")
    assert found == Address(host, ip, port)
    assert (found.url, found.beyond) == (url.format(port), beyond)


def test_an_empty_name_is_not_everywhere() -> None:
    with pytest.raises(UsageError) as error:
        address("", 8000)
    assert (
        str(error.value)
        == "--host '': no address has this name; 127.0.0.1 is seen by this machine alone, "
        "0.0.0.0 by every network it is on"
    )
