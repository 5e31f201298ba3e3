"""A catalogue of neurons: what each fires on, what it says, and whether it is missed."""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact
from reportgen.systems.text.facts.components import DEEP

FEW = 0.1

neurons_are_missed = Claim(
    "Single neurons are missed",
    holds=fact("missed_neurons") > fact("missed_neurons").number / 2,
    partly=fact("missed_neurons") > 3 * fact("missed_neurons").baseline,
    reason=(
        "Above one half, single neurons are units that matter; three times chance is more than"
        " intervals that share their windows can differ by."
    ),
    figure="neuron-catalogue",
    needs=DEEP,
)

no_neuron_idles = Claim(
    "No neuron idles",
    holds=fact("idle_neurons") <= 0,
    partly=fact("idle_neurons") < FEW,
    reason=(
        "One in ten is what a network could lose without its layers becoming narrower in earnest."
    ),
    figure="neuron-catalogue",
    needs=DEEP,
)
