"""What moves when one digit of an input is changed, and which part of the network carries the
change to the output.
"""

from dataclasses import dataclass

import numpy as np

from reportgen.core.data.material import RESAMPLING, stream
from reportgen.core.study import held
from reportgen.measure.estimates import Sample
from reportgen.measure.fact import Fact, Reference, fact, written
from reportgen.systems.sequence_to_sequence.facts.probe import kept, mirrors, queries
from reportgen.systems.sequence_to_sequence.view import Study

MOST_PAIRS = 4_096
LEAST = (
    0.1  # logits: a pair whose difference changes by less tells nothing of a share of that change
)
ROUTES = ("attn_out", "mlp_out")


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
    clean, place = data.probe.inputs[row], mirrors(study)[output]
    corrupt, every = clean.copy(), np.arange(len(row))
    corrupt[every, place] = (clean[every, place] + shift + 1) % digits
    more = lambda tokens: (tokens[every, place] + 1) % digits
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
    """

    denoised: dict[tuple[str, int, str], float]  # (step, layer, "output" or "digit") -> effect
    noised: dict[
        tuple[str, int, str], float
    ]  # the other way round: a step of the changed run put into the clean one
    whole: float  # of the whole stream before the unembedding, which has to be 1
    # pairs: outputs that stand elsewhere than their digit, and whose logit difference changes
    used: int
    skipped: int  # pairs whose logit difference hardly changes
    terms: dict[
        tuple[str, int, str], np.ndarray
    ]  # [pair, (restored, whole change)] of the denoised effects
    pair: np.ndarray  # [used pair] its index among all pairs


@held
def patched(study: Study) -> Patched:
    """All effects; those of the outputs that stand elsewhere than the digit they are made from."""
    p, layers = pairs(study), study.config.model.n_layers
    query, place = queries(study)[p.output], mirrors(study)[p.output]
    far = query != place
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
    difference = lambda logits: logits[every, query, p.before] - logits[every, query, p.after]
    up, down = difference(clean), difference(corrupt)
    used = far & (np.abs(up - down) >= LEAST)
    whole = (up - down)[used]

    def effect(site: tuple[str, int], at: np.ndarray, restore: bool) -> np.ndarray:
        base, other = (corrupt_kept, clean_kept) if restore else (clean_kept, corrupt_kept)
        mixed = base[site].copy()
        mixed[every, at] = other[site][every, at]
        now = difference(kept(study, p.corrupt if restore else p.clean, [], {site: mixed})[0])
        return np.asarray((now - down if restore else up - now)[used])

    share = lambda part: float(part.sum() / whole.sum()) if len(whole) else 0.0
    cases = [
        (site, name, at) for site in sites for name, at in (("output", query), ("digit", place))
    ]
    restored = {(*site, name): effect(site, at, True) for site, name, at in cases}
    noised = {(*site, name): share(effect(site, at, False)) for site, name, at in cases}
    terms = {key: np.stack([part, whole], 1) for key, part in restored.items()}
    return Patched(
        {key: share(part) for key, part in restored.items()},
        noised,
        share(effect(final, query, True)),
        int(used.sum()),
        int((far & ~used).sum()),
        terms,
        np.flatnonzero(used),
    )


def _ratio(terms: np.ndarray, row: np.ndarray) -> tuple[float, float]:
    """95 % interval of a ratio of sums, by resampling inputs."""
    rng, inputs = np.random.default_rng(len(row)), np.unique(row, return_inverse=True)[1]
    sums = np.stack([np.bincount(inputs, terms[:, i]) for i in range(2)], 1)
    drawn = rng.multinomial(len(sums), np.full(len(sums), 1 / len(sums)), 2_000) @ sums
    low, high = np.quantile(drawn[:, 0] / drawn[:, 1], [0.025, 0.975])
    return float(low), float(high)


def _carried(study: Study, step: str, layer: int) -> Fact:
    found, p = patched(study), pairs(study)
    of, key = "pairs of inputs that differ in one digit", (step, layer, "output")
    details = dict(
        skipped=found.skipped,
        noised=written(found.noised[key], "ratio"),
        even=1 / len({site[:2] for site in found.denoised}),
    )
    if not found.used:
        return Fact(
            None,
            "ratio",
            0,
            of,
            words="not defined: no change of a digit changes an answer",
            details=details,
        )
    row = p.row[found.pair]
    rest: dict = (
        dict(exhaustive=True)
        if p.exhaustive
        else dict(zip(("low", "high"), _ratio(found.terms[key], row)))
        | dict(clusters=len(np.unique(row)))
    )
    return Fact(
        found.denoised[key],
        "ratio",
        found.used,
        of,
        baseline=Reference("carries nothing", 0.0),
        floor=Reference("carries all", 1.0),
        details=details,
        **rest,
    )


@fact("Carried by attention of the first layer", tolerance=0.05, needs=["attention"])
def carried_first(study: Study) -> Fact:
    """How much of the right answer comes back when, in the run of an input with one digit changed,
    what the first layer's attention writes at the output is taken from the unchanged run; 1 is all
    of it.
    """
    return _carried(study, "attn_out", 0)


@fact("Carried by attention of the last layer", tolerance=0.05, needs=["layers"])
def carried_last(study: Study) -> Fact:
    """How much of the right answer comes back when, in the run of an input with one digit changed,
    what the last layer's attention writes at the output is taken from the unchanged run; 1 is all
    of it.
    """
    return _carried(study, "attn_out", study.config.model.n_layers - 1)


@fact("Patching the whole stream", tolerance=1e-4, needs=["attention"])
def patch_whole(study: Study) -> Fact:
    """How much comes back when the whole stream before the unembedding is taken from the unchanged
    run: exactly all of it, or the patches do not do what they say.
    """
    found = patched(study)
    if not found.used:
        return Fact(
            None,
            "ratio",
            0,
            "pairs of inputs",
            words="not defined: no change of a digit changes an answer",
        )
    return Fact(
        found.whole,
        "ratio",
        found.used,
        "pairs of inputs that differ in one digit",
        exhaustive=True,
        floor=Reference("all of it", 1.0),
    )


@held
def moved(study: Study) -> np.ndarray:
    """Does the answer of each output change [pair, output] when one digit does."""
    p, places = pairs(study), queries(study)
    answers = [kept(study, tokens, [])[0][:, places].argmax(-1) for tokens in (p.clean, p.corrupt)]
    return np.asarray(answers[0] != answers[1])


def _moved(study: Study, own: bool) -> Fact:
    p = pairs(study)
    mine = np.eye(study.data.length, dtype=bool)[p.output]
    values = moved(study)
    of, chance = (
        "answers of pairs of inputs that differ in one digit",
        Reference("as the task has it", 1.0 if own else 0.0),
    )
    where = mine if own else ~mine
    details = dict(
        count_text=(
            f"{written(int(values[where].sum()), 'count')} of {written(int(where.sum()), 'count')}"
        )
    )
    if p.exhaustive:
        return Fact(
            float(values[where].mean()),
            "percent",
            int(where.sum()),
            of,
            exhaustive=True,
            counted=True,
            baseline=chance,
            details=details,
        )
    return Sample(p.row, len(study.data.probe), "inputs").average(
        values, where, unit="percent", of=of, counted=True, baseline=chance, details=details
    )


@fact("Answers that follow their digit", better="high", tolerance=0.03)
def moves_mirror(study: Study) -> Fact:
    """Share of the outputs whose answer changes when the digit they are made from is changed, and
    nothing else.
    """
    return _moved(study, True)


@fact("Answers that follow another digit", better="low", tolerance=0.03)
def moves_others(study: Study) -> Fact:
    """Share of the outputs whose answer changes when a digit that they are not made from is
    changed, and nothing else.
    """
    return _moved(study, False)
