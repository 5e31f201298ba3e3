"""No setting of the user's machine changes a result or stops a build: a build among hostile ones
gives the same bytes.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import matplotlib as mpl
import pytest
import yaml
from places import ROOT

from reportgen.drawing import fonts
from reportgen.drawing.settings import plain
from reportgen.pipeline import website
from reportgen.pipeline.worker_pool import WorkerPool
from reportgen.project import PACKAGE, Project
from reportgen.surroundings import FIXED, KEPT, asked_for, environment, search_path

SIZES = dict(
    data=dict(sequences=60, holdout=20),
    model=dict(n_ctx=4),
    training=dict(steps=20, seeds=2, checkpoint_every=10),
)
DRAWN = ("attention-by-lag", "output-dynamics")  # a still and a film
SHADOWS = ("json", "random", "numpy", "torch", "yaml", "mkdocs", "PIL", "queue", "jinja2", "pickle")
SETTINGS = """
font.family: monospace
font.size: 20
axes.grid: True
axes.unicode_minus: False
axes.formatter.use_locale: True
lines.antialiased: False
text.antialiased: False
text.kerning_factor: 6
image.cmap: jet
image.interpolation: bilinear
xtick.direction: in
path.snap: False
figure.constrained_layout.use: True
"""
VARIABLES = dict(
    MPLBACKEND="nonsense",
    MPLCONFIGDIR="/dev/null/nowhere",
    XDG_CACHE_HOME="/dev/null/nowhere",
    XDG_CONFIG_HOME="/dev/null/nowhere",
    TMPDIR="/dev/null/nowhere",
    LC_ALL="de_DE.UTF-8",
    LC_NUMERIC="de_DE.UTF-8",
    LANG="de_DE.UTF-8",
    PYTHONIOENCODING="ascii",
    TZ="Pacific/Kiritimati",
    SOURCE_DATE_EPOCH="nonsense",
    OMP_NUM_THREADS="16",
    OPENBLAS_NUM_THREADS="16",
    MKL_NUM_THREADS="16",
    NPY_DISABLE_CPU_FEATURES="AVX2 FMA3 AVX512F",
    ATEN_CPU_CAPABILITY="default",
    OPENBLAS_CORETYPE="Prescott",
    PYTHONHASHSEED="77",
    PYTHONOPTIMIZE="2",
    PYTHONWARNINGS="error",
    PYTHONSTARTUP="/dev/null/nowhere",
    PYTHONBREAKPOINT="nowhere.to.be.found",
    IMAGEIO_FFMPEG_EXE="/bin/false",
    FORCE_COLOR="1",
    NO_COLOR="1",
    COLUMNS="1",
    TERM="dumb",
)


def project(folder: Path) -> Path:
    """A tiny report in a folder, ready to be built."""
    (folder / "configs").mkdir(parents=True)
    (folder / "docs").mkdir()
    shutil.copy(ROOT / "mkdocs.yml", folder)
    shutil.copytree(ROOT / "docs" / "assets", folder / "docs" / "assets")
    given = yaml.safe_load((ROOT / "configs/plus_last_even.yaml").read_text(encoding="utf-8"))
    values = {k: v | SIZES.get(k, {}) if isinstance(v, dict) else v for k, v in given.items()}
    (folder / "configs/tiny.yaml").write_text(yaml.safe_dump(values | {"name": "tiny"}))
    return folder


def build(folder: Path, before: str, cwd: Path, environment: dict[str, str]) -> None:
    """Build a still, a film and the site, after some commands of a shell."""
    for slug in DRAWN:
        command = [
            *("sh", "-c", f'{before} exec "$@"', "sh", sys.executable, "-m", "reportgen"),
            *("--project", str(folder), "build", "--rule", "tiny", "--only", slug, "--jobs", "1"),
            *([] if slug == DRAWN[-1] else ["--no-site"]),
        ]
        done = subprocess.run(
            command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=300
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert not re.search("Traceback|[Ww]arning", done.stdout + done.stderr), done.stderr


def contents(folder: Path) -> dict[str, bytes]:
    """Every file that a build made, its place in the store included; of times by the clock only
    that there are some.
    """
    clocks = ("last.json", "manifest.json", "written.json", "digests.json", "lock")
    timed = ("compare.md", "compare/index.html", "search_index.json")
    mask = lambda name, content: (
        re.sub(rb'\d+ s\b|data-sort="[\d.]+"', b"TIME", content)
        if name.endswith(timed)
        else content
    )
    return {
        name: mask(name, path.read_bytes())
        for top in (".reportgen", "docs/rules", "site")
        for path in (folder / top).rglob("*")
        if path.is_file()
        and path.name not in clocks
        and "_matplotlib" not in (name := path.relative_to(folder).as_posix())
    }


def test_hostile_surroundings_change_no_byte(tmp_path: Path) -> None:
    """Settings of libraries, of Python, of the shell and of the system, all at once, and a project
    whose path is a trap.
    """
    path = {"PYTHONPATH": str(ROOT)}
    plainly = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    clean = project(tmp_path / "clean")
    build(clean, "", tmp_path, plainly | path)
    (here := tmp_path / "here").mkdir()
    for name in SHADOWS:
        (here / f"{name}.py").write_text("raise SystemExit('shadowed')")
    (here / "matplotlibrc").write_text(SETTINGS)
    (home := tmp_path / "home/.config/matplotlib").mkdir(parents=True)
    (home / "matplotlibrc").write_text(SETTINGS)
    (home / "fontlist-v3.11.0.json").write_text("{")
    hostile = project(tmp_path / '-it\'s a "trap" [red] %d $HOME {ä ☃} #')
    settings = plainly | path | VARIABLES | dict(HOME=str(tmp_path / "home"))
    settings |= dict(MATPLOTLIBRC=str(here), FFREPORT=f"file={tmp_path / 'report'}:level=48")
    build(hostile, "umask 0277; ulimit -n 64; exec <&- 2>&1;", here, settings)
    expected, found = contents(clean), contents(hostile)
    differ = [name for name in {*expected, *found} if expected.get(name) != found.get(name)]
    assert sorted(differ) == []
    kinds = {Path(name).suffix for name in found}
    assert {
        ".safetensors",
        ".png",
        ".svg",
        ".mp4",
        ".gif",
        ".npz",
        ".json",
        ".md",
        ".html",
    } <= kinds
    assert not (tmp_path / "report").exists()


def seen() -> dict[str, str]:
    """What a process of a build finds around it."""
    return dict(os.environ) | {"folder": os.getcwd(), "flags": str(sys.flags.optimize)}


def test_a_process_sees_what_is_listed_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every variable of a process of a build is kept for a reason, fixed, or its own; it begins
    where nothing of the user's lies.
    """
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)
    pool = WorkerPool(1, lambda *progress: None, tmp_path)
    found = pool.submit(seen).result()
    pool.shutdown()
    own = {"PYTHONPATH", "MPLCONFIGDIR", "TMPDIR", "TEMP", "TMP", "folder", "flags"}
    assert {*found} <= {*KEPT, *FIXED, *own}
    assert {name: found[name] for name in FIXED} == FIXED
    assert (found["folder"], found["flags"]) == (str(PACKAGE), "0")
    assert Path(found["MPLCONFIGDIR"]).is_dir()
    assert Path(found["TMPDIR"]).is_dir()
    assert all(KEPT.values())
    assert not {*KEPT} & {*FIXED}


