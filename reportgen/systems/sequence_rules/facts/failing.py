"""Which contexts go wrong: of what kind they are, what part of the network is at fault, and one of
them followed from its tokens to the wrong answer.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from reportgen.core.exact.exhaustive import Failing
from reportgen.core.exact.hard_attention import answers_from
from reportgen.core.study import held
from reportgen.measure.estimates import missing
from reportgen.measure.fact import Fact, fact
from reportgen.measure.numbers import written
from reportgen.systems.sequence_rules.facts import kinds
from reportgen.systems.sequence_rules.facts.algorithm import NEEDS
from reportgen.systems.sequence_rules.facts.answers import steps_back
from reportgen.systems.sequence_rules.facts.errors import wrong
from reportgen.systems.sequence_rules.view import Study

WRONG = "contexts answered wrongly, of all that were tried"
SHOWN, EXAMPLES = 12, 5  # kinds and contexts that are told one by one


@held
def found(study: Study) -> kinds.Sorted | str:
    """Everything that goes wrong, sorted; or why it is not."""
    return kinds.sort(study)


@fact("Wrong contexts that are of one kind", tolerance=0.001)
def failing_kinds(study: Study) -> Fact:
    """Share of the contexts answered wrongly, of all lengths tried, that are of the kind of which
    most are.

    Of several ways to sort them, that one is taken in which one kind has them all, or nearly all
    without being most of the contexts, or else in which the kinds that have any are the fewest
    contexts. The details name the kinds and a few contexts.
    """
    result = found(study)
    if isinstance(result, str):
        return missing(result, unit="percent", of=WRONG, details=_tried(study))
    first = result.split.cases[0]
    rows = [
        dict(
            kind=case.name,
            wrong_text=written(case.wrong, "count"),
            contexts_text=written(case.contexts, "count"),
            share_text=written(case.wrong / case.contexts, "percent"),
        )
        for case in result.split.cases[:SHOWN]
    ]
    details = dict(
        by=result.split.by,
        kind=first.name,
        kind_wrong_text=written(first.wrong, "count"),
        kind_contexts_text=written(first.contexts, "count"),
        wrong_text=written(result.wrong, "count"),
        contexts_text=written(result.contexts, "count"),
        wrong_share_text=written(result.wrong / result.contexts, "percent"),
        others_wrong_text=written(result.wrong - first.wrong, "count"),
        others_text=written(result.contexts - first.contexts, "count"),
        rows=rows,
        more=len(result.split.cases) - len(rows),
    )
    return Fact(
        first.wrong / result.wrong,
        "percent",
        result.wrong,
        WRONG,
        counted=True,
        exhaustive=True,
        details=details | _tried(study),
    )


def _tried(study: Study) -> dict[str, object]:
    """How long the contexts tried are, and a few of the wrong ones, the shortest first."""
    names, checks = study.tokens, [c for c in study.verified.lengths if c.contexts.any()]
    low, high = (checks[0].length, checks[-1].length) if checks else (0, 0)
    told = [
        dict(
            tokens=[names[t] for t in row],
            answer="one of several" if answer < 0 else names[answer],
            said=names[chosen],
        )
        for check in checks
        for row, answer, chosen in zip(
            check.failing.contexts[:EXAMPLES], check.failing.answer, check.failing.chosen
        )
    ]
    return dict(
        lengths=f"{high} tokens" if low == high else f"{low} to {high} tokens",
        window=f"{study.config.model.n_ctx} tokens",
        complete=high == study.config.model.n_ctx,
        everything=all(check.everything for check in checks),
        examples=told[:EXAMPLES],
    )


@dataclass(frozen=True)
class Faults:
    """Wrong contexts by the part of the network that is at fault."""

    choice: int  # another position than that of the answer has the highest score
    value: int  # none has, and the value of the answer by itself is read as something else
    mixture: int  # neither: what else is attended to moves the answer away


@held
def faults(study: Study) -> Faults | str:
    """Each wrong context of each length by what is at fault in it; or why nobody can say."""
    checks = [c for c in study.verified.lengths if c.everything and c.failing.contexts.size]
    if isinstance(result := found(study), str):
        return result
    if not checks:
        return "not counted: no context that a position could answer goes wrong"
    if not all(check.failing.complete for check in checks):
        return "not counted: too many contexts go wrong to be listed one by one"
    counts = np.zeros(3, dtype=np.int64)
    for check in checks:
        counts += _faults(study, check.failing)
    return Faults(*map(int, counts)) if counts.sum() == result.wrong else "not counted for all"


def _faults(study: Study, failing: Failing) -> np.ndarray:
    points, tokens = study.lattice, failing.contexts
    length = tokens.shape[1]
    last, where = tokens[:, -1], length - 1 - failing.lag
    scores = np.einsum("qe,tpe->qtp", points.q(head=0)[:, length - 1], points.k(head=0)[:, :length])
    each = scores[last[:, None], tokens, np.arange(length)]
    elsewhere = each[np.arange(len(tokens)), where] < each.max(1)  # a copy is another position
    pairs = np.array(list(np.ndindex(*scores.shape[:2], length)))  # last token, answer, position
    values = points.v(head=0)[pairs[:, 1], pairs[:, 2]]
    said = answers_from(study.config.model, study.weights, 0, pairs[:, 0], values, length)
    misread = (said != pairs[:, 1]).reshape(*scores.shape[:2], length)
    bent = misread[last, failing.answer, where] & ~elsewhere
    return np.array([elsewhere.sum(), bent.sum(), (~elsewhere & ~bent).sum()])


@fact("Mistakes in which the highest score is elsewhere", tolerance=0.001, needs=NEEDS)
def fault_of_attention(study: Study) -> Fact:
    """Share of the contexts answered wrongly, of all lengths tried, in which another position than
    the one that holds the answer has the highest attention score: the query's own and those that
    hold the same token count as others.

    Parts: these; those in which none has, and the value of the answer alone is read as another
    token; and the rest, in which what else gets attention moves the answer away.
    """
    result = faults(study)
    if isinstance(result, str):
        return missing(result, unit="percent", of=WRONG)
    total = result.choice + result.value + result.mixture
    share: Callable[[int], Fact] = lambda count: Fact(
        count / total, "percent", total, WRONG, counted=True, exhaustive=True
    )
    parts = (
        ("highest score elsewhere", share(result.choice)),
        ("value read as another token", share(result.value)),
        ("moved by the rest", share(result.mixture)),
    )
    counts = dict(choice=result.choice, value=result.value, mixture=result.mixture)
    details = {f"{name}_text": written(count, "count") for name, count in counts.items()}
    return replace(share(result.choice), parts=parts, details=details)


@fact("Probability of the answer in a context that fails", tolerance=0.02)
def failing_example(study: Study) -> Fact:
    """Probability of the right next token in one context that is answered wrongly: the first of
    those tried, the longest first; where none of these goes wrong, the first held-out window.

    The details follow it: each token with its score and its share of attention.
    """
    context = _one(study)
    if context is None:
        return missing("nothing fails: no wrong answer was found", unit="share", of="context")
    tokens, allowed, source, where = context
    trace = study.trace_of(tokens[None])
    chances, names = trace.probabilities[0, -1], study.tokens
    attention = trace.pattern(layer=0)[0, :, -1]
    scores = trace.attn_scores(layer=0)[0, :, -1]
    said = int(chances.argmax())
    rows = [
        dict(
            position=position,
            token=names[token],
            score_text=", ".join(written(float(s), "logits") for s in scores[:, position]),
            attention_text=", ".join(written(float(a), "share") for a in attention[:, position]),
            answer=position == source,
        )
        for position, token in enumerate(tokens)
    ]
    details = dict(
        tokens=[names[t] for t in tokens],
        ids=tokens.tolist(),
        answer=names[int(np.flatnonzero(allowed)[0])] if allowed.sum() == 1 else "one of several",
        said=names[said],
        said_text=written(float(chances[said]), "share"),
        rows=rows,
        where=where,
        back=None if source is None else steps_back(len(tokens) - 1 - source),
    )
    right = float(chances[allowed].sum())
    return Fact(right, "share", 1, "context", exhaustive=True, details=details)


def _one(study: Study) -> tuple[np.ndarray, np.ndarray, int | None, str] | None:
    """A context that is answered wrongly, what would be right, the position of the answer, and
    where it is from.
    """
    vocabulary = len(study.tokens)
    for check in reversed(study.verified.lengths):
        failing = check.failing
        single = np.flatnonzero(failing.answer >= 0)
        if len(single):
            i = int(single[0])
            lag, answer = int(failing.lag[i]), int(failing.answer[i])
            source = None if lag < 0 else check.length - 1 - lag
            right = np.arange(vocabulary) == answer
            return failing.contexts[i].astype(np.int64), right, source, "contexts tried"
    windows = study.data.holdout_windows
    missed = np.argwhere(wrong(study) & windows.visible)
    if not len(missed):
        return None
    window, position = map(int, missed[0])
    source = int(windows.source[window, position])
    every = study.data.everything  # then nothing of them is held out
    return (
        windows.inputs[window, : position + 1],
        windows.allowed[window, position],
        source if source >= 0 else None,
        "windows that the data can produce" if every else "held-out windows",
    )
