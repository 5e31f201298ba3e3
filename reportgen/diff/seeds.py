"""One seed of a build, as far as a build knows of it."""

from dataclasses import replace

from reportgen.diff.built import Build
from reportgen.diff.measured import Claim, Fact, Measured
from reportgen.errors import UsageError


def of_seed(build: Build, seed: int) -> Build:
    """What a build knows of one seed: its verdicts of the claims that are counted over seeds, and
    its line among all seeds.
    """
    ranking = build.measured.get("ranking", [])
    line = next((each for each in ranking if each.get("seed") == seed), None)
    if line is None:
        seeds = ", ".join(str(each.get("seed")) for each in ranking)
        raise UsageError(
            f"{build.label}: there is no seed {seed}; {build.name} has the seeds {seeds or 'none'}"
        )
    facts = {
        key: _single(key, value, line.get(f"{key}_text"), build.measured["facts"].get(key))
        for key, value in line.items()
        if isinstance(value, float) and f"{key}_text" in line
    }
    claims: dict[str, Claim] = {}
    for name, claim in build.measured["claims"].items():
        for verdict, held in (claim.get("seeds") or {}).items():
            if seed in held:
                claims[name] = {**claim, "verdict": verdict, "seeds": None}
    measured: Measured = {**build.measured, "facts": facts, "claims": claims, "unasked": {}}
    told = (
        "of one seed a build knows the verdicts of claims that are counted over seeds, and what its"
        " line in the ranking says; facts, pages and pictures are of the displayed seed"
    )
    return replace(build, measured=measured, pages=None, figures=None, films=None, told=(told,))


def _single(key: str, value: float, text: object, fact: Fact | None) -> Fact:
    """A number of one seed, as a fact without an interval."""
    return Fact(
        value=value,
        text=str(text),
        interval="",
        low=None,
        high=None,
        exhaustive=False,
        n=1,
        of="one seed",
        unit="share",
        label=fact["label"] if fact else key.replace("_", " "),
        meaning="",
        tolerance=fact["tolerance"] if fact else 0.0,
        baseline=None,
        floor=None,
        parts=[],
    )
