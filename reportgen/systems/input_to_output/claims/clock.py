"""Is it a clock: few frequencies, in embeddings, neurons and logits, that alone are enough?"""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact

few_frequencies = Claim(
    "The embeddings of the numbers turn with few frequencies",
    holds=fact("key_frequencies") < 0.4,
    partly=fact("key_frequencies") < 0.6,
    also=["key_logits"],
    reason=(
        "Nine tenths of the power lie in nine tenths of the frequencies where all are alike; with"
        " random embeddings in a little less."
    ),
    figure="power-by-frequency",
)

logits_turn_alike = Claim(
    "The logits turn with the frequencies of the embeddings",
    holds=fact("key_logits") > 0.1 * fact("key_logits").baseline + 0.9,
    partly=fact("key_logits") > 0.5 * fact("key_logits").baseline + 0.5,
    reason=(
        "Equal shares are what logits have that know nothing of these frequencies: of the rest of"
        " the power, nine tenths are nearly all and one half is halfway; a little more than equal"
        " shares can be luck."
    ),
    figure="power-by-frequency",
)

neurons_turn = Claim(
    "The neurons turn with one frequency each",
    holds=fact("neurons_tuned") > 0.75,
    partly=fact("neurons_tuned") > 0.25,
    also=["neurons_alive"],
    reason="From three in four on it is the rule, below one in four the exception.",
    figure="neurons-by-frequency",
)

key_is_enough = Claim(
    "The key frequencies alone answer",
    holds=fact("restricted_loss") < 0.1,
    partly=fact("restricted_loss") < 0.5 * fact("restricted_loss").baseline,
    also=["all_loss"],
    reason=(
        "A loss of 0.1 nats gives the right answer nine tenths of the chance; half the loss of a"
        " guess is halfway there."
    ),
    figure="restricted-and-excluded",
)

key_is_needed = Claim(
    "The network does worse than a guess without the key frequencies",
    holds=(
        fact("excluded_loss") > fact("excluded_loss").detail("guess", "a guess among the numbers")
    )
    & (fact("excluded_loss") > fact("excluded_loss").baseline + 1),
    partly=fact("excluded_loss") > fact("excluded_loss").baseline + 1,
    also=["key_frequencies"],
    reason=(
        "What does worse than a guess has nothing left of the answer; one nat more is a clear"
        " loss, without which a network that does as badly with them would count."
    ),
    figure="restricted-and-excluded",
)
