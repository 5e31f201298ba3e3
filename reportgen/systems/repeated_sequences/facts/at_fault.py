"""What is at fault where the network errs, and what of it a simpler network would err at too; on
the sequences of `mistakes`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float, Int

from reportgen.core.recording import Site
from reportgen.core.study import held
from reportgen.measure.estimates import Sample, missing
from reportgen.measure.fact import Fact, fact
from reportgen.measure.network_lines import LOADING, lines_of, says_of
from reportgen.measure.numbers import written
from reportgen.systems.repeated_sequences.data import Repeating
from reportgen.systems.repeated_sequences.facts import mistakes
from reportgen.systems.repeated_sequences.facts.copies import followed
from reportgen.systems.repeated_sequences.facts.replaced import FIRST, LOOKS, after_copy, one_back
from reportgen.systems.repeated_sequences.view import Study

MOST = 1_000  # sequences that are run again: of a network that has learnt, all that hold a mistake
NONE = f"not defined: there are no {mistakes.WRONG} in this sample"
NO_COPY = "not replaced"  # there is no copy to look after
SOME = 400  # sequences that the printed lines are run on
MEAN = {
    0: "attention of the first layer as it is on average at each position",
    1: "attention of the last layer as it is on average at each position",
}


@dataclass(frozen=True)
class Again:
    """Some of the drawn sequences, what the network says of them and how it attends, and what it
    says with one part replaced.
    """

    chosen: Int[np.ndarray, "sequence"]  # which of the drawn ones
    sequences: Repeating
    said: Int[np.ndarray, "sequence position"]
    attended: Float[np.ndarray, "sequence position"]  # share of the last layer on the right token
    replaced: Mapping[str, Int[np.ndarray, "sequence position"]]

    def sample(self) -> Sample:
        """These sequences."""
        return Sample(np.arange(len(self.chosen)), len(self.chosen), "sequences drawn for this")

    @property
    def told(self) -> np.ndarray:
        """Where the next token is known from a copy, [sequence, position]."""
        return self.sequences.told

    @property
    def wrong(self) -> np.ndarray:
        """Where the network errs, [sequence, position]."""
        return np.asarray(self.told & (self.said != self.sequences.targets))


@held
def with_mistakes(study: Study) -> Again:
    """The drawn sequences that hold a mistake, the first `MOST` of them."""
    found = mistakes.answers(study)
    return _again(study, np.flatnonzero(found.wrong.any(1))[:MOST])


@held
def first_drawn(study: Study) -> Again:
    """The first drawn sequences, whatever is said of them."""
    return _again(study, np.arange(SOME))


def _again(study: Study, chosen: Int[np.ndarray, "sequence"]) -> Again:
    """These of the drawn sequences, read with each part replaced by itself."""
    from reportgen.core.interventions import run

    m, weights, drawn = study.config.model, study.weights, mistakes.answers(study).sequences
    sequences = Repeating(drawn.tokens[chosen], drawn.period[chosen])
    last = m.n_layers - 1
    tokens, usual = sequences.inputs, study.data.validation.inputs
    whole = run(m, weights, tokens, keep=[("pattern", last)])
    mean = run(m, weights, usual, keep=[("pattern", i) for i in {0, last}]).kept
    edits: dict[str, tuple[Site, np.ndarray]] = {}
    if last:
        edits[FIRST] = ("pattern", 0), one_back(sequences, m.n_heads)
        edits[MEAN[0]] = ("pattern", 0), _mean(mean["pattern", 0], len(tokens))
    copy = followed(study).details["copy"]
    own = whole.kept["pattern", last]
    edits[LOOKS[copy]] = ("pattern", last), after_copy(sequences, own, copy)
    edits[MEAN[1]] = ("pattern", last), _mean(mean["pattern", last], len(tokens))
    right = tokens[:, None, :] == sequences.targets[:, :, None]
    return Again(
        chosen,
        sequences,
        whole.logits.argmax(-1),
        (own.mean(1) * right).sum(2),
        {
            name: run(m, weights, tokens, replace=dict([edit])).logits.argmax(-1)
            for name, edit in edits.items()
        },
    )


def _mean(pattern: np.ndarray, count: int) -> Float[np.ndarray, "sequence head query key"]:
    mean = pattern.mean(0, dtype=np.float64)
    return np.broadcast_to(mean, (count, *mean.shape))


@fact(
    "Wrong answers put right by looking after the copy",
    better="high",
    tolerance=0.05,
    needs=["attention"],
)
def put_right(study: Study) -> Fact:
    """Share of the wrong answers, where the next token is known from a copy, that are right when
    all attention of the last layer goes to what stands after one earlier copy of the present token
    and all else is as it is; the details have how much attention the right token gets where the
    network errs and where it does not.
    """
    if not mistakes.answers(study).wrong.any():
        return missing(NONE, unit="percent", of=mistakes.WRONG)
    found, usual = with_mistakes(study), first_drawn(study)
    copy = followed(study).details["copy"]
    cured = found.replaced[LOOKS[copy]] == found.sequences.targets
    fine = usual.told & ~usual.wrong
    median: Callable[[np.ndarray], str] = lambda values: (
        written(float(np.median(values)), "share") if values.size else "none"
    )
    return replace(
        found.sample().average(cured, found.wrong, unit="percent", of=mistakes.WRONG, counted=True),
        details=dict(
            copy=copy,
            sequences_text=written(len(found.chosen), "count"),
            wrong_text=median(found.attended[found.wrong]),
            right_text=median(usual.attended[fine]),
        ),
    )


@fact("Wrong answers that a simpler network gives too", tolerance=0.1, needs=["attention"])
def errs_alike(study: Study) -> Fact:
    """Of the replacements of one part, the one with which most of the wrong answers stay what they
    are: the share that does; parts for each, and the details have the same share of the right
    answers and of the first choices where the current token is new.
    """
    if not mistakes.answers(study).wrong.any():
        return missing(NONE, unit="percent", of=mistakes.WRONG)
    found, usual = with_mistakes(study), first_drawn(study)
    parts, rows = dict[str, Fact](), list[dict[str, str]]()
    for name, said in found.replaced.items():
        alike = usual.replaced[name] == usual.said
        shares = [
            found.sample().average(
                said == found.said, found.wrong, unit="percent", of=mistakes.WRONG, counted=True
            ),
            *(
                usual.sample().average(alike, where, unit="percent", of=of, counted=True)
                for where, of in (
                    (usual.told & ~usual.wrong, "right answers"),
                    (~usual.told, "positions whose token is new"),
                )
            ),
        ]
        parts[name] = shares[0]
        rows.append(
            dict(name=name)
            | {f"{key}_text": each.text for key, each in zip(("wrong", "right", "new"), shares)}
            | dict(interval=shares[0].interval)
            | (dict(new_text=NO_COPY) if name in LOOKS.values() else {})
        )
    best = max(parts, key=lambda name: parts[name].value or 0.0)
    return replace(parts[best], parts=tuple(parts.items()), details=dict(kind=best, rows=rows))


@fact("Positions where the network written out says something else", better="low", tolerance=0.001)
def written_out_differs(study: Study) -> Fact:
    """Share of all positions, known from a copy or not, at which the whole network as the printed
    lines of a program, run on what was read and on its weights, has another first choice than the
    network itself has.
    """
    found, lines, names = mistakes.answers(study), lines_of(study.config.model), list(study.tokens)
    says, at = says_of(lines), {name: i for i, name in enumerate(names)}
    weights = {name: np.asarray(each, dtype=np.float64) for name, each in study.weights.items()}
    said = np.array(
        [
            [at[name] for name in says([names[t] for t in row], names, weights)]
            for row in found.sequences.inputs[:SOME]
        ]
    )
    sample = Sample(np.arange(SOME), SOME, "sequences drawn for this")
    differs = said != found.said[:SOME]
    return sample.average(
        differs,
        np.ones_like(differs),
        unit="percent",
        of="positions",
        counted=True,
        details=dict(lines=lines, loading=list(LOADING)),
    )
