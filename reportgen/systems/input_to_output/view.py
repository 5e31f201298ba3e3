"""A study of a network that answers inputs: what only this system knows of it."""

from reportgen.core import study
from reportgen.rules.task import Task
from reportgen.system import known_as
from reportgen.systems.input_to_output.config import InputsData, data_config, task_of
from reportgen.systems.input_to_output.data import Inputs, Rows


class Study(study.Study):
    """One seed at one checkpoint of a network that answers every input there is."""

    @property
    def data(self) -> Inputs:
        """All inputs, and which of them train."""
        return known_as(Inputs, self.shared.data)

    @property
    def demonstrations(self) -> Rows:
        """Held-out rows, drawn at random."""
        return known_as(Rows, self.shared.demonstrations)

    @property
    def rule(self) -> Task:
        """The task."""
        return task_of(self.config)

    @property
    def data_config(self) -> InputsData:
        """What the configuration says of the inputs."""
        return data_config(self.config)
