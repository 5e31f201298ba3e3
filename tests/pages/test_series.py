"""The page of the series says what the reports' claims say, whichever way they turned out, and what
has not been built.
"""

from pathlib import Path

import pytest
from lookups import listed

from reportgen.pages.environment import environment, rendered
from reportgen.pages.series import STEPS, ordered, steps
from reportgen.project import PACKAGE, Project

FACT = dict(
    id="",
    label="A label",
    value=0.5,
    unit="nats",
    text="0.5",
    interval="0.4 to 0.6",
    exhaustive=False,
)


def about(name: str, verdict: str, *, unasked: bool = False) -> dict:
    """As much of a report as the series reads."""
    claims = next(step.claims for step in STEPS if step.report == name)
    told = {
        claim: dict(id=claim, statement=f"Claim {claim}", verdict=verdict, rests_on=["one"])
        for claim in claims
    }
    why = {claim: dict(statement=f"Claim {claim}", reason="there is one layer") for claim in claims}
    return dict(
        name=name,
        page=f"{name}/index.md",
        ledger=f"{name}/ledger.md",
        claims_page=f"{name}/claims.md",
        rule=dict(title=f"Title {name}"),
        facts=dict(one=FACT | dict(id="one")),
        claims={} if unasked else told,
        unasked=why if unasked else {},
    )


def page(*reports: dict) -> str:
    return rendered(
        environment(Project(PACKAGE.parent)), "series.md.j2", lambda: dict(steps=steps(reports))
    )


@pytest.mark.parametrize("verdict", ["holds", "partly", "fails"])
def test_a_claim_is_shown_with_its_verdict_and_its_numbers(verdict: str) -> None:
    text = page(about("zero_layer", verdict))
    assert text.count(f'data-verdict="{verdict}"') == len(STEPS[0].claims)
    assert (
        "[Claim learns&#95;pairs](zero_layer/claims.md#claim-learns_pairs): A label"
        " [0.5](zero_layer/ledger.md#fact-one) nats" in text
    )
    assert "(0.4 to 0.6)" in text


def test_the_gallery_follows_the_series_and_then_the_alphabet() -> None:
    names = ["alpha", "full_transformer", "induction", "omega", "zero_layer"]
    assert [report["name"] for report in ordered([dict(name=name) for name in names])] == [
        "zero_layer",
        "induction",
        "full_transformer",
        "alpha",
        "omega",
    ]


def test_nothing_is_explained_by_a_list_whose_claim_may_fail() -> None:
    """That the weights make rules which the text obeys is a claim of the report: the words around
    it are the same whichever way it turned out, and leave it open.
    """
    text = page(about("one_layer", "fails"))
    assert "skips_are_real" in text
    assert "whether they are true of the text is a separate question" in text
    assert "rules of the kind" not in text


def test_what_was_not_asked_has_its_reason() -> None:
    text = page(about("induction_one_layer", "holds", unasked=True))
    assert "not asked</span> Claim has&#95;induction&#95;head: there is one layer" in text
    assert "data-verdict" not in text


def test_what_has_not_been_built_says_how() -> None:
    text = page(about("zero_layer", "holds"))
    assert text.count("This report has not been built here") == len(STEPS) - 1
    assert "reportgen build --rule one&#95;layer" in text


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.report)
def test_every_step_is_a_configuration_whose_claims_there_are(step) -> None:
    path = Project(PACKAGE.parent).config(step.report)
    system = {"text": "text", "repeated_tokens": "repeated_sequences"}[
        next(
            line
            for line in Path(path).read_text(encoding="utf-8").splitlines()
            if line.startswith("rule:")
        )
        .split("name: ")[1]
        .split(",")[0]
    ]
    assert set(step.claims) <= set(listed(system)[1])
