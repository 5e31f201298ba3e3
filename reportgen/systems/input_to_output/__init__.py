"""Tasks of inputs and outputs: every input there is, answered by a function of it."""

from pkgutil import extend_path

__path__ = extend_path(__path__, __name__)  # what projects and extensions add to it
