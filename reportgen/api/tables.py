"""Tables as a notebook shows them."""

from collections.abc import Iterable, Sequence
from html import escape

MOST = 200  # rows that a table shows


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], title: str = "") -> str:
    """A table in HTML, all of it escaped; of very many rows the first ones, and how many more."""
    listed = list(rows)
    head = "".join(f"<th style='text-align:left'>{escape(name)}</th>" for name in columns)
    body = "".join(
        "<tr>"
        + "".join(f"<td style='text-align:left'>{escape(str(cell))}</td>" for cell in row)
        + "</tr>"
        for row in listed[:MOST]
    )
    caption = f"<caption>{escape(title)}</caption>" if title else ""
    left = len(listed) - MOST
    more = f"<p>and {left:,} more</p>" if left > 0 else ""
    return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"
