"""`{% claim x %}` and `{% mind x %}`: a statement about a trained network has words for every
verdict, or the template does not compile.
"""

from collections.abc import Callable, Collection, Mapping
from typing import TypeGuard

from jinja2 import nodes
from jinja2.ext import Extension
from jinja2.parser import Parser

from reportgen.errors import nearest
from reportgen.measure.claim import EVALUATED, Claim, Verdict

WORDS = [verdict.value for verdict in EVALUATED]
MADE = Verdict.UNDECIDED.value  # its words can be made from the statement


class ClaimTag(Extension):
    """`{% claim x %}{% holds %}..{% partly %}..{% undecided %}..{% fails %}..{% endclaim %}` is set
    as a block with its evidence.

    Only a claim with a middle band has words for "partly"; those for "undecided" may be left out,
    and are then made from the statement. Each wording names at least one of the claim's facts. `{%
    mind x %}..{% endmind %}` takes the same wordings and says what would change our mind about that
    verdict. A claim that this report could not decide gets a sentence that says so.
    """

    tags = {"claim", "mind"}

    def parse(self, parser: Parser) -> list[nodes.Node]:
        """The tag as conditions on the claim's verdict."""
        token = next(parser.stream)
        line, tag = token.lineno, token.value
        name = parser.stream.expect("name").value
        claims: Mapping[str, Claim] = self.environment.claims  # type: ignore[attr-defined]
        if name not in claims:
            parser.fail(
                f"no claim is called {name!r}{nearest(name, claims)}; known:"
                f" {', '.join(sorted(claims))}",
                line,
            )
        said = self._wordings(parser, tag, name)
        possible = [verdict.value for verdict in claims[name].verdicts]
        wanted = [word for word in possible if word != MADE or word in said]
        for word in said:
            if word not in possible:
                parser.fail(
                    f"{tag} {name!r} has words for {word!r}, which it never is: it has no middle"
                    " band",
                    line,
                )
        for word in wanted:
            if word not in said or _empty(said[word]):
                missing = [w for w in wanted if w not in said or _empty(said[w])]
                parser.fail(
                    f"{tag} {name!r} has no words for: {', '.join(missing)}; write a sentence for"
                    f" each of {', '.join(wanted)}",
                    line,
                )
            if tag == "claim" and not _names(said[word], claims[name].rests_on):
                parser.fail(
                    f"claim {name!r}: the words for {word!r} name none of its facts; use one of:"
                    f" {', '.join(claims[name].rests_on)}",
                    line,
                )
        call: Callable[[str], nodes.Output] = lambda function: nodes.Output(
            [nodes.Call(nodes.Name(function, "load"), [nodes.Const(name)], [], None, None)]
        )
        verdict = nodes.Call(nodes.Name("verdict_of", "load"), [nodes.Const(name)], [], None, None)
        branches = [
            nodes.If(
                nodes.Compare(verdict, [nodes.Operand("eq", nodes.Const(word))]),
                [
                    call(f"{tag}_open"),
                    *said.get(word, [call(f"{tag}_undecided")]),
                    call(f"{tag}_close"),
                ],
                [],
                [],
            ).set_lineno(line)
            for word in possible
        ]
        unjudged = nodes.If(
            nodes.Compare(verdict, [nodes.Operand("eq", nodes.Const(None))]),
            [call(f"{tag}_unjudged")],
            [],
            [],
        ).set_lineno(line)
        return [*branches, unjudged]

    def _wordings(self, parser: Parser, tag: str, name: str) -> dict[str, list[nodes.Node]]:
        stops = tuple(f"name:{word}" for word in (*WORDS, f"end{tag}"))
        lead = parser.parse_statements(stops)
        if not _empty(lead):
            parser.fail(
                f"text before the first verdict of {tag} {name!r}; it would stand there whatever"
                " the verdict",
                lead[0].lineno,
            )
        said: dict[str, list[nodes.Node]] = {}
        while not parser.stream.current.test(f"name:end{tag}"):
            word = next(parser.stream)
            if word.value in said:
                parser.fail(f"{tag} {name!r} has words for {word.value!r} twice", word.lineno)
            said[word.value] = parser.parse_statements(stops)
        next(parser.stream)
        return said


def _empty(body: list[nodes.Node]) -> bool:
    outputs = [
        child
        for node in body
        for output in ([node] if isinstance(node, nodes.Output) else node.find_all(nodes.Output))
        for child in output.nodes
    ]
    return all(
        isinstance(child, nodes.TemplateData) and not child.data.strip() for child in outputs
    )


def _names(body: list[nodes.Node], facts: Collection[str]) -> bool:
    return any(name in facts for node in body for name, _ in named_facts(nodes.Template([node])))


def named_facts(tree: nodes.Node) -> list[tuple[str, int]]:
    """Facts that a template names, `fact("x")`, `detail("x", ..)` and `facts.x`, with their
    lines.
    """
    named = list(tree.find_all((nodes.Call, nodes.Getattr)))
    calls = [node for node in named if isinstance(node, nodes.Call)]
    found = [
        (node.args[0].value, node.lineno)
        for node in calls
        if isinstance(node.node, nodes.Name)
        and node.node.name in ("fact", "detail", "compared", "keyfact")
        and node.args
        and _typed(node.args[0])
    ]
    methods = [node.node for node in calls]  # `facts.values()` names no fact
    found += [
        (node.attr, node.lineno)
        for node in named
        if isinstance(node, nodes.Getattr)
        and isinstance(node.node, nodes.Name)
        and node.node.name == "facts"
        and not any(node is m for m in methods)
    ]
    return found


def named_figures(tree: nodes.Node) -> list[tuple[str, int]]:
    """Figures that a template names, `figure("x")`, `film("x")` and `see("x")`, with their
    lines.
    """
    calls = tree.find_all(nodes.Call)
    return [
        (node.args[0].value, node.lineno)
        for node in calls
        if isinstance(node.node, nodes.Name)
        and node.node.name in ("figure", "film", "see")
        and node.args
        and _typed(node.args[0])
    ]


def _typed(node: nodes.Node) -> TypeGuard[nodes.Const]:
    """Is it text as it stands."""
    return isinstance(node, nodes.Const) and isinstance(node.value, str)
