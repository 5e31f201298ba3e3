"""Where does attention go when the rule asks?"""

from dataclasses import replace

import numpy as np

from reportgen.facts.answers import steps_back
from reportgen.facts.base import Fact, Facts, Reference, Verdict, claim, fact
from reportgen.facts.errors import SEEN, answer_tokens
from reportgen.facts.estimates import holdout, missing, visible
from reportgen.study import Study

MOST = 0.5  # above one half, no other position can outweigh the answer
PAIRS = "pairs of an earlier and a later answer token before a trigger"


def pattern(study: Study) -> np.ndarray:
    """Attention on held-out windows, averaged over layers and heads, [window, query, key]."""
    return study.holdout.pattern.mean((1, 2))


def on_answer(study: Study) -> np.ndarray:
    """Attention on the position that holds the answer, [window, query]; meaningless where it is not visible."""
    source = study.data.holdout_windows.source.clip(0)
    return np.take_along_axis(pattern(study), source[..., None], -1)[..., 0]


def spread_evenly(study: Study, where: np.ndarray) -> Reference:
    """What a head without any preference would give to one position."""
    queries = np.nonzero(where)[1]
    return Reference("a head that attends to all alike", float((1 / (queries + 1)).mean()) if len(queries) else 0.0)


def answer_class(study: Study) -> np.ndarray:
    """For each token id, does it belong to a class of which the rule demands tokens; the trigger never does."""
    classes = [study.classes[t] for t in study.tokens]
    demanded = {classes[a] for a in answer_tokens(study)}
    return np.array([c in demanded and i != study.trigger for i, c in enumerate(classes)])


@fact("Attention on the answer", better="high", tolerance=0.005)
def attention_on_answer(study: Study) -> Fact:
    """Share of its attention that the query puts on the position holding the answer, where it is in view; parts by distance."""
    windows, seen = visible(study)
    mass, sample = on_answer(study), holdout(study)
    lags = [int(lag) for lag in np.unique(windows.lag[seen])]
    parts = tuple((steps_back(lag), sample.average(mass, windows.lag == lag, unit="share", of=f"places with the answer {steps_back(lag)},")) for lag in lags)
    return sample.average(mass, seen, unit="share", of=SEEN, parts=parts, baseline=spread_evenly(study, seen))


@fact("The answer gets the most attention", better="high", tolerance=0.005)
def attention_hits(study: Study) -> Fact:
    """Share of held-out places with the answer in view where no position gets more attention than the answer."""
    windows, seen = visible(study)
    return holdout(study).average(pattern(study).argmax(-1) == windows.source, seen, unit="percent", of=SEEN, counted=True)


@fact("Attention on the answer with rivals in view", better="high", tolerance=0.005)
def attention_competing(study: Study) -> Fact:
    """The same share, counting only places where another token of the answer's class is in view; parts by the number of rivals."""
    windows, seen = visible(study)
    mass, sample = on_answer(study), holdout(study)
    alike = answer_class(study)[windows.inputs].cumsum(1) - 1  # the answer itself is one of them
    rivals = np.where(seen, alike, 0)
    counts = [int(r) for r in np.unique(rivals[rivals > 0])]
    parts = tuple((f"{r} rival{'s' * (r > 1)}", sample.average(mass, rivals == r, unit="share", of=f"places with {r} rivals in view,")) for r in counts)
    of = "places with the answer and a rival in view,"
    if not counts:
        return missing("not defined: no rival is ever in view", unit="share", of=of)
    equal = Reference("an equal share of the answer and its rivals", float((1 / (rivals[rivals > 0] + 1)).mean()))
    return sample.average(mass, rivals > 0, unit="share", of=of, parts=parts, baseline=equal)


@fact("Attention on an answer far back", better="high", tolerance=0.01)
def attention_far(study: Study) -> Fact:
    """The same share, counting only answers half a window back or more."""
    windows, _ = visible(study)
    half = study.config.model.n_ctx // 2
    far = windows.lag >= half
    of = f"places with the answer {half} or more steps back,"
    return holdout(study).average(on_answer(study), far, unit="share", of=of, baseline=spread_evenly(study, far), details=dict(steps=half))


@fact("Attention on the answer's class", tolerance=0.005)
def attention_by_class(study: Study) -> Fact:
    """Share of attention on all tokens of the answer's class together; parts divide the whole among classes and the query itself."""
    windows, seen = visible(study)
    attention, sample, n_ctx = pattern(study), holdout(study), windows.inputs.shape[1]
    classes = np.array([study.classes[t] for t in study.tokens])[windows.inputs]
    own = np.eye(n_ctx, dtype=bool)
    share = lambda keys: sample.average((attention * keys).sum(-1), seen, unit="share", of=SEEN)
    parts = tuple((study.rule.class_names[name], share((classes == name)[:, None] & ~own)) for name in study.rule.class_names)
    whole = share(answer_class(study)[windows.inputs][:, None] & ~own)
    return replace(whole, parts=(*parts, ("the query itself", share(own[None]))))


