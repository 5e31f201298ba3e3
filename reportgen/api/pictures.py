"""Figures of a report as pictures that a notebook shows and a file keeps."""

import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType

import numpy as np
from jaxtyping import Int

from reportgen.core.config.needs import lacks
from reportgen.core.study import Study
from reportgen.drawing.declared import Declared, declared_by
from reportgen.errors import UsageError, nearest
from reportgen.system import system_of

KINDS = (".svg", ".png", ".npz")
GIVEN = "the weights were given: there is no training and no other seed to show"
OWN = (
    "It is drawn of tokens of the reader’s own, {}: what is said here of a demonstration, a passage"
    " or a held-out sequence is said of these."
)


@dataclass(frozen=True, eq=False)
class Picture:
    """A drawn figure. A notebook shows it with its caption, light or dark as the reader prefers."""

    slug: str
    title: str
    caption: str = field(repr=False)
    alt: str = field(repr=False)  # the figure in words, with its numbers
    step: int  # the checkpoint it shows
    seed: int
    width: int  # CSS pixels
    height: int
    svg: str = field(repr=False)
    png: bytes = field(repr=False)  # light
    numbers: Mapping[str, np.ndarray] = field(repr=False)  # what is drawn, array by array

    def save(self, path: str | Path) -> Path:
        """Write it as .svg, .png or, its numbers, .npz, by how the path ends; UsageError for
        another ending. An older file is replaced.
        """
        path = Path(path)
        if path.suffix == ".svg":
            path.write_text(self.svg, encoding="utf-8")
        elif path.suffix == ".png":
            path.write_bytes(self.png)
        elif path.suffix == ".npz":
            with path.open("wb") as file:
                np.savez_compressed(file, allow_pickle=False, **self.numbers)
        else:
            raise UsageError(f"{path}: ends in {path.suffix!r}, allowed: {', '.join(KINDS)}")
        return path

    def _repr_svg_(self) -> str:
        return self.svg

    def _repr_html_(self) -> str:
        # as an image, so that names within one drawing are not those of another on the same page
        source = b64encode(self.svg.encode()).decode()
        return (
            f'<figure style="margin:0;max-width:{self.width}px"><img width="{self.width}"'
            f' height="{self.height}" alt="{escape(self.alt)}"'
            f' src="data:image/svg+xml;base64,{source}"><figcaption>{escape(self.caption)}'
            "</figcaption></figure>"
        )


def shown(study: Study, *, trained: bool) -> dict[str, Declared]:
    """The figures that a report can have, by slug."""
    return {
        slug: told
        for slug, told in declared_by(system_of(study.config)).items()
        if not lacking(study, told, trained=trained)
    }


def lacking(study: Study, told: Declared, *, trained: bool) -> str:
    """Why a report cannot have a figure; nothing where it can."""
    if not trained and (told.film or told.over_seeds):
        return GIVEN
    return lacks(study.config, told.needs)


def figure_asked(
    study: Study, slug: str, *, trained: bool, tokens: bool, elsewhere: bool
) -> Declared:
    """A figure that can be drawn so: of `tokens`, or `elsewhere` than at the last checkpoint of
    the displayed seed; UsageError otherwise.
    """
    known = declared_by(system_of(study.config))
    if slug not in known:
        can = ", ".join(shown(study, trained=trained))
        raise UsageError(f"no figure is called {slug!r}{nearest(slug, known)}; known: {can}")
    told = known[slug]
    if reason := lacking(study, told, trained=trained):
        raise UsageError(f"figure {slug!r}: {study.config.name} has none: {reason}")
    if tokens and (told.over_seeds or told.film):
        raise UsageError(
            f"figure {slug!r}: it shows the whole training or all seeds, not one sequence; leave"
            " tokens out"
        )
    if elsewhere and told.over_seeds:
        raise UsageError(
            f"figure {slug!r}: it shows all seeds and the whole training; leave step and seed out"
        )
    return told


def following(study: Study, slug: str, tokens: Int[np.ndarray, "sequence position"]) -> Study:
    """The study with one sequence of the reader's own in view; UsageError for several."""
    if len(tokens) != 1:
        raise UsageError(
            f"figure {slug!r}: tokens: got {len(tokens)} sequences, allowed: one; draw each by"
            " itself"
        )
    return study.following(tokens)


def demonstrated(study: Study, number: int) -> Study:
    """The study with a demonstration in view, counted from 1 as on the pages."""
    count = study.config.report.demonstrations
    if not 1 <= number <= count:
        raise UsageError(f"demonstration: got {number}, allowed: 1 to {count}")
    return study.showing(number - 1)


def drawn(study: Study, told: Declared, own: tuple[str, ...] = ()) -> Picture:
    """The picture of a study; `own` are the names of the reader's own tokens, if it is of these.

    UsageError where the figure looks at no sequence, so that it would be the same of any.
    """
    from reportgen.drawing.figure import figure_of
    from reportgen.drawing.fonts import also
    from reportgen.drawing.names import short_names
    from reportgen.drawing.noto import fonts_for
    from reportgen.drawing.stills import still

    names, figure = study.rule.tokens.names, figure_of(told.module, told.slug)
    study = study.calling(short_names(names))
    if own:
        figure.compute(study)
        if not study.shared.looked_at:
            raise UsageError(f"figure {told.slug!r}: it shows no sequence; leave tokens out")
    with also(fonts_for(names)), TemporaryDirectory(prefix="reportgen-") as folder:
        here = Path(folder)
        still(figure, study, here, told.slug)
        about = json.loads((here / f"{told.slug}.json").read_text(encoding="utf-8"))
        with np.load(BytesIO((here / f"{told.slug}.npz").read_bytes())) as stored:
            numbers = dict(stored)
        return Picture(
            slug=told.slug,
            title=about["title"],
            caption=" ".join([about["caption"], *([OWN.format(" ".join(own))] if own else [])]),
            alt=about["alt"].strip(),
            step=study.step,
            seed=study.run.seeds[study.seed],
            width=about["width"],
            height=about["height"],
            svg=(here / f"{told.slug}.svg").read_text(encoding="utf-8"),
            png=(here / f"{told.slug}.png").read_bytes(),
            numbers=MappingProxyType(numbers),
        )
