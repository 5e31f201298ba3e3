"""Attention replaced by what the rule needs, where no single head fetches the answer: the last
tokens alone, nothing that varies, or the answer for one or all of several heads.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from reportgen.core.exact.hard_attention import holding
from reportgen.core.readout import head_output
from reportgen.core.recording import softmax
from reportgen.core.study import held
from reportgen.measure.estimates import missing
from reportgen.measure.fact import Fact, absent, fact
from reportgen.measure.numbers import written
from reportgen.systems.sequence_rules.facts.algorithm import CONTEXTS
from reportgen.systems.sequence_rules.taking import Key, Needed, finding, last_tokens
from reportgen.systems.sequence_rules.view import Study

ONE_HEAD = "one head fetches the answer here, and this chapter follows it step by step"
NOT_FEW = "not defined: neither a position nor the last tokens decide what the rule wants"
NOT_FOUND = (
    "not printed: the answer neither stands a fixed number of steps back nor is it the latest of"
    " its class or the larger of the two latest, and we look for no other way to find it"
)
NOT_PLAIN = (
    "what its parts do can be read off a network of one plain layer only (ReLU neurons, no"
    " normalization or attention biases, positions in the stream), and this one is none"
)
CASES = "cases: the last tokens that decide, at each position of the window"


@held
def needed(study: Study) -> Needed | None:
    """What of a context decides the answer; None where nothing that we look for does, and of a
    network whose parts cannot be replaced by it.
    """
    if not plain(study):
        return None
    table, names = study.data.automaton, study.tokens
    if not study.rule.holds_answers:
        return last_tokens(study.data.reader, study.config.model.n_ctx)
    taking = finding(table, names, [study.classes[t] for t in names])
    if taking is None:
        return None
    cases = holding(table, study.config.model.n_ctx)
    answers = sorted({int(a) for a in cases.answer})
    return Needed(taking, {(a,): frozenset([a]) for a in answers}, {})


def plain(study: Study) -> bool:
    """Is it a network whose attention and readout are functions that can be written down."""
    return study.config.model.plain_layer


def one_head_fetches(study: Study) -> bool:
    """Is it a rule whose answer a position holds, and a plain network of one head."""
    return plain(study) and study.rule.holds_answers and study.config.model.n_heads == 1


def why_no_program(study: Study) -> str:
    """What keeps what is left of a network from being a program: the rule, or that it is not known
    here how the position of the answer could be found.
    """
    return NOT_FOUND if study.rule.holds_answers else NOT_FEW


def no_program(study: Study, unit: str, of: str) -> Fact:
    """A fact of a program that there is not: of other networks than plain ones none is looked
    for.
    """
    return missing(why_no_program(study), unit=unit, of=of) if plain(study) else absent(NOT_PLAIN)


@dataclass(frozen=True)
class Cases:
    """All cases that what is needed can be in: the last token and its position, and the tokens
    that attention may see, with their positions.
    """

    keys: Sequence[Key]
    contexts: np.ndarray  # [case], how many contexts each stands for
    last: Int[np.ndarray, "case"]
    at: Int[np.ndarray, "case"]
    tokens: Int[np.ndarray, "case seen"]
    positions: Int[np.ndarray, "case seen"]
    allowed: Bool[np.ndarray, "case token"]
    of: str  # what they are

    def wrong(self, said: Int[np.ndarray, "case"]) -> Bool[np.ndarray, "case"]:
        """Which of them these answers get wrong."""
        return np.asarray(~self.allowed[np.arange(len(said)), said])


@held
def cases(study: Study) -> Cases | None:
    """Those of a study; None where nothing that we look for decides the answer, and of a network
    whose parts cannot be replaced.
    """
    if not plain(study):
        return None
    n_ctx, vocabulary = study.config.model.n_ctx, len(study.tokens)
    if study.rule.holds_answers:  # whatever finds them: the position itself is looked at
        whole = holding(study.data.automaton, n_ctx)
        return Cases(
            [(int(a),) for a in whole.answer],
            whole.contexts,
            whole.last,
            np.full(len(whole.last), n_ctx - 1),
            whole.answer[:, None],
            whole.position[:, None],
            np.eye(vocabulary, dtype=bool)[whole.answer],
            CONTEXTS,
        )
    need = needed(study)
    if need is None:
        return None
    rows = [(key, at) for key, where in need.at.items() for at in where]
    count = need.taking.count
    tokens = np.array([key for key, _ in rows]).reshape(-1, count)
    at = np.array([at for _, at in rows], dtype=np.int64)
    allowed = np.zeros((len(rows), vocabulary), dtype=bool)
    for row, (key, _) in zip(allowed, rows):
        row[list(need.allowed[key])] = True
    positions = at[:, None] - np.arange(count)[::-1]
    last, ones = tokens[:, -1], np.ones(len(rows), dtype=np.int64)
    return Cases([key for key, _ in rows], ones, last, at, tokens, positions, allowed, CASES)


@held
def attempts(study: Study) -> Mapping[str, np.ndarray]:
    """What the network answers in each case, by what attention was replaced with."""
    found = cases(study)
    if found is None:
        return {}
    heads = range(study.config.model.n_heads)
    if study.rule.holds_answers:
        usual = _usual(study)
        alone = {h: _seeing(study, found, h) for h in heads}
        tried = {"every head looks at the answer alone": sum(alone.values())}
        for h in heads if len(heads) > 1 else ():
            others = sum(usual[i] for i in heads if i != h)
            tried[f"head {h} looks at the answer alone, the others give their mean"] = (
                alone[h] + others
            )
    else:
        own = {h: _seeing(study, found, h) for h in heads}
        several = found.tokens.shape[1] > 1
        seen = (
            "attention sees the last two tokens alone"
            if several
            else "attention sees the last token alone"
        )
        tried = {seen: sum(own.values())}
        if not several:
            tried["attention gives one mean at all positions, whatever was read"] = sum(
                _usual(study)
            )
    before = study.config.model.residual * study.lattice.sums[found.last, found.at]
    return {
        name: study.readout.logits(before + handed).argmax(-1) for name, handed in tried.items()
    }


def _seeing(study: Study, found: Cases, head: int) -> Float[np.ndarray, "case d_model"]:
    """What a head hands over if it sees the tokens of each case and nothing else."""
    points = study.lattice
    query = points.q(head=head)[found.last, found.at]
    keys = points.k(head=head)[found.tokens, found.positions]
    values = points.v(head=head)[found.tokens, found.positions]
    scores = np.einsum("ce,cse->cs", query, keys) / np.sqrt(query.shape[-1])
    given = np.einsum("cs,cse->ce", softmax(scores), values)
    return np.asarray(given @ head_output(study.weights, head))


def _usual(study: Study) -> Float[np.ndarray, "head d_model"]:
    """What each head hands over on average where the rule decides in held-out windows."""
    from reportgen.core.interventions import run

    windows = study.data.holdout_windows
    site = "z", 0
    z = run(study.config.model, study.weights, windows.inputs, keep=[site]).kept[site]
    there = windows.visible if windows.visible.any() else np.ones_like(windows.visible)
    mean = z.transpose(0, 2, 1, 3)[there].mean(0, dtype=np.float64)  # [head, d_head]
    return np.stack([mean[h] @ head_output(study.weights, h) for h in range(len(mean))])


def best(study: Study, kind: str = "") -> str:
    """The attempt that makes the fewest mistakes; of one kind, where that is given."""
    found, tried = cases(study), attempts(study)
    assert found is not None
    names = [name for name in tried if kind in ("", _kind(name))]
    return min(names, key=lambda name: found.contexts[found.wrong(tried[name])].sum())


def _kind(name: str) -> str:
    """What an attempt does, whichever head does it: the heads of two networks have no order."""
    return re.sub(r"^head \d+", "one head", name)


@held
def chosen(study: Study) -> str:
    """The attempt that describes the displayed network best, made on this one: so that all seeds
    are judged by one explanation.
    """
    if study.seed == study.run.shown:
        return best(study)
    return best(study, _kind(best(study.of_seed(study.run.shown))))


@fact("Wrong, attention replaced by what the rule needs", better="low", tolerance=0.001)
def wrong_replaced(study: Study) -> Fact:
    """Share of all cases answered wrongly if attention is replaced by what the rule needs of it:
    the best of the ways to do so that were tried, each of which is a part.
    """
    if one_head_fetches(study):
        return absent(ONE_HEAD)
    found = cases(study)
    if found is None or not len(found.last):
        return missing(NOT_FEW, unit="percent", of=CASES) if plain(study) else absent(NOT_PLAIN)
    whole = int(found.contexts.sum())
    share: Callable[[np.ndarray], Fact] = lambda said: Fact(
        float(found.contexts[found.wrong(said)].sum() / whole),
        "percent",
        whole,
        found.of,
        counted=True,
        exhaustive=True,
    )
    tried = attempts(study)
    parts = tuple((name, share(said)) for name, said in tried.items())
    name = best(study)
    chosen = dict(parts)[name]
    return Fact(
        chosen.value,
        "percent",
        whole,
        found.of,
        counted=True,
        exhaustive=True,
        parts=parts,
        details=dict(
            best=name,
            cases_text=written(whole, "count"),
            rows=[dict(name=each, text=part.text) for each, part in parts],
        ),
    )
