"""09: the queries and keys of every token at every position, in the one plane where they meet."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import Figure, figure, stamp
from reportgen.drawing.keys import Entry, Layout, dot, key
from reportgen.drawing.planes import View, plane
from reportgen.drawing.style import SMALL
from reportgen.drawing.views import box, closer, shaped
from reportgen.systems.sequence_rules.figures.parts.plane_marks import frame_view
from reportgen.systems.sequence_rules.figures.parts.queries import Cloud
from reportgen.systems.sequence_rules.view import Study

WIDE, TALL = 336, 372  # of each panel, in pixels


@dataclass(frozen=True)
class Data:
    """Queries and keys of every token at every position."""

    step: int
    tokens: tuple[str, ...]
    classes: Mapping[str, str]
    q: np.ndarray  # [token, position, dim]
    k: np.ndarray


@dataclass(frozen=True)
class Scale:
    """Two views of one plane."""

    whole: View  # around all queries and keys
    close: View | None  # around the keys, where that enlarges them


def lengths(data: Data) -> dict[str, float]:
    """The longest query and key, and their median lengths."""
    size = {
        name: np.linalg.norm(points, axis=-1)
        for name, points in (("query", data.q), ("key", data.k))
    }
    return {
        f"{what} {name}": float(measure(size[name]))
        for name in size
        for what, measure in (("longest", np.max), ("median", np.median))
    }


@figure("qk-space")
class QKSpace(Figure[Study, Data, Scale]):
    """All queries and all keys, and the keys' part of the plane enlarged where that gains
    anything.
    """

    height = 544

    def compute(self, study: Study) -> Data:
        return Data(
            study.step,
            study.tokens,
            study.classes,
            study.lattice.q(head=0),
            study.lattice.k(head=0),
        )

    def scale(self, frames: Sequence[Data]) -> Scale:
        keys = [f.k for f in frames]
        whole = shaped(box(*keys, *(f.q for f in frames)), WIDE / TALL)
        return Scale(whole, closer(whole, WIDE, shaped(box(*keys), WIDE / TALL), WIDE))

    def draw(self, canvas: Canvas, data: Data, scale: Scale) -> Callable[[Data], None]:
        theme = canvas.theme
        blue, red = theme.roles["query"], theme.roles["key"]
        canvas.headline(
            self.title,
            "The score of a query for a key is their dot product: it grows with both lengths, and"
            " is negative where they point apart.",
            stamp(data.step),
        )
        whole, close = canvas.panel(44, 84, WIDE, TALL), canvas.panel(760 - WIDE, 84, WIDE, TALL)
        plane(whole, theme, scale.whole)
        plane(close, theme, scale.close or scale.whole, None, numbered=3)
        canvas.caption(whole, "a", "Queries and keys", "queries named")
        words = "The red frame, enlarged" if scale.close else "The same again"
        canvas.caption(close, "b", words, "keys named")
        if scale.close:
            frame_view(whole, scale.close, red, 1)
            for spine in close.spines.values():
                spine.set(edgecolor=red, linewidth=1)
        named = {
            role: Cloud(axes, theme, role, ends=(-1,))
            for role, axes in (("query", whole), ("key", close))
        }
        others = {
            "key": Cloud(whole, theme, "key", ends=(), dot=0.6),
            "query": Cloud(close, theme, "query", ends=(), dot=0.6, strength=0.35),
        }
        key(
            canvas,
            44,
            526,
            [Entry("query", dot("o", blue, 30)), Entry("key", dot("s", red, 30))],
            Layout(apart=40),
        )
        measured = canvas.text(760, 526, "", SMALL, theme.muted, ha="right")

        def update(data: Data) -> None:
            others["query"].set(data.q, data.tokens)
            others["key"].set(data.k, data.tokens)
            named["query"].set(data.q, data.tokens, avoid=data.k)
            named["key"].set(data.k, data.tokens)
            size = lengths(data)
            measured.set_text(
                f"Longest query {size['longest query']:.1f}, median {size['median query']:.1f}. "
                f" Longest key {size['longest key']:.1f}, median {size['median key']:.1f}."
            )

        return update

    def caption(self, data: Data) -> str:
        return (
            f"Queries (blue dots) and keys (red squares) of {len(data.tokens)} tokens at"
            f" {data.q.shape[1]} positions each. A line joins one token at all positions, dots grow"
            " with position, and a name stands at the last. Names that share a point are written as"
            " one label. (a) All of them, queries named. (b)"
            f" {'The frame around the keys, enlarged' if self.scale([data]).close else 'The same'},"
            " keys named."
        )

    def alt(self, data: Data) -> str:
        size = lengths(data)
        return (
            f"{data.q[..., 0].size} queries and {data.k[..., 0].size} keys in one plane at step"
            f" {data.step:,}. Queries reach {size['longest query']:.1f} from the origin, half of"
            f" them no further than {size['median query']:.1f}; keys reach"
            f" {size['longest key']:.1f}, half of them no further than {size['median key']:.1f}."
        )
