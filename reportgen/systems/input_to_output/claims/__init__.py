"""One file a subject: statements about a network, and the criteria by which its facts decide
them.
"""

from pkgutil import extend_path

__path__ = extend_path(__path__, __name__)  # what projects and extensions add to it
