"""A study of a network that reads sequences which repeat themselves."""

from reportgen.core import study


class Study(study.Study):
    """One seed at one checkpoint of a network that reads sequences which repeat themselves."""
