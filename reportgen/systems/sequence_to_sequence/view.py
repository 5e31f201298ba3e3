"""A study of a network that answers inputs."""

from reportgen.core import study


class Study(study.Study):
    """One seed at one checkpoint of a network that answers every input there is."""
