"""What the pages of one report are written from: measured facts, verdicts of claims, and pictures.
No study, no network.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import PurePosixPath
from typing import NotRequired, TypedDict

from reportgen.core.config import Config
from reportgen.core.config.needs import lacks
from reportgen.errors import TemplateError, nearest
from reportgen.measure.claim import Claim
from reportgen.measure.numbers import grouped
from reportgen.pages.measured import Measured
from reportgen.pages.outline import Entry, Outline

DOT = 0.018  # width of a dot on an axis from 0 to 1


class Size(TypedDict):
    """CSS pixels."""

    width: float
    height: float


class Sheet(TypedDict):
    """What was written of a picture of all reports when it was drawn."""

    file: str
    title: str
    caption: str
    alt: str
    width: float
    height: float
    narrow: NotRequired[Size]  # of the drawing for phones, where there is one
    marks: NotRequired[bool]  # where a file says what its marks show


class Picture(Sheet):
    """What was written of a picture of one report when it was drawn."""

    slug: str
    film: bool
    frames: NotRequired[int]
    seconds: NotRequired[float]
    sequences: NotRequired[list[list[int]]]  # token ids of what it shows, for the playground


@dataclass(frozen=True)
class Report:
    """All that templates may speak of."""

    config: Config
    outline: Outline
    measured: Measured
    pictures: Mapping[str, Picture]  # by file
    claims: Mapping[str, Claim]  # every registered claim
    facts: frozenset[str]  # every registered fact
    titles: Mapping[str, str]  # of every figure
    needs_training: frozenset[str]  # figures that speak of the whole training or of other seeds
    step: int | None = None  # None for the end of training
    live: bool = False  # are there weights for the reader's browser, and so a playground

    @property
    def home(self) -> PurePosixPath:
        """Where its pages lie, from the folder of all pages."""
        base = PurePosixPath("rules") / self.config.name
        return base if self.step is None else base / "steps" / str(self.step)

    def chapter_page(self, slug: str) -> str:
        """The page of a chapter, from the report's folder; its number keeps the reading order in
        file names.
        """
        position = [chapter.slug for chapter in self.outline.chapters].index(slug)
        return f"walkthrough/{position + 1:02}-{slug}.md"

    def page_of(self, entry: Entry) -> str:
        """The page that shows a picture, from the report's folder."""
        return "appendix.md" if entry.chapter is None else self.chapter_page(entry.chapter)

    def offers(self, *needs: str) -> bool:
        """Does the configuration have all that is named, by keys of `config.needs.NEEDS`."""
        return not lacks(self.config, needs)

    def step_without(self, what: str, name: str, known: Iterable[str]) -> int:
        """The step of a report that has no word on something; TemplateError in a report of a whole
        training.
        """
        if self.step is None:
            raise TemplateError(
                f"no {what} is called {name!r} in this report{nearest(name, known)}"
            )
        return self.step

    def left_out(
        self, pages: Collection[str | None], shown: Collection[str]
    ) -> list[dict[str, object]]:
        """What this configuration cannot have, by reason: chapters, and pictures of the other ones;
        or of these pages, the pictures not `shown`.
        """
        gone = [chapter.slug for chapter in self.outline.left_out_chapters]
        chapters, pictures = dict[str, list[str]](), dict[str, list[dict[str, str]]]()
        for chapter in self.outline.left_out_chapters if not pages else ():
            chapters.setdefault(chapter.lacking, []).append(chapter.title)
        for entry in self.outline.left_out:
            if (
                entry.file not in shown and entry.chapter in pages
                if pages
                else entry.chapter not in gone
            ):
                picture = dict(number=entry.number, title=self.titles[entry.slug])
                pictures.setdefault(entry.lacking, []).append(picture)
        return [
            dict(
                reason=reason, chapters=chapters.get(reason, []), pictures=pictures.get(reason, [])
            )
            for reason in {**chapters, **pictures}
        ]

    def rule(self) -> dict[str, object]:
        """The rule, as templates name it."""
        rule = self.config.rule
        classes = {str(token): rule.classes[token] for token in rule.vocabulary}
        members = {
            name: [token for token, c in classes.items() if c == name]
            for name in dict.fromkeys(classes.values())
        }
        trigger = None if rule.trigger is None else str(rule.trigger)
        return dict(
            slug=rule.slug,
            title=self.config.title,
            called=self.config.called,
            summary=self.config.summary,
            trigger=trigger,
            class_names=dict(rule.class_names),
            classes=classes,
            members=members,
            tokens=list(classes),
            parameters={f.name: getattr(rule, f.name) for f in fields(rule)},  # type: ignore[arg-type]
        )

    def sizes(self) -> dict[str, object]:
        """The configuration, as templates name it; counts are written with thin spaces."""
        c = self.config
        plain = c.data.model_dump() | c.model.model_dump()
        if c.weights is None:  # a template that names a training where there is none has no word
            plain |= c.training.model_dump() | dict(lr=f"{c.training.lr:.6f}".rstrip("0"))
        plain |= dict(
            name=c.name,
            parameters=c.parameters,
            vocabulary=len(c.rule.vocabulary),
            demonstrations=c.report.demonstrations,
            data_seed=c.data.seed,
            given=c.weights is not None,
        )
        if "length" in plain:
            shortest, longest = plain["length"]
            plain |= dict(shortest=shortest, longest=longest)
            if "n_ctx" in plain:  # a window is one token longer, the one that comes next
                plain |= dict(one_window=longest <= plain["n_ctx"] + 1)
        return {
            key: grouped(value) if isinstance(value, int) and not isinstance(value, bool) else value
            for key, value in plain.items()
        }

    def ranking(self) -> list[dict[str, object]]:
        """The seeds; where they have a rule error, with a level each, so that dots of nearly equal
        error stand on one another.
        """
        found = self.measured["ranking"]
        if any("error_visible" not in row for row in found):
            return [dict(row) for row in found]
        rows, placed = list[dict[str, object]](), list[tuple[float, int]]()
        for row in found:
            error = row["error_visible"]
            near = {level for other, level in placed if abs(other - error) < DOT}
            level = next(level for level in range(len(rows) + 1) if level not in near)
            rows.append(dict(row, level=level))
            placed.append((error, level))
        return rows
