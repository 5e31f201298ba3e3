"""Which query a figure of one query shows."""

from dataclasses import dataclass

from reportgen.systems.sequence_rules.view import Study


@dataclass(frozen=True)
class Focus:
    """A token whose query is looked at, where, and why this one."""

    token: int
    position: int
    why: str


def focus(study: Study) -> Focus:
    """The trigger at the middle position; for a rule without one the last token of the
    demonstration, after which the rule decides, in its place.
    """
    places = study.config.model.n_ctx
    if study.trigger is not None:
        return Focus(study.trigger, places // 2, "the trigger")
    return Focus(
        int(study.demonstrations.inputs[study.demonstration, -1]),
        places - 1,
        "the last token of the demonstration",
    )
