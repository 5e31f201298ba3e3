"""What the pages of one report are written from: measured facts, judged claims, and pictures. No study, no network."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from reportgen.config import Config
from reportgen.facts.base import Claim
from reportgen.outline import Entry, Outline
from reportgen.pages.escape import number


@dataclass(frozen=True)
class Report:
    """All that templates may speak of."""

    config: Config
    outline: Outline
    measured: Mapping[str, Any]  # facts, claims, demonstrations and ranking, as `facts.json` holds them
    pictures: Mapping[str, Mapping[str, Any]]  # by file: title, caption, alt text, size
    claims: Mapping[str, Claim]  # every registered claim
    facts: frozenset[str]  # every registered fact
    titles: Mapping[str, str]  # of every figure
    needs_training: frozenset[str]  # figures that speak of the whole training or of other seeds
    step: int | None = None  # None for the end of training

    @property
    def home(self) -> PurePosixPath:
        """Where its pages lie, from the folder of all pages."""
        base = PurePosixPath("rules") / self.config.name
        return base if self.step is None else base / "steps" / str(self.step)

    def chapter_page(self, slug: str) -> str:
        """The page of a chapter, from the report's folder; its number keeps the reading order in file names."""
        position = [chapter.slug for chapter in self.outline.chapters].index(slug)
        return f"walkthrough/{position + 1:02}-{slug}.md"

    def page_of(self, entry: Entry) -> str:
        """The page that shows a picture, from the report's folder."""
        return "appendix.md" if entry.chapter is None else self.chapter_page(entry.chapter)

    def rule(self) -> dict[str, Any]:
        """The rule, as templates name it."""
        rule = self.config.rule
        classes = {str(token): rule.classes[token] for token in rule.vocabulary}
        members = {name: [token for token, c in classes.items() if c == name] for name in dict.fromkeys(classes.values())}
        trigger = None if rule.trigger is None else str(rule.trigger)
        return dict(slug=rule.slug, title=rule.title, summary=rule.summary, trigger=trigger, class_names=dict(rule.class_names), classes=classes, members=members)

    def sizes(self) -> dict[str, Any]:
        """The configuration, as templates name it; counts are written with thin spaces."""
        c = self.config
        plain = c.data.model_dump() | c.model.model_dump() | c.training.model_dump()
        plain |= dict(name=c.name, parameters=c.parameters, vocabulary=len(c.rule.vocabulary), demonstrations=c.report.demonstrations, shortest=c.data.length[0], longest=c.data.length[1], data_seed=c.data.seed)
        return {key: number(value) if isinstance(value, int) and not isinstance(value, bool) else value for key, value in plain.items()}
