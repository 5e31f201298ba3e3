"""Every context checked by table against one forward pass a context."""

from collections.abc import Callable

import numpy as np
import torch

from benchmarks.films import STORED
from benchmarks.measure import Line, Size, Variant, in_turn, inside
from benchmarks.training import Plain
from reportgen.core import config as configs
from reportgen.core.runs import Run
from reportgen.core.study import Study, study_of

TOGETHER = 10_000  # contexts in one forward pass of the plain way
VOCABULARY = 12


def lines(size: Size) -> list[Line]:
    contexts = VOCABULARY ** (size.length - 1)
    plain, ours = in_turn(
        size.runs,
        lambda: inside("exhaustive", "plain", length=size.length, contexts=size.plain_contexts),
        lambda: inside("exhaustive", "product", length=size.length),
    )
    return [
        Line(
            "exhaustive",
            f"all {contexts:,} contexts of length {size.length} that end in the trigger, checked",
            Variant("tables of scores and values, all contexts", ours),
            Variant(
                f"a forward pass and the rule for each; {size.plain_contexts:,} contexts were run",
                plain,
                contexts / size.plain_contexts,
            ),
            most_seconds=10,
            note=(
                f"The plain way reads {TOGETHER:,} contexts at a time and asks the rule about each"
                " of them; it is scaled by the context."
            ),
        )
    ]


def stored() -> Study:
    """The stored run that learnt its rule."""
    run = Run.load(STORED)
    return study_of(configs.from_values(run.config), run)


def product(*, length: int) -> Callable[[], object]:
    """Our way."""
    from reportgen.core.exact.enumerate import check

    torch.set_num_threads(1)
    study = stored()
    weights, reads = study.weights, study.data.reader
    return lambda: check(study.config.model, weights, reads, length)


def plain(*, length: int, contexts: int) -> Callable[[], object]:
    """The plain way: a batch of contexts, the most likely next tokens, and what the rule says to
    each context.
    """
    torch.set_num_threads(1)
    study = stored()
    network = Plain(study.config)
    network.take({name: torch.from_numpy(w).float() for name, w in study.weights.items()})
    tokens = np.random.default_rng(0).integers(0, len(study.rule.vocabulary), (contexts, length))
    tokens[:, -1] = study.trigger

    return lambda: mistakes(study, network, tokens)


@torch.no_grad()
def mistakes(study: Study, network: Plain, tokens: np.ndarray) -> int:
    """Of contexts [context, position], how many are answered wrongly where the answer is in
    view.
    """
    names, wrong = study.rule.vocabulary, 0
    for i in range(0, len(tokens), TOGETHER):
        part = torch.from_numpy(tokens[i : i + TOGETHER])
        best = network(part)[:, -1].argmax(-1)
        for row, choice in zip(part.tolist(), best.tolist()):
            demand = study.rule.demand([names[t] for t in row])
            wrong += demand.source is not None and names[choice] not in demand.tokens
    return wrong
