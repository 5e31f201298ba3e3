"""The table of a folder of figures says what is known of them before anything is drawn: what is
wrong with it is told with its place, and with the way on.
"""

import json
import sys
from collections.abc import Callable, Iterator
from importlib import import_module, invalidate_caches
from itertools import count
from pathlib import Path

import pytest
from lookups import all_figures
from lookups import declared as of_system
from places import ROOT

from reportgen.core.config.needs import NEEDS
from reportgen.drawing.declared import TABLE, Declared, declared
from reportgen.drawing.figure import FIGURES, SAID, figure_of
from reportgen.errors import FigureError
from reportgen.pipeline.tasks import plan
from reportgen.project import Project
from reportgen.system import systems

TEXT = "from reportgen.drawing.declared import Declared\n\nFIGURES = (\n{}\n)\n"
CLASS = """from reportgen.drawing.figure import Figure, figure


@figure("a-map")
class Map(Figure):
    height = 100
    compute = draw = caption = alt = lambda *given: None
"""
NUMBERS = count()
Made = Callable[..., str]


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Made]:
    """Makes a package of figures with a table of these entries, and says its name."""
    monkeypatch.syspath_prepend(tmp_path)
    before = dict(FIGURES)

    def make(entries: str | None, **files: str) -> str:
        package = f"figures_{next(NUMBERS)}"
        folder = tmp_path / package
        folder.mkdir()
        files |= {"__init__": ""} | ({} if entries is None else {"table": TEXT.format(entries)})
        for name, text in files.items():
            (folder / f"{name}.py").write_text(text, encoding="utf-8")
        invalidate_caches()
        return package

    yield make
    FIGURES.clear()
    FIGURES.update(before)


def told(tmp_path: Path, call: Callable[[], object]) -> str:
    with pytest.raises(FigureError) as error:
        call()
    return str(error.value).replace(f"{tmp_path}/", "")


@pytest.mark.parametrize("system", systems())
def test_every_class_has_what_its_table_says(system: str) -> None:
    figures, read = all_figures(system), of_system(system)
    assert list(figures) == list(read)
    for slug, one in figures.items():
        assert type(one).__module__ == read[slug].module
        assert {name: getattr(one, name) for name in SAID} == {
            name: getattr(read[slug], name) for name in SAID
        }


def test_a_picture_depends_on_its_own_entry() -> None:
    """Not on the table as a whole, or each new figure would have all others drawn again."""
    tasks = [task for task in plan(Project(ROOT), ["plus_last_even"]) if task.stage == "figures"]
    drawn = [task for task in tasks if "slug" in task.arguments]
    assert drawn
    for task in drawn:
        assert not [name for name in task.inputs if name.endswith(f"figures/{TABLE}.py")]
        assert json.loads(task.inputs["declared"])["slug"] == task.arguments["slug"]


def test_an_entry_is_found_by_its_slug(made: Made) -> None:
    """The file is called as the slug, or as the entry says."""
    entries = '    Declared("b-map", "B", film=True, needs=("held",), module="other"),\n' + (
        '    Declared("a-map", "A"),'
    )
    package = made(entries, a_map="raise ValueError", other="")
    assert declared(package) == {
        "a-map": Declared("a-map", "A", module=f"{package}.a_map"),
        "b-map": Declared("b-map", "B", True, ("held",), module=f"{package}.other"),
    }
    assert f"{package}.other" not in sys.modules


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ('    Declared("a-map"),', "table.py:4: TypeError: Declared.__init__() missing"),
        ("    Declared(", "table.py:3: not Python: '(' was never closed"),
        (
            '    Declared("", "A"),',
            "table.py:4: figure '': slug: got '', allowed: words in quotes",
        ),
        (
            '    Declared("a-map", 3),',
            "table.py:4: figure 'a-map': title: got 3, allowed: words in quotes",
        ),
        (
            '    Declared("a-map", "A", film=1),',
            "table.py:4: figure 'a-map': film: got 1, allowed: True or False",
        ),
        (
            '    Declared("a-map", "A", follows="many"),',
            "table.py:4: figure 'a-map': follows: got 'many', allowed: \"one\" or \"all\"",
        ),
        (
            '    Declared("a-map", "A"),\n    Declared("b", "B", needs=("plain",)),',
            "table.py:5: figure 'b': needs: got ('plain',), allowed: a tuple such as"
            f' ("plane",) of {", ".join(NEEDS)}',
        ),
        (
            '    Declared("a-map", "A", needs=("plane")),',
            "table.py:4: figure 'a-map': needs: got 'plane', allowed: a tuple such as",
        ),
        (
            '    Declared("a-map", "A"),\n    Declared("a-map", "B"),',
            "table.py: figure 'a-map' stands twice; give one another slug",
        ),
        (
            '    Declared("a-map", "A"),\n    Declared("b-map", "B"),',
            "table.py: figure 'b-map': there is no b_map.py beside the table; write it, or name"
            " another file with module=",
        ),
        (
            "",
            "a_map.py: no entry of table.py is about it; add Declared('a-map', TITLE) to FIGURES"
            " there, or move what several figures share to a folder within",
        ),
        (
            None,
            "table.py: missing; it lists the figures beside it: FIGURES = (Declared(SLUG, TITLE),)",
        ),
    ],
)
def test_what_is_wrong_with_a_table_is_told(
    made: Made, tmp_path: Path, entries: str | None, said: str
) -> None:
    package = made(entries, a_map=CLASS)
    assert told(tmp_path, lambda: declared(package)).startswith(f"{package}/{said}")


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        (
            '"a-map"',
            '"a-mop"',
            "class Map: figure 'a-mop' is not in the table {0}.table (did you mean 'a-map'?); add"
            " it there",
        ),
        (
            "    height = 100",
            '    height, title = 100, "Again"',
            "class Map: title: say it in the table {0}.table, and there alone",
        ),
        (
            "    height = 100\n",
            "",
            "class Map: height: missing; say it in CSS pixels, or of the data in height_of(data)",
        ),
        (
            CLASS,
            "",
            "no class stands under @figure('a-map'), which the table beside it lists",
        ),
        (
            CLASS,
            CLASS + CLASS.partition("\n\n\n")[2],
            "class Map: figure 'a-map' stands twice; also in {0}.a_map",
        ),
    ],
)
def test_a_class_and_its_entry_must_agree(
    made: Made, tmp_path: Path, right: str, wrong: str, said: str
) -> None:
    package = made('    Declared("a-map", "A"),', a_map=CLASS.replace(right, wrong))
    assert told(tmp_path, lambda: figure_of(f"{package}.a_map", "a-map")) == (
        f"{package}.a_map: {said.format(package)}"
    )


def test_a_figure_of_another_file_is_refused(made: Made, tmp_path: Path) -> None:
    """One that the table says is elsewhere."""
    entries = '    Declared("a-map", "A"),\n    Declared("b-map", "B"),'
    package = made(entries, a_map=CLASS, b_map=CLASS)
    assert told(tmp_path, lambda: import_module(f"{package}.b_map")) == (
        f"{package}.b_map: class Map: figure 'a-map' is of {package}.a_map, by the table"
        f" {package}.table; name this file there"
    )


def test_what_a_class_above_says_is_refused(made: Made, tmp_path: Path) -> None:
    """It would say something else than the table."""
    text = CLASS.replace("@figure", "class Above(Figure):\n    film = True\n\n\n@figure")
    package = made('    Declared("a-map", "A"),', a_map=text.replace("Map(Figure)", "Map(Above)"))
    assert "class Map: film: say it in the table" in told(
        tmp_path, lambda: figure_of(f"{package}.a_map", "a-map")
    )
