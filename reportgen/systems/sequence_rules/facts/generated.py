"""What it writes when nobody corrects it: text sampled by the network itself."""

from collections.abc import Callable

import numpy as np

from reportgen.core.data.material import GENERATION, stream
from reportgen.measure.estimates import Sample
from reportgen.measure.fact import Fact, Reference, fact
from reportgen.rules.reader import NOWHERE, Reader
from reportgen.systems.sequence_rules.view import Study

GENERATED = 500  # sequences the network writes


@fact("Rule error in its own text", better="low", tolerance=0.01)
def generated_error(study: Study) -> Fact:
    """Share of the positions where the rule decides that are filled against it, in text that the
    network samples itself at temperature 1.

    Parts: where the window tells the answer, and where it does not. Of an answer that is worked
    out, a window that the data cannot produce, since the rule was broken in it, tells none.
    """
    text, constrained, broken, seen = written_text(study)
    sample = Sample(np.arange(len(text)), len(text), "sequences of its own")
    how = dict(sequences=len(text), length=text.shape[1], temperature=1)
    part: Callable[[np.ndarray], Fact] = lambda where: sample.average(
        broken, where, unit="percent", of="positions where the rule decides,", counted=True
    )
    parts = (
        ("answer in view", part(constrained & seen)),
        ("answer out of view", part(constrained & ~seen)),
    )
    return sample.average(
        broken,
        constrained,
        unit="percent",
        of="positions where the rule decides,",
        counted=True,
        parts=parts,
        details=how,
    )


@fact("Triggers after triggers in its own text", tolerance=0.01, needs=["trigger"])
def generated_trigger_pairs(study: Study) -> Fact:
    """Share of the positions after the trigger, in text that the network samples itself, at which
    it writes the trigger again; beside how often the data do.
    """
    text, constrained, _, _ = written_text(study)
    of = "positions where the rule decides,"
    windows = study.data.holdout_windows
    data = Reference(
        "the data themselves",
        float(windows.mean(windows.targets == study.trigger, windows.constrained)),
    )
    sample = Sample(np.arange(len(text)), len(text), "sequences of its own")
    details = dict(sequences=len(text), length=text.shape[1], temperature=1)
    return sample.average(
        text == study.trigger,
        constrained,
        unit="percent",
        of=of,
        counted=True,
        details=details,
        baseline=data,
    )


def written_text(study: Study) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Text [sequence, position] that the network samples, where in it the rule decides, where it is
    broken, where the last n_ctx tokens tell the answer.

    Text that breaks the rule may be one that the data cannot produce; there, a position of these
    tokens must hold the answer, and where the rule's answers are worked out nothing counts as told.

    First tokens come from the law of the data; random numbers are the same for every seed and
    checkpoint.
    """
    table, length = study.data.automaton, study.data_config.length[1]
    rng = stream(study.config.data.seed, GENERATION, 1)
    first, uniform = table.sample(rng, GENERATED, 1)[:, 0], rng.random((length, GENERATED))
    text = study.sample(first, length, uniform)
    states = table.walk(text)
    constrained, lag, n_ctx = table.constrained[states], table.lag[states], study.config.model.n_ctx
    nodes = _read(study.data.reader, text, n_ctx)
    told = np.where(nodes == NOWHERE, (lag >= 0) & (lag < n_ctx), study.data.reader.tells(nodes))
    return text, constrained, constrained & ~table.allowed[states, text], told


def _read(reads: Reader, text: np.ndarray, n_ctx: int) -> np.ndarray:
    """What a reader of the last n_ctx tokens knows before each token of the text: nodes [sequence,
    position].
    """
    nodes = np.full(text.shape, reads.start)
    for back in range(
        min(n_ctx, text.shape[1] - 1), 0, -1
    ):  # the token `back` steps before each position; positions before that begin later
        nodes[:, back:] = reads.step(nodes[:, back:], text[:, : text.shape[1] - back])
    return nodes
