"""Figures as pictures: the report's own demonstration as its pages show it, or a sequence of the
reader's; and what shows none.
"""

import json
from base64 import b64decode
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest
from conftest import committed

from reportgen.api import Report
from reportgen.api.measured import Live
from reportgen.core.study import Study
from reportgen.drawing.figure import figure_of
from reportgen.drawing.names import short_names
from reportgen.drawing.stills import still
from reportgen.errors import UsageError

OWN = {
    "learnt": "3 8 + 1 4 +",
    "repeats_learnt": "a b c d a b c",
    "text_learnt": "the end ",
    "one_layer_learnt": "the end ",
    "full_learnt": "the end ",
    "inputs_learnt": [4, 1, 2, 3, 0],
}
FOLLOW = {
    "learnt": """attention-matrix frozen-output qk-attention qkv-overview query-fields
                 residual-stream sequence-embeddings value-arrows value-demo value-output""",
    "repeats_learnt": "repeats-attention repeats-sequences",
    "text_learnt": "text-passages",
    "one_layer_learnt": "norms-beside-weights passage-attention text-passages token-attribution",
    "full_learnt": """feed-forward-maps lens-passage norms-beside-weights passage-attention
                      push-passage text-passages""",
    "inputs_learnt": "word-attention word-stream",
}
EVERY = [(run, slug) for run, slugs in FOLLOW.items() for slug in slugs.split()]


def report_of(run: str, *, trained: bool = True) -> Report:
    study: Study = committed(run)
    return Report(study, Live(study, trained=trained), trained=trained)


@pytest.mark.parametrize(("run", "slug"), EVERY)
def test_a_figure_that_follows_a_sequence_follows_the_readers(run: str, slug: str) -> None:
    """Shorter than the window; its words say of what it is drawn."""
    report = report_of(run)
    mine, shipped = report.figure(slug, tokens=OWN[run]), report.figure(slug)
    read = report.predict(OWN[run]).read[0]
    began = shipped.caption.split(".")[0][:20]
    assert mine.caption.startswith(began) or began.startswith("The demonstration")
    assert mine.caption.endswith(
        f"It is drawn of tokens of the reader’s own, {' '.join(read)}: what is said here of a"
        " demonstration, a passage or a held-out sequence is said of these."
    )
    assert "reader’s own" not in shipped.caption
    assert mine.svg != shipped.svg
    differ = [
        name
        for name, values in mine.numbers.items()
        if values.shape != shipped.numbers[name].shape or (values != shipped.numbers[name]).any()
    ]
    assert differ
    assert (mine.title, mine.slug, mine.step) == (shipped.title, slug, report.step)


def test_what_shows_no_sequence_or_the_training_takes_no_tokens() -> None:
    """Each figure either follows or says why not, so that no tokens are dropped."""
    for run, slugs in FOLLOW.items():
        report = report_of(run)
        for slug in set(report.figures) - {*slugs.split()}:
            with pytest.raises(UsageError) as error:
                report.figure(slug, tokens=OWN[run])
            assert str(error.value) in (
                f"figure {slug!r}: it shows no sequence; leave tokens out",
                f"figure {slug!r}: it shows the whole training or all seeds, not one sequence;"
                " leave tokens out",
            )


def test_the_numbers_drawn_are_those_of_a_pass() -> None:
    report = report_of("learnt")
    picture, trace = (
        report.figure("qk-attention", tokens=OWN["learnt"]),
        report.trace("3 8 + 1 4 +"),
    )
    drawn = np.nan_to_num(picture.numbers["pattern"][0])  # where nothing is drawn: the future
    np.testing.assert_allclose(drawn, trace.pattern(layer=0, head=0)[0])
    np.testing.assert_allclose(picture.numbers["q"][0], trace.q(layer=0, head=0)[0])


