"""What a module imports and exports, and its text with both taken out: the few forms that the
modules of a site need, and an error for every other.
"""

import posixpath
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from reportgen.offline.masked import masked, unknown

QUOTED = r"""(?P<from>"[^"]*"|'[^']*')"""
# in the masked text; the first that fits a place
FORMS = {
    "worker": rf"new\s+Worker\(\s*new\s+URL\(\s*{QUOTED}\s*,\s*import\.meta\.url\s*,?\s*\)"
    r"\s*(?:,\s*\{\s*type:\s*[\"'] +[\"']\s*,?\s*\}\s*)?,?\s*\)",
    "address": r"(?<![\w$.])import\.meta\.url\b",
    "later": rf"(?<![\w$.])import\s*\(\s*{QUOTED}\s*\)",
    "needs": rf"(?<![\w$.])import\b(?P<what>[\w$\s{{}},*]*?)(?:\bfrom\b)?\s*{QUOTED}"
    r"(?!\s*with\b)[ \t]*;?",
    "names": r"(?<![\w$.])export\s*\{(?P<what>[\w$\s,]*)\}(?!\s*from\b)[ \t]*;?",
    "default": r"(?<![\w$.])export\s+default\b(?:(?=\s*(?:async\s+)?(?:function\b\s*\*?|class\b)"
    r"\s*(?!extends\b)(?P<own>[\w$]+)))?",
    "own": r"(?<![\w$.])export\s+(?=(?:(?:async\s+)?function\b\s*\*?|class\b|const\b(?!\s*[{[]))"
    r"\s*(?P<own>[\w$]+))",
    "other": r"(?<![\w$.])(?:(?:import|export)\b(?!\s*:)|new\s+Worker\b)",
}
FORM = {name: re.compile(pattern) for name, pattern in FORMS.items()}
BEGINS = re.compile(r"\b(?:import|export|new\s+Worker)\b")
DEFAULT = "$default"  # the name in a bundle of what a module exports without one
PAIR = re.compile(r"(?P<one>[\w$]+)(?:\s+as\s+(?P<other>[\w$]+))?")


@dataclass(frozen=True)
class Module:
    """A module, taken apart. Names of modules are paths below the site."""

    text: str  # without imports and exports
    needs: tuple[tuple[str, Mapping[str, str]], ...]  # a module, and by own name that of it
    exports: Mapping[str, str]  # by the name that others use, its own
    later: frozenset[str]  # modules that it imports when it runs
    workers: frozenset[str]  # modules that it begins as workers
    asks_address: bool


def taken_apart(text: str, name: str) -> Module:
    """A module's text, read; StageError names the line of what is not known here."""
    return _Reader(text, name).module()


class _Reader:
    def __init__(self, text: str, name: str) -> None:
        self.text, self.name, self.code = text, name, masked(text, name)
        self.needs = list[tuple[str, Mapping[str, str]]]()
        self.exports = dict[str, str]()
        self.later, self.workers, self.asks_address = set[str](), set[str](), False

    def module(self) -> Module:
        out, at = list[str](), 0
        for begun in BEGINS.finditer(self.code):
            if begun.start() < at:
                continue
            kind, found = self._form(begun.start())
            if found is not None:
                out += [self.text[at : found.start()], self._instead(kind, found)]
                at = found.end()
        self._check_waiting()
        return Module(
            "".join([*out, self.text[at:]]),
            tuple(self.needs),
            self.exports,
            frozenset(self.later),
            frozenset(self.workers),
            self.asks_address,
        )

    def _form(self, at: int) -> tuple[str, re.Match[str] | None]:
        fits = ((kind, form.match(self.code, at)) for kind, form in FORM.items())
        return next(((kind, found) for kind, found in fits if found), ("", None))

    def _instead(self, kind: str, found: re.Match[str]) -> str:
        """What stands in a bundle for an import or an export, which is noted."""
        made: Mapping[str, Callable[[re.Match[str]], str]] = {
            "worker": self._worker,
            "address": self._address,
            "later": self._later,
            "needs": self._needed,
            "names": self._named,
            "default": self._default,
            "own": self._owned,
            "other": self._unknown,
        }
        return made[kind](found)

    def _worker(self, found: re.Match[str]) -> str:
        self.workers.add(name := self._other(found))
        return f'new Worker($worker("{name}"))'

    def _address(self, _: re.Match[str]) -> str:
        self.asks_address = True
        return f'$address("{self.name}")'

    def _later(self, found: re.Match[str]) -> str:
        self.later.add(name := self._other(found))
        return f'$later("{name}")'

    def _needed(self, found: re.Match[str]) -> str:
        other, what = self._other(found), " ".join(found["what"].split())
        shape = re.fullmatch(
            r"(?P<default>[\w$]+)?(?:\s*,\s*)?(?:\{(?P<names>[^{}*]*)\}|\*\s*as\s+(?P<all>[\w$]+))?",
            what,
        )
        if shape is None:
            raise unknown(self.text, found.start(), self.name, "an import of a form")
        names = {shape["default"]: "default"} if shape["default"] else {}
        names |= {shape["all"]: "*"} if shape["all"] else {}
        for theirs, mine in self._pairs(shape["names"] or "", found):
            names[mine] = theirs
        self.needs.append((other, names))
        return "\n" * found[0].count("\n")

    def _named(self, found: re.Match[str]) -> str:
        for mine, theirs in self._pairs(found["what"], found):
            self.exports[theirs] = mine
        return "\n" * found[0].count("\n")

    def _default(self, found: re.Match[str]) -> str:
        self.exports["default"] = found["own"] or DEFAULT
        return "" if found["own"] else f"const {DEFAULT} ="

    def _owned(self, found: re.Match[str]) -> str:
        self.exports[found["own"]] = found["own"]
        if self.code.startswith("const", found.end()) and self._several(found.end()):
            raise unknown(self.text, found.start(), self.name, "an export of several constants")
        return ""

    def _unknown(self, found: re.Match[str]) -> str:
        line = self.text[found.start() :].partition("\n")[0].strip()
        raise unknown(self.text, found.start(), self.name, f"`{line}`")

    def _several(self, at: int) -> bool:
        """Does a comma outside of all brackets come before the end of a statement."""
        depth = 0
        for sign in self.code[at:]:
            depth += (sign in "([{") - (sign in ")]}")
            if depth <= 0 and sign in ",;":
                return sign == ","
        return False

    def _pairs(self, names: str, found: re.Match[str]) -> list[tuple[str, str]]:
        pairs = [PAIR.fullmatch(each.strip()) for each in names.split(",") if each.strip()]
        if None in pairs:
            raise unknown(self.text, found.start(), self.name, "a list of names of a form")
        return [(pair["one"], pair["other"] or pair["one"]) for pair in pairs if pair]

    def _other(self, found: re.Match[str]) -> str:
        """The path below the site of the module that is named relative to this one."""
        start, end = found.span("from")
        said = self.text[start + 1 : end - 1]
        path = posixpath.normpath(posixpath.join(posixpath.dirname(self.name), said))
        near = said.startswith(("./", "../")) or found.re is FORM["worker"]
        if not near or ":" in said or "\\" in said or path.startswith("../"):
            raise unknown(self.text, found.start(), self.name, f"a module {said!r} from elsewhere")
        return path

    def _check_waiting(self) -> None:
        depth, at = 0, 0
        for found in re.finditer(r"[([{]|[)\]}]|(?<![\w$.])await\b", self.code):
            at = found.start()
            if found[0] == "await" and not depth:
                raise unknown(self.text, at, self.name, "an await outside of functions")
            depth += (found[0] in "([{") - (found[0] in ")]}")
