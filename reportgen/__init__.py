"""Reports on transformers so small that every number can be seen."""

__version__ = "0.1.0"
