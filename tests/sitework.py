"""A small site of several reports, from what was measured of committed runs."""

import copy
import os
import shutil
import subprocess
import sys
from pathlib import Path

from pagework import ROOT, figures_of, fitted, pictures, stored

from reportgen.core import config as configs
from reportgen.pages import shared, site
from reportgen.project import Project

# by configuration, the committed run whose measurements its pages show
REPORTS = {
    "plus_last_even": "learnt",
    "plus_last_even_recipe": "learnt",
    "induction": "repeats_learnt",
    "zero_layer": "text_learnt",
    "reverse_increment_4": "inputs_learnt",
}
ADDRESS = "http://user.example/user/repo/"


def small_site(root: Path) -> Path:
    """The built site of a project with a few reports, made to lie below /user/repo/."""
    shutil.copytree(ROOT / "docs", root / "docs", ignore=shutil.ignore_patterns("rules"))
    shutil.copy(ROOT / "mkdocs.yml", root)
    project = Project(root)
    for name, run in REPORTS.items():
        config = configs.load(ROOT / "configs" / f"{name}.yaml")
        system = config.rule.system
        about, folders = pictures(fitted(config), root / "made" / system, system)
        measured = copy.deepcopy(stored(run)) | {"name": name}
        figures = figures_of(system)
        site.write(project, config, fitted(config), figures, measured, about, folders, None)
    shared.write_shared(project)
    folder = root / "served" / "user" / "repo"
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "-d", str(folder)],
        cwd=root,
        capture_output=True,
        text=True,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1", "SITE_URL": ADDRESS},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder
