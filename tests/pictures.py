"""Is a picture still the one that was looked at? As in the package's own `regressions`: on failure
old, new and difference lie side by side in test-results/.
"""

from pathlib import Path
from typing import Any

from PIL import Image
from places import ROOT

from reportgen.diff.tiles import difference, side_by_side
from reportgen.regressions import same_picture

__all__ = ["compare", "difference", "side_by_side"]
RESULTS = ROOT / "test-results"


def compare(
    image_regression: Any,
    new: Image.Image,
    name: str,
    folder: Path,
    results: Path = RESULTS,
) -> None:
    """Fail unless a picture is the stored one to the eye."""
    same_picture(image_regression, new, folder / f"{name}.png", results, "make baselines")
