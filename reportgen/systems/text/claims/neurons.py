"""A catalogue of neurons: what activates each, what it raises, and whether the loss rises without
it.
"""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact
from reportgen.systems.text.facts.components import DEEP

FEW = 0.1

neurons_are_missed = Claim(
    "Most neurons matter on their own",
    holds=fact("missed_neurons") > fact("missed_neurons").number / 2,
    partly=fact("missed_neurons") > 3 * fact("missed_neurons").baseline,
    reason=(
        "Above one half, single neurons are the units that matter; three times chance is more than"
        " intervals over the same windows can differ by chance."
    ),
    figure="neuron-catalogue",
    needs=DEEP,
)

no_neuron_idles = Claim(
    "No neuron is always or never active",
    holds=fact("idle_neurons") <= 0,
    partly=fact("idle_neurons") < FEW,
    reason=("A network could lose one neuron in ten without becoming much narrower."),
    figure="neuron-catalogue",
    needs=[*DEEP, "relu"],
)
