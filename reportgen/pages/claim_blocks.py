"""What the tags `claim` and `mind` print around the words of a verdict: the frame, and the evidence
under it.
"""

from collections.abc import Mapping

from markupsafe import Markup

from reportgen.pages.links import Links
from reportgen.pages.measured import Claim
from reportgen.pages.pieces import Pieces
from reportgen.pages.report import Report
from reportgen.pages.undecided import undecided


class ClaimBlocks:
    """The claims of a report for the template of one page."""

    # what a template may call, and its tags do
    CALLED = """
        verdict_of claim_open claim_close claim_unjudged claim_undecided mind_undecided mind_open
        mind_close mind_unjudged
    """.split()

    def __init__(self, report: Report, links: Links, pieces: Pieces) -> None:
        self.report, self.links, self.pieces = report, links, pieces
        self.claims: Mapping[str, Claim] = report.measured["claims"]
        self.named: dict[str, None] = {}

    def verdict_of(self, name: str) -> str | None:
        """The verdict of a claim, or None where there is none: one checkpoint cannot tell, or what
        it rests on is not defined here.
        """
        if name in self.report.measured["unasked"]:
            return None
        if name not in self.claims:
            self.report.step_without("claim", name, self.claims)
            return None
        return None if self._undefined(name) else self.claims[name]["verdict"]

    def _undefined(self, name: str) -> str:
        """Why the first fact of a claim has nothing to measure; empty if it has."""
        claim = self.claims[name]
        if claim["verdict"] == "not asked":
            return claim["why"]
        fact = self.report.measured["facts"][claim["rests_on"][0]]
        return fact["text"] if fact["value"] is None and not fact["n"] else ""

    def claim_open(self, name: str) -> Markup:
        """The frame of a claim."""
        first = name not in self.named
        self.named[name] = None
        return self.pieces.claim_open(self.claims[name], first)

    def claim_close(self, name: str) -> Markup:
        """The evidence under a claim."""
        return self.pieces.claim_close(self.claims[name], self.report.step)

    def claim_undecided(self, name: str) -> Markup:
        """The words for a claim that its facts do not decide, where the template has none."""
        claim = self.claims[name]
        said = undecided(claim, self.report.measured["facts"])
        return self.pieces.undecided(claim, said, self.links.page("ledger.md"))

    def claim_unjudged(self, name: str) -> Markup:
        """What stands in place of a claim without a verdict; nothing for one that this
        configuration has no part in.
        """
        if name in self.report.measured["unasked"]:
            return Markup()
        if name in self.claims:
            return self.pieces.claim_undefined(
                self.claims[name]["statement"], self._undefined(name)
            )
        return self.pieces.claim_unjudged(self.report.claims[name].statement)

    def mind_open(self, name: str) -> Markup:
        """The frame of what would change our mind."""
        return self.pieces.mind_open()

    def mind_close(self, name: str) -> Markup:
        """Its end."""
        return self.pieces.mind_close()

    def mind_undecided(self, name: str) -> Markup:
        """What would decide it."""
        return self.pieces.mind_undecided()

    def mind_unjudged(self, name: str) -> Markup:
        """Nothing: there is no verdict to doubt."""
        return Markup()
