"""The page that leads from networks without layers upwards: what each step can do that the one
before could not, in the verdicts of their reports.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from reportgen.measure.numbers import UNITS
from reportgen.pages.stored import Shown


@dataclass(frozen=True)
class Step:
    """A report of the series, and which of its claims tell what it can do and what it cannot."""

    report: str
    claims: tuple[str, ...]


STEPS = (
    Step("zero_layer", ("beats_frequencies", "learns_pairs", "only_the_last_token")),
    Step(
        "one_layer",
        ("reads_further_back", "beats_every_pair_reader", "beats_triples", "skips_are_real"),
    ),
    Step("induction_one_layer", ("solves_task", "has_induction_head")),
    Step("induction", ("solves_task", "has_induction_head", "keys_compose", "layers_are_needed")),
    Step("induction_added_positions", ("solves_task", "has_induction_head", "solved_without_head")),
    Step(
        "full_transformer",
        ("beats_triples", "gains_by_repeats", "most_heads_have_a_class", "feed_forward_speaks"),
    ),
)


def ordered(reports: Sequence[Shown]) -> list[Shown]:
    """Reports as the series leads through them, then all others as they come."""
    order = {step.report: i for i, step in enumerate(STEPS)}
    return sorted(reports, key=lambda report: order.get(report["name"], len(order)))


def steps(reports: Sequence[Shown]) -> list[dict[str, object]]:
    """Each step with its report, None where it has not been built, and what its claims say: verdict
    and facts, or why it was not asked.
    """
    built = {report["name"]: report for report in reports if report["page"]}
    return [
        dict(
            name=step.report,
            about=built.get(step.report),
            said=_said(built[step.report], step.claims) if step.report in built else [],
        )
        for step in STEPS
    ]


def told(report: Shown) -> list[dict[str, object]]:
    """What the series says of one report by itself; nothing of one that is not in it."""
    return [
        said
        for step in STEPS
        if step.report == report["name"]
        for said in _said(report, step.claims)
    ]


def _said(report: Shown, claims: Sequence[str]) -> list[dict[str, object]]:
    said = list[dict[str, object]]()
    for name in claims:
        claim = report["claims"].get(name)
        if claim is not None and claim["verdict"] == "not asked":
            said.append(dict(claim, verdict="", facts=[], reason=claim["why"]))
        elif claim is not None:
            said.append(
                dict(
                    claim,
                    facts=[
                        dict(fact, unit_text=UNITS.get(fact["unit"], ""))
                        for fact in map(report["facts"].__getitem__, claim["rests_on"])
                    ],
                    reason="",
                )
            )
        elif (unasked := report["unasked"].get(name)) is not None:
            said.append(
                dict(
                    id=name,
                    statement=unasked["statement"],
                    verdict="",
                    facts=[],
                    reason=unasked["reason"],
                )
            )
    return said
