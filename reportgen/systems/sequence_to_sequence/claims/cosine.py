"""Does the last state point at the embedding of the token it stands for? And would it mean
anything?
"""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact

cosine_tells = Claim(
    "The final residual stream points at the embedding of the right token",
    holds=(fact("cosine_right") > 0.5)
    & (
        fact("cosine_right").detail("as_good", "other ways to name the digits that do as well") <= 0
    ),
    partly=fact("cosine_right") > fact("cosine_right").baseline,
    reason=(
        "Any network gives each digit some direction; it means something only if no other pairing"
        " of digits with embeddings fits as well."
    ),
    figure="cosine-and-chance",
)

cosine_beats_chance = Claim(
    (
        "Over the seeds, the final residual stream points at the right embedding more often than by"
        " chance"
    ),
    holds=fact("cosine_seeds") > fact("cosine_seeds").baseline,
    reason=(
        "Seeds are drawn at random, so chance can be measured over them; one network cannot"
        " distinguish luck from habit."
    ),
    figure="cosine-and-chance",
    seeds=False,
)
