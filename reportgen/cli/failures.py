"""What `show --failures` tells: contexts answered wrongly, by kind, read from the stored facts."""

from collections.abc import Mapping
from typing import Any

from reportgen.cli.reading import Fact, Measured, Row
from reportgen.errors import UsageError

LISTED = "failing_kinds"  # the fact that lists them, in any system that has one
SAMPLED = "visible_error"  # what is known of longer contexts
Table = tuple[str, Row, list[Row]]


def told_failures(measured: Measured, name: str) -> tuple[str, list[Table]]:
    """What goes wrong in words, and as tables of kinds and of single contexts; UsageError for a
    report of a system that lists none.
    """
    if LISTED not in measured["facts"]:
        raise UsageError(
            f"contexts that go wrong are not listed for {name}: its system has no fact {LISTED!r};"
            f" `reportgen show {name}` tells its errors"
        )
    fact = measured["facts"][LISTED]
    details: Mapping[str, Any] = fact["details"]
    lines: list[str] = []
    tables: list[Table] = []
    if "rows" in details:
        lines.append(
            f"{details['wrong_text']} of {details['contexts_text']} contexts tried are answered"
            f" wrongly, sorted {details['by']}."
        )
        rows: list[Row] = [
            (row["kind"], row["wrong_text"], row["contexts_text"], row["share_text"])
            for row in details["rows"]
        ]
        if details["more"]:
            rows.append((f"{details['more']} further kinds", "", "", ""))
        tables.append(("by kind", ("kind", "wrong", "of", "share"), rows))
    else:
        lines.append(f"{fact['text'][:1].upper()}{fact['text'][1:]}.")
    if details["examples"]:
        examples: list[Row] = [
            (" ".join(e["tokens"]), e["answer"], e["said"]) for e in details["examples"]
        ]
        tables.append(("the first of them", ("context", "right", "said"), examples))
    return "\n".join([*lines, *_left_out(details, measured["facts"])]), tables


def _left_out(details: Mapping[str, Any], facts: Mapping[str, Fact]) -> list[str]:
    """What was not tried, and what a sample says of it."""
    if details["complete"]:
        return []
    words = f"Tried were contexts of {details['lengths']}; a window has {details['window']}."
    if SAMPLED in facts:
        sampled = facts[SAMPLED]
        words += (
            f" Of longer ones a sample tells: {sampled['text']} of {sampled['n']}"
            f" {sampled['of']} are wrong."
        )
    return [words]
