"""What was accepted of a report, beside its configuration: facts and verdicts a line each, pictures
in few colours. Small enough to be committed, and to be read in a review.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NotRequired, TypedDict

from reportgen import names
from reportgen.diff.built import Build
from reportgen.diff.measured import Claim, Fact, Measured, Part, Stated, Unasked
from reportgen.diff.pictures import as_png, picture
from reportgen.diff.tiles import AS_KEPT, difference
from reportgen.errors import DamageError, UsageError
from reportgen.files import discard, parse_json, read, write
from reportgen.pages.stored import FACTS
from reportgen.project import FIGURES, FILMS, TAKEN, Project

FORMAT = 1
PART = ("value", "text", "interval", "low", "high", "n")  # of a case; the rest is as in its fact
FACT = ("label", "meaning", *PART, "of", "unit", "exhaustive", "tolerance", "baseline", "floor")
CLAIM = ("statement", "verdict", "holds_if", "partly_if", "reason", "why", "seeds")
MARK = b'{\n"format"'  # how what is kept begins, and nothing that a build writes
ANEW = "`reportgen accept {}` writes it anew"
FRESH, ASIDE = ".{}.new", ".{}.old"  # while one is written, and while it takes the other's place


class Versioned(TypedDict):
    """What all versions of it have in common."""

    format: int


class KeptPart(TypedDict):
    """A case of a fact; what is not said is as in the fact."""

    value: float | None
    text: str
    interval: str
    low: float | None
    high: float | None
    n: int
    of: NotRequired[str]
    unit: NotRequired[str]


class KeptFact(Stated):
    """A fact as it is kept."""

    parts: list[tuple[str, KeptPart]]


class Kept(TypedDict):
    """All that is kept of what was measured."""

    name: str
    step: int
    run: str
    rule: NotRequired[dict[str, object]]
    facts: dict[str, KeptFact]
    claims: dict[str, Claim]
    unasked: dict[str, Unasked]


@dataclass(frozen=True)
class Shelf:
    """Everything that was accepted in a project, or in a copy of its folder."""

    root: Path
    label: str = "what was accepted"

    @classmethod
    def of(cls, project: Project) -> "Shelf":
        """That of a project, put in order where writing one was interrupted."""
        shelf = cls(project.accepted)
        shelf.mend()
        return shelf

    def names(self) -> list[str]:
        """Reports of which something was accepted."""
        return sorted(
            path.name
            for path in self.root.glob("*")
            if path.is_dir() and not names.problem(path.name, taken=TAKEN)
        )

    def mend(self) -> None:
        """Bring back what an interrupted `accept` had set aside, and remove what it had begun."""
        for aside in self.root.glob(ASIDE.format("*")):
            place = self.root / aside.name.removeprefix(".").removesuffix(".old")
            if place.exists():
                discard(aside)
            else:
                os.replace(aside, place)
        for fresh in self.root.glob(FRESH.format("*")):
            discard(fresh)

    def build(self, name: str) -> Build:
        """What was accepted of a report.

        Errors: UsageError where nothing was; DamageError where it is of another report, of another
        version, or not what was written.
        """
        folder = self.root / name
        if not (folder / FACTS).is_file():
            raise UsageError(
                f"{folder}: nothing was accepted of {name}; look at the report, then `reportgen"
                f" accept {name}`"
            )
        found = kept_in(folder, f"{self.label} of {name}", name)
        if found.name != name:
            raise DamageError(
                f"{folder / FACTS} is of another report, {names.shown(found.name)}, and not of"
                f" {name}; {ANEW.format(name)}"
            )
        return found

    def accept(self, build: Build) -> Path:
        """Keep a build; whole or not at all. Pictures that look as they did keep their files."""
        place = self.root / build.name
        fresh, aside = (self.root / form.format(build.name) for form in (FRESH, ASIDE))
        discard(fresh)
        fresh.mkdir(parents=True)
        try:
            write(fresh / FACTS, _told(build))
            for kind, files in ((FIGURES, build.figures), (FILMS, build.films)):
                if files:
                    (fresh / kind).mkdir()
                for name, path in (files or {}).items():
                    write(fresh / kind / f"{name}.png", _kept(path, place / kind / f"{name}.png"))
            if place.exists():
                os.replace(place, aside)
            os.replace(fresh, place)
            discard(aside)
        finally:
            discard(fresh)
            self.mend()
        return place

    def forget(self, name: str) -> Path:
        """Remove what was accepted of a report that is no more."""
        place = self.root / name
        discard(place)
        return place


def is_kept(folder: Path) -> bool:
    """Is what lies in a folder something that was accepted, rather than built."""
    path = folder / FACTS
    return path.is_file() and read(path).startswith(MARK)


def kept_in(folder: Path, label: str, name: str = "NAME") -> Build:
    """What was accepted, from the folder that it is kept in; `name` is what a message calls it.

    Errors: DamageError where it is of another version, or not what was written.
    """
    path = folder / FACTS
    try:
        content = read(path)
        said = parse_json(content, Versioned, str(path))
        if said["format"] != FORMAT:
            raise DamageError(
                f"{path} is of another version (format {said['format']}, this one reads {FORMAT})"
            )
        kept = parse_json(content, Kept, str(path))
    except DamageError as error:
        raise DamageError(f"{error}; {ANEW.format(name)}") from error
    figures, films = (
        {each.stem: each for each in sorted((folder / kind).glob("*.png"))}
        for kind in (FIGURES, FILMS)
    )
    measured = Measured(
        name=kept["name"],
        step=kept["step"],
        run=kept["run"],
        facts={each: _whole(fact) for each, fact in kept["facts"].items()},
        claims=kept["claims"],
        unasked=kept["unasked"],
        rule=kept.get("rule", {}),
    )
    return Build(label, measured, figures=figures, films=films, kept=True)


def _kept(path: Path, before: Path) -> bytes:
    """A picture as it is kept: the file that was kept before, where that looks the same."""
    image = picture(path, reduced=True)
    if before.is_file():
        try:
            if not difference(picture(before, reduced=True, kept=True), image, AS_KEPT):
                return read(before)
        except DamageError:
            pass
    return as_png(image)


def _told(build: Build) -> str:
    """What is kept of what was measured: JSON, with a line a fact, a case and a claim."""
    measured, said = build.measured, build.wordings()
    head = dict(format=FORMAT, name=build.name, step=measured["step"], run=measured["run"])
    lines = [f'"{key}": {_json(value)},' for key, value in head.items()]
    lines += [f'"rule": {_json(dict(system=build.system))},'] if build.system else []
    facts = [_fact_lines(name, fact) for name, fact in sorted(measured["facts"].items())]
    lines += ['"facts": {', ",\n".join(facts), "},"]
    claims = {
        name: {key: claim.get(key) for key in CLAIM if claim.get(key)}
        | {"holds_if": claim["holds_if"], "partly_if": claim["partly_if"]}
        | {"reason": claim["reason"], "wording": said.get(name, "")}
        for name, claim in measured["claims"].items()
    }
    unasked: Mapping[str, Unasked] = measured.get("unasked", {})
    lines += [f'"claims": {_by_name(claims)},', f'"unasked": {_by_name(unasked)}']
    return "\n".join(["{", *lines, "}", ""])


def _fact_lines(name: str, fact: Fact) -> str:
    head = _json({key: dict(fact)[key] for key in FACT}).removesuffix("}")
    parts = [f"  {_json([part, _kept_part(fact, of)])}" for part, of in fact["parts"]]
    listed = "[\n" + ",\n".join(parts) + "]" if parts else "[]"
    return f'{_json(name)}: {head}, "parts": {listed}}}'


def _kept_part(fact: Fact, part: Part) -> dict[str, object]:
    whole = dict(part)
    own = {key: whole[key] for key in PART}
    return own | {key: whole[key] for key in ("of", "unit") if whole[key] != dict(fact)[key]}


def _by_name(found: Mapping[str, object]) -> str:
    return "{\n" + ",\n".join(f"{_json(k)}: {_json(v)}" for k, v in sorted(found.items())) + "}"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _whole(fact: KeptFact) -> Fact:
    """A fact, with what is the same in each case put back."""
    parts: list[tuple[str, Part]] = []
    for name, part in fact["parts"]:
        of, unit = part.get("of", fact["of"]), part.get("unit", fact["unit"])
        parts.append((name, {**part, "of": of, "unit": unit, "exhaustive": fact["exhaustive"]}))
    return {**fact, "parts": parts}  # type: ignore[typeddict-item]
