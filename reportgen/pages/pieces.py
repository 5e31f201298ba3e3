"""The macros of a file of templates, as pages call them."""

from collections.abc import Callable

from jinja2.environment import TemplateModule
from markupsafe import Markup


class Pieces:
    """Macros by name: each prints a piece of a page."""

    def __init__(self, module: TemplateModule) -> None:
        self._module = module

    def __getattr__(self, name: str) -> Callable[..., Markup]:
        """The macro of this name."""
        macro: Callable[..., Markup] = getattr(self._module, name)
        return macro
