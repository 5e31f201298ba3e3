"""The loss on a text, beside that of simple counts."""

from collections.abc import Callable

import numpy as np

from reportgen.core.config.needs import lacks
from reportgen.measure.fact import Fact, Reference, fact
from reportgen.measure.numbers import written
from reportgen.rules.glyphs import OTHER
from reportgen.systems.text.facts.holdout import (
    READERS,
    average,
    counter_of_pairs,
    passages,
    surprise,
)
from reportgen.systems.text.view import Study

# nats: it costs the chance of what comes next a factor of 0.95, the tolerance used throughout
NEAR = 0.05
SCRAMBLES = 20  # rounds in which each window gets the beginning of another one


@fact("Tokens of the text", tolerance=0)
def text_length(study: Study) -> Fact:
    """How long the text is; some of its blocks train, some choose the displayed seed, some
    are held out.
    """
    data, rule, corpus = study.data, study.rule, study.rule.corpus
    others = corpus.tokens[0] == OTHER
    total, rare = len(data.ids), corpus.counts[0] if others else 0
    absent = sum(not count for count in corpus.counts[others:])
    end = study.data_config.held_out_end
    blocks = {
        "trains": len(data.train_blocks),
        "chooses": len(data.validation_blocks),
        "judges": len(data.holdout_blocks),
        "counted": len(data.counted_blocks),
    }
    sizes = dict(different=corpus.different, vocabulary=len(corpus.tokens), block=data.block)
    details = {name: written(value, "count") for name, value in (blocks | sizes).items()}
    return Fact(
        float(total),
        "count",
        total,
        f"{rule.unit}",
        exhaustive=True,
        details=details
        | dict(
            rare=written(rare / total, "percent"),
            where=rule.where,
            others=others,
            absent=written(absent, "count") if absent else "none",
            end=written(end, "percent") if end else "",
        ),
    )


@fact("Loss on held-out text", better="low", tolerance=0.005)
def holdout_loss(study: Study) -> Fact:
    """Cross-entropy on windows of blocks that neither trained nor chose anything."""
    floor = None
    if not lacks(study.config, ["table"]):
        floor = Reference("pair counts of these very windows", own_pairs(study))
    return average(study, surprise(study), baseline=counter_of_pairs(study), floor=floor)


def own_pairs(study: Study) -> float:
    """Entropy of the next token given the last one, under the counts of the held-out windows
    themselves: from the last token alone no lower loss is possible on them.
    """
    windows, vocabulary = study.data.holdout, len(study.tokens)
    table = np.bincount(
        (windows.inputs * vocabulary + windows.targets).ravel(), minlength=vocabulary**2
    ).reshape(vocabulary, vocabulary)
    at = np.nonzero(table)
    return float(
        -(table[at] * np.log((table / table.sum(1, keepdims=True).clip(min=1))[at])).sum()
        / table.sum()
    )


@fact("Validation loss", better="low", tolerance=0.005)
def validation_loss(study: Study) -> Fact:
    """Cross-entropy on the validation windows; it chose which seed is shown, so the pages go by
    the held-out loss instead.
    """
    pairs = study.counts.surprises(study.data.validation)["bigram"].mean()
    return Fact(
        float(study.history("validation_loss")[study.checkpoint]),
        "nats",
        study.data.validation.targets.size,
        "tokens of the validation windows, all of them",
        exhaustive=True,
        baseline=Reference(f"{READERS['bigram']} on the validation windows", float(pairs)),
    )


@fact("Spread of the loss", tolerance=0.01)
def loss_spread(study: Study) -> Fact:
    """Standard deviation of the loss over held-out windows, each window's mean taken as one number:
    how much easier some passages are than others.
    """
    means, sample = surprise(study).mean(1), passages(study)
    middle = float(means.mean())
    varies = sample.average(
        (means - middle) ** 2, np.ones(len(means), bool), unit="nats", of="windows"
    )
    root: Callable[[float | None], float | None] = lambda value: (
        None if value is None else float(np.sqrt(value))
    )
    quantiles = dict(
        zip(("least", "most"), (written(float(v), "nats") for v in (means.min(), means.max())))
    )
    return Fact(
        root(varies.value),
        "nats",
        varies.n,
        varies.of,
        root(varies.low),
        root(varies.high),
        clusters=varies.clusters,
        details=quantiles,
    )


