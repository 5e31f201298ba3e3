"""What pages say of seeds and demonstrations where a system has no more to say of them than any
other.
"""

from collections.abc import Callable

import numpy as np

from reportgen.core.study import Study
from reportgen.measure.numbers import written


def by_loss(study: Study) -> list[dict[str, object]]:
    """All seeds from the lowest validation loss up, which decides which is shown, with everything
    their history says of this checkpoint in one number.
    """
    history = {
        name: values[:, study.checkpoint].astype(float)
        for name, values in sorted(study.run.history.items())
        if values.ndim == 2 and study.run.defined(name)
    }
    loss = history["validation_loss"]
    row: Callable[[int], dict[str, object]] = lambda i: (
        dict(
            seed=study.run.seeds[i],
            validation_loss_text=written(float(loss[i]), "nats"),
            shown=i == study.seed,
        )
        | {name: float(values[i]) for name, values in history.items()}
    )
    return [row(int(i)) for i in np.argsort(loss, kind="stable")]


def read(study: Study) -> list[dict[str, object]]:
    """The demonstrations as a page shows them where no rule decides every position: tokens, what
    really comes next, and the likeliest next token.
    """
    names, predicted, chances = (
        study.tokens,
        study.trace.logits.argmax(-1),
        study.trace.probabilities,
    )
    written_out: Callable[[np.ndarray], list[str]] = lambda ids: [names[int(i)] for i in ids]
    sequences = study.demonstrations
    return [
        dict(
            tokens=written_out(row),
            targets=written_out(wanted),
            predictions=written_out(guess),
            probabilities=[float(c[i]) for c, i in zip(chance, guess)],
        )
        for row, wanted, guess, chance in zip(
            sequences.inputs, sequences.targets, predicted, chances
        )
    ]
