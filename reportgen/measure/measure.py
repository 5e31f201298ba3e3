"""All facts and claims of one study as plain values: what the pages, the ledger and the terminal
read.
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict
from typing import Any

from reportgen.core.config.needs import lacks
from reportgen.core.study import Study
from reportgen.errors import ClaimError, nearest
from reportgen.measure.claim import EVALUATED, Claim, Decision, Verdict, claims_of
from reportgen.measure.fact import Fact, FactFunction, Facts, facts_of
from reportgen.measure.given import not_held_out, reworded, words_for
from reportgen.memory import release_memory
from reportgen.system import system_of


def measure(study: Study) -> dict[str, Any]:
    """Everything that can be said of a study, ready for JSON.

    Claims that rest on something this configuration or its rule does not have are `unasked`, with
    the reason. At a checkpoint that is not the last one, facts over training and over seeds are
    left out, and with them the claims that rest on them.
    """
    final = study.checkpoint == len(study.run.steps) - 1
    system = system_of(study.config)
    functions, claims = facts_of(system), claims_of(system)
    check_rests(claims, functions)
    statements = {name: c.statement for name, c in claims.items()}
    functions = {name: f for name, f in functions.items() if final or not f.over}
    claims = {name: c for name, c in claims.items() if set(c.rests_on) <= set(functions)}
    given = study.config.weights is not None
    with study:
        words = not_held_out if study.data.everything else words_for(study.config)
        facts = {
            name: reworded(function(study), words) for name, function in sorted(functions.items())
        }
        told: dict[str, object] = dict(
            demonstrations=[
                said | dict(ids=row.tolist())
                for said, row in zip(system.demonstrations(study), study.demonstrations.inputs)
            ],
            ranking=system.ranking(study),
        )
    unasked = {name: reason for name, c in claims.items() if (reason := moot(c, study, facts))}
    claims = {name: c for name, c in claims.items() if name not in unasked}
    badges = (
        verdicts_by_seed(study, functions, {n: c for n, c in claims.items() if c.seeds}, facts)
        if final and not given
        else {}
    )
    origin = study.run.origin
    if origin is not None:
        told["origin"] = origin.model_dump()
    return told | dict(
        name=study.config.name,
        step=study.step,
        final=final,
        run=study.run.digest,
        seeds=list(study.run.seeds),
        shown=study.run.seeds[study.seed],
        facts={name: fact.to_dict() for name, fact in facts.items()},
        claims={name: plain(c, facts, badges.get(name)) for name, c in sorted(claims.items())},
        unasked={
            name: dict(statement=statements[name], reason=reason)
            for name, reason in sorted(unasked.items())
        },
    )


def check_rests(claims: Mapping[str, Claim], facts: Collection[str]) -> None:
    """ClaimError for a claim that rests on a fact that the system does not have."""
    for claim in claims.values():
        for name in claim.rests_on:
            if name not in facts:
                raise ClaimError(
                    f"claim {claim.id!r} in {claim.module} rests on {name!r}, and no fact is called"
                    f" so{nearest(name, facts)}; known: {', '.join(sorted(facts))}"
                )


def check_figures(claims: Mapping[str, Claim], figures: Collection[str]) -> None:
    """ClaimError for a claim that is shown by a figure that the system does not have."""
    for claim in claims.values():
        if claim.figure not in figures:
            raise ClaimError(
                f"claim {claim.id!r} in {claim.module} is shown by figure {claim.figure!r}, and no"
                f" figure is called so{nearest(claim.figure, figures)}; known:"
                f" {', '.join(sorted(figures))}"
            )


def moot(claim: Claim, study: Study, facts: Mapping[str, Fact]) -> str:
    """Why a claim is not asked of a study; empty where it is."""
    mine = {name: facts[name] for name in claim.rests_on}
    return (
        lacks(study.config, claim.needs)
        or next((fact.lacking for fact in mine.values() if fact.lacking), "")
        or claim.unless(Facts(mine))
    )


def decided_on(claim: Claim, facts: Mapping[str, Fact]) -> Decision:
    """What becomes of a claim, which sees the facts it says it rests on and no others."""
    return claim.decide(Facts({name: facts[name] for name in claim.rests_on}))


def verdicts_by_seed(
    study: Study,
    functions: dict[str, FactFunction],
    claims: dict[str, Claim],
    own: Mapping[str, Fact],
) -> dict[str, dict[str, dict[str, list[int]]]]:
    """For each claim the seeds by verdict, and those undecided by the verdicts that are still
    possible; only the facts that decide these claims are measured.

    A seed of which such a fact cannot be computed, or was not there to be measured, is in none of
    them. `own` are the facts of the study itself, measured before: one seed's traces are held at a
    time.
    """
    needed = sorted({name for claim in claims.values() for name in claim.decided_by})
    found: dict[str, dict[str, dict[str, list[int]]]] = {
        name: dict(seeds={v.value: [] for v in EVALUATED}, seeds_between={}) for name in claims
    }
    for index, seed in enumerate(study.run.seeds):
        with study.of_seed(index) as other:
            facts = {
                name: own[name] if index == study.seed else functions[name](other)
                for name in needed
            }
        for name, claim in claims.items():
            if not any(facts[each].lacking for each in claim.decided_by):
                made = claim.decide({each: facts[each] for each in claim.decided_by})
                if made.verdict is not Verdict.NOT_ASKED:
                    found[name]["seeds"][made.verdict.value].append(seed)
                if made.verdict is Verdict.UNDECIDED:
                    possible = " or ".join(each.value for each in made.between)
                    found[name]["seeds_between"].setdefault(possible, []).append(seed)
        release_memory()
    return found


def plain(
    claim: Claim, facts: Mapping[str, Fact], badge: dict[str, dict[str, list[int]]] | None
) -> dict[str, object]:
    """A claim as it is stored: its words, its verdict and what that came from."""
    found = decided_on(claim, facts)
    holds_if, partly_if = claim.thresholds(facts)
    return dict(
        id=claim.id,
        statement=claim.statement,
        rests_on=list(claim.rests_on),
        holds_if=holds_if,
        partly_if=partly_if,
        reason=claim.reason,
        figure=claim.figure,
        needs=list(claim.needs),
        verdict=found.verdict.value,
        why=found.reason,
        crossed=[asdict(each) for each in found.crossed],
        decisive=[asdict(each) for each in found.decisive],
        shown=found.shown,
        ruled_out=found.ruled_out,
        **(badge or dict(seeds=None, seeds_between={})),
    )
