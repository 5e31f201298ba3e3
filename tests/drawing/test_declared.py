"""What figures say of themselves is read without running them: the same as what their classes say,
or an error that names the line.
"""

from pathlib import Path

import pytest
from lookups import all_figures
from lookups import declared as of_system

from reportgen.core.config.needs import NEEDS
from reportgen.drawing.declared import SAID, Declared, declared
from reportgen.drawing.figure import Figure, figure
from reportgen.errors import FigureError

WHOLE = '@figure\nclass Map(Figure):\n    slug, title, height = "map", "A map", TALL\n'


def told(tmp_path: Path, **files: str) -> str:
    for name, text in files.items():
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
    with pytest.raises(FigureError) as error:
        declared("reportgen.mine", tmp_path)
    return str(error.value).replace(f"{tmp_path}/", "")


def test_what_is_read_is_what_the_classes_say() -> None:
    """Every figure of the package, found and read as Python itself would."""
    figures, read = all_figures("sequence_rules"), of_system("sequence_rules")
    assert list(figures) == list(read)
    said = {
        slug: Declared(type(one).__module__, **{name: getattr(one, name) for name in SAID})
        for slug, one in figures.items()
    }
    assert said == read


def test_attributes_are_set_in_any_way(tmp_path: Path) -> None:
    """One by one, together, with a type; what a class does not say is what `Figure` says."""
    (tmp_path / "a.py").write_text(WHOLE, encoding="utf-8")
    (tmp_path / "b.py").write_text(
        '@figure\nclass Film(Variant, Figure):\n    """Words."""\n    slug = "film"\n    title:'
        ' ClassVar[str] = "A film"\n    film = over_seeds = True\n    needs = ("plane", "held")\n',
        encoding="utf-8",
    )
    other = WHOLE.replace('"map"', '"listed"') + '    needs = ["held"]\n'
    (tmp_path / "d.py").write_text(other, encoding="utf-8")
    (tmp_path / "c.py").write_text("class ClusterWorker:\n    slug = 3\n", encoding="utf-8")
    assert declared("reportgen.mine", tmp_path) == {
        "film": Declared(
            "reportgen.mine.b",
            "film",
            "A film",
            film=True,
            needs=("plane", "held"),
            over_seeds=True,
        ),
        "listed": Declared("reportgen.mine.d", "listed", "A map", needs=("held",)),
        "map": Declared("reportgen.mine.a", "map", "A map"),
    }
    assert {name: getattr(Figure, name) for name in ("film", "needs", "over_seeds")} == {
        name: SAID[name] for name in ("film", "needs", "over_seeds")
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("@figure\nclass Map(Figure:\n", "map.py:2: not Python: "),
        ("x = '\0'", "map.py:1: not Python: source code string cannot contain null bytes"),
        (
            WHOLE.replace("slug, ", "name, "),
            "map.py:2: class Map: slug: missing; it is words in quotes, in the class itself",
        ),
        (
            WHOLE.replace('"A map"', "Other.title"),
            (
                "map.py:3: class Map: title: got Other.title, allowed: words in quotes, written"
                " out, since it is read without being run"
            ),
        ),
        (
            WHOLE + "    film = 1\n",
            (
                "map.py:4: class Map: film: got 1, allowed: True or False, written out, since it is"
                " read without being run"
            ),
        ),
        (
            WHOLE + '    needs = ("plane")\n',
            (
                "map.py:4: class Map: needs: got 'plane', allowed: a list such as [\"plane\"] of"
                f" {', '.join(NEEDS)}, written out, since it is read without being run"
            ),
        ),
        (WHOLE + '    needs = ("plain",)\n', "needs: got ('plain',), allowed: a list such as"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    assert said in told(tmp_path, map=text)


def test_two_figures_of_one_slug_are_refused(tmp_path: Path) -> None:
    """By whoever reads them, and by whoever imports them."""
    assert (
        told(tmp_path, map=WHOLE, other=f"import numpy\n\n{WHOLE}")
        == "other.py:4: figure 'map' stands twice; the first is in reportgen.mine.map"
    )
    with pytest.raises(
        FigureError,
        match=(
            "figure 'qk-space' stands twice: reportgen.systems.sequence_rules.figures.qk_space and"
            " test_declared"
        ),
    ):
        figure(
            type(
                "Twice",
                (Figure,),
                dict(slug="qk-space", title="Again", height=100, __module__=__name__),
            )
        )


def test_what_a_class_above_says_is_refused() -> None:
    """It would not be read."""
    above = type("Above", (Figure,), dict(film=True))
    with pytest.raises(
        FigureError, match="class Film: film comes from a class above; say it in the class itself"
    ):
        figure(
            type(
                "Film",
                (above,),
                dict(slug="of-another", title="A film", height=100, __module__=__name__),
            )
        )
