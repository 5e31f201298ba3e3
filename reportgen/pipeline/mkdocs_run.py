"""mkdocs as `mkdocs build` runs it, in a process of its own, but that unchanged pages are skipped:
`python -m reportgen.pipeline.mkdocs_run BEFORE AFTER ARGUMENT...`.
"""

import sys
from pathlib import Path
from typing import Any

from mkdocs.__main__ import cli
from mkdocs.commands import build

from reportgen.files import read_json, write_json
from reportgen.pipeline.built_site import Before
from reportgen.pipeline.unchanged_pages import UnchangedPages, quietly_dirty


def main(before: Path, after: Path, arguments: list[str]) -> None:
    """Build, and write down what was built; ends the process as mkdocs does."""
    plugin = UnchangedPages(read_json(before, Before))
    whole = build.build

    def skipping(config: Any, **_: Any) -> None:
        plugin.added_to(config)
        whole(config, dirty=True)
        write_json(after, plugin.after)

    quietly_dirty()
    build.build = skipping  # its command line takes no plugin that mkdocs.yml does not name
    cli(arguments, prog_name="mkdocs")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
