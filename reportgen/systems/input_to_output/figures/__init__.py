"""Figures of networks that answer inputs."""

from pkgutil import extend_path

__path__ = extend_path(__path__, __name__)  # what projects and extensions add to it
