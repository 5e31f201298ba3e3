"""The pages of all reports: the gallery and the comparison say of each report what its own facts
say, for any number of reports and with any names.
"""

import copy
import io
import json
import os
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from lookups import declared
from pagework import ROOT, config, outline, pictures, stored

from reportgen.core.study import Study
from reportgen.drawing.rendering import picture
from reportgen.errors import DamageError
from reportgen.pages import reports as shelf
from reportgen.pages import shared, site
from reportgen.pipeline import panels as gathering
from reportgen.pipeline import publish
from reportgen.pipeline.artefact import Artefact
from reportgen.pipeline.store import Store
from reportgen.pipeline.worker import Job
from reportgen.project import Project
from reportgen.systems.sequence_rules.comparison.sheets import SHEETS

CELL = re.compile(
    r"\[(?P<text>[^\]]*)\]\((?P<home>[^)/]+)/ledger\.md#fact-(?P<fact>\w+)\)\{"
    r' data-sort="(?P<value>[^"]*)" title="(?P<told>[^"]*)" \}'
)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "docs").mkdir()
    return Project(tmp_path)


def report(project: Project, name: str, run: str = "learnt", **training: Any) -> dict[str, Any]:
    """Write a report under this name; its facts.json."""
    about, folders = pictures(outline(), project.root / "made")
    own = replace(config(), name=name, training=config().training.model_copy(update=training))
    site.write(
        project,
        own,
        outline(),
        declared("sequence_rules"),
        copy.deepcopy(stored(run)) | {"name": name},
        about,
        folders,
        None,
    )
    return json.loads((project.report(name) / "facts.json").read_text())


def written(project: Project, **options: Any) -> tuple[str, str]:
    """Gallery and comparison."""
    files = shared.write_shared(project, **options)
    assert all(path.is_file() for path in files)
    return (project.reports / "index.md").read_text(), (project.reports / "compare.md").read_text()


def rows(text: str) -> dict[str, list[re.Match[str]]]:
    """Cells of the table that are bound to a fact, by report."""
    return {
        line.split("](")[1].split("/")[0]: list(CELL.finditer(line))
        for line in text.splitlines()
        if line.startswith("| [")
    }


def test_without_reports_both_pages_say_so(project: Project) -> None:
    gallery, comparison = written(project)
    assert "Nothing has been built yet" in gallery
    assert "No report has been finished yet" in comparison


def test_every_cell_is_its_fact(project: Project) -> None:
    """Whatever a cell shows is the value of the fact whose line it links to, in the report of its
    row.
    """
    facts = {
        "one": report(project, "one")["facts"],
        "two": report(project, "two", "unlearnt")["facts"],
    }
    table = rows(written(project)[1])
    assert set(table) == {"one", "two"}
    for name, cells in table.items():
        assert {
            "visible_error",
            "sampled_error",
            "generated_error",
            "holdout_loss",
            "holdout_floor",
            "excess_loss",
            "attention_on_answer",
            "attention_on_copies",  # where several positions hold the token, any of them will do
            "seeds_learnt",
            "sizes",
        } <= {c["fact"] for c in cells}
        for cell in cells:
            fact = facts[name][cell["fact"]]
            increase = dict(fact["parts"]).get("increase")
            wanted = (
                increase["value"]
                if increase
                else (
                    fact["details"]["d_model"]
                    if cell["fact"] == "sizes" and cell is cells[-4]
                    else fact["value"]
                )
            )
            assert cell["home"] == name
            assert cell["value"] == str(wanted), cell["fact"]
            if fact["interval"] and not increase:
                assert fact["interval"] in cell["told"]


def test_the_committed_run_in_numbers(project: Project) -> None:
    """What the table says of the run that learnt, against its facts as they are written
    elsewhere.
    """
    about = report(project, "one")
    cells = shelf.row(about | dict(page="one/index.md"), 83.4)
    text = lambda name: about["facts"][name]["text"]
    assert [
        cells[name].text
        for name in ("visible_error", "holdout_loss", "excess_loss", "seeds_learnt")
    ] == [text(name) for name in ("visible_error", "holdout_loss", "excess_loss", "seeds_learnt")]
    assert (cells["parameters"].text, cells["d_model"].text, cells["seconds"].text) == (
        "250",
        "2",
        "83 s",
    )
    assert cells["attention"].text == f"{100 * cells['attention'].value:+.1f}"
    assert cells["attention"].value > 0.1
    assert cells["verdict"].text == "holds"


