"""Inputs, each beside the same input with one digit changed, and what happens to its answer when a
part of one run is put into the other.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from reportgen.core.data.material import RESAMPLING, stream
from reportgen.core.recording import Site
from reportgen.core.study import held
from reportgen.systems.sequence_to_sequence.facts.probe import kept, mirrors, queries
from reportgen.systems.sequence_to_sequence.view import Study

MOST_PAIRS = 4_096
# logits: a pair whose difference changes by less tells nothing of a share of that change
LEAST = 0.1
ROUTES = ("attn_out", "mlp_out")
Part = tuple[str, int, str]  # step, layer, and where: at the "output" or at the "digit"


@dataclass(frozen=True)
class Pairs:
    """Inputs, each beside the same input with exactly one digit changed; everything else, the
    output read so far included, stays.
    """

    row: np.ndarray  # [pair] of the probe
    output: np.ndarray  # [pair] the output whose digit is changed, from 0
    clean: np.ndarray  # [pair, position]
    corrupt: np.ndarray
    before: np.ndarray  # [pair] right token of that output for the clean input
    after: np.ndarray  # the same for the changed one
    exhaustive: bool  # are all pairs there are among them

    def __len__(self) -> int:
        return len(self.row)


@held
def pairs(study: Study) -> Pairs:
    """Every input with every digit changed to every other one, or a random choice of such pairs."""
    data, digits = study.data, len(study.tokens) - 1
    count = len(data.probe) * data.length * (digits - 1)
    chosen = (
        np.arange(count)
        if count <= MOST_PAIRS
        else np.sort(stream(study.config.data.seed, RESAMPLING).permutation(count)[:MOST_PAIRS])
    )
    row, output, shift = np.unravel_index(chosen, (len(data.probe), data.length, digits - 1))
    clean, position = data.probe.inputs[row], mirrors(study)[output]
    corrupt, every = clean.copy(), np.arange(len(row))
    corrupt[every, position] = (clean[every, position] + shift + 1) % digits
    more: Callable[[np.ndarray], np.ndarray] = lambda tokens: (tokens[every, position] + 1) % digits
    return Pairs(
        row,
        output,
        clean,
        corrupt,
        more(clean),
        more(corrupt),
        data.complete and count <= MOST_PAIRS,
    )


@dataclass(frozen=True)
class Patched:
    """Effects of putting a step of the clean run into the run of the changed input, at one
    position: 0 changes nothing, 1 brings the clean answer back in full.

    A step of the changed run put into the clean one would say the same: of all pairs, each comes
    the other way round too, and the two sums are of the same terms.
    """

    restored: dict[Part, float]
    whole: float  # of the whole stream before the unembedding, which has to be 1
    # pairs: outputs that stand elsewhere than their digit, and whose logit difference changes
    used: int
    skipped: int  # pairs whose logit difference hardly changes
    terms: dict[Part, np.ndarray]  # [pair, (restored, whole change)] of the effects
    pair: np.ndarray  # [used pair] its index among all pairs


@held
def patched(study: Study) -> Patched:
    """All effects; those of the outputs that stand elsewhere than the digit they are made from."""
    p, layers = pairs(study), study.config.model.n_layers
    query, position = queries(study)[p.output], mirrors(study)[p.output]
    far = query != position
    sites = [
        (step, layer)
        for layer in range(layers)
        for step in ROUTES
        if step != "mlp_out" or study.config.model.d_mlp
    ]
    final = ("resid_post", layers - 1)
    (clean, clean_kept), (corrupt, corrupt_kept) = (
        kept(study, tokens, [*sites, final]) for tokens in (p.clean, p.corrupt)
    )
    every = np.arange(len(p))
    difference: Callable[[np.ndarray], np.ndarray] = lambda logits: (
        logits[every, query, p.before] - logits[every, query, p.after]
    )
    up, down = difference(clean), difference(corrupt)
    used = far & (np.abs(up - down) >= LEAST)
    whole = (up - down)[used]

    def effect(site: Site, at: np.ndarray) -> np.ndarray:
        mixed = corrupt_kept[site].copy()
        mixed[every, at] = clean_kept[site][every, at]
        return np.asarray((difference(kept(study, p.corrupt, [], {site: mixed})[0]) - down)[used])

    share: Callable[[np.ndarray], float] = lambda part: (
        float(part.sum() / whole.sum()) if len(whole) else 0.0
    )
    cases = [
        (site, name, at) for site in sites for name, at in (("output", query), ("digit", position))
    ]
    restored = {(*site, name): effect(site, at) for site, name, at in cases}
    terms = {key: np.stack([part, whole], 1) for key, part in restored.items()}
    return Patched(
        {key: share(part) for key, part in restored.items()},
        share(effect(final, query)),
        int(used.sum()),
        int((far & ~used).sum()),
        terms,
        np.flatnonzero(used),
    )
