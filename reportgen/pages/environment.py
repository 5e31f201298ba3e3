"""The templates of a project, checked when they are read, and one page after another."""

import re
import sys
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass
from functools import lru_cache
from types import CodeType

import jinja2

from reportgen.errors import ReportError, TemplateError, nearest
from reportgen.measure.claim import Claim
from reportgen.measure.population import of_so_many
from reportgen.pages.calls import checked
from reportgen.pages.counts import of
from reportgen.pages.escape import code, finalized, key, number, prose, url
from reportgen.pages.formulas import cite, math
from reportgen.pages.given import as_given
from reportgen.pages.lint import behaviour, numerals, quoted
from reportgen.pages.open_seeds import in_seeds
from reportgen.pages.page import Page
from reportgen.pages.pieces import Pieces
from reportgen.pages.report import Report
from reportgen.pages.sandbox import Sandbox, bounded
from reportgen.pages.sandbox import read as text_of
from reportgen.pages.tags import ClaimTag, named_facts, named_figures
from reportgen.pages.templates import Templates
from reportgen.project import Project
from reportgen.system import system_of

PIECES = (
    "macros.j2"  # coordinates and marks of pages: it says nothing of a network, numerals or not
)
PLACED = re.compile(r"\.j2(?::\d+)?: ")  # a message that names its template
WRONG = (  # what an expression of a template can raise
    jinja2.TemplateError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)
Claims = tuple[tuple[str, Claim], ...]


@dataclass(frozen=True)
class _Read:
    """A template as it was read: the same in every report that has the same claims, however many
    reports a process writes.
    """

    compiled: CodeType
    wrong: tuple[tuple[int, str], ...]  # lines on which it says what templates may not say
    facts: tuple[tuple[str, int], ...]  # that it names, with their lines
    figures: tuple[tuple[str, int], ...]


@lru_cache(maxsize=256)
def _read(source: str, name: str, path: str, claims: Claims) -> _Read:
    """What is checked and what is compiled is parsed once."""
    try:
        return _inspected(_jinja(dict(claims)), source, name, path)
    except (RecursionError, MemoryError, ValueError, OverflowError, SyntaxError) as error:
        raise TemplateError(f"{path}: cannot be understood: {_words(error)}") from error


def _inspected(made: Sandbox, source: str, name: str, path: str) -> _Read:
    """A template with all that it says and templates may not say."""
    tree, tokens = made.parse(source, name, path), list(made.lex(source))
    wrong = [
        (
            line,
            (
                f"typed numeral {said!r}: name a fact or a size of the configuration instead, or"
                " use math() or cite()"
            ),
        )
        for line, said in numerals(tokens, tree)
    ]
    wrong += [
        (
            line,
            (
                f"{verb!r} says what the network does, outside a claim: use {{% claim %}}, or end"
                " the line with {# by construction: why #}"
            ),
        )
        for line, verb in behaviour(tokens)
    ]
    wrong += [
        (line, "an expression within backticks: write {{ x | code }}") for line in quoted(tokens)
    ]
    return _Read(
        made.compile(bounded(tree, path), name, path),
        () if name == PIECES else tuple(wrong),
        tuple(named_facts(tree)),
        tuple(named_figures(tree)),
    )