def test_what_is_not_known_has_a_dash_and_a_reason(project: Project) -> None:
    about = report(project, "one")
    about["facts"]["attention_on_answer"] |= dict(
        value=None, text="not measured here", lacking="the answer is worked out"
    )
    about["facts"]["error_without_attention"] |= dict(value=None, text="not defined", parts=[])
    del about["facts"]["generated_error"]
    cells = shelf.row(about, None)
    assert [
        (cells[name].text, cells[name].value, cells[name].told)
        for name in ("attention_on_answer", "attention", "generated_error", "seconds")
    ] == [
        ("–", "", "the answer is worked out"),
        ("–", "", "not defined"),
        ("–", "", "not measured"),
        ("–", "", "not known: this build has not trained it"),
    ]


def test_groups_follow_from_exact_floors(project: Project) -> None:
    """Most to look back for first; nothing to look back for apart; unknown last."""
    one = report(project, "one")
    floors = lambda name, last, window: (
        one
        | dict(
            name=name,
            page=f"{name}/index.md",
            rule=one["rule"] | dict(title=name),
            facts=dict(bigram_floor=dict(value=last), window_floor=dict(value=window)),
        )
    )
    found = shelf.groups(
        [
            floors("a", 2.0, 1.9),
            floors("b", 2.0, 2.0 - 1e-12),
            one | dict(name="c", page="c/index.md", facts={}),
            floors("d", 2.0, 1.0),
        ]
    )
    assert [(group["kind"], [r["name"] for r in group["reports"]]) for group in found] == [
        ("back", ["d", "a"]),
        ("here", ["b"]),
        ("unknown", ["c"]),
    ]
    assert [r["worth"] for r in found[0]["reports"]] == ["1.000", "0.100"]


def test_systems_of_other_kinds_stand_beside_the_table_and_say_what_was_found(
    project: Project,
) -> None:
    """Their card has the claim that says most; the comparison names them and does not say that
    nothing was built.
    """
    about = report(project, "some_long_name")
    told = dict(
        id="solved", statement="The network answers every input correctly", verdict="partly"
    )
    other = about | dict(
        rule=about["rule"] | dict(title="Digits", system="sequence_to_sequence", compared=False),
        claims=dict(solved=told, generalises=told | dict(id="generalises")),
    )
    (project.report("some_long_name") / "facts.json").write_text(json.dumps(other))
    gallery, comparison = written(project)
    assert re.search(
        r'data-verdict="partly".*\[The network answers every input'
        r" correctly\]\(some_long_name/(?:ledger|claims)\.md#claim-solved\)",
        gallery,
    )
    assert "No report of a rule has been finished here" in comparison
    assert "[Digits](some_long_name/index.md)" in comparison
    assert "#claim-learns_rule" not in gallery


def test_what_a_network_uses_is_not_called_indispensable(project: Project) -> None:
    """An ablation tells of one network, whatever its rule asks for."""
    report(project, "one")
    text = written(project)[1]
    assert "## What each network uses" in text
    assert "This does not mean that the rule requires it" in text
    assert "cannot do without" not in text


def test_names_in_the_table_break_after_underscores_alone(project: Project) -> None:
    report(project, "some_long_name")
    assert "| [some&#95;<wbr>long&#95;<wbr>name](some_long_name/index.md)" in written(project)[1]


def test_reports_of_one_rule_say_what_is_different(project: Project) -> None:
    report(project, "one")
    report(project, "two", lr=0.01)
    gallery, _ = written(project)
    assert "training.lr&nbsp;<code>0.01</code>, not&nbsp;<code>0.001</code>" in gallery
    assert "training.batch&nbsp;" not in gallery
    assert gallery.count('class="rg-report"') == 1
    assert gallery.count("](two/index.md)") == 1


def test_cards_have_a_title_each_and_the_first_is_the_one_to_begin_with(project: Project) -> None:
    """However much others have to look back for; the variant of a rule that is called like it
    leads their card.
    """
    for name in ("alpha", shelf.FIRST, "omega"):
        report(project, name, lr=0.01 if name != shelf.FIRST else 0.001)
    other = json.loads((project.report("omega") / "facts.json").read_text())
    other["rule"] |= dict(title="Another", called="Another")
    other["facts"]["bigram_floor"]["value"] += 1
    (project.report("omega") / "facts.json").write_text(json.dumps(other))
    text = written(project)[0]
    titles = re.findall(r"^### \[(.*)\]\((\w+)/index.md\)", text, re.M)
    assert titles == [("The latest even number", shelf.FIRST), ("Another", "omega")]
    assert "- [alpha](alpha/index.md): training.lr" in text.replace("&#46;", ".")


