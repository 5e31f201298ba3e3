"""One page while it is written: what its template may call, and what it has named so far."""

import json
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import TypedDict

from markupsafe import Markup

from reportgen.measure.numbers import grouped
from reportgen.pages.calls import checked
from reportgen.pages.cards import Cards
from reportgen.pages.claim_blocks import ClaimBlocks
from reportgen.pages.links import Links
from reportgen.pages.outline import Chapter, Entry
from reportgen.pages.pictures import Pictures
from reportgen.pages.pieces import Pieces
from reportgen.pages.report import Report
from reportgen.project import CLAIMS, INDEX, LEDGER

LISTED, VARIANT = 0.3, 0.5  # how much less search makes of such pages


class ChapterPage(TypedDict):
    """A chapter, as templates name it."""

    slug: str
    title: str
    page: str
    entries: Sequence[Entry]


class Page:
    """Functions for a template; every fact and claim it names gets a card or a footnote at the foot
    of the page.
    """

    CALLED = ("strip", "play", "banner", "front", "head", "onward")  # what a template may call

    def __init__(self, report: Report, path: str, pieces: Pieces) -> None:
        self.report, self.pieces = report, pieces
        self.links, self.cards = Links(report, path), Cards(report, pieces)
        self.claims = ClaimBlocks(report, self.links, pieces)
        self.pictures = Pictures(report, self.links, pieces)

    def names(self) -> dict[str, object]:
        """Everything a template may call or read."""
        report, measured = self.report, self.report.measured
        functions = {
            name: checked(getattr(part, name))
            for part in (self, self.links, self.cards, self.claims, self.pictures)
            for name in part.CALLED
        }
        data = dict(
            facts=measured["facts"],
            claims=measured["claims"],
            demonstrations=measured["demonstrations"],
            unasked=measured["unasked"],
            ranking=report.ranking(),
            shown=measured.get("shown"),
        )
        about = dict(
            rule=report.rule(),
            config=report.sizes() | dict(seeds=grouped(len(measured["seeds"]))),
            outline=report.outline,
            offers=report.offers,
            left_out=self.pictures.left_out,
            step=report.step,
            live=report.live,
            name=report.config.name,
            command=self.command,
        )
        return functions | data | about

    def strip(self, number: int, label: str, *, own: bool = False) -> Markup:
        """A demonstration as a row of tokens, with the token that comes next: the rule's answer, or
        with `own` the network's.

        What a demonstration says at a position is about the token after it, so marks and arcs are
        moved by one. Inside, every token is of the data: "constrained" marks those that the rule
        decides, and only at the end, with `own`, is there something that the network said.
        """
        d = self.report.measured["demonstrations"][number]
        constrained = [mark != "free" for mark in d["marks"]]
        last = d["predictions"][-1] if own else d["answer"] or "?"
        marks = [
            "free",
            *("constrained" if each else "free" for each in constrained[:-1]),
            d["marks"][-1] if own else "constrained" if constrained[-1] else "free",
        ]
        trigger = self.report.config.rule.trigger
        return self.pieces.strip(
            dict(tokens=[*d["tokens"], last], marks=marks, sources=[None, *d["sources"]]),
            None if trigger is None else str(trigger),
            self.report.offers("held"),
            label,
        ) + self.play(d["ids"])

    def play(self, ids: Sequence[int]) -> Markup:
        """A link that opens a sequence in the playground, by the ids of its tokens; nothing in a
        report that has none.
        """
        links = self.pictures.opened([ids])
        return self.pieces.play(links) if links else Markup()

    def front(self, title: str = "", description: str = "", *, wide: bool = False) -> Markup:
        """Front matter: a title that tells the page from those of other reports, which search and
        browser tabs show; none for the overview. A `wide` page has no table of contents.

        Themes print what stands there as HTML. Pages of a checkpoint are not searched; those that
        list what others explain, and those of variants, are found after these.
        """
        config, step = self.report.config, self.report.step
        named = config.called + ("" if step is None else f", step {grouped(step)}")
        lines = dict(title=f"{title} · {named}" if title else named, description=description)
        front = "".join(
            f"{key}: {json.dumps(escape(text), ensure_ascii=False)}\n"
            for key, text in lines.items()
            if text
        )
        front += "hide:\n  - toc\n" if wide else ""
        if step is not None:
            front += "search:\n  exclude: true\n"
        else:
            boost = (LISTED if title and wide else 1) * (1 if named == config.title else VARIANT)
            front += f"search:\n  boost: {boost}\n" if boost < 1 else ""
        return Markup(f"---\n{front}---\n")

    def head(self, title: str, description: str = "") -> Markup:
        """Front matter and heading of a page that asks a question, with the report's name beneath
        it and the banner of a checkpoint.
        """
        heading = self.pieces.heading(title, self.report.config.called)
        return Markup(f"{self.front(title, description)}\n# {heading}\n\n{self.banner()}")

    def banner(self) -> Markup:
        """At a checkpoint: which step this is and what is left out; on the overview of a network
        whose weights were given: where they come from.
        """
        origin, first = self.report.measured.get("origin"), self.links.path == INDEX
        told = self.pieces.banner(self.report.step, self.report.config.weights is not None)
        return told + (self.pieces.origin(origin) if origin and first else Markup())

    def onward(self, chapter: ChapterPage, *, caller: Callable[[], str]) -> Markup:
        """The end of a chapter: pictures of it that its template did not place, the question that
        heads the next one, and the way back.
        """
        chapters = self.report.outline.chapters
        here = [c.slug for c in chapters].index(chapter["slug"])
        href: Callable[[Chapter], str] = lambda c: self.links.page(self.report.chapter_page(c.slug))
        title, target = (
            (chapters[here + 1].title, href(chapters[here + 1]))
            if here + 1 < len(chapters)
            else ("Back to the overview", self.links.page("index.md"))
        )
        before = (
            dict(title=chapters[here - 1].title, href=href(chapters[here - 1])) if here else None
        )
        missing = self.pieces.without(self.pictures.left_out(chapter["slug"]))
        return (
            self.pictures.remaining(chapter["entries"])
            + missing
            + self.pieces.next(title, target, caller())
            + self.pieces.back_to(before, self.links.page("walkthrough/index.md"))
        )

    def back(self) -> Markup:
        """A card for every fact the page named and a footnote for every claim, written once."""
        cards = [self.cards.card(name) for name in self.cards.named]
        notes = [self._note(name) for name in self.claims.named]
        ledger, claims = self.links.page(LEDGER), self.links.page(CLAIMS)
        return self.pieces.back(cards, notes, ledger, claims, self.command)

    @property
    def command(self) -> str:
        """What prints the same facts in a terminal."""
        return f"reportgen show {self.report.config.name}" + (
            "" if self.report.step is None else f" --step {self.report.step}"
        )

    def _note(self, name: str) -> Mapping[str, object]:
        claim = self.claims.claims[name]
        return dict(
            claim,
            fact=self.cards.card(claim["rests_on"][0]),
            where=self.links.see_or_nothing(claim["figure"]),
        )
