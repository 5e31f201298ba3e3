"""docs/add-a-rule.md is true: its files are written, its commands are run, in a project that has
nothing else.
"""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from howto import Page, run
from places import ROOT

from reportgen.core import config as configs
from reportgen.errors import ConfigError

PAGE = Page.of("add-a-rule")
LONG = (
    "reportgen build --rule smallest_since",
    "reportgen serve",
)  # what a reader waits for, and the tests of builds and of serving look at
FEW = {
    "sequences: 2000": "sequences: 60",
    "holdout: 2000": "holdout: 60",
    "steps: 10000": "steps: 20",
    "warmup: 500": "warmup: 5",
    "seeds: 10": "seeds: 2",
    "checkpoint_every: 100": "checkpoint_every: 20",
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project in which the page was followed from top to bottom, with a training of few steps."""
    root = tmp_path_factory.mktemp("tutorial")
    shutil.copy(ROOT / "mkdocs.yml", root)
    (root / "docs").mkdir()
    for block in PAGE.blocks:
        if block.kind == "sh":
            for command in block.text.splitlines():
                if command not in LONG:
                    run(root, command)
        elif block.title.endswith(": said_again"):
            path = root / block.title.removesuffix(": said_again")
            before, rest = path.read_text(encoding="utf-8").split("def said_again", 1)
            after = rest.split("\n\ndef agrees", 1)[1]
            path.write_text(f"{before}{block.text}\n\ndef agrees{after}", encoding="utf-8")
        else:
            text = block.text
            for many, few in FEW.items() if block.kind == "yaml" else ():
                assert many in text
                text = text.replace(many, few)
            replace(block, text=text).put(root)
    assert (
        "train"
        not in run(
            root, "reportgen build --rule smallest_since --only learning-curve --no-site"
        ).split("┏")[0]
    )  # a template alone is new
    return root


def test_the_page_ends_with_a_report(project: Path) -> None:
    report = project / "docs" / "rules" / "smallest_since"
    overview = (report / "index.md").read_text(encoding="utf-8")
    assert "# The smallest of a stretch" in overview
    assert "depends on the numbers, not on their positions" in overview
    assert (report / "figures" / "learning-curve.png").is_file()
    assert "smallest_since" in run(project, "reportgen list")
    assert '"smallest_since"' in run(project, "reportgen schema")


def test_every_command_of_the_page_is_known() -> None:
    """All of them are run but two, which stand on the page; every block is of a kind that is run or
    written.
    """
    assert set(LONG) <= set(PAGE.commands)
    assert len(PAGE.commands) > len(LONG) + 3
    assert {block.kind for block in PAGE.blocks} == {"sh", "python", "yaml", "jinja"}
    assert all(block.title for block in PAGE.blocks if block.kind != "sh")


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        (
            'if not prefix or prefix[-1] != "?" or source is None',
            'if prefix[-1] != "?" or source is None',
            "a rule must have an answer for every sequence of its tokens, the empty one too",
        ),
        (
            "len(prefix) - source, asked)",
            "0, asked)",
            "have one state, but what may follow differs; `state` must keep all that still matters",
        ),
        (
            "source=source)",
            "source=len(prefix) - 1)",
            "which does not hold an allowed token; name the position that does, or none",
        ),
        (
            "(1 - ask_share) / numbers)",
            "1 / numbers)",
            "are no distribution over 11 tokens; give one chance for each, together 1",
        ),
        (
            "for t in self.vocabulary}",
            'for t in self.vocabulary if t != "?"}',
            "no class for ?; `classes` must have every token",
        ),
        (
            '(*range(self.highest + 1), "?")',
            '(*range(self.highest), "1", "?")',
            "tokens must be different from one another; written alike: '1'",
        ),
        (
            "return Demand(frozenset({prefix[source]}), source=source)",
            "return FREE",
            (
                "the rule asks for nothing in 10 sequences of 20 tokens; `demand` must decide some"
                " of them"
            ),
        ),
    ],
)
def test_mistakes_are_told_as_the_page_says(
    project: Path, tmp_path: Path, right: str, wrong: str, told: str
) -> None:
    text = (project / "rules" / "smallest_since.py").read_text(encoding="utf-8")
    assert right in text
    (tmp_path / "smallest_since.py").write_text(text.replace(right, wrong), encoding="utf-8")
    with pytest.raises(ConfigError) as error:
        configs.load(project / "configs" / "smallest_since.yaml", rules=tmp_path)
    assert told in str(error.value)
    assert str(tmp_path / "smallest_since.py") in str(error.value)
    assert told.replace("`", "") in PAGE.text
