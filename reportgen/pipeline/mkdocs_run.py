"""mkdocs as `mkdocs build` runs it, in a process of its own, but that unchanged pages are
skipped.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from reportgen.files import read_json, write_json
from reportgen.pipeline.built_site import Before


def command(before: Path, after: Path, kept: Path, arguments: Sequence[str]) -> str:
    """The program of the process, as `python -c` takes it."""
    told = ", ".join(map(repr, (str(before), str(after), str(kept), list(arguments))))
    return f"from {__name__} import main; main({told})"


def main(before: str, after: str, kept: str, arguments: list[str]) -> None:
    """Build, and write down what was built and which files were left alone; ends the process as
    mkdocs does.
    """
    from mkdocs.__main__ import cli
    from mkdocs.commands import build

    from reportgen.pipeline.unchanged_pages import UnchangedPages, quietly_dirty

    plugin = UnchangedPages(read_json(Path(before), Before))
    whole = build.build

    def skipping(config: Any, **_: Any) -> None:
        plugin.added_to(config)
        whole(config, dirty=True)
        write_json(Path(after), plugin.after)
        write_json(Path(kept), plugin.kept)

    quietly_dirty()
    build.build = skipping  # its command line takes no plugin that mkdocs.yml does not name
    cli(arguments, prog_name="mkdocs")
