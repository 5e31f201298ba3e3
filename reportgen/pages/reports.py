"""What the pages of all reports say of each: its group, what is different in it, and its row of the
comparison, from its stored facts alone.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict

from reportgen.measure.claim import EVALUATED, Verdict
from reportgen.measure.fact import Fact
from reportgen.measure.needed import MUCH, needed
from reportgen.measure.numbers import written
from reportgen.pages.escape import number
from reportgen.pages.stored import Part, Shown

NONE = "–"
SEEN = 5e-4  # nats: less would be written as nothing
ABLATIONS = {
    "attention": "error_without_attention",
    "order": "error_without_positions",
    "content": "error_without_tokens",
}
ERRORS = ("visible_error", "sampled_error", "generated_error")
LOSSES = ("holdout_loss", "holdout_floor", "excess_loss")
LOOKS = ("attention_on_answer", "attention_on_copies")
ORDER = tuple(verdict.value for verdict in EVALUATED)
MAIN = (
    "solved",
    "solves_task",
    "beats_triples",
    "learns_pairs",
)  # of a system that is no rule of one window: the claim that says most, the first that was asked
SAME = (
    "name",
    "training.checkpoint_every",
    "report.outline",
    "report.demonstrations",
)  # settings in which reports may differ and still be the same


@dataclass(frozen=True)
class Cell:
    """What one column says of one report."""

    text: str
    value: float | str = ""  # what it is sorted by; empty stands last
    fact: str = ""  # whose line of the report's ledger it links to
    told: str = ""  # interval and number of items, or why there is no value


class Valued(TypedDict):
    """What has a value."""

    value: float | None


def value_of(facts: Mapping[str, Valued], name: str) -> float | None:
    """A fact's value, if it was measured."""
    return facts[name]["value"] if name in facts else None


def looking_back(facts: Mapping[str, Valued]) -> float | None:
    """What a reader of the window knows more than one of the last token alone, in nats: both floors
    are exact.
    """
    last, window = value_of(facts, "bigram_floor"), value_of(facts, "window_floor")
    return None if last is None or window is None else last - window


def groups(reports: Sequence[Shown], deeper: Sequence[Shown] = ()) -> list[dict[str, object]]:
    """Reports by what their rules ask for: to look back, most of all first; or the last token
    alone; then the `deeper` systems. Rules whose floors are not known stand last.
    """
    valued = [(looking_back(report["facts"]), report) for report in reports]
    back = sorted(
        ((value, r) for value, r in valued if value is not None and value >= SEEN),
        key=lambda pair: -pair[0],
    )
    here = [r for value, r in valued if value is not None and value < SEEN]
    kinds: dict[str, Sequence[Mapping[str, object]]] = {
        "back": [dict(r, worth=written(value, "nats")) for value, r in back],
        "here": here,
        "deeper": [dict(r, **main_claim(r)) for r in deeper],
        "unknown": [r for value, r in valued if value is None],
    }
    return [dict(kind=kind, reports=members) for kind, members in kinds.items() if members]


def main_claim(report: Shown) -> dict[str, object]:
    """What a card says of a deeper system: its `main` claim, if one of them was asked."""
    asked = [report["claims"][name] for name in MAIN if name in report["claims"]]
    return dict(main=asked[0]) if asked else {}


def differences(reports: Sequence[Shown]) -> dict[str, list[tuple[str, str]]]:
    """By name of a report, the settings in which it differs from others of the same title: key and
    value.
    """
    flat = {report["name"]: dict(_flat(report["config"])) for report in reports}
    out: dict[str, list[tuple[str, str]]] = {}
    for report in reports:
        alike = [
            flat[other["name"]]
            for other in reports
            if other["rule"]["title"] == report["rule"]["title"]
        ]
        keys = sorted({key for values in alike for key in values if key not in SAME})
        apart = [key for key in keys if len({values.get(key) for values in alike}) > 1]
        out[report["name"]] = [(key, flat[report["name"]].get(key, NONE)) for key in apart]
    return out


def row(report: Shown, seconds: float | None) -> dict[str, Cell]:
    """The cells of a report by column."""
    learns = report["claims"].get("learns_rule")
    verdict = learns["verdict"] if learns else ""
    known = verdict and Verdict(verdict).value  # ValueError for what no version has written
    cells = {"verdict": Cell(verdict or NONE, ORDER.index(known) if known in ORDER else "")}
    cells |= {name: _cell(report, name) for name in (*ERRORS, *LOSSES, *LOOKS)}
    learnt, sizes = report["facts"].get("seeds_learnt"), report["facts"].get("sizes")
    cells["seeds_learnt"] = (
        Cell(learnt["text"], learnt["value"], "seeds_learnt", learnt["interval"])
        if learnt and learnt["value"] is not None
        else Cell(NONE)
    )
    cells["parameters"] = _cell(report, "sizes")
    width = sizes["details"]["d_model"] if sizes else None
    cells["d_model"] = Cell(number(width), width, "sizes") if isinstance(width, int) else Cell(NONE)
    cells["seconds"] = (
        Cell(NONE, told="not known: this build has not trained it")
        if seconds is None
        else Cell(f"{number(round(seconds))} s", round(seconds, 1))
    )
    return cells | {kind: _increase(report, name) for kind, name in ABLATIONS.items()}


def needing(reports: Sequence[Shown], kind: str) -> list[Shown]:
    """Reports whose network needs attention, order or content: without it many more answers go
    wrong, by the line of the claims.
    """
    return [
        r
        for r in reports
        if (fact := r["facts"].get(ABLATIONS[kind]))
        and needed(ABLATIONS[kind], {ABLATIONS[kind]: Fact.from_dict(fact)})
    ]


def much() -> str:
    """The line of `needing`, written."""
    return written(100 * MUCH, "count")


def _cell(report: Shown, name: str) -> Cell:
    fact = report["facts"].get(name)
    if fact is None:
        return Cell(NONE, told="not measured")
    if fact["value"] is None:
        return Cell(NONE, fact=name, told=fact.get("lacking") or fact["text"])
    return Cell(written(fact["value"], fact["unit"]), fact["value"], name, _told(fact))


def _increase(report: Shown, name: str) -> Cell:
    fact = report["facts"].get(name)
    more = dict(fact["parts"]).get("increase") if fact else None
    if not more or more["value"] is None:
        return Cell(
            NONE,
            fact=name if fact else "",
            told="not measured" if fact is None else fact.get("lacking") or fact["text"],
        )
    return Cell(
        f"{round(100 * more['value'], 1) + 0:+.1f}".replace("-", "−"),
        more["value"],
        name,
        _told(more),
    )


def _told(fact: Part) -> str:
    said = (
        "exhaustive" if fact["exhaustive"] else fact["interval"],
        f"n = {number(fact['n'])} {fact['of'].rstrip(',')}" if fact["n"] else "",
    )
    return ", ".join(filter(None, said))


def _flat(values: Mapping[str, object], above: str = "") -> Iterator[tuple[str, str]]:
    join: Callable[[str], str] = lambda key: f"{above}.{key}" if above else key
    for key, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(value, join(key))
        else:
            yield join(key), str(value)
