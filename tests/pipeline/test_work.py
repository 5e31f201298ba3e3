"""What a task makes is what its key says, also where files change while it runs."""

from pathlib import Path

import pytest

from reportgen.errors import StageError
from reportgen.files import write_json
from reportgen.pages import site
from reportgen.pipeline import publish, work
from reportgen.pipeline.sources import templates
from reportgen.pipeline.worker import Job
from reportgen.placed import WRITTEN
from reportgen.project import Project
from reportgen.system import systems


@pytest.fixture
def job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Job:
    """The pages of a report with one template of the project's own."""
    project = Project(tmp_path)
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "own.md.j2").write_text("one")
    (tmp_path / "facts").mkdir()
    nothing = dict(facts={}, claims={}, unasked={}, demonstrations=[], ranking=[], seeds=[])
    write_json(tmp_path / "facts" / work.FACTS, nothing)
    monkeypatch.setattr(site, "write", lambda *given, **named: [])
    drafts = templates(project, systems()["text"])
    arguments = dict.fromkeys(("config", "outline", "figures", "step", "panels", "live")) | dict(
        project=project, files={}, facts="r/facts", system="text", templates=drafts
    )
    folder = tmp_path / "products"
    folder.mkdir()
    return Job(folder, arguments, {"r/facts": tmp_path / "facts"}, lambda done, total: None)


def test_pages_are_stored_when_their_templates_stayed(job: Job) -> None:
    publish.pages(job)
    assert [path.name for path in job.folder.iterdir()] == [WRITTEN]


def test_pages_of_a_template_that_changed_meanwhile_are_not_stored(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They would lie under the key of the old template, and be taken when that comes back."""
    own = job.arguments["project"].root / "templates" / "own.md.j2"
    monkeypatch.setattr(site, "write", lambda *given, **named: [] if own.write_text("two") else [])
    with pytest.raises(StageError) as error:
        publish.pages(job)
    assert str(error.value) == "templates changed while pages were made of them; build again"
    assert not list(job.folder.iterdir())
