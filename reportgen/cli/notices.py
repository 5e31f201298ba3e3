"""An error in the place of the pages it keeps from being written, for as long as it lasts."""

from collections.abc import Mapping
from html import escape
from pathlib import Path

from reportgen.files import write
from reportgen.project import COMPARE, INDEX, SHARED, STEPS, Project

SITE = SHARED  # whose pages are those of all reports
WRAPPED = "white-space: pre-wrap; overflow-wrap: anywhere"


class Notices:
    """Which pages show an error, and the text they had before."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.shown: dict[
            str, dict[Path, tuple[str | None, str]]
        ] = {}  # report -> page -> its text before (None: there was no page), the notice

    def show(self, held: Mapping[str, str]) -> None:
        """Put an error on every page of the reports that could not be written; the others were
        written anew, and are forgotten.
        """
        for report in [*self.shown]:
            if report not in held:
                del self.shown[report]
        for report, message in held.items():
            before = self.shown.get(report, {})
            pages = self._pages(report)
            self.shown[report] = {}
            for page in pages:
                there = page.read_text(encoding="utf-8") if page.is_file() else None
                text, notice = before.get(page, (there, ""))
                text = (
                    there if there != notice and page in before else text
                )  # somebody else has written the page meanwhile
                fresh = notice_of(text, report, message)
                self.shown[report][page] = text, fresh
                if there != fresh:
                    page.parent.mkdir(parents=True, exist_ok=True)
                    write(page, fresh)

    def withdraw(self) -> None:
        """Give every page that still shows an error the text it had before."""
        for page, (text, notice) in (
            (page, texts) for pages in self.shown.values() for page, texts in pages.items()
        ):
            if page.is_file() and page.read_text(encoding="utf-8") == notice:
                if text is None:
                    page.unlink()
                else:
                    write(page, text)
        self.shown.clear()

    def _pages(self, report: str) -> list[Path]:
        """The pages that a report's build writes, those of checkpoints left alone: they are not
        rebuilt here.
        """
        if report == SITE:
            return [self.project.reports / INDEX, self.project.reports / COMPARE]
        home = self.project.report(report)
        steps = home / STEPS
        return sorted(page for page in home.rglob("*.md") if steps not in page.parents) or [
            home / INDEX
        ]


def notice_of(text: str | None, report: str, message: str) -> str:
    """A page that says why it cannot be shown, under the title it had; whatever the message holds
    is only text.
    """
    head, body = front_matter(text or "")
    title = next(
        (line for line in body.splitlines() if line.startswith("# ")), f"# {escape(report)}"
    )
    again = (
        "reportgen build --all --debug"
        if report == SITE
        else f"reportgen build --rule {report} --debug"
    )
    lines = "&#10;".join(
        escape(line) for line in message.splitlines()
    )  # no empty line may end the block
    return f"""{head}{title}

<div class="rg-missing" role="alert" style="max-width: none">
<p><strong>This page could not be written.</strong></p>
<pre style="{WRAPPED}"><code style="{WRAPPED}">{lines}</code></pre>
<p>Mend what the message names and save it: the page comes back by itself.
What was built before is still there. <code>{escape(again)}</code> shows where the error arose.</p>
</div>
"""


def front_matter(text: str) -> tuple[str, str]:
    """The settings a page begins with, their lines of dashes included, and the rest."""
    opening, closing = "---\n", "\n---\n"
    if text.startswith(opening) and (end := text.find(closing, len(opening) - 1)) >= 0:
        return text[: end + len(closing)] + "\n", text[end + len(closing) :]
    return "", text
