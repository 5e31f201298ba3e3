"""Reports on transformers so small that every number can be seen."""

__version__ = "0.2.0"