@fact("Right guesses", better="high", tolerance=0.01)
def guessed(study: Study) -> Fact:
    """Share of the tokens of held-out windows that are the network's likeliest next token; beside
    it that of pair counts.
    """
    windows = study.data.holdout
    pairs = study.counts.smoothed.argmax(1)[windows.inputs] == windows.targets
    return average(
        study,
        study.holdout.logits.argmax(-1) == windows.targets,
        unit="percent",
        counted=True,
        baseline=Reference(READERS["bigram"], float(pairs.mean())),
    )


@fact("Gain over token frequencies", better="high", tolerance=0.005)
def gain_over_unigram(study: Study) -> Fact:
    """How far its loss on held-out text lies below that of the token frequencies of the training
    blocks, token by token.
    """
    return _gain(study, "unigram")


@fact("Gain over pair counts", better="high", tolerance=0.005)
def gain_over_bigram(study: Study) -> Fact:
    """How far its loss on held-out text lies below that of the pair counts of the training blocks,
    token by token.
    """
    return _gain(study, "bigram")


@fact("Gain over triple counts", better="high", tolerance=0.005)
def gain_over_trigram(study: Study) -> Fact:
    """How far its loss on held-out text lies below that of the triple counts of the training
    blocks, token by token.
    """
    return _gain(study, "trigram")


def _gain(study: Study, reader: str) -> Fact:
    other = study.counts.surprises(study.data.holdout)[reader]
    details = dict(reader=float(other.mean()), reader_text=written(float(other.mean()), "nats"))
    return average(
        study, other - surprise(study), baseline=Reference("no gain", 0.0), details=details
    )


@fact("Lowest loss of token frequencies on the training blocks", tolerance=1e-6)
def unigram_floor(study: Study) -> Fact:
    """Entropy of a token of the training blocks under their own counts: without context no lower
    loss is possible there.
    """
    return _counted(study, "unigram")


@fact("Lowest loss of pair counts on the training blocks", tolerance=1e-6)
def bigram_floor(study: Study) -> Fact:
    """Entropy of the next token given the last one, under the training blocks' own counts: from
    the last token alone no lower loss is possible there.
    """
    return _counted(study, "bigram")


@fact("Lowest loss of triple counts on the training blocks", tolerance=1e-6)
def trigram_floor(study: Study) -> Fact:
    """Entropy of the next token given the last two, under the training blocks' own counts;
    compared with pairs, it shows how much the second last token tells.
    """
    return _counted(study, "trigram")


def _counted(study: Study, reader: str) -> Fact:
    triples = reader == "trigram"
    often = study.counts.triples.often if triples else study.counts.pairs
    before = "two others" if triples else "another"
    return Fact(
        study.counts.entropies[reader],
        "nats",
        int(often.sum()),
        f"tokens of the training blocks that follow {before}",
        exhaustive=True,
    )


@fact("Rise of the loss with earlier tokens exchanged", tolerance=0.005)
def context_value(study: Study) -> Fact:
    """How much the loss at the end of held-out windows grows when all tokens but the last one are
    those of another window: what the network gets from further back.
    """
    windows = study.data.holdout
    ends = windows.targets[:, -1:, None]
    loss: Callable[[np.ndarray], np.ndarray] = lambda inputs: (
        -np.log(
            np.take_along_axis(
                study.trace_of(inputs, keep=["logits"]).probabilities[:, -1:], ends, -1
            )[:, 0, 0]
        )
    )
    own, rng, grown, apart = (
        loss(windows.inputs),
        np.random.default_rng(len(windows)),
        np.zeros(len(windows)),
        0.0,
    )
    for _ in range(SCRAMBLES if study.config.model.n_layers else 1):
        moved = np.concatenate(
            [windows.inputs[rng.permutation(len(windows)), :-1], windows.inputs[:, -1:]], 1
        )
        change = loss(moved) - own
        grown, apart = grown + change, max(apart, float(np.abs(change).max()))
    rounds = SCRAMBLES if study.config.model.n_layers else 1
    details = dict(most=apart, most_text=written(apart, "nats"))
    return passages(study).average(
        grown / rounds,
        np.ones(len(windows), bool),
        unit="nats",
        of="windows",
        baseline=Reference("the last token alone is read", 0.0),
        details=details,
    )
