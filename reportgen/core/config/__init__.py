"""A report's configuration: YAML in, frozen models out, and every mistake of a file at once with
its place.
"""

from reportgen.core.config.files import Files
from reportgen.core.config.for_editors import schema
from reportgen.core.config.reading import from_values, load, place
from reportgen.core.config.report import Config
from reportgen.core.config.sections import (
    DataConfig,
    ModelConfig,
    ReportConfig,
    TrainingConfig,
    WeightsConfig,
)

__all__ = [
    "Config",
    "DataConfig",
    "Files",
    "ModelConfig",
    "ReportConfig",
    "TrainingConfig",
    "WeightsConfig",
    "from_values",
    "load",
    "place",
    "schema",
]
