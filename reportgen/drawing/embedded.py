"""The glyphs that a drawing needs, within it: a picture on a page may load no font of the page."""

from base64 import b64encode
from collections.abc import Iterable, Mapping
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

from reportgen.drawing.noto import characters, own_fonts

FAMILIES = ("Roboto", "DejaVu Sans")  # of `own_fonts`, in that order
WEIGHTS = {False: ("Regular", 400), True: ("Bold", 700)}


def faces(words: Mapping[bool, Iterable[str]]) -> str:
    """CSS that brings the glyphs of these words, by whether they are bold."""
    rules = []
    for bold, characters_used in words.items():
        wanted, (name, weight) = frozenset("".join(characters_used)), WEIGHTS[bold]
        for family, file in zip(FAMILIES, own_fonts(name)):
            had = wanted & characters((file,))
            wanted -= had
            if had - {" "}:
                rules.append(
                    f"@font-face{{font-family:'{family}';font-weight:{weight};"
                    f"src:url(data:font/woff;base64,{_glyphs(file, had)})}}"
                )
    return "".join(rules)


@lru_cache(maxsize=256)
def _glyphs(file: Path, wanted: frozenset[str]) -> str:
    """A font cut down to some characters, as WOFF in base64."""
    options = subset.Options(
        layout_features=[], hinting=False, name_IDs=[], notdef_outline=False, recalc_timestamp=False
    )
    options.drop_tables += ["FFTM"]  # when the font was made
    with TTFont(file, lazy=True, recalcTimestamp=False) as font:
        cutter = subset.Subsetter(options)
        cutter.populate(text="".join(sorted(wanted)))
        cutter.subset(font)
        font.flavor, out = "woff", BytesIO()
        font.save(out)
    return b64encode(out.getvalue()).decode()
