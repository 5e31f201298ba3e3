"""A catalogue of heads: what each is by its scores, and whether it is missed."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from reportgen.core.study import held
from reportgen.measure.estimates import counted_from
from reportgen.measure.fact import Fact, fact
from reportgen.measure.heads import heads
from reportgen.measure.numbers import written
from reportgen.systems.text.facts.circuits import COPIES
from reportgen.systems.text.facts.components import DEEP
from reportgen.systems.text.facts.head_scores import copying_scores, in_text, on_copies, pushed
from reportgen.systems.text.facts.heads import by_distance, favourite, looked, name_of
from reportgen.systems.text.facts.repeated import copies, follows
from reportgen.systems.text.facts.silenced import rises
from reportgen.systems.text.view import Study

QUARTER = 0.25  # of its attention


@dataclass(frozen=True)
class Entry:
    """One head: its scores by name, how far the loss rises without it, and what it may be
    called.
    """

    name: str
    scores: dict[str, Fact]
    rise: Fact

    @property
    def fits(self) -> tuple[str, ...]:
        """Every class whose threshold its scores pass."""
        looks = {
            "previous token": "previous token",
            "duplicate token": "duplicate token",
            "induction": "prefix matching",
        }
        found = [kind for kind, score in looks.items() if _looks(self.scores[score])]
        table, push = self.scores["copying"], self.scores["push on the token looked at"]
        copying_head = (
            (table.value or 0) > max(COPIES, table.details["renamed_bound"])
            and push.low is not None
            and push.low > max(0.0, push.details["renamed_bound"])
        )
        return (*found, *(("copying",) if copying_head else ()))

    @property
    def missed(self) -> bool:
        """Does the interval of what its ablation does exclude zero."""
        return (
            self.rise.low is not None
            and self.rise.high is not None
            and (self.rise.low > 0 or self.rise.high < 0)
        )

    @property
    def kinds(self) -> tuple[str, ...]:
        """The classes it is given: none without an ablation that shows."""
        return self.fits if self.missed else ()


def _looks(score: Fact) -> bool:
    """More than a quarter of the attention, and more than twice an equal share, interval
    included.
    """
    return (
        score.low is not None
        and score.baseline is not None
        and score.low > max(QUARTER, 2 * score.baseline.value)
    )


@held
def catalogue(study: Study) -> tuple[Entry, ...]:
    """Every head with its scores, measured once."""
    before, without = dict(looked(study, 1)), dict(rises(study))
    measured = {
        "duplicate token": on_copies(study, copies),
        "prefix matching": on_copies(study, follows),
        "prefix matching in text": in_text(study),
        "copying": copying_scores(study),
        "push on the token looked at": pushed(study),
    }
    entry: Callable[[tuple[int, int], str], Entry] = lambda at, name: Entry(
        name,
        {"previous token": before[name]}
        | {score: by_head[at] for score, by_head in measured.items()},
        without[f"{name}: mean"],
    )
    return tuple(entry(at, name_of(study, at)) for at in heads(study))


def _best(study: Study, score: str) -> Fact:
    parts = tuple((entry.name, entry.scores[score]) for entry in catalogue(study))
    name, best = max(parts, key=lambda part: -np.inf if part[1].value is None else part[1].value)
    return replace(best, parts=parts, details=dict(best.details) | dict(head_text=name))


@fact("Attention on earlier copies, random tokens", tolerance=0.02, needs=DEEP)
def duplicate_score(study: Study) -> Fact:
    """Duplicate-token score: attention on the earlier copy of the present token where random tokens
    are read for the second time, of the head that has most; parts for every head.
    """
    return _best(study, "duplicate token")


@fact("Attention on the token after an earlier copy, random tokens", tolerance=0.02, needs=DEEP)
def prefix_score(study: Study) -> Fact:
    """Prefix-matching score: attention on the token that came after the earlier copy of the present
    one where random tokens are read for the second time, of the head that has most; parts for every
    head.
    """
    return _best(study, "prefix matching")


@fact("Attention on the token after an earlier copy, held-out text", tolerance=0.02, needs=DEEP)
def prefix_score_in_text(study: Study) -> Fact:
    """The same in held-out text, at positions whose token stands earlier in the window, all copies
    counted; of the head that has most, parts for every head.
    """
    return _best(study, "prefix matching in text")


@fact("Copying score of a deep network's heads", tolerance=0.03, needs=DEEP)
def head_copying(study: Study) -> Fact:
    """Sum of the real parts of the eigenvalues of W_E W_V W_O W_U over the sum of their sizes,
    normalization's centring and gains counted in, of the head that copies most; parts for every
    head. It says what a head would do with bare embeddings (Elhage and others); the control is the
    same head with the tokens that it says renamed at random.
    """
    return _best(study, "copying")


@fact("Heads with a class", tolerance=0, needs=DEEP)
def classed_heads(study: Study) -> Fact:
    """Heads that are given a class: a score passes its threshold, and the interval of what the
    head's ablation does to the loss excludes zero.
    """
    entries = catalogue(study)
    classed = [entry for entry in entries if entry.kinds]
    told = [
        dict(
            name=e.name,
            kinds=", ".join(e.kinds)
            or ("none" if e.missed or not e.fits else "none: its ablation leaves the loss"),
            rise=e.rise.text,
            interval=e.rise.interval,
            back=written(favourite(study, at), "count"),
            share=written(float(by_distance(study)[at][favourite(study, at)]), "share"),
        )
        for e, at in zip(entries, heads(study))
    ]
    details = dict(
        rows=told,
        all_text=written(len(entries), "count"),
        missed_text=written(sum(e.missed for e in entries), "count"),
        kinds=sorted({kind for e in entries for kind in e.kinds}),
        kinds_text=", ".join(sorted({kind for e in entries for kind in e.kinds})) or "none",
        induction=sum("induction" in e.kinds for e in entries),
        fits=sum("induction" in e.fits for e in entries),
        least_text=written(QUARTER, "share"),
    )
    count = Fact(
        float(len(classed)), "count", len(entries), "heads", exhaustive=True, details=details
    )
    return counted_from([each for e in entries for each in (e.rise, *e.scores.values())], count)
