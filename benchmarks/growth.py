"""How the cost of a training, of the exhaustive check, and of many reports grows with each size
while the others stay.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from benchmarks import building
from benchmarks.measure import TINY_REPORT, Sample, Variant, inside


@dataclass(frozen=True)
class Curve:
    """The cost over one size."""

    slug: str
    what: str  # the axis
    fixed: str  # the other sizes
    at: tuple[int, ...]
    ways: tuple[Variant, ...]
    note: str = ""


def _training(**numbers: object) -> Sample:
    return inside("training", "product", **numbers)


Axis = tuple[str, str, tuple[int, ...], Callable[[int], Sample]]
AXES: dict[str, Axis] = {
    "steps": (
        "steps",
        "20 seeds, a checkpoint every 100 steps",
        (250, 500, 1_000, 2_000),
        lambda n: _training(steps=n, seeds=20),
    ),
    "seeds": (
        "seeds",
        "300 steps, 4 checkpoints",
        (1, 2, 4, 8, 16, 32, 64),
        lambda n: _training(steps=300, seeds=n),
    ),
    "checkpoints": (
        "checkpoints",
        "1,000 steps, 4 seeds",
        (50, 100, 200, 500, 1_000),
        lambda n: _training(steps=1_000, seeds=4, every=1_000 // n),
    ),
    "vocabulary": (
        "tokens in the vocabulary",
        "300 steps, 20 seeds",
        (12, 24, 48, 96),
        lambda n: _training(steps=300, seeds=20, rule=dict(highest=n - 2)),
    ),
    "block": (
        "block size",
        "300 steps, 20 seeds",
        (4, 8, 12, 16, 19),
        lambda n: _training(steps=300, seeds=20, model=dict(n_ctx=n)),
    ),
    "contexts": (
        "contexts, all checked",
        "lengths 5 to 8",
        (12**4, 12**5, 12**6, 12**7),
        lambda n: inside("exhaustive", "product", length=_length(n)),
    ),
    "rules": (
        "rules, a report each",
        "tiny trainings, two processes",
        (1, 2, 4, 8, 17),
        building.reports,
    ),
}
NOTES = {
    "rules": (
        "Rules: `reportgen build` from nothing, in two processes, of the first so many rules in"
        " the order of the alphabet, one configuration for each: every figure, film, fact, check"
        " and page, and the site. To stay affordable, each trains"
        f" {TINY_REPORT['training']['seeds']} seeds for {TINY_REPORT['training']['steps']} steps on"
        f" {TINY_REPORT['data']['sequences']} sequences, so that films are short; all else is as in"
        " a whole build. Reports differ in how many figures they have, so that the line is not"
        " straight."
    ),
}
TINY_AXES = {"seeds": ("seeds", "10 steps", (1, 2), lambda n: _training(steps=10, seeds=n))}


def _length(contexts: int) -> int:
    return next(length for length in range(2, 10) if 12 ** (length - 1) == contexts)


def curves(runs: int, axes: Mapping[str, Axis] = AXES) -> list[Curve]:
    """All curves; each point is run as often as the others, one after the other."""
    out = []
    for slug, (what, fixed, at, run) in axes.items():
        rounds = [[run(n) for n in at] for _ in range(runs)]
        out.append(
            Curve(
                slug,
                what,
                fixed,
                at,
                tuple(Variant(f"{n}", tuple(samples)) for n, samples in zip(at, zip(*rounds))),
                NOTES.get(slug, ""),
            )
        )
    return out
