"""Does the last state point at the embedding of the token it stands for? And would it mean
anything?
"""

from collections.abc import Callable
from itertools import permutations

import numpy as np

from reportgen.measure.estimates import Sample
from reportgen.measure.fact import Fact, fact
from reportgen.systems.sequence_to_sequence.facts.probe import ALL, average, guess, queries, wanted
from reportgen.systems.sequence_to_sequence.view import Study

MANY = 6  # digits up to which every way to rename them is tried


def cosines(study: Study) -> np.ndarray:
    """Cosine [row, output, digit] of the last state at each output with the embedding of each
    digit.
    """
    t, digits = study.holdout, study.weights["W_E"][:-1]
    state = (t.resid_post(layer=-1) if study.config.model.n_layers else t.embed + t.pos_embed)[
        :, queries(study)
    ]
    unit: Callable[[np.ndarray], np.ndarray] = lambda x: (
        x / np.linalg.norm(x, axis=-1, keepdims=True).clip(1e-12)
    )
    return np.asarray(unit(state) @ unit(digits).T)


def renamed(study: Study) -> np.ndarray:
    """Share of outputs at which the nearest digit is the right one, when the digits are renamed in
    every way there is; first the way they are named.
    """
    nearest, count = cosines(study).argmax(-1), len(study.tokens) - 1
    ways = (
        permutations(range(count))
        if count <= MANY
        else [tuple(np.roll(np.arange(count), i)) for i in range(count)]
    )
    return np.array([(np.array(way)[nearest] == wanted(study)).mean() for way in ways])


@fact("Outputs nearest to the right embedding", tolerance=0.03)
def cosine_right(study: Study) -> Fact:
    """Share of outputs at which, of the embeddings of all digits, that of the right token has the
    largest cosine with the state before the unembedding.
    """
    shares = renamed(study)
    details = dict(
        renamings=len(shares),
        as_good=int((shares[1:] >= shares[0]).sum()),
        best=f"{100 * shares.max():.1f} %",
    )
    return average(
        study,
        cosines(study).argmax(-1) == wanted(study),
        ALL,
        of="outputs",
        counted=True,
        baseline=guess(study),
        details=details,
    )


@fact("Outputs nearest to the right embedding, mean over seeds", tolerance=0.02, over="seeds")
def cosine_seeds(study: Study) -> Fact:
    """The same share, averaged over the seeds; the seeds are the random sample, so the interval
    shows whether it is more than chance.
    """
    shares = np.array(
        [
            float((cosines(s).argmax(-1) == wanted(s)).mean())
            for s in map(study.of_seed, range(len(study.run.seeds)))
        ]
    )
    return Sample(np.arange(len(shares)), len(shares), "seeds").average(
        shares, np.ones(len(shares), bool), unit="percent", of="networks", baseline=guess(study)
    )
