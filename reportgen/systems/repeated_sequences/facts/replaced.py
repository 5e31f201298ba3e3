"""How it continues: parts replaced by what we say they do, one after the other, down to a program
of a few lines, and the mistakes at each stage.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float, Int

from reportgen.core.recording import Site
from reportgen.core.study import held
from reportgen.measure.estimates import Sample
from reportgen.measure.fact import Fact, fact
from reportgen.systems.repeated_sequences.data import Repeating
from reportgen.systems.repeated_sequences.facts.copies import followed
from reportgen.systems.repeated_sequences.facts.reading import TOLD
from reportgen.systems.repeated_sequences.view import Study

MOST = 400  # held-out sequences that are replaced: what fifteen seconds allow, all seeds together
FIRST = "the first layer looks one back"
LOOKS = {each: f"the last layer looks after the {each} copy" for each in ("first", "last")}
POINT, ALONE = "one vector for each token", "nothing else is read"


@dataclass(frozen=True)
class Replaced:
    """What is answered at each stage, [sequence, position] of the first held-out sequences, and
    what is left at the last one.
    """

    sequences: Repeating
    copy: str  # of several copies the one that is looked at, "first" or "last"
    network: Int[np.ndarray, "sequence position"]
    stages: Mapping[str, Int[np.ndarray, "sequence position"]]
    looks: Mapping[str, Int[np.ndarray, "sequence position"]]  # the stage of looking, either copy
    says: Int[np.ndarray, "token"]  # the answer to each token that stands after the copy


@held
def replaced(study: Study) -> Replaced:
    """The stages of this seed and checkpoint. Points and means are taken from the validation
    sequences, the answers from the held-out ones.
    """
    from reportgen.core.interventions import run

    m, weights = study.config.model, study.weights
    last = m.n_layers - 1
    choose = study.data.validation
    held_out = Repeating(study.data.holdout.tokens[:MOST], study.data.holdout.period[:MOST])
    whole = run(m, weights, held_out.inputs, keep=[("pattern", last)])
    answers, stages = whole.logits.argmax(-1), dict[str, np.ndarray]()
    copy, looks = followed(study).details["copy"], dict[str, np.ndarray]()
    edits: dict[Site, np.ndarray] = {}
    chosen: dict[Site, np.ndarray] = {}
    if last:
        edits["pattern", 0] = one_back(held_out, m.n_heads)
        chosen["pattern", 0] = one_back(choose, m.n_heads)
        stages[FIRST] = run(m, weights, held_out.inputs, replace=edits).logits.argmax(-1)
    for sequences, replacing in ((held_out, edits), (choose, chosen)):
        own = run(m, weights, sequences.inputs, replace=replacing, keep=[("pattern", last)])
        hard = {each: after_copy(sequences, own.kept["pattern", last], each) for each in LOOKS}
        for each, pattern in hard.items() if sequences is held_out else ():
            there = replacing | {("pattern", last): pattern}
            looks[each] = run(m, weights, sequences.inputs, replace=there).logits.argmax(-1)
        replacing["pattern", last] = hard[copy]
    stages[LOOKS[copy]] = looks[copy]
    kept = run(
        m, weights, choose.inputs, replace=chosen, keep=[("z", last), ("resid_pre", last)]
    ).kept
    points = _points(choose, kept["z", last], len(study.tokens))
    z = run(m, weights, held_out.inputs, replace=edits, keep=[("z", last)]).kept["z", last]
    source = np.take_along_axis(held_out.inputs, held_out.source.clip(0), 1)
    handed = points[source].transpose(0, 2, 1, 3)  # [sequence, head, position, d_head]
    edits["z", last] = np.where(held_out.told[:, None, :, None], handed, z)
    stages[POINT] = run(m, weights, held_out.inputs, replace=edits).logits.argmax(-1)
    mean = kept["resid_pre", last][choose.told].mean(0)
    says = _said(study, points, mean)
    stages[ALONE] = np.where(held_out.told, says[source], answers)
    return Replaced(held_out, copy, answers, stages, looks, says)


def one_back(sequences: Repeating, heads: int) -> Float[np.ndarray, "sequence head query key"]:
    """All weight on the token before; the first one has none."""
    length = sequences.inputs.shape[1]
    pattern = np.eye(length, k=-1)
    pattern[0, 0] = 1
    return np.broadcast_to(pattern, (len(sequences), heads, length, length))


def after_copy(
    sequences: Repeating, own: Float[np.ndarray, "sequence head query key"], copy: str
) -> Float[np.ndarray, "sequence head query key"]:
    """All weight on what stands after the first or the last copy of the present token, where there
    is one.
    """
    source = sequences.first_source if copy == "first" else sequences.source
    hard = np.eye(own.shape[-1])[source.clip(0)][:, None]
    return np.where(sequences.told[:, None, :, None], hard, own)


def _points(
    sequences: Repeating, z: Float[np.ndarray, "sequence head position d_head"], vocabulary: int
) -> Float[np.ndarray, "token head d_head"]:
    """The mean of what is handed over for each token that stands after a copy: after all of
    them stands the same.
    """
    source = np.take_along_axis(sequences.inputs, sequences.source.clip(0), 1)[sequences.told]
    given = z.transpose(0, 2, 1, 3)[sequences.told].astype(np.float64)  # [position, head, d_head]
    sums = np.zeros((vocabulary, *given.shape[1:]))
    np.add.at(sums, source, given)
    return sums / np.maximum(np.bincount(source, minlength=vocabulary), 1)[:, None, None]


def _said(
    study: Study, points: Float[np.ndarray, "token head d_head"], mean: np.ndarray
) -> Int[np.ndarray, "token"]:
    """What is answered to each point if all else in the stream is the same everywhere."""
    from reportgen.core.interventions import run

    m, last, vocabulary = study.config.model, study.config.model.n_layers - 1, len(points)
    one = np.arange(vocabulary)[:, None]  # sequences of one token, whose stream is replaced
    edits: dict[Site, np.ndarray] = {
        ("resid_pre", last): np.broadcast_to(mean, (vocabulary, 1, len(mean))),
        ("z", last): points[:, :, None],
    }
    return np.asarray(run(m, study.weights, one, replace=edits).logits[:, 0].argmax(-1))


def sample(found: Replaced) -> Sample:
    """The sequences that were replaced."""
    count = len(found.sequences)
    return Sample(np.arange(count), count, "held-out sequences")


def wrong(found: Replaced, said: Int[np.ndarray, "sequence position"]) -> Fact:
    """How often answers are wrong where the next token is known from a copy."""
    told = found.sequences.told
    return sample(found).average(
        said != found.sequences.targets, told, unit="percent", of=TOLD, counted=True
    )


@fact("Wrong, first layer looking one back", better="low", tolerance=0.02, needs=["layers"])
def wrong_one_back(study: Study) -> Fact:
    """Share of held-out positions where the next token is known from a copy that are answered
    wrongly when all attention of the first layer goes to the token before.
    """
    return _stage(study, FIRST)


@fact("Wrong, last layer looking after the copy", better="low", tolerance=0.02, needs=["attention"])
def wrong_after_copy(study: Study) -> Fact:
    """The same share when, besides, all attention of the last layer goes to what stands after one
    earlier copy of the present token: of the first and the last copy, the one that the network is
    shown to follow more often where they disagree, and the last one if neither is. Parts for both.
    """
    found = replaced(study)
    parts = tuple((f"the {each} copy", wrong(found, said)) for each, said in found.looks.items())
    chosen = wrong(found, found.looks[found.copy])
    return replace(chosen, parts=parts, details=dict(copy=found.copy) | texts(parts))


@fact("Wrong, one value for each token", better="low", tolerance=0.02, needs=["attention"])
def wrong_by_point(study: Study) -> Fact:
    """The same share when, besides, attention takes one vector for each token: its mean over
    validation sequences.
    """
    return _stage(study, POINT)


def texts(parts: Iterable[tuple[str, Fact]]) -> dict[str, str]:
    """What each part has, as a reader meets it."""
    return {f"{name}_text": part.text for name, part in parts}


def _stage(study: Study, name: str) -> Fact:
    found = replaced(study)
    return wrong(found, found.stages[name])


@fact("Wrong at the last stage", better="low", tolerance=0.02, needs=["attention"])
def replaced_error(study: Study) -> Fact:
    """The same share when, besides, all else in the stream is the same everywhere; parts for the
    network itself and for each stage, each of which keeps the replacements before it.
    """
    found = replaced(study)
    parts = {"the whole network": wrong(found, found.network)}
    parts |= {name: wrong(found, said) for name, said in found.stages.items()}
    rows = [dict(name=name, text=part.text, interval=part.interval) for name, part in parts.items()]
    final = parts[ALONE]
    return Fact(
        final.value,
        "percent",
        final.n,
        final.of,
        final.low,
        final.high,
        clusters=final.clusters,
        counted=True,
        parts=tuple(parts.items()),
        details=dict(rows=rows),
        sums=final.sums,
    )