@fact("Attention on the token just before", tolerance=0.005)
def attention_on_previous(study: Study) -> Fact:
    """Share of attention that the query puts on the position just before it, where the answer is in view but lies farther back."""
    windows, _ = visible(study)
    attention = pattern(study)
    before = np.concatenate([np.zeros_like(attention[:, :1, 0]), np.diagonal(attention, -1, 1, 2)], 1)
    farther = windows.lag > 1
    return holdout(study).average(before, farther, unit="share", of="places with the answer farther back than one step,", baseline=spread_evenly(study, farther))


@fact("Later answer tokens score higher", better="high", tolerance=0.002)
def recency(study: Study) -> Fact:
    """Share of all pairs of an earlier and a later answer token before a trigger whose later one gets the higher attention score.

    Every position of the trigger, every two positions before it, every two tokens of the answer's class: computed from the weights.
    """
    if study.trigger is None or not answer_class(study).any():
        return missing("not defined: the rule has no trigger", unit="percent", of=PAIRS)
    points, ids = study.lattice, np.flatnonzero(answer_class(study))
    scores = np.einsum("hpe,htje->hptj", points.q[:, study.trigger], points.k[:, ids]).mean(0)  # [query position, token, key position]
    n_ctx = scores.shape[0]
    later = [scores[p, :, None, j] > scores[p, None, :, i] for p in range(n_ctx) for j in range(p) for i in range(j)]  # [later token, earlier token]
    if not later:
        return missing("not defined: the window is too short for a pair", unit="percent", of=PAIRS)
    found, same = np.array(later), np.eye(len(ids), dtype=bool)
    part = lambda hits, of: Fact(float(hits.mean()), "percent", hits.size, of, counted=True, exhaustive=True)
    parts = (("copies of one token", part(found[:, same], "pairs of copies")), ("different tokens", part(found[:, ~same], "pairs of different tokens"))) if len(ids) > 1 else ()
    return Fact(float(found.mean()), "percent", found.size, PAIRS, counted=True, exhaustive=True, baseline=Reference("no preference", 0.5), parts=parts)


@claim("The head puts most of its attention on the answer", rests_on=["attention_on_answer", "attention_hits"], figure="qk-attention",
       holds_if="the whole interval lies above one half", partly_if="it lies above what a head that attends to all alike would give",
       reason="Above one half, no other position can outweigh the answer.")  # fmt: skip
def attention_finds_answer(facts: Facts) -> Verdict:
    """More than half of it."""
    mass = facts["attention_on_answer"]
    if mass.low is None or mass.baseline is None:
        return Verdict.FAILS
    return Verdict.HOLDS if mass.low > MOST else Verdict.PARTLY if mass.low > mass.baseline.value else Verdict.FAILS


@claim("Among several tokens of the answer's class the head prefers the latest", rests_on=["attention_competing", "recency"], figure="qk-attention",
       holds_if="with rivals in view the whole interval of the answer's attention lies above 0.9", partly_if="it lies above an equal share of the answer and its rivals",
       reason="With rivals in view, nine tenths leave them too little to move the point into a wrong cell.")  # fmt: skip
def prefers_latest(facts: Facts) -> Verdict:
    """The latest one takes nearly all."""
    mass = facts["attention_competing"]
    if mass.low is None or mass.baseline is None:
        return Verdict.FAILS
    return Verdict.HOLDS if mass.low > 0.9 else Verdict.PARTLY if mass.low > mass.baseline.value else Verdict.FAILS


@claim("Of any two tokens of the answer's class, the later one scores higher", rests_on=["recency"], figure="trigger-scores",
       holds_if="that is so for every pair there is", partly_if="it is so for more than nine pairs in ten",
       reason="Every pair is a statement about all there are, so it needs no tolerance; nine in ten is far from a coin's one half.")  # fmt: skip
def later_scores_higher(facts: Facts) -> Verdict:
    """All pairs."""
    share = facts["recency"].value
    if share is None:
        return Verdict.FAILS
    return Verdict.HOLDS if share == 1 else Verdict.PARTLY if share > 0.9 else Verdict.FAILS


@claim("Attention does not fade with distance", rests_on=["attention_far", "attention_on_answer"], figure="qk-attention",
       holds_if="half a window back or more, the whole interval of attention on the answer lies above one half", partly_if="it lies above what a head that attends to all alike would give",
       reason="The same line as for all distances together.")  # fmt: skip
def attention_reaches_far(facts: Facts) -> Verdict:
    """The same line far back."""
    mass = facts["attention_far"]
    if mass.low is None or mass.baseline is None:
        return Verdict.FAILS
    return Verdict.HOLDS if mass.low > MOST else Verdict.PARTLY if mass.low > mass.baseline.value else Verdict.FAILS
