"""A network without layers is one table of chances: how far is it from the table of counts?"""

from collections.abc import Callable

import numpy as np

from reportgen.core.recording import softmax
from reportgen.measure.fact import Fact, Reference, fact
from reportgen.systems.text.view import Study

TABLE = ["table"]
PAIRS = "pairs of tokens in the training blocks, all of them"


def log_chances(study: Study) -> np.ndarray:
    """Logarithm of the network's chances [token, next], finite where a chance is too small to be a
    number.
    """
    logits = study.table_logits.astype(float)
    below = logits - logits.max(1, keepdims=True)
    return np.asarray(below - np.log(np.exp(below).sum(1, keepdims=True)))


def excess_by_token(study: Study) -> np.ndarray:
    """Kullback-Leibler divergence [token], nats, of the network's chances from the share of each
    next token in the training blocks; 0 for a token that is never followed.
    """
    told = study.counts.after
    return np.asarray((told * (np.log(np.where(told > 0, told, 1)) - log_chances(study))).sum(1))


def backwards(study: Study) -> np.ndarray:
    """The network's chances of the previous token [previous, token], by Bayes' rule with the shares
    of previous tokens in the training blocks.
    """
    often = study.counts.often[:, None]
    joint = np.where(often > 0, np.log(np.where(often > 0, often, 1)) + log_chances(study), -np.inf)
    return softmax(joint.T).T


@fact("Distance from the table of counts", better="low", tolerance=0.003, needs=TABLE)
def table_excess(study: Study) -> Fact:
    """Kullback-Leibler divergence of the network's chances from the counts of the training blocks,
    mean over all their tokens: its loss there minus the lowest that any table of the last token
    can have.
    """
    counts, excess = study.counts, excess_by_token(study)
    single = counts.entropies["unigram"] - counts.entropies["bigram"]
    kinds = np.array([study.rule.classes[t] for t in study.rule.vocabulary])
    parts = []
    for kind, name in study.rule.class_names.items():
        often = counts.often * (kinds == kind)
        if often.sum():
            parts.append(
                (
                    f"after a {name}",
                    Fact(
                        float((excess * often).sum() / often.sum()),
                        "nats",
                        int(often.sum()),
                        "pairs in the training blocks",
                        exhaustive=True,
                    ),
                )
            )
    return Fact(
        float((excess * counts.often).sum() / counts.often.sum()),
        "nats",
        int(counts.pairs.sum()),
        PAIRS,
        exhaustive=True,
        parts=tuple(parts),
        baseline=Reference("token frequencies", single),
        floor=Reference("the table of counts itself", 0.0),
    )


@fact("Likeliest next token is a most frequent one", better="high", tolerance=0.02, needs=TABLE)
def follower_agreement(study: Study) -> Fact:
    """Share of the tokens of the training blocks after which the network's likeliest next token is
    one that follows most often: of several that follow equally often, any.
    """
    counts = study.counts
    most = counts.pairs.max(1)
    return _agreement(
        counts.pairs[np.arange(len(most)), study.table.argmax(1)] == most,
        counts.often,
        counts.pairs[:, counts.pairs.sum(0).argmax()] == most,
        "always the most frequent next token",
    )


@fact("Likeliest previous token is a most frequent one", better="high", tolerance=0.02, needs=TABLE)
def predecessor_agreement(study: Study) -> Fact:
    """Share of the tokens of the training blocks before which the likeliest previous token, by
    Bayes' rule, is one that precedes most often: of several that do equally often, any.
    """
    counts = study.counts
    most = counts.pairs.max(0)
    return _agreement(
        counts.pairs[backwards(study).argmax(0), np.arange(len(most))] == most,
        counts.pairs.sum(0).astype(float),
        counts.pairs[counts.often.argmax()] == most,
        "always the most frequent previous token",
    )


def _agreement(right: np.ndarray, often: np.ndarray, blind: np.ndarray, label: str) -> Fact:
    seen = often > 0
    each = Fact(
        float(right[seen].mean()),
        "percent",
        int(seen.sum()),
        "different tokens",
        exhaustive=True,
        baseline=Reference(label, float(blind[seen].mean())),
    )
    share: Callable[[np.ndarray], float] = lambda which: float((which * often).sum() / often.sum())
    return Fact(
        share(right),
        "percent",
        int(often.sum()),
        PAIRS,
        exhaustive=True,
        baseline=Reference(label, share(blind)),
        parts=(("each different token counted once", each),),
    )
