"""Measured values on a page: each that is named opens a card, which the foot of the page holds."""

from collections.abc import Mapping

from markupsafe import Markup

from reportgen.errors import TemplateError, nearest
from reportgen.measure.numbers import UNITS, written
from reportgen.pages.measured import Fact, Reference
from reportgen.pages.pieces import Pieces
from reportgen.pages.report import Report


class Cards:
    """The facts of a report for the template of one page."""

    # what a template may call
    CALLED = ("fact", "known", "detail", "compared", "keyfact", "reference", "unit")

    def __init__(self, report: Report, pieces: Pieces) -> None:
        self.report, self.pieces = report, pieces
        self.measured: Mapping[str, Fact] = report.measured["facts"]
        self.named: dict[str, None] = {}

    def fact(self, name: str) -> Markup:
        """A measured value that opens its card: meaning, interval, what to compare it with."""
        if name not in self.measured:
            return self._unmeasured(name)
        self.named[name] = None
        return self.pieces.fact(self.card(name))

    def known(self, name: str) -> bool:
        """Has this report measured the fact: is there a value to speak of."""
        return name in self.measured and self.measured[name]["value"] is not None

    def detail(self, name: str, key: str) -> object:
        """A further value of a fact, or the fact's own words where it has no value; TemplateError
        for a detail it does not have.
        """
        if name not in self.measured:
            return self._unmeasured(name)
        fact = self.measured[name]
        if key not in fact["details"] and fact["value"] is not None:
            raise TemplateError(
                f"fact {name!r} has no detail {key!r}{nearest(key, fact['details'])}; it has:"
                f" {', '.join(fact['details']) or 'none'}"
            )
        return fact["details"].get(key, fact["text"])

    def compared(self, name: str) -> str:
        """What a fact is to be compared with: its baseline, or its floor where it has none."""
        if name not in self.measured:
            return self._unmeasured(name)
        fact = self.measured[name]
        reference = fact["baseline"] or fact["floor"]
        if reference and fact["counted"] and reference["value"] == 0:
            return f"0 of {written(fact['n'], 'count')}"  # as the fact itself would be written
        return written(reference["value"], fact["unit"]) if reference else fact["text"]

    def keyfact(self, name: str) -> Markup:
        """A measured value with its scale, for a row of them."""
        if name not in self.measured:
            self.report.step_without("fact", name, self.measured)
            return Markup()
        if self.measured[name]["lacking"]:
            return Markup()
        return self.pieces.keyfact(self.card(name))

    def reference(self, fact: Fact) -> dict[str, object]:
        """A fact with its unit in words and what to compare it with written in that unit."""

        def refer(to: Reference | None) -> object:
            return to and dict(to, text=written(to["value"], fact["unit"]))

        return dict(
            fact,
            unit_text=self.unit(fact),
            baseline=refer(fact["baseline"]),
            floor=refer(fact["floor"]),
        )

    def unit(self, fact: Fact) -> str:
        """The unit a reader has to be told."""
        return UNITS.get(fact["unit"], "") if fact["value"] is not None else ""

    def card(self, name: str) -> dict[str, object]:
        """All that a card says of a fact."""
        return self.reference(self.measured[name])

    def _unmeasured(self, name: str) -> Markup:
        return self.pieces.unmeasured(self.report.step_without("fact", name, self.measured))
