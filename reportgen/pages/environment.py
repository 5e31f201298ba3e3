"""The templates of a project, checked when they are read, and one page after another."""

import re
import sys
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any

import jinja2
from jinja2 import nodes

from reportgen.errors import ReportError, TemplateError, nearest
from reportgen.pages.escape import code, finalized, key, number, prose, url
from reportgen.pages.formulas import cite, math
from reportgen.pages.lint import Tokens, behaviour, numerals, quoted
from reportgen.pages.page import Page
from reportgen.pages.report import Report
from reportgen.pages.tags import ClaimTag, named_facts, named_figures
from reportgen.project import Project

PIECES = "macros.j2"  # coordinates and marks; it may say nothing of a network, so its numerals are not judged


class _Checked(jinja2.FileSystemLoader):
    """Reads a template and refuses one that says what templates may not say."""

    def __init__(self, project: Project, report: Report | None) -> None:
        super().__init__([str(folder) for folder in project.template_folders])
        self.report = report

    def load(self, environment: jinja2.Environment, name: str, globals: MutableMapping[str, Any] | None = None) -> jinja2.Template:
        """As every loader does it, but what is checked and what is compiled is parsed once."""
        source, path, fresh = self.get_source(environment, name)
        tree = environment.parse(source, name, path)
        problems = [] if name == PIECES else self._said(list(environment.lex(source)), tree) + self._named(tree)
        if problems:
            raise TemplateError("\n".join(f"{path}:{line}: {words}" for line, words in sorted(problems)))
        return environment.template_class.from_code(environment, environment.compile(tree, name, path), globals or {}, fresh)

    def _said(self, tokens: Tokens, tree: nodes.Template) -> list[tuple[int, str]]:
        found = [(line, f"typed numeral {said!r}: name a fact or a size of the configuration instead, or use math() or cite()") for line, said in numerals(tokens, tree)]
        found += [(line, f"{verb!r} says what the network does, outside a claim: use {{% claim %}}, or end the line with {{# by construction: why #}}") for line, verb in behaviour(tokens)]
        return found + [(line, "an expression within backticks: write {{ x | code }}") for line in quoted(tokens)]

    def _named(self, tree: nodes.Template) -> list[tuple[int, str]]:
        if self.report is None:
            return []
        outline, facts = self.report.outline, self.report.facts
        figures = {name for entry in (*outline.entries, *outline.left_out) for name in (entry.slug, entry.file)}
        found = [(line, f"no fact is called {name!r}{nearest(name, facts)}; `reportgen show {self.report.config.name}` lists them") for name, line in named_facts(tree) if name not in facts]
        return found + [(line, f"the outline {outline.name!r} has no figure {name!r}{nearest(name, figures)}; give it a line there") for name, line in named_figures(tree) if name not in figures]


def environment(project: Project, report: Report | None = None) -> jinja2.Environment:
    """Jinja with the project's templates; whatever is printed from data is made safe."""
    made = jinja2.Environment(
        loader=_Checked(project, report),
        undefined=jinja2.StrictUndefined,
        extensions=[ClaimTag],
        finalize=finalized,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.claims = report.claims if report else {}  # type: ignore[attr-defined]
    made.filters |= dict(prose=prose, code=code, number=number, key=key, url=url)
    made.globals |= dict(math=math, cite=cite)
    return made


class Pages:
    """All pages of one report."""

    def __init__(self, project: Project, report: Report) -> None:
        self.report, self.environment = report, environment(project, report)

    def render(self, template: str, path: str, **more: Any) -> str:
        """One page as Markdown; `path` is where it lies in the report's folder. TemplateError names the template and the line."""
        page = Page(self.report, path, self.environment.get_template(PIECES).module)
        return tidy(rendered(self.environment, template, lambda: page.names() | more) + str(page.back()))


def rendered(made: jinja2.Environment, template: str, values: Callable[[], Mapping[str, Any]]) -> str:
    """A template with its values as Markdown; TemplateError names the template and the line of whatever is wrong."""
    try:
        text = made.get_template(template).render(**values())
    except jinja2.TemplateSyntaxError as error:
        raise TemplateError(f"{error.filename or error.name or template}:{error.lineno}: {error.message}") from error
    except jinja2.TemplateNotFound as error:
        raise TemplateError(f"{template}: no template {error.name}; looked in {', '.join(made.loader.searchpath)}") from error  # type: ignore[union-attr]
    except (jinja2.UndefinedError, ReportError) as error:
        if isinstance(error, TemplateError) and ".j2:" in str(error):
            raise
        raise TemplateError(f"{_place() or template}: {error}") from error
    return tidy(text)


def tidy(text: str) -> str:
    """Markdown without runs of empty lines, ended by one line end."""
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def _place() -> str | None:
    """Where in a template the error that is being handled arose: the innermost line."""
    trace, place = sys.exc_info()[2], None
    while trace is not None:
        if (name := trace.tb_frame.f_code.co_filename).endswith(".j2"):
            place = f"{name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place
