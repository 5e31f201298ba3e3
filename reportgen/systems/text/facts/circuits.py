"""A layer of attention alone as tables of tokens: what a head looks for, and what it says when it
has found it (Elhage and others 2021).

A position that reads token q gives a token s, d positions back, the score (e_q + p_i) W_Q W_K^T
(e_s + p_{i-d})^T / sqrt(d_head), and what it finds there adds e_s W_V W_O W_U to its logits; e_q
W_U + b_U is added whatever it finds. Positions are in the score alone, so these tables are the
whole network.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from reportgen.core.study import held
from reportgen.measure.fact import Fact, Reference, fact
from reportgen.measure.head_circuits import Circuits
from reportgen.systems.text.facts.head_scores import copying_scores, foremost
from reportgen.systems.text.facts.neighbours import seen
from reportgen.systems.text.view import Study

CIRCUITS = ["circuits"]
# of a score that runs from -1 to 1: three quarters of the weight of the eigenvalues is positive
COPIES = 0.5


@dataclass(frozen=True)
class Tables:
    """The network as tables; tokens in the order of ids."""

    direct: np.ndarray  # [token, next] logits from the last token alone, bias included
    matched: np.ndarray  # [head, query, source] scores between tokens
    copied: np.ndarray  # [head, source, next] logits
    by_position: np.ndarray  # [head, position, position] scores between positions
    of_query: (
        np.ndarray
    )  # [head, query, position] scores between a token that asks and the position that is asked
    of_source: (
        np.ndarray
    )  # [head, position, source] scores between a position that asks and the token that is asked

    def scores(self, head: int, at: int, back: int) -> np.ndarray:
        """Scores [query, source] of a query at a position and a source so far before it."""
        there = at - back
        return np.asarray(
            self.matched[head]
            + self.of_query[head][:, there, None]
            + self.of_source[head][at][None]
            + self.by_position[head, at, there]
        )


@held
def tables(study: Study) -> Tables:
    """The tables of a study at its checkpoint."""
    made, w, m = Circuits(study), study.weights, study.config.model
    qk = np.stack([made.qk((0, head)) for head in range(m.n_heads)]) / np.sqrt(m.d_head)
    tokens, positions = w["W_E"], w.get("W_pos", np.zeros((m.n_ctx, m.d_model)))
    between: Callable[[np.ndarray, np.ndarray], np.ndarray] = lambda asks, offers: (
        asks @ qk @ offers.T
    )
    copied = np.stack([made.copied((0, head)) for head in range(m.n_heads)])
    return Tables(
        tokens @ w["W_U"] + w["b_U"],
        between(tokens, tokens),
        copied,
        between(positions, positions),
        between(tokens, positions),
        between(positions, tokens),
    )


def centred(logits: np.ndarray) -> np.ndarray:
    """Logits without their mean over next tokens, which changes no chance."""
    return np.asarray(logits - logits.mean(-1, keepdims=True))


def expected_attention(study: Study, head: int, reach: int) -> np.ndarray:
    """Attention [back, query, source] on a source 1, 2, .. `reach` positions before a query, when
    every other position holds a token drawn as often as each occurs; mean over the positions of the
    query.
    """
    made, shares, length = tables(study), study.counts.shares, study.config.model.n_ctx
    total, times = np.zeros((reach, *made.matched[head].shape)), np.zeros(reach)
    for at in range(1, length):
        loud = np.exp(np.stack([made.scores(head, at, back) for back in range(at + 1)]))
        usual = loud @ shares  # [back, query]
        near = slice(1, min(reach, at) + 1)
        others = usual.sum(0) - usual[near]
        total[: near.stop - 1] += loud[near] / (loud[near] + others[..., None])
        times[: near.stop - 1] += 1
    return total / times[:, None, None]


@fact("Copying score", tolerance=0.03, needs=CIRCUITS)
def copying_score(study: Study) -> Fact:
    """Sum of the real parts of the eigenvalues of W_E W_V W_O W_U over the sum of their sizes, of
    the head that copies most beside its own control: 1 where every token that is looked at raises
    its own logit, 0 where it raises and lowers alike (Elhage and others); parts for every head. The
    control is the same head with the tokens that it says renamed at random.
    """
    parts = [(f"head {at[1]}", score) for at, score in copying_scores(study).items()]
    name, best = foremost(parts)
    details = dict(best.details) | dict(
        head_text=name,
        copies=sum((part.value or 0) > COPIES for _, part in parts),
        heads=len(parts),
    )
    return Fact(
        best.value,
        "ratio",
        best.n,
        best.of,
        exhaustive=True,
        baseline=best.baseline,
        parts=tuple(parts),
        details=details,
    )


@fact("Tokens that raise themselves", tolerance=0.03, needs=CIRCUITS)
def raises_itself(study: Study) -> Fact:
    """Share of the tokens seen fifty times that, when a head looks at them, raise their own logit
    above the average of all tokens: of the head in which most do; parts for every head. One half is
    what an indifferent head would have.
    """
    ids, made = seen(study), tables(study)
    own: Callable[[int], float] = lambda head: float(
        (np.diagonal(centred(made.copied[head]))[ids] > 0).mean()
    )
    parts = [
        (
            f"head {head}",
            Fact(
                own(head),
                "percent",
                len(ids),
                "tokens",
                exhaustive=True,
                baseline=Reference("an indifferent head", 0.5),
            ),
        )
        for head in range(len(made.copied))
    ]
    name, best = max(parts, key=lambda part: part[1].value or 0)
    return Fact(
        best.value,
        "percent",
        best.n,
        best.of,
        exhaustive=True,
        baseline=best.baseline,
        parts=tuple(parts),
        details=dict(head_text=name),
    )
