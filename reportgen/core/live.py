"""A run as the reader's browser gets it: weights as flat numbers, and what the page needs to know
of the task, for `docs/assets/live/`.
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from zlib import compress

import numpy as np
from jaxtyping import Float, Int

from reportgen.core.runs import Run
from reportgen.core.study import Study
from reportgen.files import write_json
from reportgen.project import LIVE_FILES

FORMAT = 1
ABOUT, SHOWN, SIBLINGS = LIVE_FILES
MOST = 2_000_000  # bytes of weights in each of the two files
NUMBER = 4  # bytes of a float32
SPARSER = 20  # checkpoints of a seed that is not displayed


@dataclass(frozen=True)
class Example:
    """A sequence that the page offers, at the end of training or at the step it is told of."""

    tokens: Int[np.ndarray, "position"]
    note: str
    step: int | None = None

    def to_dict(self) -> dict[str, object]:
        """As JSON has it."""
        return dict(tokens=self.tokens.tolist(), note=self.note, step=self.step)


@dataclass(frozen=True)
class Live:
    """What a system tells the page of its task.

    `rule` says what is demanded after each prefix (`table`, or a kind that the page knows);
    `stands` the share in which each token, where it is the answer, stands at each position;
    `error` is what the curve above the steps shows, with its name.
    """

    rule: Mapping[str, object]
    error_name: str
    error: Float[np.ndarray, "seed checkpoint"]  # NaN where it is not measured
    examples: Mapping[str, Sequence[Example]]  # by heading
    stands: Float[np.ndarray, "token position"] | None = None
    counted: Sequence[Mapping[str, object]] = ()  # what trying every context gave, by length
    reader: Mapping[str, object] | None = (
        None  # the contexts of the data, where only they are tried
    )


def plain(study: Study) -> Live:
    """What there is to tell of a system that tells no more: its demonstrations."""
    return Live(
        rule=dict(kind="none"),
        error_name="validation loss, nats",
        error=np.full(study.run.history["validation_loss"].shape, np.nan),
        examples={"The demonstrations": demonstrations(study)},
    )


def demonstrations(study: Study, called: str = "demonstration") -> list[Example]:
    """The sequences that the report traces, numbered from 1."""
    return [Example(row, f"{called} {i}") for i, row in enumerate(study.demonstrations.inputs, 1)]


def table(rows: Int[np.ndarray, "row column"]) -> dict[str, object]:
    """Whole numbers in a line of text: base64 of deflated little-endian int32."""
    packed = compress(np.ascontiguousarray(rows, dtype="<i4").tobytes(), 9)
    return dict(rows=rows.shape[0], columns=rows.shape[1], data=b64encode(packed).decode())


def kept(run: Run, numbers: int, most: int) -> list[int]:
    """Indices of as many checkpoints as fit into so many bytes, evenly spread, the last one always
    among them.
    """
    count = len(run.steps)
    fitting = max(1, min(count, most // (numbers * NUMBER)))
    return sorted({round(i) for i in np.linspace(count - 1, 0, fitting)})


def write(study: Study, live: Live, folder: Path) -> None:
    """Write what the page of a run loads: live.json, and the weights of the displayed seed and of
    its siblings.
    """
    run, shapes = study.run, study.config.shapes
    numbers = study.config.parameters
    others = [i for i in range(len(run.seeds)) if i != study.seed]
    mine = kept(run, numbers, MOST)
    few = kept(run, numbers, min(SPARSER * numbers * NUMBER, MOST // max(1, len(others))))
    theirs = few if len(others) * len(few) * numbers * NUMBER <= 2 * MOST else []
    (folder / SHOWN).write_bytes(_flat(run, list(shapes), [study.seed], mine))
    (folder / SIBLINGS).write_bytes(_flat(run, list(shapes), others if theirs else [], theirs))
    seeds = [_seed(run, live, study.seed, SHOWN, 0, mine)]
    if theirs:
        seeds += [
            _seed(run, live, seed, SIBLINGS, i * len(theirs), theirs)
            for i, seed in enumerate(others)
        ]
    m = study.config.model
    about = dict(
        format=FORMAT,
        name=study.config.name,
        title=study.config.title,
        system=study.rule.system,
        model={k: v for k, v in m.model_dump(mode="json").items() if k != "init_std"},
        tokens=list(study.tokens),
        classes=[study.classes[t] for t in study.tokens],
        class_names=dict(study.rule.class_names),
        shapes=[[name, list(shape)] for name, shape in shapes.items()],
        parameters=numbers,
        checkpoints=len(run.steps),
        seeds=seeds,
        error_name=live.error_name,
        rule=live.rule,
        stands=None if live.stands is None else np.round(live.stands, 9).tolist(),
        counted=list(live.counted),
        reader=live.reader,
        presets=[
            dict(title=title, items=[each.to_dict() for each in examples])
            for title, examples in live.examples.items()
            if examples
        ],
    )
    write_json(folder / ABOUT, about)


def _flat(run: Run, names: Sequence[str], seeds: Sequence[int], checkpoints: list[int]) -> bytes:
    """Weights [seed, checkpoint, number] in the order of their names, little-endian float32."""
    if not seeds:
        return b""
    parts = [
        run.parameters[name][np.ix_(seeds, checkpoints)].reshape(len(seeds), len(checkpoints), -1)
        for name in names
    ]
    return np.concatenate(parts, -1).astype("<f4").tobytes()


def _seed(
    run: Run, live: Live, seed: int, file: str, first: int, checkpoints: list[int]
) -> dict[str, object]:
    """Where the weights of a seed lie, and its history at the checkpoints that are there."""

    def rounded(values: np.ndarray) -> list[float | None]:
        return [None if np.isnan(x) else round(float(x), 5) for x in values]

    return dict(
        seed=run.seeds[seed],
        file=file,
        first=first,
        steps=run.steps[checkpoints].tolist(),
        loss=rounded(run.history["validation_loss"][seed, checkpoints]),
        error=rounded(live.error[seed, checkpoints]),
    )
