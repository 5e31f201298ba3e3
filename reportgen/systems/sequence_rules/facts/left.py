"""What is left of a network when its parts were replaced: what it takes of what was read,
and what it then says.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from reportgen.core.study import held
from reportgen.measure.fact import Fact, fact
from reportgen.systems.sequence_rules.facts.algorithm import replaced
from reportgen.systems.sequence_rules.facts.stages import (
    attempts,
    cases,
    chosen,
    needed,
    no_program,
    one_head_fetches,
)
from reportgen.systems.sequence_rules.facts.typical import typical
from reportgen.systems.sequence_rules.program import Program
from reportgen.systems.sequence_rules.taking import Key, Needed
from reportgen.systems.sequence_rules.view import Study


@dataclass(frozen=True)
class Left:
    """What is left of a network, and what the rule would have it say."""

    program: Program
    needed: Needed

    @property
    def as_the_rule(self) -> bool:
        """Does it say what the rule demands, whatever it takes."""
        return dict(self.program.says) == dict(self.needed.allowed)


@held
def left(study: Study) -> Left | None:
    """The program of a network; None where nothing that we look for decides the answer."""
    need = needed(study)
    if need is None or not need.allowed:
        return None
    return Left(printed(study, need, _says(study, need)), need)


def printed(study: Study, need: Needed, says: Mapping[Key, frozenset[int]]) -> Program:
    """The program in terms of the rule's classes of tokens, or, where these give no few lines, of
    even and odd numbers.
    """
    classes = tuple(study.classes[t] for t in study.tokens)
    program = Program(study.tokens, classes, need.taking, says)
    if program.text:
        return program
    odd = tuple(("even", "odd")[int(t) % 2] if t.isdigit() else t for t in study.tokens)
    return replace(program, classes=odd)


@held
def _last_stage(study: Study) -> Sequence[tuple[Key, int, int]]:
    """What is taken and said in each case when all parts are replaced as in the displayed network,
    and how many contexts the case stands for.
    """
    if one_head_fetches(study):
        known = replaced(study).cases
        keys: Sequence[Key]
        keys, said, contexts = (
            [(int(a),) for a in known.answer],
            typical(study).said,
            known.contexts,
        )
    else:
        some = cases(study)
        assert some is not None
        keys, said, contexts = some.keys, attempts(study)[chosen(study)], some.contexts
    return [(key, int(one), int(count)) for key, one, count in zip(keys, said, contexts)]


def _says(study: Study, need: Needed) -> Mapping[Key, frozenset[int]]:
    """For each key what the network says at the last stage: what the rule allows, where it says
    nothing else, or else what it says in most contexts.
    """
    votes: dict[Key, Counter[int]] = {key: Counter() for key in need.allowed}
    for key, said, contexts in _last_stage(study):
        votes[key][int(said)] += int(contexts)
    return {
        key: allowed if set(votes[key]) <= allowed else frozenset([votes[key].most_common(1)[0][0]])
        for key, allowed in need.allowed.items()
    }


@fact("Cases in which program and last stage differ", better="low", tolerance=0.001)
def stage_differs(study: Study) -> Fact:
    """Share of all contexts, or of all cases that the replaced network can be in, in which the
    network with its parts replaced and the printed program answer differently.
    """
    found, of = left(study), "cases of the last stage"
    if found is None:
        return no_program(study, "percent", of)
    rows = _last_stage(study)
    differing = sum(count for key, said, count in rows if said not in found.program.says[key])
    whole = sum(count for _, _, count in rows)
    return Fact(differing / whole, "percent", whole, of, counted=True, exhaustive=True)
