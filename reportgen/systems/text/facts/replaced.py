"""How it chooses: attention held still or the same everywhere, then nothing left but a table of the
last token or of the last two, each compared with the network's first choice.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Int

from reportgen.core.recording import Site
from reportgen.core.study import held
from reportgen.measure.fact import Fact, fact
from reportgen.measure.numbers import written
from reportgen.measure.programs import function_of
from reportgen.systems.text.facts.holdout import average
from reportgen.systems.text.view import Study

OF = "tokens"
ROWS = "rows of the table: without layers, no choice depends on more than the last token"
WIDTH = 72  # characters of a printed line
MOST_LINES = 24


@dataclass(frozen=True)
class Tables:
    """The network's most frequent first choice in validation windows after each token, and after
    each pair of tokens; after a token that does not come there, its choice where it is all that is
    read.
    """

    last: Int[np.ndarray, "token"]
    pair: Mapping[tuple[int, int], int]

    def after_last(self, tokens: Int[np.ndarray, "window position"]) -> np.ndarray:
        """What the first table says at each position."""
        return np.asarray(self.last[tokens])

    def after_pair(self, tokens: Int[np.ndarray, "window position"]) -> np.ndarray:
        """What the second one says, and the first where a pair did not come."""
        said = self.after_last(tokens).copy()
        for w, row in enumerate(tokens.tolist()):
            for i in range(1, len(row)):
                said[w, i] = self.pair.get((row[i - 1], row[i]), said[w, i])
        return said


def alone(study: Study) -> Int[np.ndarray, "token"]:
    """The network's first choice after each token where it is all that is read."""
    from reportgen.core.interventions import run

    every = np.arange(len(study.tokens))[:, None]
    return np.asarray(run(study.config.model, study.weights, every).logits[:, 0].argmax(-1))


@held
def tables(study: Study) -> Tables:
    """Made from validation windows, so that held-out ones can test them."""
    from reportgen.core.interventions import run

    tokens = study.data.validation.inputs
    chosen = run(study.config.model, study.weights, tokens).logits.argmax(-1)
    singles: dict[int, Counter[int]] = {}
    pairs: dict[tuple[int, int], Counter[int]] = {}
    for row, choices in zip(tokens.tolist(), chosen.tolist()):
        for i, (token, choice) in enumerate(zip(row, choices)):
            singles.setdefault(token, Counter())[choice] += 1
            if i:
                pairs.setdefault((row[i - 1], token), Counter())[choice] += 1
    most: Callable[[Counter[int]], int] = lambda votes: votes.most_common(1)[0][0]
    last = alone(study)
    for token, votes in singles.items():
        last[token] = most(votes)
    return Tables(last, {pair: most(votes) for pair, votes in pairs.items()})


@held
def _chosen(study: Study) -> Int[np.ndarray, "window position"]:
    """The network's first choice in held-out windows."""
    return np.asarray(study.holdout.logits.argmax(-1))


def _exactly(study: Study, rows: list[tuple[int, int]]) -> Fact:
    """Of a network without layers, in how many rows of a table, (last token, choice), it chooses
    something else; what came before is no part of the choice, so nothing has to be sampled.
    """
    last, said = np.array(rows).T
    differs = alone(study)[last] != said
    return Fact(float(differs.mean()), "percent", len(rows), ROWS, exhaustive=True, counted=True)


def _differs(study: Study, said: np.ndarray) -> Fact:
    return average(study, said != _chosen(study), unit="percent", of=OF, counted=True)


@fact("Choices that change with fixed attention", tolerance=0.02, needs=["attention"])
def still_differs(study: Study) -> Fact:
    """Share of held-out tokens after which the network's first choice changes if every attention
    pattern is replaced by its mean over the held-out windows, so that it depends on positions
    alone; the part is the share if what attention adds is the same everywhere.
    """
    from reportgen.core.interventions import run

    tokens, m = study.data.evaluated, study.config.model
    edits: dict[Site, np.ndarray] = {}
    constant: dict[Site, np.ndarray] = {}
    for layer in range(m.n_layers):
        pattern = study.holdout.pattern(layer=layer)
        edits["pattern", layer] = np.broadcast_to(pattern.mean(0), pattern.shape)
        kept = run(m, study.weights, tokens, keep=[("attn_out", layer)]).kept["attn_out", layer]
        constant["attn_out", layer] = np.broadcast_to(
            kept.mean((0, 1), dtype=np.float64), kept.shape
        )

    def choice(replacing: dict[Site, np.ndarray]) -> np.ndarray:
        return np.asarray(run(m, study.weights, tokens, replace=replacing).logits.argmax(-1))

    same = _differs(study, choice(constant))
    return replace(
        _differs(study, choice(edits)),
        parts=(("the same everywhere", same),),
        details=dict(constant=same.text),
    )


@fact("Choices that the last two tokens do not determine", better="low", tolerance=0.02)
def pair_differs(study: Study) -> Fact:
    """Share of held-out tokens after which the network's first choice is another than the one it
    makes most often, in validation windows, after the same two tokens; after the last token alone
    where it is the first of its window, or no validation window has these two. Of a network
    without layers, share of the rows of the two tables.
    """
    if not study.config.model.n_layers:
        found = tables(study)
        rows = [(last, said) for (_, last), said in found.pair.items()]
        return _exactly(study, [*rows, *enumerate(found.last.tolist())])
    return _differs(study, tables(study).after_pair(study.data.evaluated))


@fact("Choices in which program and network differ", better="low", tolerance=0.02)
def program_differs(study: Study) -> Fact:
    """Share of held-out tokens after which the network's first choice is another than that of the
    table of last tokens: the one it makes most often after this token, in validation windows. Of a
    network without layers, share of the rows of that table.
    """
    found, tokens = tables(study), study.data.evaluated
    lines = program(study)
    said = found.after_last(tokens)
    if lines:
        function, names = function_of(lines), list(study.tokens)
        reach = {t: names.index(function([names[t]])) for t in np.unique(tokens).tolist()}
        said = np.vectorize(reach.__getitem__)(tokens)
    details = dict(lines=lines, rows_text=written(len(found.last), "count"))
    if not study.config.model.n_layers:
        return replace(_exactly(study, list(enumerate(found.last.tolist()))), details=details)
    return replace(_differs(study, said), details=details)


def program(study: Study) -> list[str]:
    """The table as lines that can be run; none where it is too long to print, or two tokens are
    called the same.
    """
    last, names = tables(study).last, study.tokens
    if len(set(names)) < len(names):
        return []
    line, lines = "NEXT = {", list[str]()
    for i, said in enumerate(last):
        piece = f"{names[i]!r}: {names[said]!r}" + (", " if i < len(last) - 1 else "}")
        if len(line) + len(piece) > WIDTH:
            lines.append(line.rstrip())
            line = "    "
        line += piece
    lines = [*lines, line, "", "def answer(tokens):", "    return NEXT[tokens[-1]]"]
    return lines if len(lines) <= MOST_LINES else []
