"""Where the facts and claims of a report come from: what a build stored, or measuring now."""

from functools import cached_property
from typing import Protocol, cast

from reportgen.api.facts import (
    Claim,
    Claims,
    Facts,
    by_verdict,
    claim_of,
    fact_of,
)
from reportgen.api.plain import Plain, PlainClaim, PlainFact
from reportgen.core.study import Study
from reportgen.measure.claim import claims_of
from reportgen.measure.fact import Fact, facts_of
from reportgen.measure.given import not_held_out, reworded, words_for
from reportgen.measure.measure import (
    check_rests,
    moot,
    plain,
    verdicts_by_seed,
)
from reportgen.system import system_of


class Measured(Protocol):
    """Facts and claims of one seed at one checkpoint."""

    @property
    def facts(self) -> Facts:
        """All facts by name."""

    @property
    def claims(self) -> Claims:
        """All claims by name."""


class Stored:
    """What the last build measured."""

    def __init__(self, measured: Plain) -> None:
        self._facts, self._claims = measured["facts"], measured["claims"]
        self._unasked = measured["unasked"]

    @cached_property
    def facts(self) -> Facts:
        """All facts by name."""
        return Facts(tuple(self._facts), lambda name: fact_of(name, self._facts[name]))

    @cached_property
    def claims(self) -> Claims:
        """All claims by name."""
        known = {**self._claims, **self._unasked}
        return Claims(tuple(sorted(known)), lambda name: _stored(name, known[name]))


def _stored(name: str, plain: PlainClaim) -> Claim:
    return claim_of(name, plain, lambda: by_verdict(plain.get("seeds")))


class Live:
    """What is measured when it is asked for, fact by fact; with `trained` also what a training and
    its seeds tell.
    """

    def __init__(self, study: Study, *, trained: bool) -> None:
        final = trained and study.checkpoint == len(study.run.steps) - 1
        system = system_of(study.config)
        functions, claims = facts_of(system), claims_of(system)
        check_rests(claims, functions)
        self._study, self._final, self._found = study, final, dict[str, Fact]()
        # of weights from elsewhere nobody here knows what they were trained on
        unknown = study.config.weights is None and (study.data.everything or not trained)
        self._words = not_held_out if unknown else words_for(study.config)
        self._functions = {name: f for name, f in sorted(functions.items()) if final or not f.over}
        self._known = {
            name: claim
            for name, claim in sorted(claims.items())
            if set(claim.rests_on) <= set(self._functions)
        }

    def _fact(self, name: str) -> Fact:
        if name not in self._found:
            self._found[name] = reworded(self._functions[name](self._study), self._words)
        return self._found[name]

    @cached_property
    def facts(self) -> Facts:
        """All facts by name."""
        return Facts(
            tuple(self._functions),
            lambda name: fact_of(name, cast("PlainFact", self._fact(name).to_dict())),
        )

    @cached_property
    def claims(self) -> Claims:
        """All claims by name."""
        return Claims(
            tuple(self._known),
            lambda name: claim_of(name, self._claim(name), lambda: by_verdict(self._seeds(name))),
        )

    def _claim(self, name: str) -> PlainClaim:
        claim = self._known[name]
        facts = {each: self._fact(each) for each in claim.rests_on}
        if reason := moot(claim, self._study, facts):
            return PlainClaim(statement=claim.statement, reason=reason)
        return cast("PlainClaim", plain(claim, facts, None))

    def _seeds(self, name: str) -> dict[str, list[int]] | None:
        return self._counted.get(name, {}).get("seeds")

    @cached_property
    def _counted(self) -> dict[str, dict[str, dict[str, list[int]]]]:
        """For every claim the seeds by verdict; what a training tells is asked of one alone."""
        if not self._final:
            return {}
        counted = {
            name: claim
            for name, claim in self._known.items()
            if claim.seeds and "verdict" in self._claim(name)
        }
        own = {each: self._fact(each) for c in counted.values() for each in c.decided_by}
        return verdicts_by_seed(self._study, self._functions, counted, own)
