"""Benchmarks run, give finite numbers, and their plain training is the same training; no time is
looked at.
"""

import math
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from lookups import draw
from places import ROOT

from benchmarks import (
    building,
    child,
    exhaustive,
    films,
    growth,
    page,
    picture,
    recipes,
    results,
    starting,
    training,
)
from benchmarks.measure import TINY, Line, Sample, Variant, command_sample, inside
from reportgen.core import model, train
from reportgen.core.gradient.network import descend
from reportgen.drawing.canvas import Canvas
from reportgen.drawing.style import THEMES, applied, theme
from reportgen.rules.base import all_rules
from reportgen.systems.sequence_rules.data import batches

MODULES = {
    "training": training,
    "films": films,
    "exhaustive": exhaustive,
    "starting": starting,
    "building": building,
}


def finite(way: Variant, runs: int) -> bool:
    numbers = [n for s in way.samples for n in (s.seconds, s.cpu, s.memory)]
    return (
        len(way.samples) == runs
        and all(math.isfinite(n) and n > 0 for n in numbers)
        and math.isfinite(way.scale)
        and way.scale > 0
    )


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs stay in this process, which has loaded torch already."""
    for module in (training, films, exhaustive, growth):
        monkeypatch.setattr(
            module,
            "inside",
            lambda module, function, **arguments: Sample(
                **child.timed(module, function, arguments), memory=1
            ),
        )


def test_a_run_has_a_process_of_its_own() -> None:
    """As in `make bench`: time, processor time and memory come from there."""
    sample = inside("exhaustive", "product", length=3)
    assert 0 < sample.seconds
    assert 0 < sample.cpu
    assert 1 < sample.memory


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("name", MODULES)
def test_every_benchmark_runs(name: str) -> None:
    """Once, in a tiny size."""
    for line in MODULES[name].lines(TINY):
        assert finite(line.ours, 1)
        assert line.plain is None or finite(line.plain, 1)
        assert line.work
        if name == "building":
            ran = {
                "cold": ("of train", "of figures"),
                "unchanged": ("What ran: nothing.",),
                "sentence": ("of pages",),
                "code": ("1 of figures",),
            }[line.slug]
            assert all(words in line.note for words in ran), line.note
            assert line.slug == "cold" or "train" not in line.note
            assert line.slug != "sentence" or "figures" not in line.note


@pytest.mark.usefixtures("here")
def test_growth_runs() -> None:
    (curve,) = growth.curves(1, growth.TINY_AXES)
    assert curve.at == (1, 2)
    assert all(finite(way, 1) for way in curve.ways)


def test_reports_are_built_for_every_rule() -> None:
    """The axis ends at the number of rules, each has a configuration of its own name, and two
    reports are built at once.
    """
    assert building.rules() == tuple(all_rules(system="sequence_rules"))
    assert growth.AXES["rules"][2][-1] == len(building.rules())
    sample = building.reports(2, TINY)
    assert 0 < sample.seconds
    assert 0 < sample.cpu


def test_a_curve_measured_again_keeps_the_others() -> None:
    """It takes the place of the older one, in a session of its own, and all stay in the order of
    the axes.
    """
    curve = lambda slug, cost: growth.Curve(
        slug, slug, "all else", (1,), (Variant("1", (Sample(cost, cost, 1),)),)
    )
    first, second = (results.Session(when, 2, (0, 0), {}) for when in ("then", "now"))
    found = results.Results().renewed(first, [curve("steps", 1), curve("seeds", 1)])
    assert found.growth == ((first, (curve("steps", 1), curve("seeds", 1))),)
    assert page.rendered(found).count("Measured on") == 1
    assert "**" not in page.rendered(found)
    mixed = found.renewed(second, [curve("steps", 2)])
    assert mixed.growth == ((first, (curve("seeds", 1),)), (second, (curve("steps", 2),)))
    assert mixed.curves == (curve("steps", 2), curve("seeds", 1))
    assert "**Seeds.** Measured on then" in page.rendered(mixed)
    assert mixed.renewed(first, [curve("seeds", 3), curve("steps", 3)]).growth == (
        (first, (curve("seeds", 3), curve("steps", 3))),
    )


def test_plain_losses_equal_the_product() -> None:
    """From equal weights and batches, the plain loop and the stack have the same losses to 1e-6, 30
    steps long.
    """
    config = training.setting(steps=30, seeds=2)
    data = draw(config)
    stacked: list[torch.Tensor] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            train, "descend", lambda *given: stacked.append(descend(*given)) or stacked[-1]
        )
        train.optimise(config, data, (0, 1))
    for seed in (0, 1):
        network = training.Plain(config)
        network.take(model.initial(config, seed))
        drawn = torch.from_numpy(
            batches(
                data.train, config.model.n_ctx, config.training.batch, seed, config.data.seed, 0, 30
            )
        )
        losses = training.fit(
            network,
            lambda step: drawn[step],
            steps=30,
            lr=config.training.lr,
            evaluate=training.evaluated(data),
        )
        assert (
            max(abs(loss - both[seed].item()) for loss, both in zip(losses, stacked, strict=True))
            < 1e-6
        )


def test_a_search_for_a_recipe_prints_a_line_for_each_setting(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Two rates, two schedules, a few steps; what is set is told and taken."""
    recipes.main(
        [
            "successor",
            "--steps",
            "6",
            "--seeds",
            "2",
            "--rates",
            "0.003",
            "0.01",
            "--set",
            "training.batch=2",
        ]
    )
    title, _, *head, first, second, third, fourth = capsys.readouterr().out.splitlines()
    assert title == "successor"
    assert "\n".join(head) == recipes.HEAD
    assert [line.split(" | ")[:5] for line in (first, second)] == [
        ["| successor", "training.batch 2", rate, "constant", "6"] for rate in ("0.003", "0.01")
    ]
    assert [line.split(" | ")[3] for line in (third, fourth)] == ["cosine"] * 2
    assert all(" | 0 of 2 | " in line for line in (first, second, third, fourth))


