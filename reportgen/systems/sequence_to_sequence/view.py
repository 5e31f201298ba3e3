"""A study of a network that answers inputs: what only this system knows of it."""

from typing import cast

from reportgen.core import study
from reportgen.system import known_as
from reportgen.systems.sequence_to_sequence.config import InputsData, Split, data_config
from reportgen.systems.sequence_to_sequence.data import Inputs, Rows
from reportgen.systems.sequence_to_sequence.rules import Backwards


class Study(study.Study):
    """One seed at one checkpoint of a network that answers every input there is."""

    @property
    def data(self) -> Inputs:
        """All inputs, and which of them are held out."""
        return known_as(Inputs, self.shared.data)

    @property
    def demonstrations(self) -> Rows:
        """Held-out rows, drawn at random."""
        return known_as(Rows, self.shared.demonstrations)

    @property
    def rule(self) -> Backwards:
        """The digits, and where each output is made from (`check_rule` has seen that it is such a
        rule).
        """
        return cast(Backwards, self.config.rule)

    @property
    def data_config(self) -> InputsData:
        """What the configuration says of the inputs."""
        return data_config(self.config)

    @property
    def splits(self) -> tuple[tuple[Split, Inputs], ...]:
        """The split that trains and, where the same seeds are trained on another one as well, that
        one.
        """
        told, mine = self.data_config, self.data
        if told.beside is None or mine.beside is None:
            return ((told.split, mine),)
        return (told.split, mine), (told.beside, mine.beside)
