"""One page while it is written: what its template may call, and what it has named so far."""

import json
from collections.abc import Callable, Iterable, Mapping
from html import escape
from posixpath import relpath
from typing import Any

from markupsafe import Markup

from reportgen.errors import TemplateError, nearest
from reportgen.measure.numbers import UNITS, written
from reportgen.pages.calls import checked
from reportgen.pages.escape import number, prose, safe
from reportgen.pages.outline import Entry
from reportgen.pages.report import Report
from reportgen.pages.undecided import undecided

CALLED = """
    fact detail compared keyfact figure film remaining see page doc has known verdict_of
    claim_open claim_close claim_unjudged claim_undecided mind_undecided mind_open mind_close
    mind_unjudged strip banner head onward unit reference see_or_nothing
""".split()  # what a template may call


class Page:
    """Functions for a template; every fact and claim it names gets a card or a footnote at the foot
    of the page.
    """

    def __init__(self, report: Report, path: str, pieces: Any) -> None:
        self.report, self.path, self.pieces = report, path, pieces
        self.measured = report.measured["facts"]
        self.judged = report.measured["claims"]
        self.facts_used: dict[str, None] = {}
        self.claims_used: dict[str, None] = {}
        self.shown: set[str] = set()

    def names(self) -> dict[str, Any]:
        """Everything a template may call or read."""
        report = self.report
        data = dict(
            facts=self.measured,
            claims=self.judged,
            demonstrations=report.measured["demonstrations"],
            unasked=report.measured["unasked"],
            ranking=report.ranking(),
            shown=report.measured.get("shown"),
        )
        about = dict(
            rule=report.rule(),
            config=report.sizes() | dict(seeds=number(len(report.measured["seeds"]))),
            outline=report.outline,
            offers=report.offers,
            left_out=self._left_out,
            step=report.step,
            name=report.config.name,
            command=self.command,
        )
        return {name: checked(getattr(self, name)) for name in CALLED} | data | about

    # links

    def page(self, target: str) -> Markup:
        """A page of this report, as this page links to it."""
        return Markup(
            relpath(str(self.report.home / target), str((self.report.home / self.path).parent))
        )

    def doc(self, target: str) -> Markup:
        """A hand-written page, as this page links to it."""
        return Markup(relpath(target, str((self.report.home / self.path).parent)))

    def see(self, slug: str) -> Markup:
        """A figure by number, with a link to where it stands."""
        entry = self._entries(slug)[0]
        if entry.lacking:
            return Markup(f"figure {entry.number} (left out here)")
        kind = "film" if self._is_film(entry) else "figure"
        return Markup(
            f"[{kind} {entry.number}]({self.page(self.report.page_of(entry))}#fig-{entry.file})"
        )

    def see_or_nothing(self, slug: str) -> Markup:
        """A figure by number, or nothing where the outline leaves it out."""
        return self.see(slug) if self.has(slug) else Markup()

    def has(self, slug: str) -> bool:
        """Does this report show the figure."""
        return any(slug in (entry.slug, entry.file) for entry in self.report.outline.entries)

    # facts

    def fact(self, name: str) -> Markup:
        """A measured value that opens its card: meaning, interval, what to compare it with."""
        if name not in self.measured:
            return self.pieces.unmeasured(self._step_or_fail("fact", name, self.measured))
        self.facts_used[name] = None
        return self.pieces.fact(self._shown(name))

    def known(self, name: str) -> bool:
        """Has this report measured the fact: is there a value to speak of."""
        return name in self.measured and self.measured[name]["value"] is not None

    def detail(self, name: str, key: str) -> Any:
        """A further value of a fact, or the fact's own words where it has no value; TemplateError
        for a detail it does not have.
        """
        if name not in self.measured:
            return self.pieces.unmeasured(self._step_or_fail("fact", name, self.measured))
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
            return self.pieces.unmeasured(self._step_or_fail("fact", name, self.measured))
        fact = self.measured[name]
        reference = fact["baseline"] or fact["floor"]
        if reference and fact["counted"] and reference["value"] == 0:
            return f"0 of {written(fact['n'], 'count')}"  # as the fact itself would be written
        return written(reference["value"], fact["unit"]) if reference else fact["text"]

    def keyfact(self, name: str) -> Markup:
        """A measured value with its scale, for a row of them."""
        if name not in self.measured:
            self._step_or_fail("fact", name, self.measured)
            return Markup()
        if self.measured[name]["lacking"]:
            return Markup()
        return self.pieces.keyfact(self._shown(name))

    def _shown(self, name: str) -> dict[str, Any]:
        return self.reference(self.measured[name])

    def reference(self, fact: Mapping[str, Any]) -> dict[str, Any]:
        """A fact with its unit in words and what to compare it with written in that unit."""
        refer = lambda r: r and dict(r, text=written(r["value"], fact["unit"]))
        return dict(
            fact,
            unit_text=self.unit(fact),
            baseline=refer(fact["baseline"]),
            floor=refer(fact["floor"]),
        )

    def unit(self, fact: Mapping[str, Any]) -> str:
        """The unit a reader has to be told."""
        return UNITS.get(fact["unit"], "") if fact["value"] is not None else ""

    def _step_or_fail(self, what: str, name: str, known: Iterable[str]) -> int:
        """The step of a report that has no word on this; TemplateError in a report of a whole
        training.
        """
        if self.report.step is None:
            raise TemplateError(
                f"no {what} is called {name!r} in this report{nearest(name, known)}"
            )
        return self.report.step

    # claims

    def verdict_of(self, name: str) -> str | None:
        """The verdict of a claim, or None where there is none: one checkpoint cannot tell, or what
        it rests on is not defined here.
        """
        if name in self.report.measured["unasked"]:
            return None
        if name not in self.judged:
            self._step_or_fail("claim", name, self.judged)
            return None
        return None if self._undefined(name) else self.judged[name]["verdict"]

    def _undefined(self, name: str) -> str:
        """Why the first fact of a claim has nothing to measure; empty if it has."""
        claim = self.judged[name]
        if claim["verdict"] == "not asked":
            return str(claim["why"])
        fact = self.measured[claim["rests_on"][0]]
        return fact["text"] if fact["value"] is None and not fact["n"] else ""

    def claim_open(self, name: str) -> Markup:
        """The frame of a claim."""
        first = name not in self.claims_used
        self.claims_used[name] = None
        return self.pieces.claim_open(self.judged[name], first)

    def claim_close(self, name: str) -> Markup:
        """The evidence under a claim."""
        return self.pieces.claim_close(self.judged[name], self.report.step)

    def claim_undecided(self, name: str) -> Markup:
        """The words for a claim that its facts do not decide, where the template has none."""
        claim = self.judged[name]
        said = undecided(claim, self.measured)
        return self.pieces.undecided(claim, said, self.page("ledger.md"))

    def mind_undecided(self, name: str) -> Markup:
        """What would decide it."""
        return self.pieces.mind_undecided()

    def claim_unjudged(self, name: str) -> Markup:
        """What stands in place of a claim without a verdict; nothing for one that this
        configuration has no part in.
        """
        if name in self.report.measured["unasked"]:
            return Markup()
        if name in self.judged:
            return self.pieces.claim_undefined(
                self.judged[name]["statement"], self._undefined(name)
            )
        return self.pieces.claim_unjudged(self.report.claims[name].statement)

    def mind_open(self, name: str) -> Markup:
        """The frame of what would change our mind."""
        return self.pieces.mind_open()

    def mind_close(self, name: str) -> Markup:
        """Its end."""
        return self.pieces.mind_close()

    def mind_unjudged(self, name: str) -> Markup:
        """Nothing: there is no verdict to doubt."""
        return Markup()

    def strip(self, number: int, label: str, *, own: bool = False) -> Markup:
        """A demonstration as a row of tokens, with the token that comes next: the rule's answer, or
        with `own` the network's.

        What a demonstration says at a place is about the token after it, so marks and arcs are
        moved by one.
        """
        d = self.report.measured["demonstrations"][number]
        asked = [mark != "free" for mark in d["marks"]]
        last = d["predictions"][-1] if own else d["answer"] or "?"
        marks = [
            "free",
            *("obeyed" if a else "free" for a in asked[:-1]),
            d["marks"][-1] if own else "obeyed" if asked[-1] else "free",
        ]
        trigger = self.report.config.rule.trigger
        return self.pieces.strip(
            dict(tokens=[*d["tokens"], last], marks=marks, sources=[None, *d["sources"]]),
            None if trigger is None else str(trigger),
            self.report.offers("held"),
            label,
        )

    # pictures

    def figure(self, slug: str) -> Markup:
        """The figure with its caption, once for every demonstration it is drawn for."""
        return Markup("").join(self._picture(entry) for entry in self._entries(slug))

    film = figure

    def remaining(self, entries: Iterable[Entry]) -> Markup:
        """Those of these pictures that the page has not shown yet."""
        return Markup("").join(
            self._picture(entry) for entry in entries if entry.file not in self.shown
        )

    def _left_out(self, *pages: str | None) -> list[dict[str, Any]]:
        return self.report.left_out(pages, self.shown)

    def _entries(self, slug: str) -> list[Entry]:
        outline = self.report.outline
        return [e for e in (*outline.entries, *outline.left_out) if slug in (e.slug, e.file)] or [
            self.report.outline.entry(slug)
        ]

    def _is_film(self, entry: Entry) -> bool:
        return bool(
            self.report.pictures.get(entry.file, {}).get("film")
        ) or entry.number.startswith("D")

    def _picture(self, entry: Entry) -> Markup:
        self.shown.add(entry.file)
        if entry.lacking:
            return self.pieces.lacking(entry, self.report.titles[entry.slug])
        about = self.report.pictures.get(entry.file)
        if about is not None:
            base = self.page(f"{'films' if about['film'] else 'figures'}/{entry.file}")
            return (self.pieces.film if about["film"] else self.pieces.figure)(
                entry, about, base, safe(about["alt"])
            )
        left_out = self.report.step is not None and (
            self._is_film(entry) or entry.slug in self.report.needs_training
        )
        return self.pieces.left_out(entry) if left_out else self.pieces.not_built(entry)

    # head and foot

    def head(self, title: str, description: str = "") -> Markup:
        """Front matter and heading of a page, with the banner of a checkpoint; themes print what
        stands there as HTML.
        """
        line = lambda key, text: f"{key}: {json.dumps(escape(text), ensure_ascii=False)}\n"
        about = line("description", description) if description else ""
        front = f"---\n{line('title', title)}{about}"
        return Markup(f"{front}---\n\n# {prose(title)}\n\n{self.banner()}")

    def onward(self, chapter: Mapping[str, Any], *, caller: Callable[[], str]) -> Markup:
        """The end of a chapter: pictures of it that its template did not place, the question that
        heads the next one, and the way back.
        """
        chapters = self.report.outline.chapters
        here = [c.slug for c in chapters].index(chapter["slug"])
        href = lambda c: self.page(self.report.chapter_page(c.slug))
        title, target = (
            (chapters[here + 1].title, href(chapters[here + 1]))
            if here + 1 < len(chapters)
            else ("Back to the overview, with other eyes", self.page("index.md"))
        )
        before = (
            dict(title=chapters[here - 1].title, href=href(chapters[here - 1])) if here else None
        )
        missing = self.pieces.without(self._left_out(chapter["slug"]))
        return (
            self.remaining(chapter["entries"])
            + missing
            + self.pieces.next(title, target, caller())
            + self.pieces.back_to(before, self.page("walkthrough/index.md"))
        )

    def back(self) -> Markup:
        """A card for every fact the page named and a footnote for every claim, written once."""
        cards = [self._shown(name) for name in self.facts_used]
        notes = [self._note(name) for name in self.claims_used]
        return self.pieces.back(cards, notes, self.page("ledger.md"), self.command)

    @property
    def command(self) -> str:
        """What prints the same facts in a terminal."""
        return f"reportgen show {self.report.config.name}" + (
            "" if self.report.step is None else f" --step {self.report.step}"
        )

    def banner(self) -> Markup:
        """At a checkpoint: which step this is and what is left out; nothing in the final report."""
        return self.pieces.banner(self.report.step)

    def _note(self, name: str) -> Mapping[str, Any]:
        claim = self.judged[name]
        return dict(
            claim,
            fact=self._shown(claim["rests_on"][0]),
            where=self.see_or_nothing(claim["figure"]),
        )
