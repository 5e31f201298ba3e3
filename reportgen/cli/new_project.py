"""`reportgen new project`: a folder that builds, serves and publishes reports of its own."""

import json
import re
from pathlib import Path

from reportgen import __version__
from reportgen.cli.new import started_rule
from reportgen.cli.started import filled, refuse_if_there, starters, write
from reportgen.errors import UsageError
from reportgen.project import MARKER, Project, packaged

STARTER, RULE = "project", "latest_number"  # the folder of its files, and the rule to begin with
PLAIN = re.compile(r"[\w][\w .,-]{0,79}")  # a name that needs no escaping in Markdown


def new_project(folder: Path) -> list[Path]:
    """Write a project into a folder that is made if it is not there; nothing that exists is
    touched.

    Errors: UsageError where a file is there already; ProjectError where nothing can be written.
    """
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder}: is no folder; name one that is empty or not there yet")
    root = folder.resolve()
    title = root.name if PLAIN.fullmatch(root.name) else "Reports"
    words = dict(title=title, version=__version__)
    texts = {root / place: filled(each, words) for place, each in starters(STARTER).items()}
    texts |= {root / MARKER: _settings(title), **started_rule(root, RULE)}
    refuse_if_there(texts, str(folder))
    write(Project(root), texts, root / "configs" / f"{RULE}.yaml")
    return [*texts]


def _settings(title: str) -> str:
    """The settings of a site whose styles and scripts come with the reports."""
    text = packaged(MARKER).read_text(encoding="utf-8")
    text = re.sub(r"(?m)^site_name: .*", lambda _: f"site_name: {json.dumps(title)}", text)
    text = re.sub(r"(?m)^site_description: .*\n", "", text)
    return text.replace("assets/", "rules/assets/")
