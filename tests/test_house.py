"""`make house` goes red: each of its measures on a small checkout that breaks it, and nothing
else.
"""

import shutil
from pathlib import Path

import house
import pytest
from house import GOALS, STILL, Measure

GOOD = '"""A file."""\n\n\ndef f(x: int) -> int:\n    """One more."""\n    return x + 1\n'
LONG = '"""A file."""\n\n\ndef f() -> None:\n    """Much."""\n' + "    print()\n" * 101
ANY = '"""A file."""\n\nfrom typing import (\n    Any,\n)\n\n' + "x: Any = 1\n" * 61
SKIP = '"""A file."""\n\n' + "".join(f"x{i} = 1  # fmt: {'skip'}\n" for i in range(11))


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The settings of this one, and a package of one small file."""
    shutil.copy(house.ROOT / "pyproject.toml", tmp_path)
    for name in ("reportgen", "tests", "benchmarks"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "good.py").write_text(GOOD)
    return tmp_path


@pytest.fixture(autouse=True)
def _goals_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """What this checkout is still allowed says nothing about another one."""
    for name in [*STILL]:
        monkeypatch.delitem(STILL, name)


@pytest.mark.parametrize(
    ("name", "file", "text", "red"),
    [
        ("none", "good.py", GOOD, []),
        ("function", "core/f.py", LONG, ["longest function", "functions over 60 lines"]),
        (
            "drawing",
            "systems/text/figures/f.py",
            LONG,
            ["longest function that draws", "functions that draw over 100 lines"],
        ),
        ("file", "core/f.py", '"""A file."""\n' * 251, ["longest file", "files over 250 lines"]),
        ("any", "core/f.py", ANY, ["lines that say Any"]),
        ("skip", "core/f.py", SKIP, ["lines left unformatted"]),
        ("name", "core/f.py", "x = Rule.family\n", ["old names"]),
    ],
)
def test_what_reading_the_code_tells(
    checkout: Path, name: str, file: str, text: str, red: list[str]
) -> None:
    path = checkout / "reportgen" / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    found = house.read(checkout)
    assert [m.name for m in found if m.problem] == red
    assert all(f"reportgen/{file}" in m.problem for m in found if m.problem)


@pytest.mark.parametrize(
    ("text", "red"),
    [
        (f"// {'x' * 97}\n" * 250, {}),
        (f"// {'x' * 98}\n", {"lines of script over 100 columns": "docs/assets/live/f.js:1"}),
        ("f();\n" * 251, {"scripts over 250 lines": "docs/assets/live/f.js has 251"}),
    ],
)
def test_what_scripts_tell(checkout: Path, text: str, red: dict[str, str]) -> None:
    path = checkout / "docs" / "assets" / "live" / "f.js"
    path.parent.mkdir(parents=True)
    path.write_text(text)
    found = {m.name: m.problem.removeprefix("over: ") for m in house.read(checkout) if m.problem}
    assert found == red


def test_what_the_tools_tell(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each finds what is broken for it, and the whole is red; a good checkout is green."""
    assert house.main(checkout) == 0
    said = capsys.readouterr().out.splitlines()
    assert [line.split("  ")[0] for line in said[1:]] == list(GOALS)
    (checkout / "reportgen" / "format.py").write_text('"""A file."""\nx = "1"\n')
    (checkout / "tests" / "lint.py").write_text("import os\n")
    (checkout / "benchmarks" / "columns.py").write_text(f"# {'x' * 99}\n")
    (checkout / "reportgen" / "typed.py").write_text('"""A file."""\n\n\ndef f(x): ...\n')
    (checkout / "reportgen" / "pages").mkdir()
    (checkout / "reportgen" / "pages" / "said.py").write_text('"""A file."""\n\n\ndef f(x): ...\n')
    assert house.main(checkout) == 1
    found = dict(line.split("  over: ") for line in capsys.readouterr().out.splitlines()[1:5])
    found = {name.split("  ")[0]: where for name, where in found.items()}
    assert found["files that ruff would format"] == "reportgen/format.py:2"
    assert found["findings of ruff"] == (
        "benchmarks/columns.py:1, reportgen/pages/said.py:4, reportgen/typed.py:4, tests/lint.py:1"
    )
    assert [found[name] for name in house.STRICT] == [
        "reportgen/typed.py:4",
        "reportgen/pages/said.py:4",
    ]


def test_a_tool_that_cannot_work_is_no_clean_bill(checkout: Path) -> None:
    (checkout / "pyproject.toml").write_text("[tool.ruff\n")
    with pytest.raises(RuntimeError, match=r"^ruff check .: "):
        house.findings(checkout, "ruff", "check", ".")


def test_what_is_still_allowed_goes_down_and_then_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(STILL, "longest file", 300)
    assert not Measure("longest file", 300).problem
    assert Measure("longest file", 301, ("x.py has 301",)).problem == "over: x.py has 301"
    assert "take it out of STILL" in Measure("longest file", 250).problem
    assert not Measure("lines of the package", 10**6).problem
