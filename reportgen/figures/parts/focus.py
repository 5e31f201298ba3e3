"""Which query a figure of one query shows."""

from dataclasses import dataclass

from reportgen.study import Study


@dataclass(frozen=True)
class Focus:
    """A token whose query is looked at, and why this one."""

    token: int
    why: str


def focus(study: Study) -> Focus:
    """The trigger; for a rule without one the token at the demonstration's first constrained position, or else its last token."""
    if study.trigger is not None:
        return Focus(study.trigger, "the trigger")
    shown = study.demonstration
    inputs, constrained = study.demonstrations.inputs[shown], study.demonstrations.constrained[shown]
    at = int(constrained.argmax()) if constrained.any() else len(inputs) - 1
    return Focus(int(inputs[at]), "the first token of the demonstration that the rule answers" if constrained.any() else "the last token of the demonstration")
