"""Where is an exchanged token carried? The stream of one prompt put into another that differs in
one token.
"""

from dataclasses import replace

import numpy as np

from reportgen.measure.estimates import missing
from reportgen.measure.fact import Fact, fact
from reportgen.measure.heads import heads
from reportgen.measure.numbers import written
from reportgen.measure.patching import WAYS, Pairs
from reportgen.measure.patching import averaged as mean_of
from reportgen.measure.population import FEWEST
from reportgen.systems.text.facts.heads import name_of
from reportgen.systems.text.facts.prompt_pairs import BACK, PAIRS, kind, patching, position_called
from reportgen.systems.text.view import Study

NO_PAIRS = "not defined: held-out text has no two such prompts"
ALIKE = "not defined: this network answers the prompts of nearly all pairs alike"


def averaged(effects: np.ndarray, pairs: Pairs) -> Fact:
    """The mean effect over pairs; without a value where fewer than ten can tell."""
    found = mean_of(effects, pairs)
    return (
        found
        if found.n >= FEWEST
        else missing(ALIKE, unit="share", of="answers", details=dict(found.details))
    )


@fact("Patching the whole stream of a prompt", tolerance=1e-3, needs=PAIRS)
def prompt_selftest(study: Study) -> Fact:
    """Effect of replacing the whole stream before the last layer by that of the other prompt:
    exactly 1 if patches do what they say, but for rounding in single precision; the value farthest
    from 1 over all pairs and both ways.
    """
    last = study.config.model.n_layers - 1
    known = [on for on in (patching(study, back) for back in BACK) if on is not None]
    if not known:
        return missing(NO_PAIRS, unit="share", of="pairs")
    found = np.concatenate(
        [
            on.stream(way, ("resid_pre", last), np.ones_like(on.pairs.clean, bool))
            for on in known
            for way in WAYS
        ]
    )
    found = found[np.isfinite(found)]
    return (
        Fact(
            float(found[np.abs(found - 1).argmax()]),
            "share",
            len(found),
            "patches",
            exhaustive=True,
        )
        if len(found)
        else missing(ALIKE, unit="share", of="pairs")
    )


def _carried(study: Study, at_last: bool) -> Fact:
    """Effect of the stream before the last layer, at the last position or at that of the exchanged
    token: of the distance where it is least, all of them as parts.
    """
    site = "resid_pre", study.config.model.n_layers - 1
    parts: list[tuple[str, Fact]] = []
    for back in BACK:
        if (on := patching(study, back)) is not None:
            where = on.pairs.positions[position_called(0 if at_last else back)]
            parts += [
                (
                    kind(back) + ("" if way == WAYS[0] else f", {way}"),
                    averaged(on.stream(way, site, where), on.pairs),
                )
                for way in WAYS
            ]
    known = [(name, part) for name, part in parts if "," not in name and part.value is not None]
    if not known:
        return missing(ALIKE if parts else NO_PAIRS, unit="share", of="pairs of prompts")
    (least_name, least), (most_name, most) = (
        choose(known, key=lambda part: part[1].value or 0) for choose in (min, max)
    )
    skipped = sum(part.details["skipped"] for name, part in parts if "," not in name)
    told = sum(part.details["pairs"] for name, part in parts if "," not in name)
    beyond = f", and {most.text} for {most_name}" if most_name != least_name else ""
    details = dict(
        kind=least_name,
        beyond=beyond,
        skipped_text=written(skipped, "count"),
        pairs_text=written(told, "count"),
    )
    return replace(least, parts=tuple(parts), details=details)


@fact("Exchanged token, carried by the last position", tolerance=0.05, needs=PAIRS)
def carried_by_last(study: Study) -> Fact:
    """Share of the change of the answer that the stream before the last layer carries at the
    last position, on pairs of prompts from held-out text that differ in one earlier token:
    of the distance where it is least; parts for every distance, denoising and noising.
    """
    return _carried(study, at_last=True)


@fact("Exchanged token, carried by its own position", tolerance=0.05, needs=PAIRS)
def carried_by_own(study: Study) -> Fact:
    """The same at the position of the exchanged token itself: what the last layer still has to
    fetch from there.
    """
    return _carried(study, at_last=False)


@fact("Exchanged token, brought by one head", tolerance=0.05, needs=PAIRS)
def brought_by_head(study: Study) -> Fact:
    """Share of the change of the answer that what one head mixes at the last position
    carries, on pairs of prompts from held-out text that differ in one earlier token: of the head
    and the distance where it is most; parts for the head that carries most at every distance.
    """
    parts: list[tuple[str, Fact]] = []
    for back in BACK:
        if (on := patching(study, back)) is not None:
            of_heads = {
                at: averaged(
                    on.head(WAYS[0], *at, on.pairs.positions[position_called(0)]), on.pairs
                )
                for at in heads(study)
            }
            at, best = max(
                of_heads.items(),
                key=lambda item: -np.inf if item[1].value is None else item[1].value,
            )
            parts.append(
                (
                    kind(back),
                    replace(best, details=dict(best.details) | dict(head_text=name_of(study, at))),
                )
            )
    known = [(name, part) for name, part in parts if part.value is not None]
    if not known:
        return missing(ALIKE if parts else NO_PAIRS, unit="share", of="pairs of prompts")
    name, most = max(known, key=lambda part: part[1].value or 0)
    said = "; ".join(f"{kind}, {part.details['head_text']}: {part.text}" for kind, part in known)
    return replace(
        most, parts=tuple(parts), details=dict(most.details) | dict(kind=name, all_text=said)
    )
