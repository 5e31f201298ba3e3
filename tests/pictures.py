"""Is a picture still the one that was looked at? A wrapper of image_regression that sees a missing
legend and not the noise of another processor.

The mean over all pixels, which is what image_regression looks at, is nearly blind: a removed legend
is 0.08 % of a picture, pictures of two sizes are cropped, and a transparent one passes. So the
worst tile counts too, and size and opacity have to be equal. On failure old, new and difference lie
side by side in test-results/.
"""

from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from keeping import baseline
from PIL import Image, ImageChops
from places import ROOT

RESULTS = ROOT / "test-results"
TILE = 32  # pixels
MEAN, WORST = (
    0.001,
    0.01,
)  # largest mean difference over the picture, and over the worst tile, as a share of full scale
NEVER = -1.0  # a limit that no difference keeps to
OPAQUE = "is not opaque"


def difference(old: Image.Image, new: Image.Image) -> str:
    """What is different between two pictures, in words; empty where they are the same to the
    eye.
    """
    for name, picture in (("old", old), ("new", new)):
        if np.asarray(picture.convert("RGBA"))[..., 3].min() < 255:
            return f"the {name} picture {OPAQUE}"
    if old.size != new.size:
        return f"size {new.size[0]} × {new.size[1]}, was {old.size[0]} × {old.size[1]}"
    apart = (
        np.abs(np.asarray(old.convert("RGB"), float) - np.asarray(new.convert("RGB"), float)).mean(
            -1
        )
        / 255
    )
    tiles = [
        (apart[y : y + TILE, x : x + TILE].mean(), x, y)
        for y in range(0, apart.shape[0], TILE)
        for x in range(0, apart.shape[1], TILE)
    ]
    worst, x, y = max(tiles)
    if apart.mean() > MEAN:
        return (
            f"{apart.mean():.3%} different over the whole picture (limit {MEAN:.1%}), most at"
            f" {x}, {y}"
        )
    return (
        f"{worst:.2%} different in the tile at {x}, {y} (limit {WORST:.0%})"
        if worst > WORST
        else ""
    )


def compare(
    image_regression: Any,
    new: Image.Image,
    name: str,
    folder: Path,
    results: Path = RESULTS,
) -> None:
    """Fail unless a picture is the stored one to the eye."""
    path = baseline(image_regression, folder / f"{name}.png")
    old = Image.open(BytesIO(path.read_bytes())) if path.exists() else None
    words = difference(old or new, new)
    if OPAQUE in words:
        pytest.fail(f"{name}: {words}")
    try:
        image_regression.check(
            new.convert("RGB"), fullpath=path, diff_threshold=NEVER if words else 100 * MEAN
        )
    except AssertionError:
        results.mkdir(parents=True, exist_ok=True)
        side_by_side(old, new).save(results / f"{name}.png")
        pytest.fail(
            f"{name}: {words}; old, new and difference are in {results.name}/{name}.png. If the new"
            " picture is right: make baselines"
        )


def side_by_side(old: Image.Image | None, new: Image.Image) -> Image.Image:
    """Old, new, and where they differ; differences are drawn at full strength."""
    old = old or Image.new("RGB", new.size, "white")
    width, height = max(old.width, new.width), max(old.height, new.height)
    sheet = Image.new("RGB", (3 * width, height), "white")
    for i, picture in enumerate((old, new)):
        sheet.paste(picture.convert("RGB"), (i * width, 0))
    left, right = (sheet.crop((i * width, 0, (i + 1) * width, height)) for i in (0, 1))
    sheet.paste(
        ImageChops.difference(left, right)
        .convert("L")
        .point(lambda v: 255 - min(255, 4 * v))
        .convert("RGB"),
        (2 * width, 0),
    )
    return sheet
