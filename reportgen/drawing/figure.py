"""What a figure is, and the registry that listing this package fills."""

import abc
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from importlib import import_module
from typing import ClassVar, Generic, TypeVar, cast

import numpy as np
from jaxtyping import Int

from reportgen.core.study import Study
from reportgen.drawing.canvas import Canvas
from reportgen.drawing.declared import TABLE, Declared, declared, declared_by
from reportgen.errors import FigureError, UsageError, nearest
from reportgen.measure.numbers import grouped
from reportgen.system import System

View = TypeVar("View", bound=Study)  # the study as its system sees it
Data = TypeVar("Data")  # the numbers of one checkpoint
Scale = TypeVar("Scale")  # limits and norms


NO_SEQUENCE = np.zeros((0, 0), dtype=np.int64)


class Drawing(abc.ABC, Generic[View, Data, Scale]):
    """The numbers of a study, how they are drawn, and what is said of them.

    `compute` never sees matplotlib, `draw` never sees the study; a still is a film of one frame.
    """

    @abc.abstractmethod
    def compute(self, study: View) -> Data:
        """The numbers of one checkpoint, a frozen dataclass."""

    @abc.abstractmethod
    def height_of(self, data: Data) -> float:
        """CSS pixels for these data."""

    def scale(self, frames: Sequence[Data]) -> Scale:
        """Limits and norms that hold in all frames; None where none need to be known."""
        return cast("Scale", None)

    @abc.abstractmethod
    def draw(self, canvas: Canvas, data: Data, scale: Scale) -> Callable[[Data], None] | None:
        """Build the artists, and return what makes them show these or other data, if any do move;
        `show` calls it.
        """

    @abc.abstractmethod
    def caption(self, data: Data) -> str:
        """How to read marks and colours; it draws no conclusion."""

    @abc.abstractmethod
    def alt(self, data: Data) -> str:
        """The figure in a sentence or two for those who cannot see it, with its own numbers."""


class Figure(Drawing[View, Data, Scale]):
    """A drawing that a report may show, under a name and a title of its own."""

    # what the table of its folder says, and `Declared` explains
    slug: ClassVar[str]
    title: ClassVar[str]
    film: ClassVar[bool] = False
    needs: ClassVar[Sequence[str]] = ()
    over_seeds: ClassVar[bool] = False
    follows: ClassVar[str] = ""
    height: ClassVar[float] = 0  # CSS pixels; the width is that of the page

    def height_of(self, data: Data) -> float:
        """CSS pixels for these data; `height` unless it depends on them."""
        return self.height

    def sequences(self, study: View) -> Int[np.ndarray, "sequence position"]:
        """Token ids of the sequences that it shows, which its page opens in the playground; none
        unless it follows demonstrations.
        """
        rows = study.demonstrations.inputs if self.follows else NO_SEQUENCE
        return rows[study.demonstration :][:1] if self.follows == "one" else rows

    def numbers(self, data: Data) -> dict[str, np.ndarray]:
        """Every array and number of the data by name, for download. NaN stands for a cell that is
        not there; FigureError for infinity, which is no number either.
        """
        found = dict(_flat("", data))
        for name, values in found.items():
            if values.dtype.kind == "f" and np.isinf(values).any():
                raise self.out_of_proportion(f"{name} holds infinity")
        return found

    def out_of_proportion(self, what: str) -> FigureError:
        """The error for a network whose weights are so large that there is nothing to show."""
        return FigureError(
            f"figure {self.slug!r} cannot be drawn: {what}, since weights of this network are out "
            "of all proportion; train it with a lower training.lr"
        )


def show(
    drawing: Drawing[View, Data, Scale], canvas: Canvas, data: Data, scale: Scale
) -> Callable[[Data], None]:
    """Draw these data on a canvas, and return what moves them to other data."""
    update = drawing.draw(canvas, data, scale) or (lambda data: None)
    update(data)
    return update


def _flat(name: str, value: object) -> Iterator[tuple[str, np.ndarray]]:
    join: Callable[[object], str] = lambda part: f"{name}.{part}" if name else str(part)
    if is_dataclass(value) and not isinstance(value, type):
        for f in fields(value):
            yield from _flat(join(f.name), getattr(value, f.name))
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _flat(join(key), item)
    elif isinstance(value, (tuple, list)) and any(
        is_dataclass(v) or isinstance(v, (np.ndarray, tuple, list, Mapping)) for v in value
    ):
        for i, item in enumerate(value):
            yield from _flat(join(i), item)
    elif value is not None:
        array = np.asarray(value)
        yield (
            name,
            array if array.dtype != object else np.array([str(v) for v in np.atleast_1d(array)]),
        )


Registered = Figure[Study, object, object]  # what its numbers are is its own affair
FIGURES: dict[str, Registered] = {}
SAID = tuple(f.name for f in fields(Declared) if f.name != "module")  # in the table alone
Class = type[Figure[View, Data, Scale]]


def figure(slug: str) -> Callable[[Class[View, Data, Scale]], Class[View, Data, Scale]]:
    """Register a figure; what the table of its folder says under this slug becomes its own."""

    def register(cls: Class[View, Data, Scale]) -> Class[View, Data, Scale]:
        package = cls.__module__.rpartition(".")[0]
        told, table = declared(package), f"the table {package}.{TABLE}"
        own = [name for above in cls.__mro__ if above not in Figure.__mro__ for name in vars(above)]
        if slug not in told:
            wrong = f"figure {slug!r} is not in {table}{nearest(slug, told)}; add it there"
        elif told[slug].module != cls.__module__:
            wrong = f"figure {slug!r} is of {told[slug].module}, by {table}; name this file there"
        elif slug in FIGURES:
            wrong = f"figure {slug!r} stands twice; also in {type(FIGURES[slug]).__module__}"
        elif said := [name for name in SAID if name in own]:
            wrong = f"{said[0]}: say it in {table}, and there alone"
        elif not cls.height and cls.height_of is Figure.height_of:
            wrong = "height: missing; say it in CSS pixels, or of the data in height_of(data)"
        else:
            for name in SAID:
                setattr(cls, name, getattr(told[slug], name))
            FIGURES[slug] = cast("Registered", cls())
            return cls
        raise FigureError(f"{cls.__module__}: class {cls.__name__}: {wrong}")

    return register


def figure_of(module: str, slug: str) -> Registered:
    """A figure of a module, which is imported alone: a mistake in another one is no concern of
    it.
    """
    import_module(module)
    if slug not in FIGURES:
        raise FigureError(
            f"{module}: no class stands under @figure({slug!r}), which the table beside it lists"
        )
    return FIGURES[slug]


def figures_of(system: System) -> Mapping[str, Registered]:
    """Every figure of a system by slug, as its table lists them."""
    return {slug: figure_of(one.module, slug) for slug, one in declared_by(system).items()}


def figure_called(slug: str, known: Mapping[str, Registered]) -> Registered:
    """The figure with this slug; UsageError with the nearest ones otherwise."""
    if slug not in known:
        raise UsageError(
            f"no figure is called {slug!r}{nearest(slug, known)}; known: {', '.join(known)}"
        )
    return known[slug]


def stamp(step: int) -> str:
    """The checkpoint a picture belongs to."""
    return f"step {grouped(step)}"
