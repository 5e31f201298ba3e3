"""A report's configuration: YAML in, frozen models out, and every mistake of a file at once with its place."""

from reportgen.config.files import Files
from reportgen.config.for_editors import schema
from reportgen.config.reading import from_values, load, place
from reportgen.config.report import Config
from reportgen.config.sections import DataConfig, ModelConfig, ReportConfig, TrainingConfig

__all__ = [
    "Config",
    "DataConfig",
    "Files",
    "ModelConfig",
    "ReportConfig",
    "TrainingConfig",
    "from_values",
    "load",
    "place",
    "schema",
]