def test_modules_are_not_looked_for_in_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither by its name nor as an empty or relative one; other folders are named whole, and the
    package's own is kept.
    """
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", ["", str(tmp_path), ".", "lib", "/x", str(PACKAGE.parent)])
    assert search_path() == [str(tmp_path / "lib"), "/x", str(PACKAGE.parent)]
    monkeypatch.chdir(PACKAGE.parent)
    assert search_path()[-1] == str(PACKAGE.parent)


def test_the_program_is_begun_among_files_of_the_same_names(tmp_path: Path) -> None:
    """`python -m` looks in the current folder first: what lies there takes no module's place."""
    for name in SHADOWS:
        (tmp_path / f"{name}.py").write_text("raise SystemExit('shadowed')")
    done = subprocess.run(
        [sys.executable, "-m", "reportgen", "--version"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("reportgen, version ")


def test_of_two_copies_a_child_finds_the_one_that_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another one may be installed, and this one be the checkout that the user is in: children
    would measure with the other's code, and the results would be kept under this one's keys.
    """
    (other := tmp_path / "reportgen").mkdir()
    (other / "__init__.py").touch()
    own = str(PACKAGE.parent)
    monkeypatch.chdir(own)
    monkeypatch.setattr(sys, "path", ["/x", str(tmp_path), own])
    assert search_path() == ["/x", own, str(tmp_path)]
    script = "import reportgen; print(reportgen.__path__[0])"
    found = subprocess.run(
        [sys.executable, "-P", "-c", script],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(search_path())},
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert found.stdout.strip() == str(PACKAGE)


def test_a_folder_that_was_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the user is in no folder any more, only places with a whole name are looked through."""
    (gone := tmp_path / "gone").mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    monkeypatch.setattr(sys, "path", ["", "lib", "/x"])
    assert search_path() == ["/x"]


def test_variables_of_other_systems_are_known(tmp_path: Path) -> None:
    """Windows knows names in any case; names of our own are kept, all others not."""
    given = {"SystemRoot": "C:", "REPORTGEN_X": "1", "PYTHONOPTIMIZE": "2", "TZ": "Asia/Tokyo"}
    made = environment(tmp_path, given)
    assert (made["SystemRoot"], made["REPORTGEN_X"], made["TZ"]) == ("C:", "1", "UTC")
    assert "PYTHONOPTIMIZE" not in made


def test_what_the_settings_of_the_site_ask_for_is_in_its_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A variable that mkdocs.yml names reaches mkdocs, and another value of it makes another
    site.
    """
    (tmp_path / "docs").mkdir()
    (tmp_path / "mkdocs.yml").write_text(
        "site_name: !ENV [NAME, OTHER, 'none']\nsite_url: !ENV URL\ncopyright: TOKEN\n"
    )
    for name in ("NAME", "URL", "TOKEN"):
        monkeypatch.setenv(name, f"a {name}")
    monkeypatch.delenv("OTHER", raising=False)
    project = Project(tmp_path)
    asked = website.named(project)
    assert asked == {"NAME": "a NAME", "URL": "a URL"}
    assert website.inputs(project, asked)["environment URL"] == "a URL"
    assert website.inputs(project, asked) != website.inputs(project, asked | {"URL": "b"})
    assert asked_for("site_name: plain") == {}


def test_settings_of_the_user_do_not_reach_a_picture() -> None:
    """Within a process that has read a settings file: ours replace all of them, and put them
    back.
    """
    with mpl.rc_context({"axes.grid": True, "font.size": 99.0}):
        with plain({"font.size": 9.0}):
            assert (mpl.rcParams["axes.grid"], mpl.rcParams["font.size"]) == (False, 9.0)
        assert (mpl.rcParams["axes.grid"], mpl.rcParams["font.size"]) == (True, 99.0)


def test_fonts_of_the_machine_are_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A face of the same name that is installed on the machine is no rival of the package's."""
    manager = mpl.font_manager.fontManager
    monkeypatch.setattr(manager, "ttflist", [*manager.ttflist])
    packaged = next(Path(font.fname) for font in manager.ttflist if "Mono" in font.name)
    shutil.copy(packaged, installed := tmp_path / "installed.ttf")
    manager.ttflist = []
    manager.addfont(installed)
    manager.addfont(packaged)
    assert manager.findfont("DejaVu Sans Mono") == str(installed)
    fonts._first.__wrapped__(packaged)
    assert manager.findfont("DejaVu Sans Mono") == str(packaged)