def test_a_demonstration_is_drawn_as_a_build_draws_it(tmp_path: Path) -> None:
    """Byte for byte, whatever the settings of whoever asks, which stay as they are."""
    report, study = report_of("learnt"), committed("learnt").showing(1)
    figure = figure_of("reportgen.systems.sequence_rules.figures.value_demo", "value-demo")
    still(figure, study.calling(short_names(study.tokens)), tmp_path, "value-demo")
    with mpl.rc_context({"font.size": 30, "figure.dpi": 40}):
        picture = report.figure("value-demo", demonstration=2)
        assert mpl.rcParams["font.size"] == 30
    about = json.loads((tmp_path / "value-demo.json").read_text())
    assert picture.svg == (tmp_path / "value-demo.svg").read_text(encoding="utf-8")
    assert picture.png == (tmp_path / "value-demo.png").read_bytes()
    assert (picture.caption, picture.alt) == (about["caption"], about["alt"])
    assert (picture.width, picture.height) == (about["width"], about["height"])
    assert picture.svg != report.figure("value-demo").svg
    for kind in ("svg", "png", "npz"):
        assert picture.save(tmp_path / f"mine.{kind}").stat().st_size > 1000
    assert picture.save(str(tmp_path / "mine.png")).read_bytes() == picture.png
    with np.load(tmp_path / "mine.npz") as stored:
        assert {*stored} == {*picture.numbers}
    with pytest.raises(UsageError) as error:
        picture.save(tmp_path / "mine.pdf")
    assert str(error.value) == f"{tmp_path}/mine.pdf: ends in '.pdf', allowed: .svg, .png, .npz"


def test_a_notebook_shows_it_with_its_words() -> None:
    picture = report_of("learnt").figure("output-landscape")
    html = picture._repr_html_()
    assert picture._repr_svg_() == picture.svg
    assert picture.svg.lstrip().startswith(("<svg", "<?xml"))
    source = html.partition("base64,")[2].partition('"')[0]
    assert b64decode(source).decode() == picture.svg
    assert f'width="{picture.width}"' in html
    assert "<script" not in html


def test_another_seed_or_checkpoint_is_drawn() -> None:
    report = report_of("learnt")
    seed = next(each for each in report.seeds if each != report.seed)
    one, two = (
        report.figure("output-landscape", step=0),
        report.figure("output-landscape", seed=seed),
    )
    assert (one.step, one.seed) == (0, report.seed)
    assert (two.step, two.seed) == (report.step, seed)
    assert len({one.svg, two.svg, report.figure("output-landscape").svg}) == 3


def test_a_film_is_drawn_as_its_frame() -> None:
    report = report_of("learnt")
    frames = [report.figure("output-dynamics", step=step) for step in report.steps[:2]]
    assert frames[0].svg != frames[1].svg


@pytest.mark.parametrize(
    ("run", "given", "words"),
    [
        (
            "learnt",
            dict(slug="value-dmo"),
            "no figure is called 'value-dmo' (did you mean 'value-demo' or 'value-output'"
            " or 'value-arrows'?); known: architecture",
        ),
        (
            "learnt",
            dict(slug="value-demo", demonstration=4),
            "demonstration: got 4, allowed: 1 to 3",
        ),
        (
            "learnt",
            dict(slug="value-demo", demonstration=0),
            "demonstration: got 0, allowed: 1 to 3",
        ),
        (
            "learnt",
            dict(slug="learning-curve", step=0),
            "figure 'learning-curve': it shows all seeds and the whole training; leave step and"
            " seed out",
        ),
        (
            "learnt",
            dict(slug="value-demo", tokens=[["1", "+"], ["2", "+"]]),
            "figure 'value-demo': tokens: got 2 sequences, allowed: one; draw each by itself",
        ),
        (
            "learnt",
            dict(slug="value-demo", step=1),
            "step 1 is no checkpoint of plus_last_even; checkpoints are 0, 1000, ... 20000; the"
            " nearest is 0",
        ),
        (
            "learnt",
            dict(slug="value-demo", seed=1000),
            "seed: got 1000, allowed: ",
        ),
        (
            "full_learnt",
            dict(slug="pair-tables"),
            "figure 'pair-tables': full_transformer has none: ",
        ),
    ],
)
def test_what_cannot_be_drawn(run: str, given: Any, words: str) -> None:
    with pytest.raises(Exception) as error:  # noqa: PT011
        report_of(run).figure(**given)
    assert str(error.value).startswith(words)


def test_of_given_weights_nothing_is_drawn_of_a_training() -> None:
    report = report_of("learnt", trained=False)
    assert {"learning-curve", "output-dynamics"}.isdisjoint(report.figures)
    assert "value-demo" in report.figures
    with pytest.raises(UsageError) as error:
        report.figure("learning-curve")
    assert str(error.value) == (
        "figure 'learning-curve': plus_last_even has none: the weights were given: there is no"
        " training and no other seed to show"
    )
