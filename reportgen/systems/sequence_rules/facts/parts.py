"""What breaks without a part? Each head and each feed-forward layer of a deep network silenced by
itself.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from reportgen.core.study import held
from reportgen.measure.estimates import missing
from reportgen.measure.fact import Fact, Reference, fact
from reportgen.measure.head_ablations import KINDS, intact, items, silenced, silenced_layer
from reportgen.measure.heads import heads
from reportgen.systems.sequence_rules.facts.errors import SEEN
from reportgen.systems.sequence_rules.facts.heads import head_names
from reportgen.systems.sequence_rules.samples import holdout
from reportgen.systems.sequence_rules.view import Study


def part_names(study: Study) -> tuple[str, ...]:
    """Every head, all heads of a layer where it has several, and every feed-forward layer, in the
    order in which they work.
    """
    m, names = study.config.model, head_names(study)
    found: list[str] = []
    for layer in range(m.n_layers):
        found += names[layer * m.n_heads : (layer + 1) * m.n_heads]
        found += [f"attention {layer}"] if m.n_heads > 1 else []
        found += [f"feed-forward {layer}"] if m.d_mlp else []
    return tuple(found)


def _without(study: Study, name: str, kind: str) -> Iterator[np.ndarray]:
    """Logits without a part, of every draw of an ablation."""
    groups = study.data.holdout_windows.sequence
    if name.startswith("feed-forward"):
        return silenced_layer(study, int(name.split()[1]), kind, groups)
    if name.startswith("attention"):
        layer = int(name.split()[1])
        return silenced(study, [at for at in heads(study) if at[0] == layer], kind, groups)
    at = heads(study)[head_names(study).index(name)]
    return silenced(study, [at], kind, groups)


@held
def increase(study: Study, name: str, kind: str) -> Fact:
    """How far the rule error rises without a part, position by position; draws are averaged."""
    windows = study.data.holdout_windows
    usual = windows.broken(intact(study).argmax(-1)).astype(float)
    broken = np.mean(
        [windows.broken(logits.argmax(-1)) for logits in _without(study, name, kind)], axis=0
    )
    whole = float(windows.mean(usual, windows.visible))
    count = int(windows.visible.sum())
    return holdout(study).average(
        broken - usual,
        windows.visible,
        unit="points",
        of=items(kind, SEEN),
        baseline=Reference("no increase", 0.0, count),
        floor=Reference("all answers lost", 1 - whole, count),
    )


@fact("Increase of the error without a part", tolerance=0.02, needs=["deep"])
def part_missed(study: Study) -> Fact:
    """How far the rule error rises, answer in view, when one head, all heads of a layer, or one
    feed-forward layer is silenced in that of three ways that does it the least harm: it hands over
    nothing, its mean at each position, or what it hands over in another sequence. Of the part with
    the largest increase; parts for every one.
    """
    if not study.data.holdout_windows.visible.any():
        return missing("not defined: no answer is ever in view", unit="points", of=SEEN)
    parts = tuple(
        (name, min((increase(study, name, kind) for kind in KINDS), key=lambda f: f.value or 0))
        for name in part_names(study)
    )
    ordered = sorted(parts, key=lambda part: part[1].value or 0)
    name, most = ordered[-1]
    alone = [(called, part) for called, part in ordered if not called.startswith("attention")]
    details = dict(
        part=name,
        single=alone[-1][0],
        single_text=alone[-1][1].text,
    )
    return replace(most, parts=parts, details=details)


@fact("Increase of the error by kind of ablation", tolerance=0.02, needs=["deep"])
def part_kinds(study: Study) -> Fact:
    """The same for each of these ways, by zero, mean and resample: the largest increase of all,
    parts for every part of the network and way.
    """
    if not study.data.holdout_windows.visible.any():
        return missing("not defined: no answer is ever in view", unit="points", of=SEEN)
    parts = tuple(
        (f"{name}: {kind}", increase(study, name, kind))
        for name in part_names(study)
        for kind in KINDS
    )
    name, most = max(parts, key=lambda part: part[1].value or 0)
    return replace(most, parts=parts, details=dict(case_text=name))
