"""Does a reader of more than the last token get beyond all who read only that one?"""

from reportgen.measure.fact import Fact, Facts, Reference, Verdict, claim, fact, written
from reportgen.systems.text.facts.losses import NEAR, everywhere, own_pairs, passages, surprise
from reportgen.systems.text.view import Study

ATTENTION = ["attention"]


@fact(
    "Gain over the best reader of the last token", better="high", tolerance=0.005, needs=ATTENTION
)
def gain_over_own_pairs(study: Study) -> Fact:
    """How far its loss on held-out windows lies below the entropy of their next token given the last one, under the counts of these very windows: no reader of the last token alone, however it came by its table, can get below that."""
    best = own_pairs(study)
    return passages(study).average(
        best - surprise(study),
        everywhere(study),
        unit="nats",
        of="tokens",
        baseline=Reference("that reader", 0.0),
        details=dict(reader=best, reader_text=written(best, "nats")),
    )


def _gains(gain: Fact) -> Verdict:
    if gain.low is not None and gain.low > NEAR:
        return Verdict.HOLDS
    return Verdict.PARTLY if gain.low is not None and gain.low > 0 else Verdict.FAILS


CLEAR, SOME = (
    "the whole interval of its gain lies above 0.05 nats",
    "the whole interval lies above 0",
)
WHY = "Five hundredths of a nat cost the chance of what comes next a factor of 0.95, the tolerance used throughout."


@claim(
    "It beats a reader who has counted pairs",
    rests_on=["gain_over_bigram", "bigram_floor"],
    figure="text-learning-curve",
    needs=ATTENTION,
    holds_if=CLEAR,
    partly_if=SOME,
    reason=WHY,
)
def beats_pairs(facts: Facts) -> Verdict:
    """The network without layers comes as far as that reader and no further."""
    return _gains(facts["gain_over_bigram"])


@claim(
    "It beats every reader of the last token",
    rests_on=["gain_over_own_pairs"],
    figure="text-learning-curve",
    needs=ATTENTION,
    holds_if=CLEAR,
    partly_if=SOME,
    reason="The reader it is compared with knows the answers to these windows as far as one token can tell them; whoever does better has read more than one.",
)
def beats_every_pair_reader(facts: Facts) -> Verdict:
    """Below the floor of all tables of pairs."""
    return _gains(facts["gain_over_own_pairs"])


@claim(
    "It beats a reader who has counted triples",
    rests_on=["gain_over_trigram", "trigram_floor"],
    figure="text-learning-curve",
    needs=ATTENTION,
    holds_if=CLEAR,
    partly_if=SOME,
    reason=WHY,
)
def beats_triples(facts: Facts) -> Verdict:
    """Two tokens, smoothed as suits the validation passages best."""
    return _gains(facts["gain_over_trigram"])


@claim(
    "What came before the last token tells it something",
    rests_on=["context_value"],
    figure="text-learning-curve",
    needs=ATTENTION,
    holds_if="with all tokens but the last exchanged, its loss rises by more than 0.05 nats, by the whole interval",
    partly_if="it rises, by the whole interval",
    reason="A network without layers has a rise of exactly 0, whatever it has learnt.",
)
def reads_further_back(facts: Facts) -> Verdict:
    """A rise of the loss."""
    return _gains(facts["context_value"])
