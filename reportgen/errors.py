"""Every error a user can meet; each message names the place, what it got, what is allowed, and how
to go on.

ReportError
├── UsageError       a command line or call that asks for what is not there (exit code 2)
├── ProjectError     the project's folder, or a file in it, cannot be found or written
├── DamageError      a stored file is missing, cut, or not what was written
├── ConfigError      a configuration file; its `problems` are lines, `file:line:column: key: ...`
├── RuleError        a rule that contradicts itself
├── RunError         training or a stored run: divergence, a damaged file, a step without checkpoint
├── WeightsError     a file of weights made elsewhere; its `problems` are lines
├── TraceError       an activation that is not there, or was not asked for
├── ClaimError       a fact or a claim: a missing fact, two of one name
├── OutlineError     an outline: an unknown figure, a slug listed twice
├── TemplateError    a template: no words for a verdict, a typed numeral, an unknown fact
├── FigureError      a figure: two of one slug, no alt text
└── StageError       a stage of a build failed; the original error is its cause
"""

import difflib
from collections.abc import Iterable


class ReportError(Exception):
    """What reportgen tells a user instead of a traceback."""


class UsageError(ReportError):
    """The command line, or a call, asks for something that is not there."""


class ProjectError(ReportError):
    """The project's folder or a file in it cannot be found or written."""


class DamageError(ReportError):
    """A stored file is missing, cut, of another type, or not what was written."""


class ConfigError(ReportError):
    """Everything wrong with one configuration file, a line each."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


class RuleError(ReportError):
    """A rule contradicts itself."""


class RunError(ReportError):
    """Training diverged, or a stored run cannot be used."""


class WeightsError(ReportError):
    """Everything wrong with weights that were made elsewhere, a line each."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


class TraceError(ReportError):
    """An activation is not there, or was not asked for."""


class ClaimError(ReportError):
    """A fact or a claim is missing, or there are two of one name."""


class OutlineError(ReportError):
    """An outline names something that does not exist, or twice."""


class TemplateError(ReportError):
    """A template says what it may not, or leaves out what it must say."""


class FigureError(ReportError):
    """A figure breaks the contract of figures."""


class StageError(ReportError):
    """A stage of a build failed."""


def closest(word: str, known: Iterable[str]) -> list[str]:
    """The known words, at most three, that a misspelt one may have been meant as."""
    return difflib.get_close_matches(word, list(known), n=3, cutoff=0.6)


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint for a misspelt word: `` (did you mean 'x'?)``, or nothing when no known word is
    near.
    """
    found = closest(word, known)
    return f" (did you mean {' or '.join(map(repr, found))}?)" if found else ""