class _Checked(jinja2.BaseLoader):
    """Reads a template and refuses one that says what templates may not say."""

    def __init__(self, templates: Templates, report: Report | None) -> None:
        self.templates, self.report = templates, report
        self.claims: Claims = tuple(report.claims.items()) if report else ()

    def load(
        self,
        environment: jinja2.Environment,
        name: str,
        globals: MutableMapping[str, object] | None = None,
    ) -> jinja2.Template:
        """As every loader does it, but checked, and compiled only where it was not yet."""
        source, file = text_of(self.templates, name)
        path, found = str(file), _read(source, name, str(file), self.claims)
        problems = [
            *found.wrong,
            *(self._unknown(self.report, found) if self.report and name != PIECES else ()),
        ]
        if problems:
            raise TemplateError(
                "\n".join(f"{path}:{line}: {words}" for line, words in sorted(problems))
            )
        return environment.template_class.from_code(environment, found.compiled, globals or {})

    def _unknown(self, report: Report, read: _Read) -> list[tuple[int, str]]:
        """Facts and figures that a template names and this report does not have."""
        outline, facts = report.outline, report.facts
        figures = {
            name
            for entry in (*outline.entries, *outline.left_out)
            for name in (entry.slug, entry.file)
        }
        found = [
            (
                line,
                (
                    f"no fact is called {name!r}{nearest(name, facts)}; `reportgen show"
                    f" {report.config.name}` lists them"
                ),
            )
            for name, line in read.facts
            if name not in facts
        ]
        return found + [
            (
                line,
                (
                    f"the outline {outline.name!r} has no figure {name!r}{nearest(name, figures)};"
                    " give it a line there"
                ),
            )
            for name, line in read.figures
            if name not in figures
        ]


def _jinja(claims: Mapping[str, Claim]) -> Sandbox:
    """Jinja as templates are written for it; whatever is printed from data is made safe."""
    made = Sandbox(
        undefined=jinja2.StrictUndefined,
        extensions=[ClaimTag],
        finalize=finalized,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.claims = claims
    filters = (prose, code, number, key, url, of, in_seeds, of_so_many)
    made.filters |= {each.__name__: checked(each) for each in filters}
    made.globals |= dict(math=checked(math), cite=checked(cite))
    return made


def environment(project: Project, report: Report | None = None) -> Sandbox:
    """Jinja with the project's templates."""
    made = _jinja(report.claims if report else {})
    made.templates = Templates.of(project, system_of(report.config) if report else None)
    made.loader = _Checked(made.templates, report)
    return made


class Pages:
    """All pages of one report."""

    def __init__(self, project: Project, report: Report) -> None:
        self.report, self.environment = report, environment(project, report)

    def render(self, template: str, path: str, **more: object) -> str:
        """One page as Markdown; `path` is where it lies in the report's folder. TemplateError names
        the template and the line.
        """
        page = Page(self.report, path, Pieces(self.environment.get_template(PIECES).module))
        text = rendered(self.environment, template, lambda: page.names() | more) + str(page.back())
        return tidy(as_given(text, self.report.config))


def rendered(made: Sandbox, template: str, values: Callable[[], Mapping[str, object]]) -> str:
    """A template with its values as Markdown; TemplateError names the template and the line of
    whatever is wrong.
    """
    made.rounds = 0
    try:
        text = made.get_template(template).render(**values())
    except jinja2.TemplateSyntaxError as error:
        raise TemplateError(
            f"{error.filename or error.name or template}:{error.lineno}: {error.message}"
        ) from error
    except jinja2.TemplateNotFound as error:
        looked = ", ".join(map(str, made.templates.tops))
        raise TemplateError(
            f"{_place() or template}: no template {error.name}; looked in {looked}"
        ) from error
    except (*WRONG, ReportError) as error:
        if isinstance(error, TemplateError) and PLACED.search(str(error)):
            raise
        raise TemplateError(f"{_place() or template}: {_words(error)}") from error
    return tidy(text)


def tidy(text: str) -> str:
    """Markdown without runs of empty lines, ended by one line end."""
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def _words(error: BaseException) -> str:
    """What went wrong, for the author of a template."""
    if isinstance(error, (jinja2.TemplateError, ReportError)):
        return str(error)
    if isinstance(error, RecursionError):
        return "it includes or calls itself, or is nested, without end"
    return f"{type(error).__name__}: {error}"


def _place() -> str | None:
    """Where in a template the error that is being handled arose: the innermost line."""
    trace, place = sys.exc_info()[2], None
    while trace is not None:
        if (name := trace.tb_frame.f_code.co_filename).endswith(".j2"):
            place = f"{name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place
