"""For tests by pytest: reports as they were accepted, and pictures as they were looked at.

`pip install reportgen[check]` brings pytest-regressions; a conftest.py makes the fixtures known by
`pytest_plugins = ["reportgen.regressions"]`. `--force-regen` accepts what differs.
"""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Protocol

import pytest
from PIL import Image

from reportgen.diff.tiles import AS_DRAWN, OPAQUE, difference, side_by_side

NEVER = -1.0  # a limit that no difference keeps to


class Request(Protocol):
    """As far as a fixture of pytest-regressions is asked."""

    @property
    def config(self) -> pytest.Config: ...


class Regression(Protocol):
    """A fixture of pytest-regressions."""

    request: Request


class Pictures(Regression, Protocol):
    """The fixture `image_regression`."""

    def check(self, image: Image.Image, *, fullpath: Path, diff_threshold: float) -> None:
        """Fail unless the picture is the stored one."""


def accepting(regression: Regression) -> bool:
    """Is what differs to be written?"""
    options = regression.request.config.option
    forced = options.force_regen or options.regen_all
    return bool(forced or getattr(regression, "force_regen", False))


def baseline(regression: Regression, path: Path, way_on: str = "pytest --force-regen") -> Path:
    """Where something is kept; what is not there is a failure, and is written only when asked
    for.
    """
    if not path.is_file() and not accepting(regression):
        pytest.fail(f"no baseline {path.name}; if it should have one: {way_on}")
    return path


def same_picture(
    regression: Pictures,
    new: Image.Image,
    path: Path,
    results: Path,
    way_on: str = "pytest --force-regen",
) -> None:
    """Fail unless a picture is the stored one to the eye; old, new and difference then lie side by
    side in the folder `results`.
    """
    baseline(regression, path, way_on)
    old = Image.open(BytesIO(path.read_bytes())) if path.exists() else None
    words, name = difference(old or new, new), path.stem
    if OPAQUE in words:
        pytest.fail(f"{name}: {words}")
    limit = NEVER if words else 100 * AS_DRAWN.whole
    try:
        regression.check(new.convert("RGB"), fullpath=path, diff_threshold=limit)
    except AssertionError:
        results.mkdir(parents=True, exist_ok=True)
        side_by_side(old, new).save(results / f"{name}.png")
        pytest.fail(
            f"{name}: {words}; old, new and difference are in {results.name}/{name}.png. If the new"
            f" picture is right: {way_on}"
        )


@pytest.fixture
def picture_regression(
    image_regression: Pictures, original_datadir: Path, request: pytest.FixtureRequest
) -> Callable[[Image.Image, str], None]:
    """`picture_regression(picture, "name")` fails unless the picture looks as the one kept beside
    the test did.
    """
    results = request.config.rootpath / "test-results"

    def check(picture: Image.Image, name: str) -> None:
        same_picture(image_regression, picture, original_datadir / f"{name}.png", results)

    return check


@pytest.fixture
def report_regression(
    data_regression: Regression, request: pytest.FixtureRequest
) -> Callable[[str], None]:
    """`report_regression("name")` fails unless the report as it is built is what was accepted, and
    writes a page of what differs; with --force-regen it accepts the report.
    """
    results = request.config.rootpath / "test-results"
    root = request.path.parent

    def check(name: str) -> None:
        from reportgen.diff import checking, html
        from reportgen.project import Project

        project = Project.find(start=root)
        if accepting(data_regression):
            checking.accept(project, [name], lambda done: None)
        found = checking.check(project, [name])
        if found.status:
            results.mkdir(parents=True, exist_ok=True)
            (results / f"{name}.html").write_text(html.page(found), encoding="utf-8")
            said = found.reports[0].summary() if found.reports else found.remarks[0]
            pytest.fail(
                f"{name}: {said}; what differs is in {results.name}/{name}.html. If it is right:"
                f" reportgen accept {name}"
            )

    return check
