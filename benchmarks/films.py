"""A film over all checkpoints against a figure that is drawn anew for every frame and saved."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks.measure import ROOT, Line, Size, Variant, in_turn, inside
from reportgen.core import config as configs
from reportgen.core.runs import Run
from reportgen.core.study import Study, study_of
from reportgen.drawing.rendering import FILM, RATE, draw, film
from reportgen.system import system_of

FRAMES, HEAVIEST = 201, "output-dynamics"
STORED = ROOT / "tests" / "runs" / "learnt.safetensors"


def lines(size: Size) -> list[Line]:
    plain, ours = in_turn(
        size.runs,
        lambda: inside("films", "plain", frames=size.plain_frames),
        lambda: inside("films", "product", frames=size.frames),
    )
    return [
        Line(
            "film",
            f"the heaviest film, {FRAMES} frames, as MP4 and GIF",
            Variant(
                f"drawn once, then moved; {size.frames} frames were made",
                ours,
                FRAMES / size.frames,
            ),
            Variant(
                f"drawn anew and saved for every frame; {size.plain_frames} frames were made",
                plain,
                FRAMES / size.plain_frames,
            ),
            most_seconds=None,
            least_ratio=20,
            note=(
                f"{HEAVIEST}: both compute the same numbers and draw the same figure, are scaled by"
                " the frame, and encode what they drew; the plain way keeps its frames in a list."
                " The checkpoints between those of the stored run are interpolated."
            ),
        )
    ]


def made_study(checkpoints: int) -> Study:
    """The stored run with as many checkpoints as wanted: weights and history in between lie on
    straight lines.
    """
    run = Run.load(STORED)
    at = np.linspace(0, len(run.steps) - 1, checkpoints)
    before = np.minimum(at.astype(int), len(run.steps) - 2)
    share = (at - before).astype(np.float32)

    def between(values: np.ndarray) -> np.ndarray:
        weight = share.reshape(-1, *[1] * (values.ndim - 2))
        return values[:, before] * (1 - weight) + values[:, before + 1] * weight

    steps = np.interp(at, range(len(run.steps)), run.steps).round().astype(run.steps.dtype)
    many = Run(
        run.config,
        run.seeds,
        steps,
        {k: between(v) for k, v in run.parameters.items()},
        {k: between(v) for k, v in run.history.items()},
        run.versions,
    )
    return study_of(configs.from_values(run.config), many)


def product(*, frames: int) -> Callable[[], object]:
    """Our way."""
    from reportgen.drawing.figure import figure_called, figures_of

    study = made_study(frames)
    figure = figure_called(HEAVIEST, figures_of(system_of(study.config)))

    def work() -> None:
        with TemporaryDirectory() as folder:
            film(figure, study, [int(step) for step in study.run.steps], Path(folder), HEAVIEST)

    return work


def plain(*, frames: int) -> Callable[[], object]:
    """The plain way: a new figure and `savefig` for every frame, then both files from the list of
    frames.
    """
    import imageio.v2 as imageio

    from reportgen.drawing.figure import figure_called, figures_of
    from reportgen.drawing.style import CSS_DPI, applied, theme

    study = made_study(max(2, frames))
    figure = figure_called(HEAVIEST, figures_of(system_of(study.config)))

    def work() -> None:
        with TemporaryDirectory() as folder, applied(theme("light")):
            data = [figure.compute(study.at(int(step))) for step in study.run.steps[:frames]]
            scale = figure.scale(data)
            pictures = []
            for i, numbers in enumerate(data):
                canvas = draw(figure, numbers, scale)
                path = Path(folder) / f"{i}.png"
                canvas.figure.savefig(
                    path, dpi=CSS_DPI * min(FILM[0] / canvas.width, FILM[1] / canvas.height)
                )
                pictures.append(imageio.imread(path)[..., :3])
            imageio.mimsave(Path(folder) / "film.mp4", pictures, fps=RATE)
            imageio.mimsave(Path(folder) / "film.gif", pictures, duration=1000 / RATE)

    return work
