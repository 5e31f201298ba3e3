"""Where does it err, what does it say then, and how sure is it? On sequences drawn for this alone:
the held-out ones have few mistakes of a network that has learnt.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float, Int

from reportgen.core.data.material import RESAMPLING, stream
from reportgen.core.recording import softmax
from reportgen.core.study import held
from reportgen.measure.estimates import Sample, missing
from reportgen.measure.fact import Fact, fact
from reportgen.measure.numbers import written
from reportgen.systems.repeated_sequences.data import Repeating, repeating
from reportgen.systems.repeated_sequences.facts.reading import TOLD
from reportgen.systems.repeated_sequences.view import Study

COUNT, AT_ONCE = 4_000, 1_000  # sequences; those in one forward pass
EXAMPLES = 8  # contexts that go wrong, in full
FEW = 30  # positions that a kind needs to be called the worst one
SURE = 0.5  # of the probability: more than all other tokens together
WRONG = "wrong answers"
NEXT, CURRENT = "the token after the right one", "the current token again"
OTHER, UNREAD = "any other token of the sequence", "a token that was not read"


@dataclass(frozen=True)
class Answers:
    """What is said at each position [sequence, position] of the drawn sequences."""

    sequences: Repeating
    said: Int[np.ndarray, "sequence position"]
    second: Int[np.ndarray, "sequence position"]  # the second choice
    surely: Float[np.ndarray, "sequence position"]  # probability of what is said

    @property
    def wrong(self) -> Bool[np.ndarray, "sequence position"]:
        """Where the next token is known from a copy and another one is said."""
        return np.asarray(self.sequences.told & (self.said != self.sequences.targets))

    @property
    def sample(self) -> Sample:
        """The sequences."""
        return Sample(np.arange(COUNT), COUNT, "sequences drawn for this")


@held
def answers(study: Study) -> Answers:
    """What this seed says at this checkpoint."""
    from reportgen.core.interventions import run

    drawn = repeating(study.config, stream(study.config.data.seed, RESAMPLING, 4), COUNT)
    found = []
    for first in range(0, COUNT, AT_ONCE):
        some = drawn.inputs[first : first + AT_ONCE]
        logits = run(study.config.model, study.weights, some).logits
        found.append(
            (*np.moveaxis(np.argsort(-logits, -1)[..., :2], -1, 0), softmax(logits).max(-1))
        )
    said, second, surely = (np.concatenate(each) for each in zip(*found))
    return Answers(drawn, said, second, surely)


def kinds(
    study: Study, sequences: Repeating
) -> Mapping[str, Bool[np.ndarray, "sequence position"]]:
    """Where each kind of context is that a reader can tell; of each way to sort, the kinds are all
    there is.
    """
    shortest, longest = study.rule.period
    position, period = np.arange(sequences.inputs.shape[1]), sequences.period[:, None]
    read, first = position - period + 1, position % period
    before, thirds = sequences.copies.sum(2), np.array_split(np.arange(shortest, longest + 1), 3)
    found = {
        "the first repeated token": read == 1,
        "the second to fourth repeated token": (read >= 2) & (read <= 4),
        "a later repeated token": read > 4,
        "one earlier copy of the token": before == 1,
        "several earlier copies of it": before > 1,
    }
    for some in thirds:
        if len(some):
            found[f"the last copy {_span(some)} back"] = (period >= some[0]) & (period <= some[-1])
    edges = [0, 1, shortest, max(shortest, longest - 2), longest]
    for low, high in zip(edges, edges[1:]):
        if low < high:
            name = f"the first copy at position {_span(np.arange(low, high))}"
            found[name] = (first >= low) & (first < high)
    return {name: where & sequences.told for name, where in found.items()}


def _span(numbers: np.ndarray) -> str:
    return f"{numbers[0]} to {numbers[-1]}" if len(numbers) > 1 else f"{numbers[0]}"


@fact("Wrong answers in the kind of context with most of them", better="low", tolerance=0.02)
def failing_kinds(study: Study) -> Fact:
    """Share of the positions of one kind, where the next token is known from a copy, that are
    answered wrongly, in the kind where this share is largest; the kinds are told by what stands in
    the context.

    Sequences are drawn for this as the held-out ones were. The details have every kind, and a few
    contexts that go wrong.
    """
    found = answers(study)
    parts = {
        name: found.sample.average(found.wrong, where, unit="percent", of=TOLD, counted=True)
        for name, where in kinds(study, found.sequences).items()
        if where.any()
    }
    enough = {name: part for name, part in parts.items() if part.n >= FEW} or parts
    worst = max(enough, key=lambda name: enough[name].value or 0.0)
    wrong, told = int(found.wrong.sum()), int(found.sequences.told.sum())
    rows = [
        dict(
            kind=name,
            wrong_text=written(amiss := round((part.value or 0) * part.n), "count"),
            contexts_text=written(part.n, "count"),
            share_text=part.text,
            interval=part.interval,
            of_wrong_text=written(amiss / wrong, "percent") if wrong else "none",
        )
        for name, part in parts.items()
    ]
    details = dict(
        rows=rows,
        more=0,
        kind=worst,
        few=len(parts) - len(enough),
        fewest_text=written(FEW, "count"),
        by="in several ways, so that each context stands in several rows",
        wrong_text=written(wrong, "count"),
        contexts_text=written(told, "count"),
        share_text=written(wrong / told, "percent"),
        sequences_text=written(COUNT, "count"),
        complete=False,
        lengths=f"{study.rule.period[0] + 1} to {study.config.model.n_ctx} tokens, in"
        f" {written(COUNT, 'count')} sequences drawn at random",
        window=str(study.config.model.n_ctx),
        examples=_examples(study, found),
    )
    return replace(parts[worst], parts=tuple(parts.items()), details=details)


def _examples(study: Study, found: Answers) -> list[dict[str, object]]:
    """The first contexts that go wrong."""
    names, sequences = study.tokens, found.sequences
    return [
        dict(
            tokens=[names[t] for t in sequences.inputs[s, : p + 1]],
            answer=names[sequences.targets[s, p]],
            said=names[found.said[s, p]],
        )
        for s, p in np.argwhere(found.wrong)[:EXAMPLES]
    ]


def most(
    found: Answers,
    ways: Mapping[str, np.ndarray],
    where: np.ndarray,
    of: str,
    among: Collection[str] = (),
) -> Fact:
    """The most frequent of several things that are said, or of some of them; parts for each."""
    share = {
        name: found.sample.average(said, where, unit="percent", of=of, counted=True)
        for name, said in ways.items()
    }
    first = max(among or share, key=lambda name: share[name].value or 0.0)
    rows = [dict(name=n, text=p.text, interval=p.interval) for n, p in share.items()]
    return replace(share[first], parts=tuple(share.items()), details=dict(kind=first, rows=rows))


@fact("Wrong answers that are one token which can be named", tolerance=0.1)
def said_wrongly(study: Study) -> Fact:
    """Share of the wrong answers, from the first repeated token on, that are the token after the
    right one, or the current token again, whichever is more frequent; parts for both, for any other
    one of the sequence and for tokens that were not read.
    """
    found = answers(study)
    if not found.wrong.any():
        return missing(f"not defined: no {WRONG} in this sample", unit="percent", of=WRONG)
    sequences, said = found.sequences, found.said
    follows = np.take_along_axis(  # the right answer's own next token, one period before the end
        sequences.tokens, np.maximum(np.arange(said.shape[1]) + 2 - sequences.period[:, None], 0), 1
    )
    current, read = said == sequences.inputs, was_read(sequences, said)
    ways = {
        NEXT: (said == follows) & ~current,
        CURRENT: current,
        OTHER: read & ~current & (said != follows),
        UNREAD: ~read,
    }
    return most(found, ways, found.wrong, WRONG, among=(NEXT, CURRENT))


def was_read(sequences: Repeating, said: np.ndarray) -> Bool[np.ndarray, "sequence position"]:
    """Does what is said stand in the context."""
    length = said.shape[1]
    there = (said[:, :, None] == sequences.inputs[:, None]) & np.tri(length, dtype=bool)
    return np.asarray(there.any(2))


@fact("Wrong answers that are given surely", better="low", tolerance=0.1)
def sure_mistakes(study: Study) -> Fact:
    """Share of the wrong answers, where the next token is known from a copy, to which the network
    gives more than half of the probability; the details have the same share of the right answers,
    how many answers that get no more than half are wrong, and how often the second choice is right.
    """
    found = answers(study)
    if not found.wrong.any():
        return missing(f"not defined: no {WRONG} in this sample", unit="percent", of=WRONG)
    right, sure = found.sequences.told & ~found.wrong, found.surely > SURE
    share: Callable[[np.ndarray, np.ndarray, str], Fact] = lambda values, where, of: (
        found.sample.average(values, where, unit="percent", of=of, counted=True)
    )
    others = dict(
        right=share(sure, right, "right answers"),
        unsure=share(found.wrong, found.sequences.told & ~sure, "unsure answers"),
        sure=share(found.wrong, found.sequences.told & sure, "sure answers"),
        second=share(found.second == found.sequences.targets, found.wrong, WRONG),
    )
    details = {f"{name}_text": each.text for name, each in others.items()}
    details |= {f"{name}_interval": each.interval for name, each in others.items()}
    return replace(share(sure, found.wrong, WRONG), details=details)
