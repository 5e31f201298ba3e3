"""The templates of a project, checked when they are read, and one page after another."""

import re
import sys
from collections.abc import Callable, Mapping
from typing import Any

import jinja2
from jinja2 import nodes

from reportgen.errors import ReportError, TemplateError, nearest
from reportgen.pages.escape import code, finalized, key, number, prose, url
from reportgen.pages.formulas import cite, math
from reportgen.pages.lint import behaviour, numerals, quoted
from reportgen.pages.page import Page
from reportgen.pages.report import Report
from reportgen.pages.tags import ClaimTag, named_facts, named_figures
from reportgen.project import Project

PIECES = "macros.j2"  # coordinates and marks; it may say nothing of a model, so its numerals are not judged


class _Checked(jinja2.FileSystemLoader):
    """Reads a template and refuses one that says what templates may not say."""

    def __init__(self, project: Project, report: Report | None) -> None:
        super().__init__([str(folder) for folder in project.template_folders])
        self.report = report

    def get_source(self, environment: jinja2.Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        source, path, fresh = super().get_source(environment, template)
        tree = environment.parse(source, template, path)
        problems = [] if template == PIECES else self._said(source, environment) + self._named(tree)
        if problems:
            raise TemplateError("\n".join(f"{path}:{line}: {words}" for line, words in sorted(problems)))
        return source, path, fresh

    def _said(self, source: str, environment: jinja2.Environment) -> list[tuple[int, str]]:
        found = [(line, f"typed numeral {said!r}: name a fact or a size of the configuration instead, or use math() or cite()") for line, said in numerals(source, environment)]
        found += [(line, f"{verb!r} says what the model does, outside a claim: use {{% claim %}}, or end the line with {{# by construction: why #}}") for line, verb in behaviour(source, environment)]
        return found + [(line, "an expression within backticks: write {{ x | code }}") for line in quoted(source, environment)]

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
