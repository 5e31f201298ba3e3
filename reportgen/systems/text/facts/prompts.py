"""Prompts: what would come next, and how far down the list is the token that did come?

The prompts are held-out windows, the first one of each block, so that nobody chose them; the token
that came after them is what is looked for.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from reportgen.measure.fact import Fact, Reference, fact
from reportgen.measure.numbers import written
from reportgen.systems.text.facts.heads import ATTENTION
from reportgen.systems.text.facts.holdout import READERS, average
from reportgen.systems.text.view import Study

TOP = 5  # tokens at the head of the list
SHOWN = 10  # prompts that the pages show


@dataclass(frozen=True)
class Prompts:
    """Some prompts and what is expected after them."""

    tokens: np.ndarray  # [prompt, position] ids
    came: np.ndarray  # [prompt] id of the token that came
    likeliest: np.ndarray  # [prompt, position] ids, the likeliest first
    chances: np.ndarray  # [prompt, position] of these
    chance: np.ndarray  # [prompt] of the token that came
    rank: np.ndarray  # [prompt] its rank in the network’s list, from 1
    rank_of_pairs: np.ndarray  # [prompt] its rank in the list of pair counts
    likeliest_of_pairs: np.ndarray  # [prompt, position]


def rank(scores: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Rank of each target in the list of tokens from the highest score down, from 1; a tie
    counts against it.
    """
    own = np.take_along_axis(scores, targets[..., None], -1)
    return np.asarray((scores >= own).sum(-1))


def prompts(study: Study) -> Prompts:
    """The first held-out window of each block, as many as the pages show."""
    windows = study.data.holdout
    chosen = np.unique(windows.block, return_index=True)[1][:SHOWN]
    chances, pairs = (
        study.holdout.probabilities[chosen, -1],
        study.counts.smoothed[windows.inputs[chosen, -1]],
    )
    came = windows.targets[chosen, -1]
    order = np.argsort(-chances, axis=-1, kind="stable")[:, :TOP]
    return Prompts(
        windows.inputs[chosen],
        came,
        order,
        np.take_along_axis(chances, order, -1),
        chances[np.arange(len(came)), came],
        rank(chances, came),
        rank(pairs, came),
        np.argsort(-pairs, axis=-1, kind="stable")[:, :TOP],
    )


def ranks(study: Study) -> tuple[np.ndarray, np.ndarray]:
    """Rank of the token that came, everywhere in the held-out windows [window, position]: in the
    network’s list, and in that of pair counts.
    """
    windows = study.data.holdout
    return rank(study.holdout.logits, windows.targets), rank(
        study.counts.smoothed[windows.inputs], windows.targets
    )


@fact("Next token among the five likeliest", better="high", tolerance=0.01, needs=ATTENTION)
def in_top(study: Study) -> Fact:
    """Share of held-out tokens that are among the five likeliest of the network; beside it the same
    for pair counts, as a part the paired difference.
    """
    own, pairs = ranks(study)
    more = average(study, (own <= TOP).astype(float) - (pairs <= TOP), unit="percent")
    return average(
        study,
        own <= TOP,
        unit="percent",
        counted=True,
        baseline=Reference(f"the {TOP} likeliest by pair counts", float((pairs <= TOP).mean())),
        parts=(("more than counting pairs", more),),
        details=dict(top=written(TOP, "count")),
    )


@fact("Rank of the next token", better="low", tolerance=0.05, needs=ATTENTION)
def target_rank(study: Study) -> Fact:
    """Rank of the token that came in the network’s list, from 1, mean over held-out tokens;
    beside it the same for pair counts. Parts: the share of positions where each of the two has it
    higher.
    """
    own, pairs = ranks(study)
    share: Callable[[np.ndarray], Fact] = lambda which: average(
        study, which, unit="percent", counted=True
    )
    parts = (("network higher", share(own < pairs)), ("counts higher", share(own > pairs)))
    return average(
        study,
        own,
        unit="ratio",
        baseline=Reference(READERS["bigram"], float(pairs.mean())),
        parts=parts,
        details=dict(higher=parts[0][1].text, lower=parts[1][1].text),
    )
