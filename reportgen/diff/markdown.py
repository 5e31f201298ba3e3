"""What moved as Markdown for a comment on a pull request: never longer than one may be, and none of
its words can do more than be read.
"""

from reportgen.diff.changes import Comparison
from reportgen.diff.sections import Section, headline, notes, sections

LONGEST = 65_536  # characters of a comment
KEPT_FREE = 500  # for the sentence that says what was left out
CELL = 300  # characters of a cell
# signs that Markdown, HTML or a mention of somebody begins with
ACTIVE = {ord(sign): f"&#{ord(sign)};" for sign in "\\`*_{}[]<>()#+!|~@&$"}


def markdown(comparison: Comparison, *, longest: int = LONGEST) -> str:
    """The whole comparison; of a long one the gravest parts, and what was left out."""
    lines = [f"## What moved from {text(comparison.old)} to {text(comparison.new)}", ""]
    lines += [f"**{text(headline(comparison))}.**", ""]
    lines += [f"{text(remark)}." for remark in comparison.remarks]
    pieces: list[str] = []
    for changes in comparison.reports:
        if changes.status:
            pieces += ["", f"### {text(changes.name)}", "", f"{text(changes.summary())}."]
            pieces += [line for note in notes(changes) for line in ("", f"{text(note)}.")]
            pieces += [line for each in sections(changes) for line in _table(each)]
    kept, room = [*lines], longest - KEPT_FREE - sum(len(line) + 1 for line in lines)
    for i, piece in enumerate(pieces):
        if (room := room - len(piece) - 1) < 0:
            left = sum(line.startswith("| ") for line in pieces[i:])
            kept += ["", f"**{_left_out(left)}**"]
            break
        kept.append(piece)
    return "\n".join(kept) + "\n"


def _left_out(rows: int) -> str:
    return (
        f"{rows:,} more rows are left out here, as a comment holds no more; `reportgen diff OLD NEW"
        " --html FILE` writes all of them, pictures included."
    )


def _table(section: Section) -> list[str]:
    rows = [f"| {' | '.join(cell(each) for each in row)} |" for row in section.rows]
    return [
        "",
        f"#### {section.title[:1].upper()}{section.title[1:]}",
        "",
        f"|{'|'.join(section.columns)}|",
        f"|{'---|' * len(section.columns)}",
        *rows,
    ]


def cell(words: str) -> str:
    """Words in a table, not too many of them."""
    return text(words if len(words) <= CELL else f"{words[: CELL - 1]}…")


def text(words: str) -> str:
    """Words that are read and nothing else."""
    plain = " ".join(words.split()).translate(ACTIVE)
    return plain.replace("://", "&#58;//").replace("www.", "www&#46;")
