"""Packages that add to this one: what lies in their folders is found as if it lay here, in every
process, and what depends on it is made again when it changes.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from places import ROOT

from reportgen.system import systems

FACT = '''"""A fact from outside."""

from reportgen.measure.fact import Fact, fact
from reportgen.systems.sequence_rules.view import Study


@fact("longest embedding", tolerance=1e-6)
def longest_embedding(study: Study) -> Fact:
    """Length of the longest row of W_E."""
    longest = float((study.weights["W_E"] ** 2).sum(-1).max()) ** 0.5
    return Fact(longest, unit="distance", n=1, of="embedding", exhaustive=True)
'''
CLAIM = '''"""A claim from outside."""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact

embeddings_are_long = Claim(
    "The network has an embedding longer than one",
    holds=fact("longest_embedding") > 1.0,
    reason="An example.",
    figure="embedding-lengths",
)
'''
TABLE = '''"""Figures from outside."""

from reportgen.drawing.declared import Declared

FIGURES = (Declared("embedding-lengths", "How long embeddings are"),)
'''
FILES = {
    "__init__.py": "",
    "systems/sequence_rules/facts/lengths.py": FACT,
    "systems/sequence_rules/claims/lengths.py": CLAIM,
    "systems/sequence_rules/figures/table.py": TABLE,
    "systems/sequence_rules/figures/embedding_lengths.py": '"""Drawn elsewhere."""\n',
    "templates/sequence_rules/longest.md.j2": "# Longest\n",
    "configs/outside.yaml": "name: outside\n",
    "rules/from_outside.py": '"""A rule from outside."""\n',
}
TOLD = """
import json
from pathlib import Path
from reportgen.drawing.declared import declared_by
from reportgen.measure.claim import claims_of
from reportgen.measure.fact import facts_of
from reportgen.pages.templates import Templates
from reportgen.pipeline.sources import Sources
from reportgen.project import Project
from reportgen.system import system_called
import reportgen.rules.from_outside

system, project = system_called("sequence_rules"), Project(Path("."))
print(json.dumps(dict(
    fact=facts_of(system)["longest_embedding"].function,
    facts=len(facts_of(system)),
    claim=claims_of(system)["embeddings_are_long"].module,
    figure=declared_by(system)["embedding-lengths"].module,
    figures=len(declared_by(system)),
    template=str(Templates.of(project, system).file("longest.md.j2")),
    config=str(project.configs()["outside"]),
    own=list(project.configs(own=True)),
    sources=[n for n in Sources().of(f"{system.package}.facts.*") if n.endswith("/lengths.py")],
)))
"""


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A folder of installed packages with one extension."""
    for name, text in FILES.items():
        path = tmp_path / "outside" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    about = tmp_path / "outside-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: outside\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[reportgen]\noutside = outside\n")
    return tmp_path


def run(installed: Path, code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=installed,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{installed}"},
    )


def told(done: subprocess.CompletedProcess[str]) -> dict[str, object]:
    assert done.returncode == 0, done.stderr
    found: dict[str, object] = json.loads(done.stdout)
    return found


def test_what_an_extension_has_is_found(installed: Path) -> None:
    """Facts, claims, figures, templates, configurations and rules; its code counts as a source."""
    from reportgen.drawing.declared import declared_by
    from reportgen.measure.fact import facts_of
    from reportgen.system import system_called

    system, inside = system_called("sequence_rules"), "reportgen.systems.sequence_rules"
    assert told(run(installed, TOLD)) == dict(
        fact=f"{inside}.facts.lengths.longest_embedding",
        facts=len(facts_of(system)) + 1,
        claim=f"{inside}.claims.lengths",
        figure=f"{inside}.figures.embedding_lengths",
        figures=len(declared_by(system)) + 1,
        template=str(installed / "outside/templates/sequence_rules/longest.md.j2"),
        config=str(installed / "outside/configs/outside.yaml"),
        own=[],
        sources=["source facts/lengths.py"],
    )


def test_a_folder_of_the_project_adds_to_a_system_too(tmp_path: Path) -> None:
    """Even to what was imported before the folder was known."""
    folder = tmp_path / "systems" / "sequence_rules" / "facts"
    folder.mkdir(parents=True)
    (folder / "lengths.py").write_text(FACT, encoding="utf-8")
    code = """
from pathlib import Path
from reportgen.measure.fact import facts_of
from reportgen.system import look_in, system_called
before = len(facts_of(system_called("sequence_rules")))
look_in(Path("systems").resolve())
assert len(facts_of(system_called("sequence_rules"))) == before + 1
import subprocess, sys
also = "import reportgen.systems.sequence_rules.facts.lengths"
subprocess.run([sys.executable, "-c", also], check=True)
"""
    done = run(tmp_path, code)
    assert done.returncode == 0, done.stderr


def test_every_system_can_be_added_to(installed: Path) -> None:
    """Its facts, claims and figures, in packages of their own."""
    code = "from reportgen.system import systems\n"
    for system in (names := [*systems()]):
        for kind in ("facts", "claims", "figures"):
            folder = installed / "outside" / "systems" / system / kind
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "parts_of_mine.py").write_text("")
            code += f"import reportgen.systems.{system}.{kind}.parts_of_mine\n"
    done = run(installed, code)
    assert names
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        (
            "outside-1.0.dist-info/entry_points.txt",
            "[reportgen]\nmine = nowhere_at_all\n",
            "reportgen.errors.ProjectError: extension 'mine' of outside: 'nowhere_at_all' is no"
            " package; name one in its entry point of the group 'reportgen', or uninstall it",
        ),
        (
            "outside/systems/sequence_rules/figures/table.py",
            TABLE.replace("embedding-lengths", "learning-curve"),
            "reportgen.errors.FigureError: {at}: figure 'learning-curve': there is no"
            " learning_curve.py beside the table; write it, or name another file with module=",
        ),
    ],
)
def test_what_an_extension_has_wrong_is_named(
    installed: Path, name: str, text: str, words: str
) -> None:
    (installed / name).write_text(text, encoding="utf-8")
    done = run(installed, TOLD)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == words.replace("{at}", str(installed / name))


def test_a_figure_of_a_name_that_is_taken_is_named(installed: Path) -> None:
    figures = installed / "outside/systems/sequence_rules/figures"
    (figures / "table.py").write_text(TABLE.replace("embedding-lengths", "learning-curve"))
    (figures / "embedding_lengths.py").rename(figures / "learning_curve.py")
    done = run(installed, TOLD)
    assert done.stderr.splitlines()[-1] == (
        f"reportgen.errors.FigureError: {figures}/table.py: figure 'learning-curve' stands twice;"
        " give one another slug"
    )