def test_a_card_shows_the_first_picture_of_the_list_that_there_is(project: Project) -> None:
    assert report(project, "one")["picture"]["file"] == "output-landscape"
    about, folders = pictures(outline(), project.root / "made")
    del about["output-landscape"]
    site.write(
        project,
        config(),
        outline(),
        declared("sequence_rules"),
        stored("learnt"),
        about,
        folders,
        None,
    )
    assert "](plus_last_even/figures/attention-by-lag.svg)" in written(project)[0]


def test_hostile_words_stay_words(project: Project) -> None:
    """A title with markup of HTML, Markdown, Jinja and tables is text in both pages, and breaks no
    row.
    """
    about = report(project, "one")
    about["rule"] = dict(title='<b>x</b> | *y* {{ z }} "q" [l](k)', summary="`|` and {: .x }")
    (project.report("one") / "facts.json").write_text(json.dumps(about))
    for text in written(project):
        assert "<b>" not in text
        assert "*y*" not in text
        assert "{{" not in text
    [line] = [line for line in written(project)[1].splitlines() if line.startswith("| [")]
    assert line.count("|") == 18


def test_facts_of_an_older_version_are_shown_as_far_as_they_go(project: Project) -> None:
    about = report(project, "one")
    for key in ("config", "picture"):
        del about[key]
    (project.report("one") / "facts.json").write_text(json.dumps(about))
    gallery, comparison = written(project)
    assert "![" not in gallery
    assert "| [one](one/index.md)" in comparison


def panels_of(study: Study, *names: str) -> dict[str, list[Any]]:
    """Panels of one study under several names, through the file that a build keeps them in."""
    found: dict[str, list[Any]] = {}
    for slug, sheet in SHEETS.items():
        arrays = sheet.stored(sheet.compute(study))
        found[slug] = [replace(sheet.read(arrays), name=name) for name in names]
    return found


def test_panels_are_what_the_facts_say(learnt: Study) -> None:
    panels = panels_of(learnt, "one")
    [curves], [maps] = panels["loss-curves"], panels["attention-maps"]
    assert curves.validation[-1] == pytest.approx(learnt.history("validation_loss")[-1])
    assert curves.others.shape == (len(learnt.run.seeds) - 1, len(curves.steps))
    assert curves.floor < curves.last_token
    assert maps.on_answer == pytest.approx(
        stored("learnt")["facts"]["attention_on_answer"]["value"], abs=0.005
    )
    asked = ~np.isnan(maps.attention).any(-1)
    assert np.allclose(maps.attention.sum(-1)[asked], 1)
    assert np.allclose(np.triu(np.nan_to_num(maps.attention), 1), 0)


@pytest.mark.parametrize(
    "names", [(), ("one",), ("one", "a" * 64, "<&>$x$", *"abc")], ids=["none", "one", "six"]
)
def test_sheets_are_drawn_for_any_number_of_reports(
    learnt: Study, project: Project, names: tuple[str, ...]
) -> None:
    """Pictures, their words and numbers; the comparison shows them, and forgets them when they are
    gone.
    """
    made = project.root / "made"
    made.mkdir()
    for slug, panels in panels_of(learnt, *names).items():
        picture(SHEETS[slug], panels, made, slug)
        assert {name.split(".")[0] for name in np.load(made / f"{slug}.npz")} == {
            name.split(".")[0] for name in names
        }
    report(project, "one")
    text = written(project, sheets=[made / f"{slug}.json" for slug in SHEETS])[1]
    assert all(f"](compare/{slug}.svg)" in text for slug in SHEETS)
    assert "have not been drawn yet" in written(project)[1]
    assert not (project.reports / "compare").exists() or not list(
        (project.reports / "compare").iterdir()
    )


