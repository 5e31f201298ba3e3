"""Facts, claims, figures and data of a system by its name, as tests ask for them."""

from collections.abc import Mapping
from typing import Any

from reportgen.core.config import Config
from reportgen.drawing import figure
from reportgen.drawing.declared import Declared, declared_by
from reportgen.drawing.figure import Figure
from reportgen.measure.claim import Claim, claims_of
from reportgen.measure.fact import FactFunction, facts_of
from reportgen.system import system_called, system_of

USUAL = "sequence_rules"


def all_figures(system: str = USUAL) -> Mapping[str, Figure]:
    return figure.figures_of(system_called(system))


def figure_called(slug: str, system: str = USUAL) -> Figure:
    return figure.figure_called(slug, all_figures(system))


def declared(system: str = USUAL) -> Mapping[str, Declared]:
    return declared_by(system_called(system))


def listed(system: str = USUAL) -> tuple[Mapping[str, FactFunction], Mapping[str, Claim]]:
    return facts_of(system_called(system)), claims_of(system_called(system))


def draw(config: Config) -> Any:
    return system_of(config).draw(config)
