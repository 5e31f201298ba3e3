"""What a template may not say by itself: a numeral, or a sentence about the network that no claim
answers for.
"""

import re
from collections.abc import Iterator, Sequence

from jinja2 import nodes

_WORDS = (
    "three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
    " seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred"
    " thousand million dozen third thirds fourth fifth quarter quarters"
)
NUMERAL = re.compile(
    rf"\d+(?:[.,]\d+)*%?|[\u00bc-\u00be\u2150-\u215e\u2189]|\b(?:{'|'.join(_WORDS.split())})\b",
    re.I,
)
VERBS = re.compile(
    r"\b(?:learns|learnt|learned|attends|attended|finds|found|separates|separated|moves|moved"
    r"|clusters|clustered|predicts|predicted|knows|knew)\b",
    re.I,
)
MARKER = re.compile(r"by construction:\s*\S")
NOT_PROSE = re.compile(r"<[^<>]*>|\]\([^()]*\)|\{[ :.#][^{}]*\}")
KEYED = frozenset(
    "strip fact detail compared keyfact figure film see claim math cite doc page term".split()
)  # their arguments are names, not words of a page
Tokens = Sequence[tuple[int, str, str]]  # what Jinja's lexer makes of a template: line, kind, text
HOLE = "\ufffc"  # stands for an expression


def numerals(tokens: Tokens, tree: nodes.Template) -> list[tuple[int, str]]:
    """Numerals typed by hand in prose, code spans, constants that are printed or set: line and what
    was typed.
    """
    found = []
    for line, text in enumerate(_text(tokens, mark=False).splitlines(), 1):
        found += [(line, numeral) for numeral in NUMERAL.findall(NOT_PROSE.sub(" ", text))]
    printed: list[nodes.Node] = []
    for node in tree.find_all((nodes.Output, nodes.Assign, nodes.CallBlock)):
        if isinstance(node, nodes.Output):
            printed += node.nodes
        elif isinstance(node, nodes.Assign):
            printed.append(node.node)
        elif isinstance(node, nodes.CallBlock):
            printed.append(node.call)
    for part in printed:
        found += [
            (constant.lineno, numeral)
            for constant in _printed(part)
            for numeral in _numerals_of(constant.value)
        ]
    return sorted(set(found))


def behaviour(tokens: Tokens) -> list[tuple[int, str]]:
    """Verbs of the network's behaviour in sentences outside claims: line and verb.

    Questions state nothing. A line with the comment `{# by construction: why #}` says why its
    sentence needs no measurement.
    """
    found = []
    for line, text in enumerate(_text(tokens, mark=True).splitlines(), 1):
        if MARKER.search(text):
            continue
        for sentence in re.split(r"(?<=[.?!])\s+", NOT_PROSE.sub(" ", text).strip()):
            if not sentence.rstrip("*_ )").endswith("?"):
                found += [(line, verb) for verb in VERBS.findall(sentence)]
    return found


def quoted(tokens: Tokens) -> list[int]:
    """Lines on which an expression stands within backticks, where its text could not be made
    safe.
    """
    lines = _text(tokens, mark=False).splitlines()
    return [
        line
        for line, text in enumerate(lines, 1)
        if any(HOLE in span for span in re.findall(r"`([^`]*)`", text))
    ]


def _text(tokens: Tokens, *, mark: bool) -> str:
    """The words of a template with their lines kept; an expression becomes one letter.

    With `mark`, what stands inside claims is left out and comments stay, so that sentences can be
    told apart by where they stand.
    """
    text, inside, opening = "", False, False
    for _, kind, value in tokens:
        kept = kind == "data" and not (mark and inside) or mark and kind == "comment"
        text += (
            value if kept else (HOLE if kind == "variable_begin" else "") + "\n" * value.count("\n")
        )
        if opening and kind == "name":
            inside = value in ("claim", "mind") or inside and value not in ("endclaim", "endmind")
        opening = kind == "block_begin" or opening and kind == "whitespace"
    return text


def _printed(node: nodes.Node) -> Iterator[nodes.Const]:
    """Constants within an expression that can reach the page."""
    if isinstance(node, nodes.TemplateData):
        return
    if isinstance(node, nodes.Const):
        yield node
    elif isinstance(node, nodes.Call):
        if not (isinstance(node.node, nodes.Name) and node.node.name in KEYED):
            for part in (node.node, *node.args, *(keyword.value for keyword in node.kwargs)):
                yield from _printed(part)
    elif isinstance(node, nodes.Filter):
        yield from _printed(node.node) if node.node is not None else ()
        yield from (
            c
            for argument in node.args
            for c in _printed(argument)
            if isinstance(c.value, str) and node.name in ("join", "default", "replace")
        )
    elif isinstance(node, nodes.CondExpr):
        yield from (
            c for child in (node.expr1, node.expr2) if child is not None for c in _printed(child)
        )
    elif isinstance(node, nodes.BinExpr):
        constants = [c for child in (node.left, node.right) for c in _printed(child)]
        arithmetic = not isinstance(node, (nodes.And, nodes.Or))
        yield from (c for c in constants if not (arithmetic and not isinstance(c.value, str)))
    elif isinstance(node, nodes.Getitem):
        yield from _printed(node.node)
    elif not isinstance(node, (nodes.Compare, nodes.Test, nodes.Slice)):
        for child in node.iter_child_nodes():
            yield from _printed(child)


def _numerals_of(value: object) -> list[str]:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return []
    return NUMERAL.findall(NOT_PROSE.sub(" ", value)) if isinstance(value, str) else [str(value)]
