"""What is changed inside every process of a tried build: it hears the moment of the fault, and
saves trainings at once.

Orders of a build name `perform` of this module, so a worker imports it with the first of them.
"""

from faults import moment
from reportgen.pipeline import publish, worker

moment.listen()
publish.training_seconds = (
    lambda project: {}
)  # what a page says of time differs from build to build


def perform(order: worker.Order) -> worker.Made:
    """Do a task; a training saves its state at every step, where others wait for a minute."""
    if "/train-" in order.task:
        from reportgen.core import saving

        saving.SAVED_EVERY = 0.0
    return worker.perform(order)