def test_plain_exhaustive_counts_what_the_product_counts() -> None:
    """On every context of length 3 both find the same number of mistakes."""
    from reportgen.core.exact.enumerate import check

    study = exhaustive.stored()
    network = training.Plain(study.config)
    network.take({name: torch.from_numpy(w).float() for name, w in study.weights.items()})
    every = torch.cartesian_prod(torch.arange(12), torch.arange(12), torch.tensor([study.trigger]))
    assert (
        exhaustive.mistakes(study, network, every.numpy())
        == check(study.config.model, study.weights, study.data.reader, 3).wrong.sum()
    )


def test_a_command_that_fails_is_an_error() -> None:
    with pytest.raises(subprocess.CalledProcessError) as error:
        command_sample([sys.executable, "-c", "print('said'); raise SystemExit(3)"], folder=ROOT)
    assert (error.value.returncode, error.value.output) == (3, "said\n")


def lines() -> tuple[Line, ...]:
    ours, plain = (
        Variant("ours", (Sample(1, 2, 30), Sample(3, 2, 40), Sample(2, 1, 20))),
        Variant("plain", (Sample(5, 5, 50),), 10),
    )
    return Line("a", "some work", ours, plain, least_ratio=30, note="A note."), Line(
        "b", "other work", ours, most_seconds=2, most_memory=39
    )


def test_targets_and_scales() -> None:
    """Medians are scaled, ratios are plain over ours, and each target says whether it is met."""
    first, second = lines()
    assert (
        first.ours.seconds,
        first.ours.cpu,
        first.ours.memory,
        first.plain.seconds,
        first.ratio,
    ) == (2, 2, 40, 50, 25)
    assert first.targets == [("at least 30 times as fast", False)]
    assert second.targets == [("at most 2 s", True), ("at most 39 MiB a process", False)]


def test_results_survive_their_file(tmp_path: Path) -> None:
    session = results.session(0.5)
    curve = growth.Curve(
        "seeds",
        "seeds",
        "10 steps",
        (1, 2),
        (Variant("1", (Sample(1, 1, 1),)), Variant("2", (Sample(2, 2, 2),))),
    )
    found = results.Results((session, lines()), ((session, (curve,)),))
    results.save(found, tmp_path / "some.json")
    assert results.load(tmp_path / "some.json") == found
    assert results.load(tmp_path / "none.json") == results.Results()
    text = page.rendered(found)
    assert "| some work | 2.00 s | 50.0 s | × 25.0 |" in text
    assert "**missed**" in text
    assert "| seeds (10 steps) | 1 | 2 |" in text


@pytest.mark.parametrize("appearance", THEMES)
def test_nothing_is_cut_off(appearance: str) -> None:
    """All words of the committed pictures lie on the sheet."""
    found = results.load()
    assert found.targets is not None
    draws = [
        (
            picture.table_height(found.targets[1]),
            lambda canvas: picture.draw_table(canvas, found.targets[1]),
        )
    ]
    if found.growth:
        draws.append(
            (
                picture.growth_height(found.curves),
                lambda canvas: picture.draw_growth(canvas, found.curves),
            )
        )
    for height, draw_on in draws:
        with applied(theme(appearance)):
            canvas = Canvas(theme(appearance), height)
            draw_on(canvas)
            box = canvas.figure.get_tightbbox()
            assert min(box.x0, box.y0) >= -0.02
            assert (
                max(box.x1 - canvas.figure.get_figwidth(), box.y1 - canvas.figure.get_figheight())
                <= 0.02
            )


def test_the_page_says_what_was_measured() -> None:
    """The committed page is made from the committed results, and its pictures are there."""
    assert (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8") == page.rendered(
        results.load()
    ), "write it anew: python -m benchmarks --redraw"
    for ending in (".svg", ".png"):
        assert (ROOT / "docs" / "assets" / f"benchmarks{ending}").is_file()
