"""Facts, claims, figures and data of a system by its name, as tests ask for them."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from reportgen.core.config import Config
from reportgen.drawing import figure
from reportgen.drawing.declared import Declared, declared_by
from reportgen.drawing.figure import Figure
from reportgen.errors import nearest
from reportgen.measure.claim import Claim, claims_of
from reportgen.measure.fact import FactFunction, facts_of
from reportgen.system import system_called, system_of, systems


def all_figures(system: str) -> Mapping[str, Figure]:
    return figure.figures_of(system_called(system))


def figure_called(slug: str) -> Figure:
    """The figure with this slug, of whichever system has it."""
    known = _systems_by_figure()
    assert slug in known, f"no figure is called {slug!r}{nearest(slug, known)}"
    return all_figures(known[slug])[slug]


def declared(system: str) -> Mapping[str, Declared]:
    return declared_by(system_called(system))


def listed(system: str) -> tuple[Mapping[str, FactFunction], Mapping[str, Claim]]:
    return facts_of(system_called(system)), claims_of(system_called(system))


@cache
def _systems_by_figure() -> Mapping[str, str]:
    return {slug: name for name in systems() for slug in declared(name)}


def draw(config: Config) -> Any:
    return system_of(config).draw(config)
