"""Reports on transformers so small that every number can be seen."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reportgen.api import Network, Report, open, study, train
    from reportgen.errors import ReportError

__version__ = "0.2.0"
__all__ = ["Network", "Report", "ReportError", "open", "study", "train"]


def __getattr__(name: str) -> object:
    """What the package offers, loaded when it is first asked for."""
    from importlib import import_module

    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = "errors" if name == "ReportError" else "api"
    return getattr(import_module(f"{__name__}.{home}"), name)


def __dir__() -> list[str]:
    """All that can be asked for."""
    return sorted({*globals(), *__all__})
