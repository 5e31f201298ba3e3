"""Stamped words are the words that matplotlib draws: their place, colour, outline, order and
clipping.
"""

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from reportgen.drawing.canvas import Canvas, halo
from reportgen.drawing.layers import Layers
from reportgen.drawing.rasterised import RasterisedLabels
from reportgen.drawing.sheets import Sheets
from reportgen.drawing.style import THEMES, applied, theme
from reportgen.drawing.twins import twins

DPI = 161.7
LOOKS = {
    "plain": dict(size=9),
    "bold, centred": dict(size=12, weight="bold", ha="center", va="center"),
    "outlined": dict(size=11, weight="bold", ha="right", va="top"),
    "faint": dict(size=10, alpha=0.4),
    "turned": dict(size=9, rotation=30, va="bottom"),
}


def sheet(look: str = "light") -> tuple[Canvas, RendererAgg]:
    canvas = Canvas(theme(look), 80, width=200)
    agg = FigureCanvasAgg(canvas.figure)
    canvas.figure.set_dpi(DPI)
    return canvas, agg.get_renderer()


def words(canvas: Canvas, x: float, y: float, what: str = "Åq 12", **style) -> Text:
    return canvas.figure.add_artist(Text(x, y, what, transform=None, **style))


def drawn(renderer: RendererAgg, paper, draw) -> np.ndarray:
    """Red, green and blue [y, x, 3] of paper after a drawing."""
    renderer.clear()
    gc = renderer.new_gc()
    renderer.draw_image(
        gc,
        0,
        0,
        np.tile(
            np.append(np.rint(np.array(paper) * 255), 255).astype(np.uint8),
            (int(renderer.height), int(renderer.width), 1),
        ),
    )
    draw()
    return np.asarray(renderer.buffer_rgba())[..., :3].astype(int)


def stamped(stamps: RasterisedLabels, text: Text, renderer: RendererAgg, paper) -> np.ndarray:
    """What the second drawing of the same words leaves: the first one is matplotlib's own."""
    stamps.draw(text, renderer)
    return drawn(renderer, paper, lambda: stamps.draw(text, renderer))


@pytest.mark.parametrize("look", THEMES)
@pytest.mark.parametrize("style", LOOKS.values(), ids=list(LOOKS))
def test_at_a_whole_or_half_pixel_a_stamp_is_what_matplotlib_draws(style: dict, look: str) -> None:
    """In every look, in both themes, with an outline too."""
    ink = theme(look)
    with applied(ink):
        canvas, renderer = sheet(look)
        effects = halo(ink) if style is LOOKS["outlined"] else None
        for x, y in ((150, 60), (140.5, 71), (151, 60.5)):
            text = words(canvas, x, y, color=ink.classes["trigger"], path_effects=effects, **style)
            own = drawn(renderer, ink.paper, lambda text=text: text.draw(renderer))
            ours = stamped(RasterisedLabels(), text, renderer, ink.paper)
            assert abs(own - np.rint(np.array(ink.paper) * 255)).max() > 60
            assert abs(own - ours).max() <= 3


def test_between_pixels_a_stamp_is_a_quarter_of_a_pixel_off_at_most() -> None:
    """Any place: as much ink, and its middle where it belongs."""
    rng, ink = np.random.default_rng(0), theme("light")
    with applied(ink):
        canvas, renderer = sheet()
        stamps, corner = RasterisedLabels(), np.array([150.0, 60.0])
        for at in corner + rng.uniform(0, 1, (12, 2)):
            text = words(canvas, *at, weight="bold", size=12, color=ink.ink)
            own, ours = (
                255 - pixels.mean(-1)
                for pixels in (
                    drawn(renderer, ink.paper, lambda text=text: text.draw(renderer)),
                    stamped(stamps, text, renderer, ink.paper),
                )
            )
            middle = lambda dark: np.array(
                [
                    (dark.sum(axis) * np.arange(dark.shape[1 - axis])).sum() / dark.sum()
                    for axis in (0, 1)
                ]
            )
            assert ours.sum() == pytest.approx(own.sum(), rel=0.01)
            assert abs(middle(ours) - middle(own)).max() < 0.27
    assert len(stamps.kept) <= 9


