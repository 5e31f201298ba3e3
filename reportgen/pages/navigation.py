"""The order and the titles of reports in the side bar, as the plugin awesome-nav reads them.

Whoever does without the plugin has all pages in the order of their files.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from html import escape
from pathlib import Path

from reportgen.files import as_json
from reportgen.names import relative
from reportgen.pages.stored import Shown
from reportgen.project import (
    APPENDIX,
    CASES,
    CLAIMS,
    COMPARE,
    GLOSSARY,
    INDEX,
    LEDGER,
    PLAYGROUND,
    SERIES,
    WALKTHROUGH,
)

LAST = "how-it-works"  # the chapter that stands beside the overview, as many read nothing else
Item = str | Mapping[str, object]  # a page, or a title with a page or with the items below it


def side_bar(reports: Iterable[Shown], folder: Path, made: Collection[str]) -> bytes:
    """The pages of all reports in the order of the gallery, which those that were `made` now speak
    of; what is not named stands last.
    """
    ours = {INDEX: "All reports", COMPARE: "All in one table", SERIES: "From no layers upwards"}
    items: list[Item] = [_report(report, folder) for report in reports]
    shared = [{title: page} for page, title in ours.items() if page in made]
    others = dict(glob="*", ignore_no_matches=True)  # pages that are not known here
    return as_json(
        dict(title="Reports", nav=[*shared, *_there(items, folder), {"Glossary": GLOSSARY}, others])
    ).encode()


def _report(report: Shown, folder: Path) -> Item:
    """A report: its overview, how it works, the walk through it, and what one looks up."""
    home, called = report["home"], escape(report["rule"].get("called", report["rule"]["title"]))
    steps = [
        {f"Step {each['step']}": Path(each["page"]).parent.as_posix()}
        for each in report["checkpoints"]
    ]
    chapters = [(escape(title), page) for title, page in report["chapters"]]
    ends = [each for each in chapters if each[1].endswith(f"-{LAST}.md")]
    walk = [each for each in chapters if each not in ends]

    def at(pages: Iterable[tuple[str, str]]) -> list[Item]:
        return [{title: f"{home}/{page}"} for title, page in pages]

    ledger = (("All numbers", LEDGER), ("All claims", CLAIMS), ("Case by case", CASES))
    items: list[Item] = [
        f"{home}/{INDEX}",
        *at(ends),
        {"Walkthrough": [f"{home}/{WALKTHROUGH}/{INDEX}", *at(walk)]},
        *at([("Playground", PLAYGROUND)]),
        {"Ledger": at(ledger)},
        *at([("Appendix", APPENDIX)]),
        {"Checkpoints": steps},
    ]
    return {called: items if report["page"] else steps}


def _there(items: Sequence[object], folder: Path) -> Iterator[object]:
    """Those that there are, without empty sections."""
    for item in items:
        if isinstance(item, Mapping):
            [(title, inner)] = item.items()
            if isinstance(inner, str):
                found = _is_there(inner, folder)
            else:
                inner = [*_there(inner, folder)]
                found = bool(inner)
            if found:
                yield {title: inner}
        elif _is_there(str(item), folder):
            yield item


def _is_there(page: str, folder: Path) -> bool:
    return relative(page) and (folder / page).exists()
