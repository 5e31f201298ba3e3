"""A study of a network that reads sequences which repeat themselves: what only this system knows of
it.
"""

from typing import cast

from reportgen.core import study
from reportgen.system import known_as
from reportgen.systems.repeated_sequences.config import RepeatsData, data_config
from reportgen.systems.repeated_sequences.data import Repeating, Repeats
from reportgen.systems.repeated_sequences.rules import Periodic


class Study(study.Study):
    """One seed at one checkpoint of a network that reads sequences which repeat themselves."""

    @property
    def data(self) -> Repeats:
        """Validation and held-out sequences."""
        return known_as(Repeats, self.shared.data)

    @property
    def demonstrations(self) -> Repeating:
        """The first held-out sequences."""
        return known_as(Repeating, self.shared.demonstrations)

    @property
    def rule(self) -> Periodic:
        """The tokens and their periods (`check_rule` has seen that it is such a rule)."""
        return cast(Periodic, self.config.rule)

    @property
    def data_config(self) -> RepeatsData:
        """What the configuration says of the sequences."""
        return data_config(self.config)
