"""One drawing for both appearances: what the light colours become in the dark."""

import re
from base64 import b64decode
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from xml.etree.ElementTree import Element, fromstring

import numpy as np
import pytest
from figurework import SHOWN, canvas_shown, shown
from lookups import all_figures
from PIL import Image
from places import SYSTEMS
from test_palette import contrast

from reportgen.core.study import Study
from reportgen.drawing.sheets import Sheets
from reportgen.drawing.stills import still
from reportgen.drawing.style import CSS_DPI, EXPORT_SCALE, THEMES, WIDTH, applied, theme
from reportgen.drawing.twins import readable_on, twins
from reportgen.drawing.vector_darkness import DARK

IN_DARK = {  # figures that are drawn in dark colours too
    slug
    for system in SYSTEMS.iterdir()
    if (told := system / "in_dark.txt").exists()
    for slug in told.read_text(encoding="utf-8").split()
}
EITHER = tuple(
    bytes(round(part * 255) for part in colour).hex()
    for colour in (theme("dark").ink, theme("dark").paper)
)


def drawing(slug: str, appearance: str) -> str:
    """A figure's SVG, drawn in the colours of one appearance."""
    name = SHOWN[slug][0]
    canvas = canvas_shown(slug, name, appearance)
    dpi = CSS_DPI * EXPORT_SCALE
    with applied(theme(appearance)):
        canvas.figure.set_dpi(dpi)
        size = round(WIDTH * EXPORT_SCALE), int(canvas.height * EXPORT_SCALE)
        return Sheets(*size, dpi, twins(tuple(shown(name).rule.class_names))).draw(canvas.figure)[1]


def inked(drawing: str) -> list[tuple[str, str]]:
    """Every shape and word of a drawing, and its colours: its own, or those of its groups."""

    def walk(above: Element, inks: dict[str, str]) -> Iterator[tuple[str, str]]:
        for each in above:
            own = inks | {of: each.attrib.pop(of) for of in ("fill", "stroke") if of in each.attrib}
            kind = each.tag.rpartition("}")[2]
            if kind == "g":
                yield from walk(each, own)
            elif kind not in ("defs", "style", "image"):
                told = f"{kind} {sorted(each.attrib.items())} {each.text}"
                yield told, " ".join(f"{of}{own[of]}" for of in sorted(own) if own[of] != "none")

    return list(walk(fromstring(drawing), {}))


def images(drawing: str, dark: bool = False) -> list[np.ndarray]:
    """The pictures within a drawing: those shown on light pages or on dark ones."""
    found = re.findall(
        rf'<image(?=[^>]* class="{DARK}")[^>]*base64,([^"]*)"'
        if dark
        else rf'<image(?![^>]* class="{DARK}")[^>]*base64,([^"]*)"',
        re.sub("<mask.*?</mask>", "", drawing),
    )
    return [
        np.array(Image.open(BytesIO(b64decode(data))).convert("RGBA")).astype(int) for data in found
    ]


def exchanged(slug: str, inks: str) -> str:
    kinds = tuple(shown(SHOWN[slug][0]).rule.class_names)

    def of(found: re.Match[str]) -> str:
        return bytes(twins(kinds).of(tuple(bytes.fromhex(found[0])))).hex()

    return re.sub("(?<=#)[0-9a-f]{6}", of, inks)


def parts(inks: str) -> np.ndarray:
    return np.array([list(bytes.fromhex(c)) for c in re.findall("(?<=#)[0-9a-f]{6}", inks)], int)


@pytest.mark.parametrize("slug", sorted(IN_DARK))
def test_a_drawing_with_its_colours_exchanged_is_the_drawing_of_the_dark_theme(slug: str) -> None:
    """The same shapes and words in the same order, their colours but for rounding; images too.
    Words on a fill on which ink and paper read as well may be in either.
    """
    light, dark = drawing(slug, "light"), drawing(slug, "dark")
    swapped, right = inked(light), inked(dark)
    assert [line for line, _ in swapped] == [line for line, _ in right]
    either = 0
    for (line, ink), (_, wanted) in zip(swapped, right):
        ours, theirs = parts(exchanged(slug, ink)), parts(wanted)
        assert ours.shape == theirs.shape, line
        same = not ours.size or abs(ours - theirs).max() <= 4
        assert same or (line.startswith("text") and wanted.endswith(EITHER)), (line, ink, wanted)
        either += not same
    assert either <= len(right) / 200
    for ours, theirs in zip(images(light, dark=True), images(dark), strict=True):
        assert (abs(ours - theirs)[..., :3] * (ours[..., 3:] > 8)).max() <= 8


def test_every_colour_of_the_light_theme_has_one_twin() -> None:
    """No two colours that look the same in the light differ in the dark, in any rule."""
    for classes in (("even", "odd", "trigger"), ("number", "low", "high", "small", "trigger")):
        pairs, found = twins(classes), {}
        named = len(pairs.light) - 256 * len(theme("light", classes).ramps)
        for light, dark in zip(pairs.light[:named].tolist(), pairs.dark[:named].tolist()):
            known = found.setdefault(tuple(light), dark)
            assert np.abs(np.array(known) - dark).max() <= 1, (light, known, dark)


@pytest.mark.parametrize("name", THEMES)
def test_words_on_any_fill_are_readable(name: str) -> None:
    """A contrast of 3 on every value of every map; in the light for the twins in the dark too."""
    look, dark = theme(name), theme("dark")
    for scale in ("probability", "entropy", "signed"):
        for at in np.linspace(0, 1, 65):
            fill = tuple(getattr(look, scale)(at)[:3])
            ink = readable_on(look, fill)
            assert contrast(ink, fill) >= 3
            if name == "light":
                twin = twins().of(tuple(round(part * 255) for part in ink))
                below = tuple(getattr(dark, scale)(at)[:3])
                assert contrast(tuple(part / 255 for part in twin), below) >= 3


def test_a_colour_that_is_not_of_the_theme_stays() -> None:
    assert twins().of((255, 0, 255)) == (255, 0, 255)


def test_a_drawing_brings_its_glyphs_and_its_dark_colours(tmp_path: Path, learnt: Study) -> None:
    """The face that the page would use, cut to what is written; nothing is asked of anybody."""
    still(all_figures("sequence_rules")["attention-by-lag"], learnt, tmp_path, "one")
    text = (tmp_path / "one.svg").read_text(encoding="utf-8")
    style = text[text.index("<style>") : text.index("</style>")]
    assert style.count("@font-face") >= 2
    assert style.count("base64,") == style.count("@font-face")
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")
    paper = ["".join(f"{round(part * 255):02x}" for part in theme(n).paper) for n in THEMES]
    assert '@media (prefers-color-scheme:dark){[fill="#' in style
    assert f'[fill="#{paper[0]}"]{{fill:#{paper[1]}}}' in style