def test_the_site_builds_strictly_with_two_reports(project: Project, learnt: Study) -> None:
    """Every link of gallery and table, its anchor in a ledger included, leads somewhere."""
    for path in (ROOT / "docs").iterdir():
        if path.name != "rules":
            (project.docs / path.name).symlink_to(path)
    (project.root / "mkdocs.yml").symlink_to(ROOT / "mkdocs.yml")
    report(project, "one")
    report(project, "two", "unlearnt", lr=0.01)
    for slug, panels in panels_of(learnt, "one", "two").items():
        picture(SHEETS[slug], panels, project.root / "made", slug)
    written(
        project,
        seconds={"one": 12.0},
        sheets=[project.root / "made" / f"{slug}.json" for slug in SHEETS],
    )
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "-d", str(project.site)],
        cwd=project.root,
        capture_output=True,
        text=True,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
    )
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr
    page = (project.site / "rules" / "compare" / "index.html").read_text()
    assert page.count("<tr>") == 3
    assert 'data-sort="' in page
    assert "{ data-sort" not in page
    assert 'href="../one/ledger/#fact-visible_error"' in page


TABLE = """<div data-sortable><table><thead><tr><th>Name</th><th>Number</th></tr></thead><tbody>
<tr><td>b</td><td><a data-sort="0.5" href="#">50 %</a></td></tr>
<tr><td>a10</td><td><span data-sort="">–</span></td></tr>
<tr><td>a9</td><td><a data-sort="-2e-05" href="#">−0.0 %</a></td></tr>
<tr><td>c</td><td><a data-sort="1.5" href="#">2 %</a></td></tr>
</tbody></table></div>"""


@pytest.mark.browser
def test_a_table_sorts_by_any_column(chromium: Any) -> None:
    """By number or by name, up and down, with the keyboard alone; what has no value stands last,
    and readers of the screen are told.
    """
    page = chromium.new_page()
    page.set_content(TABLE)
    names = lambda: page.locator("tbody td:first-child").all_inner_texts()
    assert page.locator("th button").count() == 0
    page.add_script_tag(path=str(ROOT / "docs" / "assets" / "reportgen.js"))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert names() == ["a9", "a10", "b", "c"]
    number = page.locator("th button").nth(1)
    number.focus()
    page.keyboard.press("Space")
    assert names() == ["a9", "b", "c", "a10"]
    assert page.locator("th").nth(1).get_attribute("aria-sort") == "ascending"
    assert page.locator("th").nth(0).get_attribute("aria-sort") is None
    number.click()
    assert names() == ["c", "b", "a9", "a10"]
    assert page.locator("th").nth(1).get_attribute("aria-sort") == "descending"
    page.close()


def packed(study: Study, name: str, without: str = "nothing") -> bytes:
    """What a report adds to the sheets, as a build stores it."""
    file = io.BytesIO()
    arrays = {
        key: array
        for sheet in SHEETS.values()
        for key, array in sheet.stored(replace(sheet.compute(study), name=name)).items()
        if not key.endswith(without)
    }
    np.savez(file, **arrays)
    return file.getvalue()


@dataclass
class Gathering:
    """Reports that were built before, and what is gathered of them and of those built now."""

    project: Project
    said: list[str] = field(default_factory=list)

    def built(self, name: str, content: bytes) -> Path:
        path = self.project.report(name) / site.PANELS
        path.parent.mkdir(parents=True)
        path.write_bytes(content)
        return path

    def gather(self, own: Mapping[str, bytes | None]) -> dict[str, bytes]:
        """`own` has what this build made of each report; None where it failed."""
        products = self.project.root / "products"
        shutil.rmtree(products, ignore_errors=True)
        inputs = {}
        for name, content in own.items():
            if content is not None:
                inputs[f"{name}/comparison"] = self.project.root / "made" / name
                inputs[f"{name}/comparison"].mkdir(parents=True, exist_ok=True)
                (inputs[f"{name}/comparison"] / site.PANELS).write_bytes(content)
        products.mkdir()
        tasks = {f"{name}/comparison": name for name in own}
        arguments = dict(project=self.project, own=tasks)
        self.said.clear()
        gathering.gathered(
            Job(products, arguments, inputs, lambda done, total: None, say=self.said.append)
        )
        return {path.name: path.read_bytes() for path in products.iterdir()}


