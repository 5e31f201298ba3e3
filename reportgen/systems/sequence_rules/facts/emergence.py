"""When do the traits emerge that the authors of the original network describe?"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from reportgen.measure.fact import Fact, absent, fact
from reportgen.measure.numbers import written
from reportgen.measure.onset import onset
from reportgen.systems.sequence_rules.facts.embeddings import TRAINED
from reportgen.systems.sequence_rules.facts.originals import WANTED, elsewhere
from reportgen.systems.sequence_rules.facts.positions import positions_in_order
from reportgen.systems.sequence_rules.view import Study

OUTSIDE = 2.0  # times as far out as the numbers are on the whole
START, MIDDLE, END = "before training", "half-way", "at the end"


@fact("Trigger leaves the numbers", tolerance=0, over="training", needs=WANTED)
def onset_trigger_leaves(study: Study) -> Fact:
    """First checkpoint from which the embedding of the trigger stays, three times in a row, more
    than twice as far from the mean of the numbers as these are (root mean square).
    """
    if why := elsewhere(study):
        return absent(why)
    if study.run.steps[0]:
        return absent(TRAINED)
    tables = study.run.weights(study.seed, slice(None))["W_E"]  # [checkpoint, token, d_model]
    numbers = tables[:, np.arange(tables.shape[1]) != study.trigger]
    centre = numbers.mean(1)
    wide = np.sqrt(((numbers - centre[:, None]) ** 2).sum(-1).mean(1))
    away = np.linalg.norm(tables[:, study.trigger] - centre, axis=-1)
    found = onset(study, away > OUTSIDE * wide)
    start = float(away[0] / wide[0]) if wide[0] else 0.0
    started = dict(start=start, start_text=written(start, "ratio"))
    return replace(found, details=dict(found.details) | started)


@fact("Positions in order while training", tolerance=0.02, over="training", needs=WANTED)
def positions_ordering(study: Study) -> Fact:
    """Share of pairs of positions in order along their main axis at the end of training; parts say
    the same before training and half-way.
    """
    if why := elsewhere(study):
        return absent(why)
    steps = study.run.steps
    if steps[0]:
        return absent(TRAINED)
    half = int(steps[np.abs(np.asarray(steps) - steps[-1] / 2).argmin()])
    share: Callable[[int], Fact] = lambda step: replace(
        positions_in_order(study.at(step)), details={}
    )
    parts = ((START, share(int(steps[0]))), (MIDDLE, share(half)), (END, share(int(steps[-1]))))
    texts = dict(start_text=parts[0][1].text, middle_text=parts[1][1].text)
    return replace(parts[2][1], parts=parts, details=texts)
