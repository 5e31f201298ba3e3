"""A network without layers is one table of chances: how far is it from the table of counts?"""

import numpy as np

from reportgen.core.recording import softmax
from reportgen.measure.fact import Fact, Facts, Reference, Verdict, claim, fact
from reportgen.systems.text.facts.losses import NEAR
from reportgen.systems.text.view import Study

TABLE = ["table"]
PAIRS = "pairs of tokens in the training blocks, all of them"
MOSTLY = 0.9  # share from which the pages say that it knows


def log_chances(study: Study) -> np.ndarray:
    """Logarithm of the network's chances [token, next], finite where a chance is too small to be a number."""
    logits = study.table_logits.astype(float)
    below = logits - logits.max(1, keepdims=True)
    return np.asarray(below - np.log(np.exp(below).sum(1, keepdims=True)))


def excess_by_token(study: Study) -> np.ndarray:
    """Kullback-Leibler divergence [token], nats, of the network's chances from the share of each next token in the training blocks; 0 for a token that is never followed."""
    told = study.counts.after
    return np.asarray((told * (np.log(np.where(told > 0, told, 1)) - log_chances(study))).sum(1))


def backwards(study: Study) -> np.ndarray:
    """The network's chances of the previous token [previous, token], by Bayes' rule with the shares of previous tokens in the training blocks."""
    often = study.counts.often[:, None]
    joint = np.where(often > 0, np.log(np.where(often > 0, often, 1)) + log_chances(study), -np.inf)
    return softmax(joint.T).T


@fact("Distance from the table of counts", better="low", tolerance=0.003, needs=TABLE)
def table_excess(study: Study) -> Fact:
    """Kullback-Leibler divergence of the network's chances from the counts of the training blocks, mean over all their tokens: its loss there minus the lowest that any reader of the last token can have."""
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
        baseline=Reference("reader who counts single tokens", single),
        floor=Reference("the table of counts itself", 0.0),
    )


@fact("Likeliest next token is the most frequent one", better="high", tolerance=0.02, needs=TABLE)
def follower_agreement(study: Study) -> Fact:
    """Share of the tokens of the training blocks after which the network's likeliest next token is the one that follows most often."""
    counts = study.counts
    return _agreement(
        study.table.argmax(1) == counts.pairs.argmax(1),
        counts.often,
        counts.pairs.argmax(1) == counts.pairs.sum(0).argmax(),
        "the most frequent token, always",
    )


@fact(
    "Likeliest previous token is the most frequent one", better="high", tolerance=0.02, needs=TABLE
)
def predecessor_agreement(study: Study) -> Fact:
    """Share of the tokens of the training blocks before which the likeliest previous token, by Bayes' rule, is the one that precedes most often."""
    counts = study.counts
    right = backwards(study).argmax(0) == counts.pairs.argmax(0)
    return _agreement(
        right,
        counts.pairs.sum(0).astype(float),
        counts.pairs.argmax(0) == counts.often.argmax(),
        "the most frequent token, always",
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
    share = lambda which: float((which * often).sum() / often.sum())
    return Fact(
        share(right),
        "percent",
        int(often.sum()),
        PAIRS,
        exhaustive=True,
        baseline=Reference(label, share(blind)),
        parts=(("each different token counted once", each),),
    )


@claim(
    "It has learnt what follows what",
    rests_on=["table_excess", "bigram_floor"],
    figure="pair-tables",
    needs=TABLE,
    holds_if="its distance from the table of counts is under 0.05 nats",
    partly_if="it is under half of that of a reader who counts single tokens",
    reason="Five hundredths of a nat cost the chance of what comes next a factor of 0.95: one part in twenty, the tolerance used throughout.",
)
def learns_pairs(facts: Facts) -> Verdict:
    """A small divergence."""
    excess = facts["table_excess"]
    if excess.value is None or excess.baseline is None:
        return Verdict.FAILS
    return (
        Verdict.HOLDS
        if excess.value < NEAR
        else Verdict.PARTLY
        if excess.value < excess.baseline.value / 2
        else Verdict.FAILS
    )


@claim(
    "It names the most frequent next token",
    rests_on=["follower_agreement"],
    figure="what-follows",
    needs=TABLE,
    holds_if="it does so after more than nine tokens of the text in ten",
    partly_if="it does so more often than the most frequent token of the text would be right",
    reason="At nine in ten a reader may take its first choice for the text's; the most frequent token is right without any knowledge of what comes before.",
)
def names_followers(facts: Facts) -> Verdict:
    """A first choice that is the text's."""
    return _knows(facts["follower_agreement"])


@claim(
    "Read backwards, it names the most frequent previous token",
    rests_on=["predecessor_agreement"],
    figure="what-precedes",
    needs=TABLE,
    holds_if="it does so before more than nine tokens of the text in ten",
    partly_if="it does so more often than the most frequent token of the text would be right",
    reason="The same line as forwards; nobody trained it backwards, so that all it knows there comes from the other direction.",
)
def names_predecessors(facts: Facts) -> Verdict:
    """A first choice that is the text's."""
    return _knows(facts["predecessor_agreement"])


def _knows(share: Fact) -> Verdict:
    if share.value is None or share.baseline is None:
        return Verdict.FAILS
    return (
        Verdict.HOLDS
        if share.value > MOSTLY
        else Verdict.PARTLY
        if share.value > share.baseline.value
        else Verdict.FAILS
    )


@claim(
    "It knows nothing beyond the last token",
    rests_on=["context_value", "gain_over_trigram", "trigram_floor"],
    figure="text-learning-curve",
    needs=TABLE,
    holds_if="no loss changes when all tokens but the last are exchanged, and a reader who counts triples is less surprised, by the whole interval",
    partly_if="no loss changes when all tokens but the last are exchanged",
    reason="The first is true of the architecture and is measured all the same; only the second shows that there was more to know.",
)
def only_the_last_token(facts: Facts) -> Verdict:
    """Nothing changes, and much is missed."""
    if facts["context_value"].details["most"] > 0:
        return Verdict.FAILS
    gain = facts["gain_over_trigram"]
    return Verdict.HOLDS if gain.high is not None and gain.high < 0 else Verdict.PARTLY
