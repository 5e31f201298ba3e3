"""The measure of pictures sees what an eye would see, and lets pass what it would not; so it does
after pictures were kept in few colours.
"""

import pytest
from diffwork import drawn
from PIL import Image, ImageDraw

from reportgen.diff.tiles import AS_DRAWN, AS_KEPT, at_shown_size, difference, few_colours


def transparent() -> Image.Image:
    picture = drawn().convert("RGBA")
    picture.putpixel((0, 0), (255, 255, 255, 0))
    return picture


def cropped() -> Image.Image:
    return drawn().crop((0, 0, 400, 239))


BROKEN = {
    "missing legend": lambda: drawn(legend=False),
    "another digit": lambda: drawn(9),
    "a digit most like it": lambda: drawn(8),
    "recoloured": lambda: drawn(ink="#d55e00"),
    "moved line": lambda: drawn(line=0.2),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_an_eye_sees_is_seen(name: str) -> None:
    old = drawn(3) if name == "a digit most like it" else drawn()
    new = BROKEN[name]()
    assert difference(old, new, AS_DRAWN)
    assert difference(few_colours(old), few_colours(new), AS_KEPT)


def test_every_other_digit_is_seen_wherever_it_stands() -> None:
    """Also where the squares that are looked at cut it in two."""
    digits = [drawn(digit) for digit in range(10)]
    unseen = [
        (i, k, left)
        for left in range(4)
        for i in range(10)
        for k in range(i)
        if not difference(moved(digits[i], left), moved(digits[k], left))
    ]
    assert unseen == []


def moved(picture: Image.Image, left: int) -> Image.Image:
    return picture.crop((left, left, 120 + left, 239 - 4 + left))


def test_the_last_pixels_are_looked_at() -> None:
    """Also where no tile of a grid begins as far out."""
    old = drawn().crop((0, 0, 399, 239))
    new = old.copy()
    ImageDraw.Draw(new).line([(389, 238), (398, 238)], fill="black")
    assert "in the 8 × 8 pixels at 391, 231" in difference(old, new)


def test_other_sizes_and_transparent_pictures_are_told() -> None:
    assert difference(drawn(), cropped()) == "size 400 × 239, was 400 × 240"
    assert difference(drawn(), transparent()) == "the new picture is not opaque"
    assert difference(transparent(), drawn()) == "the old picture is not opaque"


def test_noise_of_a_thousandth_passes() -> None:
    old, new = drawn(), drawn(line=1e-3)
    assert old.tobytes() != new.tobytes()
    assert difference(old, new) == ""
    assert difference(few_colours(old), few_colours(new), AS_KEPT) == ""


def test_large_pictures_are_looked_at_as_large_as_they_are_shown() -> None:
    """And stay transparent where they are."""
    large = drawn().resize((1200, 720))
    assert at_shown_size(large).size == (600, 360)
    assert at_shown_size(drawn()).size == (400, 240)
    assert difference(at_shown_size(transparent().resize((1200, 720))), at_shown_size(large)) == (
        "the old picture is not opaque"
    )