def test_the_pictures_do_not_depend_on_which_reports_were_asked_for(
    project: Project, learnt: Study
) -> None:
    """What is gathered of a report that is built, and of one that was built before, is the same; a
    report without its part is left out.
    """
    parts = {name: packed(learnt, name) for name in ("one", "two", "three")}
    before = Gathering(project)
    for name in ("two", "three"):
        before.built(name, parts[name])
    everything = {f"{name}.npz": content for name, content in parts.items()}
    assert before.gather({"one": parts["one"]}) == everything
    assert before.gather(parts) == everything
    left = {name: everything[name] for name in ("one.npz", "three.npz")}
    assert before.gather({"one": parts["one"], "two": None}) == left
    assert before.said == []


def damaged(content: bytes, how: str, path: Path) -> None:
    """A part of a report, in some way that no build leaves it in."""
    path.unlink()
    if how == "folder":
        path.mkdir()
    elif how == "pipe":
        os.mkfifo(path)
    elif how == "link":
        path.symlink_to("nowhere")
    else:
        kinds = dict(empty=b"", cut=content[: len(content) // 2], text=b"no archive", array=b"")
        path.write_bytes(kinds[how])
        if how == "array":
            np.save(path.with_suffix(".npy"), np.zeros(3))
            path.with_suffix(".npy").rename(path)


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("empty", "is of another version, or damaged (EOFError: No data left in file)"),
        ("cut", "is of another version, or damaged (BadZipFile: File is not a zip file)"),
        ("text", "is of another version, or damaged ("),
        ("array", "is of another version, or damaged ("),
        ("folder", "is no file, but a folder"),
        ("pipe", "is no file, but a device, a pipe or a socket"),
        ("link", "is a link to nothing"),
    ],
)
def test_a_damaged_part_is_left_out_and_told(
    project: Project, learnt: Study, how: str, said: str
) -> None:
    """It stops no other report, and what was gathered without it never counts as up to date."""
    before, good = Gathering(project), packed(learnt, "one")
    damaged(good, how, path := before.built("bad", packed(learnt, "bad")))
    found = before.gather({"one": good})
    assert {name: content for name, content in found.items() if name.endswith("npz")} == {
        "one.npz": good
    }
    [line] = before.said
    assert line.startswith(f"{path} {said}")
    assert line.endswith(
        "; bad is left out of the pages of all reports until `reportgen build --rule bad` has made"
        " it again"
    )
    artefact = Artefact(project.root / "products", dict.fromkeys(found, ""), 1.0)
    assert gathering.whole(artefact) == [
        f"{project.root / 'products' / gathering.LEFT_OUT} lists reports that were left out"
    ]


def test_a_part_of_another_version_is_left_out_and_told(project: Project, learnt: Study) -> None:
    before, new = Gathering(project), packed(learnt, "new")
    path = before.built("old", packed(learnt, "old", without=".floor"))
    assert "old.npz" not in before.gather({"new": new})
    [line] = before.said
    assert line.startswith(f"{path} is of another version, or damaged (KeyError: ")


def test_no_harm_to_a_part_escapes(project: Project, learnt: Study) -> None:
    """Flipped bits and cuts anywhere: either it is read, or one error names it."""
    rng, whole, told = random.Random(3), packed(learnt, "one"), 0
    for i in range(300):
        content = bytearray(whole)
        for _ in range(rng.choice((1, 5, 50))):
            content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
        harmed = bytes(content[: rng.randrange(len(content))] if i % 3 == 0 else content)
        try:
            gathering.read_panels(project.root / "part", harmed)
        except DamageError as error:
            told += str(error).startswith(f"{project.root / 'part'} is ")
    assert told > 200


def test_the_time_of_a_training_is_that_of_its_parts(project: Project) -> None:
    """Summed over the parts that the run was joined from; parts of an earlier run do not count, and
    a time that is not known whole is none.
    """
    store = Store(project.store)

    def keep(task: str, seconds: float, **inputs: str) -> None:
        with store.scratch() as scratch:
            (scratch / "products").mkdir()
            (scratch / "products" / "x").write_text(task)
            store.remember(task, "k", inputs, store.keep(scratch / "products", task, "k", seconds))

    for part, seconds in (("train-1", 2.5), ("train-2", 3.0), ("train-3", 100.0)):
        keep(f"one/{part}", seconds)
    keep(
        "one/train",
        0.1,
        **{"source x": "d", "result of one/train-1": "d", "result of one/train-2": "d"},
    )
    keep("two/train", 0.1, **{"result of two/train-1": "d"})
    assert publish.training_seconds(project) == {"one": 5.5}
