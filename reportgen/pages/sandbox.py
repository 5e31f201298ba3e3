"""Templates are text with holes, not programs: what an expression may reach, how often a loop goes
round, and which files are templates.

Jinja's sandbox keeps Python's inner parts out of reach. What it leaves unbounded is bounded here,
but for text that is joined or replaced into itself.
"""

from collections.abc import Iterable, Iterator, Mapping, Sized
from pathlib import Path
from typing import Any, TypeVar

import jinja2
from jinja2 import nodes
from jinja2.exceptions import SecurityError
from jinja2.loaders import split_template_path
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from reportgen.errors import TemplateError
from reportgen.measure.claim import Claim
from reportgen.pages.templates import Templates

ROUNDS = 1_000_000  # of all loops of a page
LONGEST = 1_000_000  # characters of a template, or items that a product makes
POWER = 64  # the highest exponent
DEPTH = 100  # how deep a template's statements and expressions may be nested
WIDENING = frozenset("center ljust rjust zfill expandtabs format format_map translate".split())
UNUSED = ("center", "indent", "random")  # filters that widen text, or say something else each time
Item = TypeVar("Item")


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja as templates are written for it, in which an expression ends and reaches nothing that
    it was not given.
    """

    intercepted_binops = frozenset(("*", "**"))
    claims: Mapping[str, Claim]  # that the tags of a template may name
    templates: Templates  # where others are looked for

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.rounds, self.claims, self.templates = 0, {}, Templates(())
        for name in UNUSED:
            del self.filters[name]
        del self.globals["lipsum"]
        self.filters[_counted.__name__] = self.counted

    def counted(self, items: Iterable[Item]) -> Iterator[Item]:
        """The items of a loop, as long as the page has rounds left."""
        for item in items:
            self.rounds += 1
            if self.rounds > ROUNDS:
                raise SecurityError(f"the loops of a page go round at most {ROUNDS:,} times")
            yield item

    def call_binop(self, context: Context, operator: str, left: object, right: object) -> object:
        """A product or a power, unless its size is out of all proportion."""
        if operator == "**" and not (isinstance(right, (int, float)) and abs(right) <= POWER):
            raise SecurityError(f"an exponent is a number up to {POWER}")
        for items, times in ((left, right), (right, left)):
            if isinstance(items, Sized) and isinstance(times, int) and operator == "*":
                if len(items) * times > LONGEST:
                    raise SecurityError(f"a product has at most {LONGEST:,} characters or items")
        return super().call_binop(context, operator, left, right)

    def wrap_str_format(self, value: object) -> None:
        """No formatting by methods: `is_safe_attribute` refuses it."""

    def is_safe_attribute(self, obj: object, attr: str, value: object) -> bool:
        """May a template read this: nothing private, and no method that widens text."""
        widens = isinstance(obj, str) and attr in WIDENING
        return not widens and super().is_safe_attribute(obj, attr, value)


def _counted(loop: nodes.For) -> nodes.Filter:
    """The items of a loop, counted."""
    made = nodes.Filter(loop.iter, _counted.__name__, [], [], None, None)
    made.set_lineno(loop.lineno)
    return made


def bounded(tree: nodes.Template, path: str) -> nodes.Template:
    """The same template with its loops counted; TemplateSyntaxError where it is nested too deep to
    be compiled.
    """
    _measure(tree, 0, path)
    for loop in list(tree.find_all(nodes.For)):
        loop.iter = _counted(loop)
    return tree


def _measure(node: nodes.Node, depth: int, path: str) -> None:
    if depth > DEPTH:
        words = f"nested more than {DEPTH} deep"
        raise jinja2.TemplateSyntaxError(words, node.lineno, filename=path)
    for child in node.iter_child_nodes():
        _measure(child, depth + 1, path)


def read(templates: Templates, name: str) -> tuple[str, Path]:
    """The text of a template and its file; TemplateNotFound where there is none, TemplateError
    where it is no text of ours.

    A name leads into a folder of templates and never out of it, by no link either.
    """
    inner = "/".join(split_template_path(name))
    for top in templates.tops:
        for path in templates.places(top, inner):
            try:
                if path.is_file():
                    return _text_within(top, path), path
            except (OSError, ValueError) as error:
                raise TemplateError(f"{path}: cannot be read: {error}") from error
    raise jinja2.TemplateNotFound(name)


def _text_within(top: Path, path: Path) -> str:
    if not path.resolve().is_relative_to(top.resolve()):
        raise TemplateError(f"{path}: is a link that leads out of {top}; put the file itself there")
    return _text(path)


def _text(path: Path) -> str:
    """The text of a file; TemplateError for what is none."""
    raw = path.read_bytes() if path.stat().st_size <= LONGEST else b""
    if not raw and path.stat().st_size:
        raise TemplateError(f"{path}: longer than {LONGEST:,} bytes; divide it with include")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise TemplateError(f"{path}:{line}: is not UTF-8 text; save it as UTF-8") from error
    for line, words in enumerate(text.split("\n"), 1):
        if odd := [c for c in words if c < " " and c not in "\t\r"]:
            raise TemplateError(f"{path}:{line}: holds the control character {odd[0]!r}; remove it")
    return text
