"""From embeddings to queries, keys and values: three matrices, and where each of them carries every
token.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.colors import Normalize

from reportgen.drawing.bars import signed_bar
from reportgen.drawing.canvas import Canvas
from reportgen.drawing.matrices import Matrix, signed_norm
from reportgen.drawing.planes import Ladders, View, common_view, plane
from reportgen.drawing.style import SMALL
from reportgen.drawing.views import closer
from reportgen.systems.sequence_rules.figures.parts.plane_marks import frame_view
from reportgen.systems.sequence_rules.view import Study

# CSS pixels at least of a cloud below its matrix, and of the same cloud in a panel of its own
ACROSS, ALONE = 118, 222
ROLES = {"query": ("W_Q", "Queries"), "key": ("W_K", "Keys"), "value": ("W_V", "Values")}


@dataclass(frozen=True)
class Transforms:
    """Every token at every position before attention, and what the three matrices of the head make
    of it.
    """

    step: int
    tokens: tuple[str, ...]
    classes: Mapping[str, str]
    class_names: Mapping[str, str]
    sums: np.ndarray  # [token, position, dim]
    matrices: Mapping[str, np.ndarray]  # role -> [d_model, d_head]
    points: Mapping[str, np.ndarray]  # role -> [token, position, dim]


@dataclass(frozen=True)
class TransformScale:
    """One norm for the three matrices, one view for the three clouds, and the view of each
    alone.
    """

    weights: Normalize
    sums: View
    common: View
    own: Mapping[str, View]


def transforms(study: Study) -> Transforms:
    """The transforms of the first head."""
    lattice, head = study.lattice, (0, 0)
    return Transforms(
        study.step,
        study.tokens,
        study.classes,
        study.rule.class_names,
        lattice.sums,
        {role: study.weights[name][head] for role, (name, _) in ROLES.items()},
        {"query": lattice.q(head=0), "key": lattice.k(head=0), "value": lattice.v(head=0)},
    )


def transform_scale(frames: Sequence[Transforms]) -> TransformScale:
    """Scales that hold in all frames."""
    clouds = {role: [f.points[role] for f in frames] for role in ROLES}
    common = common_view(*(c for cloud in clouds.values() for c in cloud))
    own = {
        role: closer(common, ACROSS, common_view(*cloud), ALONE) for role, cloud in clouds.items()
    }
    return TransformScale(
        signed_norm(*(m for f in frames for m in f.matrices.values())),
        common_view(*(f.sums for f in frames)),
        common,
        {role: view or common for role, view in own.items()},
    )


class TransformRow:
    """The embeddings, then for each role its matrix with the cloud it makes below, all clouds in
    one view.
    """

    def __init__(
        self,
        canvas: Canvas,
        data: Transforms,
        scale: TransformScale,
        *,
        top: float,
        side: float,
        frames: bool,
    ) -> None:
        theme = canvas.theme
        self.tokens = data.tokens
        start = canvas.panel(44, top, side, side)
        plane(start, theme, scale.sums)
        canvas.caption(start, "a", "Token + position")
        self.sums = Ladders(start, theme, data.classes, size=9.5, ends=(-1,))
        left, wide = 44 + side + 66, (760 - 44 - side - 66 - 2 * 24) / 3
        wide = min(wide, side * 0.54)
        gap = (760 - left - 3 * wide) / 2
        self.matrices: dict[str, Matrix] = {}
        self.clouds: dict[str, Ladders] = {}
        for i, (role, (name, words)) in enumerate(ROLES.items()):
            x = left + i * (wide + gap)
            cells = canvas.panel(x, top, wide, side - wide - 48)
            self.matrices[role] = Matrix(
                cells,
                theme,
                theme.signed,
                scale.weights,
                ("dim 0", "dim 1") if i == 0 else ("", ""),
                ("dim 0", "dim 1"),
                digits=2,
                size=9,
            )
            canvas.caption(
                cells,
                "bcd"[i],
                name,
                "rows in, columns out" if i == 0 and wide > 150 else "",
                colour=theme.roles[role],
            )
            axes = canvas.panel(x, top + side - wide, wide, wide)
            plane(axes, theme, scale.common, None)
            canvas.caption(axes, "", words, colour=theme.roles[role])
            self.clouds[role] = Ladders(axes, theme, data.classes, ends=(), dot=0.55)
            if frames:
                frame_view(axes, scale.own[role], theme.roles[role], 1)
        signed_bar(canvas, scale.weights, left, top + side + 26, wide, "weight (b, c, d)")
        canvas.text(
            left + wide + gap,
            top + side + 22,
            "Matrices: one colour scale.  Clouds: one"
            f" view,\n{scale.common[1] - scale.common[0]:.1f} wide; that of a is"
            f" {scale.sums[1] - scale.sums[0]:.1f} wide.",
            SMALL,
            theme.muted,
            va="top",
            linespacing=1.3,
        )

    def set(self, data: Transforms) -> None:
        self.sums.set(data.sums, data.tokens)
        for role in ROLES:
            self.matrices[role].set(data.matrices[role])
            self.clouds[role].set(data.points[role], data.tokens)
