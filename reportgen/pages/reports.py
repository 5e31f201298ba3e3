"""What the pages of all reports say of each: its group, what is different in it, and its row of the
comparison, from its stored facts alone.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict

from reportgen.measure.claim import EVALUATED, Verdict
from reportgen.measure.fact import Fact
from reportgen.measure.needed import MUCH, needed
from reportgen.measure.numbers import grouped, written
from reportgen.measure.population import of_so_many
from reportgen.pages.report import Report
from reportgen.pages.stored import Part, Shown

NONE = "–"
FIRST = "plus_last_even"  # the report to begin with
SEEN = 5e-4  # nats: less would be written as nothing
ABLATIONS = {
    "attention": "error_without_attention",
    "order": "error_without_positions",
    "content": "error_without_tokens",
}
SHORT = 10  # seconds of a training
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


# the first one that a report has stands for it: where it looks, if its rule asks to look back, else
# what follows each token
GALLERY = {
    True: ("output-landscape", "attention-by-lag", "next-token-map", "learning-curve"),
    False: ("output-landscape", "next-token-map", "attention-by-lag", "learning-curve"),
}


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


def families(reports: Sequence[Shown]) -> list[list[Shown]]:
    """Reports of one title, the one that is called like its rule first: they share a card."""
    found = dict[str, list[Shown]]()
    for report in reports:
        found.setdefault(report["rule"]["title"], []).append(report)

    def lead(report: Shown) -> tuple[bool, bool]:
        rule = report["config"].get("rule")
        slug = rule.get("name") if isinstance(rule, Mapping) else None
        return report["page"] is None, report["name"] != slug

    return [sorted(alike, key=lead) for alike in found.values()]


def cover(report: Report) -> dict[str, object] | None:
    """The one picture that stands for a report in the gallery."""
    gallery = GALLERY[(looking_back(report.measured["facts"]) or 0) >= SEEN]
    wanted = (report.pictures.get(file) for file in (report.outline.cover or "", *gallery))
    about = next(filter(None, wanted), None)
    return about and {key: about[key] for key in ("file", "title", "width", "height")}


def groups(reports: Sequence[Shown], deeper: Sequence[Shown] = ()) -> list[dict[str, object]]:
    """Cards by what their rules ask for: to look back, the one to begin with first, then most of
    all; or the last token alone; then the `deeper` systems. Rules whose floors are not known stand
    last.
    """
    valued = [(looking_back(alike[0]["facts"]), _card(alike)) for alike in families(reports)]
    back = sorted(
        ((value, card) for value, card in valued if value is not None and value >= SEEN),
        key=lambda pair: (pair[1]["name"] != FIRST, -pair[0]),
    )
    here = [card for value, card in valued if value is not None and value < SEEN]
    kinds: dict[str, Sequence[Mapping[str, object]]] = {
        "back": [dict(card, worth=written(value, "nats")) for value, card in back],
        "here": here,
        "deeper": [_card(alike, main=True) for alike in families(deeper)],
        "unknown": [card for value, card in valued if value is None],
    }
    return [dict(kind=kind, reports=members) for kind, members in kinds.items() if members]


def in_order(reports: Sequence[Shown], deeper: Sequence[Shown] = ()) -> list[Shown]:
    """All reports as the gallery shows them, variants behind the one whose card they share."""
    named = {report["name"]: report for report in (*reports, *deeper)}
    cards = [card for group in groups(reports, deeper) for card in group["reports"]]  # type: ignore[attr-defined]
    return [named[each["name"]] for card in cards for each in (card, *card["variants"])]


def _card(alike: Sequence[Shown], *, main: bool = False) -> dict[str, object]:
    """A report with its variants, and if asked with the `main` claim of each."""
    first, *variants = [dict(each, **main_claim(each)) if main else dict(each) for each in alike]
    return first | dict(variants=variants)


def main_claim(report: Shown) -> dict[str, object]:
    """What a card says of a deeper system: its `main` claim, if one of them was asked."""
    asked = [report["claims"][name] for name in MAIN if name in report["claims"]]
    return dict(main=asked[0]) if asked else {}


def differences(reports: Sequence[Shown]) -> dict[str, list[tuple[str, str, str]]]:
    """By name of a variant, the settings in which it differs from the report whose card it shares:
    key, its value, and that of the other.
    """
    out: dict[str, list[tuple[str, str, str]]] = {}
    for first, *variants in families(reports):
        usual = dict(_flat(first["config"]))
        for report in variants:
            own = dict(_flat(report["config"]))
            keys = sorted(key for key in {**usual, **own} if key not in SAME)
            values = [(key, own.get(key, NONE), usual.get(key, NONE)) for key in keys]
            out[report["name"]] = [each for each in values if each[1] != each[2]]
    return out


def duration(seconds: float) -> str:
    """How long a training took; a short time tells more of the machine's load than of the
    training.
    """
    return f"{grouped(round(seconds))} s" if seconds >= SHORT else f"under {SHORT} s"


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
    cells["d_model"] = (
        Cell(grouped(width), width, "sizes") if isinstance(width, int) else Cell(NONE)
    )
    cells["seconds"] = (
        Cell(NONE, told="not known: this build has not trained it")
        if seconds is None
        else Cell(duration(seconds), round(seconds) if seconds >= SHORT else 0)
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
    items = of_so_many(fact["of"], fact["n"]).rstrip(",")
    said = (
        "exhaustive" if fact["exhaustive"] else fact["interval"],
        f"n = {grouped(fact['n'])} {items}" if fact["n"] else "",
    )
    return ", ".join(filter(None, said))


def _flat(values: Mapping[str, object], above: str = "") -> Iterator[tuple[str, str]]:
    join: Callable[[str], str] = lambda key: f"{above}.{key}" if above else key
    for key, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(value, join(key))
        else:
            yield join(key), str(value)
