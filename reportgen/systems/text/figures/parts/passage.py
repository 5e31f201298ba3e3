"""The held-out passage that a figure follows."""

from dataclasses import dataclass

from reportgen.systems.text.view import Study


@dataclass(frozen=True)
class Passage:
    """Which one it is, what was read, and what really came after each token."""

    step: int
    passage: int  # from 1
    classes: dict[str, str]  # of all tokens
    tokens: tuple[str, ...]
    came: tuple[str, ...]


def in_view(study: Study) -> tuple[int, int, dict[str, str], tuple[str, ...], tuple[str, ...]]:
    """The fields of a passage: those of the demonstration in view."""
    i, passages = study.demonstration, study.demonstrations
    read, came = study.spelled(passages.inputs[i]), study.spelled(passages.targets[i])
    return study.step, i + 1, dict(study.classes), read, came
