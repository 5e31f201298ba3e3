"""What the network writes by itself, colder and warmer, beside what the table of counts writes with
the same random numbers.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from reportgen.drawing.canvas import Canvas, width_of
from reportgen.drawing.figure import Figure, figure, stamp
from reportgen.drawing.names import in_line, readable
from reportgen.drawing.style import BODY, PANEL, SMALL
from reportgen.measure.numbers import grouped
from reportgen.systems.text.facts.writing import TEMPERATURES, by_counts, by_network, surprise
from reportgen.systems.text.view import Study

TOP, BLOCK, LINE, LINES = (
    112,
    108,
    16,
    4,
)  # CSS pixels: above the first block, of a block, of a line; lines of each text
LEFT, WIDE, GAP = 98, 318, 20
TOP_TOKENS = 5  # tokens among which the last row chooses
WAYS: tuple[tuple[float, int | None], ...] = (*((t, None) for t in TEMPERATURES), (1.0, TOP_TOKENS))


@dataclass(frozen=True)
class Text:
    """One text in one way of choosing."""

    tokens: tuple[str, ...]  # of the first text written
    surprise: float  # nats per token of all texts, under pair counts
    pairs: int  # different pairs of tokens in all texts


@dataclass(frozen=True)
class Data:
    """For each way of choosing what the network and the counts write."""

    step: int
    joined: str  # between two tokens
    ways: tuple[tuple[float, int | None], ...]
    network: tuple[Text, ...]
    counts: tuple[Text, ...]
    number: int  # tokens measured in each


@figure("written-text")
class WrittenText(Figure[Study, Data, None]):
    """Two columns of text, a row for each temperature and one for a choice among few."""

    height = TOP + len(WAYS) * BLOCK

    def compute(self, study: Study) -> Data:
        names = readable(study.rule.tokens.names, study.tokens, WIDE)

        def text(ids: np.ndarray) -> Text:
            pairs = np.unique(ids[:, :-1] * len(study.tokens) + ids[:, 1:])
            return Text(
                tuple(names[i] for i in ids[0]),
                float(surprise(study, ids).mean()),
                len(pairs),
            )

        network, counts = (
            tuple(text(write(study, t, top)) for t, top in WAYS)
            for write in (by_network, by_counts)
        )
        ids = by_network(study)
        return Data(
            study.step,
            "" if study.rule.unit == "characters" else " ",
            WAYS,
            network,
            counts,
            ids.shape[0] * (ids.shape[1] - 1),
        )

    def draw(self, canvas: Canvas, data: Data, scale: None) -> None:
        theme = canvas.theme
        canvas.headline(
            self.title,
            "Both columns begin with the same token and use the same random numbers.  A"
            " temperature below 1 sharpens every choice,\none above 1 blurs it; in the last row"
            f" only the {TOP_TOKENS} likeliest tokens can be chosen.",
            stamp(data.step),
        )
        for x, letter, words in (
            (LEFT, "a", "Network"),
            (LEFT + WIDE + GAP, "b", "Counts of pairs"),
        ):
            canvas.text(x, TOP - 24, f"{letter}  {words}", PANEL, weight="bold")
        for i, (temperature, top) in enumerate(data.ways):
            y = TOP + i * BLOCK
            canvas.text(0, y + 11, f"temperature {temperature:g}", SMALL, weight="bold")
            if top is not None:
                canvas.text(0, y + 25, f"{top} likeliest", SMALL, weight="bold")
            for letter, x, text in (
                ("a", LEFT, data.network[i]),
                ("b", LEFT + WIDE + GAP, data.counts[i]),
            ):
                for j, line in enumerate(broken(text.tokens, data.joined)):
                    canvas.text(x, y + 11 + j * LINE, line, BODY)
                canvas.text(
                    x,
                    y + 10 + LINES * LINE,
                    f"{letter}: {text.surprise:.3f} nats per token under pair counts;"
                    f" {grouped(text.pairs)}"
                    " different pairs",
                    SMALL,
                    theme.muted,
                )

    def caption(self, data: Data) -> str:
        return (
            f"Text written token by token at several temperatures, and among the {TOP_TOKENS}"
            " likeliest tokens alone: (a) by the network, (b) by the pair counts of"
            " the training blocks. Shown is the beginning of the first text; the numbers are over"
            f" all {data.number:,} tokens that were written in each way."
        )

    def alt(self, data: Data) -> str:
        each = "; ".join(
            f"at temperature {t:g}{f' among {top}' if top else ''} {own.surprise:.3f} nats (counts"
            f" {other.surprise:.3f})"
            for (t, top), own, other in zip(data.ways, data.network, data.counts)
        )
        first = data.joined.join(data.network[data.ways.index((1.0, None))].tokens[:60])
        return (
            f"Text that the network writes at step {data.step:,}, and the loss of pair"
            f" counts on it: {each}. At temperature 1 it begins: {first}"
        )


def broken(tokens: Sequence[str], joined: str) -> Iterator[str]:
    """The first lines of a text, each as long as fits."""
    line, wide, lines = "", 0.0, 0
    for token in map(in_line, tokens):
        more = joined + token if line else token
        if wide + _advance(more) > WIDE - 4:
            yield line
            line, wide, lines, more = "", 0.0, lines + 1, token
            if lines == LINES:
                return
        line, wide = line + more, wide + _advance(more)
    yield line


def _advance(words: str) -> float:
    """Set width of words in CSS pixels, with the room that their letters keep from the next
    ones.
    """
    return width_of(f"m{words}m", BODY) - width_of("mm", BODY)
