"""What moved as one page that needs nothing besides: old, new and difference of each picture side
by side, for light and dark screens, and for those of phones.
"""

from base64 import b64encode
from collections.abc import Iterator
from html import escape

from reportgen.diff.changes import FLIPPED, Changes, Comparison
from reportgen.diff.pictures import MovedPicture, three
from reportgen.diff.sections import Section, headline, notes, sections

STYLE = """
:root { color-scheme: light dark; --ink: #1d2430; --paper: #fff; --line: #d5dae2; --soft: #5b6675;
  --new: #0b6b4f; --old: #a3332a; --panel: #f5f7fa; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e9ee; --paper: #14181f; --line: #39424f; --soft: #a5afbd; --new: #6fd3ae;
    --old: #f0978c; --panel: #1d232c; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem; max-width: 76rem; color: var(--ink); background: var(--paper);
  font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; line-height: 1.25; } h2 { margin-top: 2.5rem; font-size: 1.25rem; }
h3 { margin: 1.75rem 0 .5rem; font-size: 1rem; }
p { margin: .5rem 0; } .soft { color: var(--soft); } .grave { font-weight: 700; }
table { width: 100%; border-collapse: collapse; font-size: .9rem; }
th, td { padding: .4rem .6rem; border-bottom: 1px solid var(--line); text-align: left;
  vertical-align: top; overflow-wrap: break-word; }
th { color: var(--soft); font-weight: 600; }
td[data-is="was"] { color: var(--old); } td[data-is="is"] { color: var(--new); }
figure { margin: 1rem 0; padding: .75rem; background: var(--panel); border-radius: .5rem; }
figure div { display: grid; grid-template-columns: repeat(3, 1fr); gap: .75rem; }
figure p { margin: 0; font-size: .85rem; color: var(--soft); }
img { display: block; width: 100%; height: auto; border: 1px solid var(--line); background: #fff; }
@media (max-width: 44rem) {
  figure div { grid-template-columns: 1fr; }
  thead { position: absolute; clip-path: inset(50%); }
  tr { display: block; padding: .5rem 0; border-bottom: 1px solid var(--line); }
  td { display: block; padding: .1rem 0; border: 0; }
  td:empty { display: none; }
  td[data-name]:not([data-name=""])::before { content: attr(data-name) ": "; color: var(--soft); } }
""".strip()
WAS = {"was": "was", "the pages said": "was", "is": "is", "the pages say": "is"}
PICTURES = "figures and films that moved"


def page(comparison: Comparison) -> str:
    """The whole comparison; of what is the same only how much that is."""
    title = f"What moved from {comparison.old} to {comparison.new}"
    said = [f"<p class='grave'>{escape(headline(comparison))}.</p>"]
    said += [f"<p>{escape(remark)}.</p>" for remark in comparison.remarks]
    for changes in comparison.reports:
        said += _report(changes) if changes.status else []
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; img-src'
            " data:; style-src 'unsafe-inline'\">",
            f"<title>{escape(title)}</title>",
            f"<style>{STYLE}</style>",
            "</head>",
            f"<body><main><h1>{escape(title)}</h1>",
            *said,
            "</main></body>",
            "</html>",
            "",
        ]
    )


def _report(changes: Changes) -> Iterator[str]:
    grave = " class='grave'" if changes.status == FLIPPED else ""
    yield f"<section><h2>{escape(changes.name)}</h2>"
    yield f"<p{grave}>{escape(changes.summary())}.</p>"
    yield from (f"<p class='soft'>{escape(note)}.</p>" for note in notes(changes))
    for section in sections(changes):
        yield f"<h3>{escape(section.title[:1].upper() + section.title[1:])}</h3>"
        yield from _table(section) if section.title != PICTURES else _pictures(changes)
    yield "</section>"


def _table(section: Section) -> Iterator[str]:
    head = "".join(f"<th scope='col'>{escape(name)}</th>" for name in section.columns)
    yield f"<table><thead><tr>{head}</tr></thead><tbody>"
    for row in section.rows:
        yield "<tr>" + "".join(map(_cell, section.columns, row)) + "</tr>"
    yield "</tbody></table>"


def _cell(column: str, words: str) -> str:
    kind = f' data-is="{WAS[column]}"' if column in WAS else ""
    return f'<td{kind} data-name="{escape(column)}">{escape(words)}</td>'


def _pictures(changes: Changes) -> Iterator[str]:
    for group in (changes.figures, changes.films):
        for moved in group.moved if group else ():
            yield from _picture(moved)


def _picture(moved: MovedPicture) -> Iterator[str]:
    kind = "film" if moved.film else "figure"
    yield f"<figure><figcaption><b>{escape(moved.name)}</b>, {kind}: {escape(moved.how)}"
    yield "</figcaption><div>"
    for name, content in three(moved).items():
        data = b64encode(content).decode()
        yield f'<p>{name}<img alt="{escape(moved.name)}, {name}"'
        yield f' src="data:image/png;base64,{data}"></p>'
    yield "</div></figure>"