def test_words_are_clipped_as_they_were() -> None:
    """Half of them are beyond the panel."""
    ink = theme("light")
    with applied(ink):
        canvas, renderer = sheet()
        axes = canvas.panel(20, 20, 100, 40)
        text = axes.text(1, 0.5, "clipped", size=14, ha="center", clip_on=True)
        own = drawn(renderer, ink.paper, lambda: text.draw(renderer))
        ours = stamped(RasterisedLabels(), text, renderer, ink.paper)
        edge = int(np.ceil(axes.bbox.x1))
        assert (ours[:, edge + 1 :] == 255).all()
        assert (ours[:, edge - 8 : edge] < 200).any()
        assert abs(own.mean() - ours.mean()) < 0.05
        text.set_clip_on(False)
        assert (stamped(RasterisedLabels(), text, renderer, ink.paper)[:, edge + 1 :] < 200).any()


def test_what_is_hidden_empty_or_nowhere_is_not_drawn() -> None:
    ink = theme("light")
    with applied(ink):
        canvas, renderer = sheet()
        for text in (
            words(canvas, 99, 60, ""),
            words(canvas, 99, 60, " "),
            words(canvas, 99, 60, visible=False),
            words(canvas, np.nan, 60),
        ):
            assert (stamped(RasterisedLabels(), text, renderer, ink.paper) == 255).all()


def test_words_in_a_box_keep_their_box() -> None:
    """What is more than words is matplotlib's."""
    ink = theme("light")
    with applied(ink):
        canvas, renderer = sheet()
        text = words(canvas, 99.3, 60.2, bbox=dict(facecolor="red"))
        own = drawn(renderer, ink.paper, lambda: text.draw(renderer))
        assert (stamped(RasterisedLabels(), text, renderer, ink.paper) == own).all()


def test_only_so_many_are_kept_and_the_longest_unused_goes_first() -> None:
    with applied(theme("light")):
        canvas, renderer = sheet()
        stamps = RasterisedLabels(most=3)
        for what in ("a", "b", "c", "a", "d", "a", "e"):
            stamps.draw(words(canvas, 99, 60, what), renderer)
    assert [key[0] for key in stamps.kept] == ["d", "a", "e"]
    assert [stamp is None for stamp in stamps.kept.values()] == [True, False, True]


def test_a_look_that_changes_is_another_stamp() -> None:
    """Colour, size, weight, words and resolution all count."""
    ink = theme("light")
    with applied(ink):
        canvas, renderer = sheet()
        text, stamps = words(canvas, 150, 60, "8", size=9, color=ink.ink), RasterisedLabels()
        seen = [stamped(stamps, text, renderer, ink.paper)]
        for change in (
            dict(color=ink.classes["even"]),
            dict(size=14),
            dict(weight="bold"),
            dict(text="9"),
            dict(path_effects=halo(ink)),
        ):
            text.set(**change)
            seen.append(stamped(stamps, text, renderer, ink.paper))
            assert (
                abs(seen[-1] - drawn(renderer, ink.paper, lambda: text.draw(renderer))).max() <= 3
            )
        canvas.figure.set_dpi(2 * DPI)
        stamps.draw(text, RendererAgg(400, 200, 2 * DPI))
    assert len(stamps.kept) == len(seen) + 1


def test_words_that_move_leave_nothing_behind_and_stay_in_their_order() -> None:
    """A word goes from left to right, over one area and under another; every frame is what a sheet
    drawn anew shows.
    """
    ink = theme("light")
    with applied(ink):
        moving, _ = sheet()
        fresh, renderer = sheet()
        texts = []
        for canvas in (moving, fresh):
            for x, order in ((40, 1), (150, 5)):
                canvas.figure.add_artist(
                    Rectangle(
                        (x, 40), 60, 60, transform=None, facecolor=ink.classes["even"], zorder=order
                    )
                )
            texts.append(
                words(canvas, 0, 60, "moves", size=14, weight="bold", zorder=3, color=ink.ink)
            )
        layers = Layers(moving.figure)
        for x in (20, 60, 110, 160, 210, 160, 60):
            for text in texts:
                text.set_x(x)
            fresh.figure.canvas.draw()
            assert (
                abs(
                    layers.frame().astype(int) - np.asarray(fresh.figure.canvas.buffer_rgba())
                ).max()
                <= 3
            )
    assert any(stamp is not None for stamp in layers.stamps.kept.values())


def test_a_drawing_has_words_and_no_stamps() -> None:
    """The same artist on a sheet that is a drawing too stays text."""
    with applied(theme("light")):
        canvas, _ = sheet()
        text = words(canvas, 99, 60, "ring 7", size=9)
        layers = Layers(canvas.figure)
        for x in (99, 120, 99, 120):
            text.set_x(x)
            layers.frame()
        _, drawing = Sheets(
            *canvas.figure.canvas.get_width_height(), canvas.figure.dpi, twins()
        ).draw(canvas.figure)
    assert ">ring 7</text>" in drawing
