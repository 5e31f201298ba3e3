"""What is measured of networks that answer inputs, one file a subject."""

from pkgutil import extend_path

__path__ = extend_path(__path__, __name__)  # what projects and extensions add to it
