"""What documents and configurations say of networks is what committed results show."""

import re
from collections.abc import Mapping
from typing import Any

import pytest
from places import CONFIGS

from benchmarks import recipes_page as page
from benchmarks.recipes import Setting, learnt

TEXT = page.PAGE.read_text(encoding="utf-8")
RESULTS = page.known()
SETTINGS = [setting for table in page.TABLES.values() for setting in table]


def count(name: str) -> tuple[int, int]:
    """How many of how many seeds of a shipped configuration learnt."""
    return next(
        learnt(page.of(setting, RESULTS))
        for setting in SETTINGS
        if setting.name == name and not setting.changes
    )


def said(words: str) -> None:
    """The page says so: else what is tested here is said nowhere."""
    assert words in " ".join(TEXT.split())


def tries(section: str, **values: Any) -> list[tuple[Setting, Mapping[str, Any]]]:
    """Rows of a section whose configuration has these values, by "section__key"."""
    wanted = {key.replace("__", "."): value for key, value in values.items()}

    def matches(setting: Setting) -> bool:
        told = setting.config.as_dict()
        return all(told[k.split(".")[0]][k.split(".")[1]] == v for k, v in wanted.items())

    return [(each, page.of(each, RESULTS)) for each in page.TABLES[section] if matches(each)]


def test_the_tables_are_those_of_the_results() -> None:
    """Nothing on them is typed by hand; a digit changed there would be changed back."""
    assert page.with_tables(TEXT, RESULTS) == TEXT
    assert page.with_tables(TEXT.replace(" of 8 |", " of 9 |", 1), RESULTS) == TEXT


def test_every_row_is_of_a_shipped_configuration_and_has_a_result_for_each_seed() -> None:
    for setting in SETTINGS:
        for values in page.of(setting, RESULTS).values():
            assert not isinstance(values, list) or len(values) == setting.seeds


def test_a_page_without_the_table_is_an_error() -> None:
    with pytest.raises(ValueError, match="no table below '## lucky7'"):
        page.with_tables(TEXT.replace("## lucky7\n", "## other\n"), RESULTS)


@pytest.mark.parametrize("name", ["plus_last_even", "lucky7", "copy_modulo"])
def test_a_recipe_learns_more_often(name: str) -> None:
    """As the summaries of their configurations say: most seeds learn."""
    before, seeds = count(name)
    after, of = count(f"{name}_recipe")
    assert after / of > before / seeds
    assert after > of / 2
    first = (CONFIGS / f"{name}_recipe.yaml").read_text(encoding="utf-8").splitlines()[0]
    assert "most seeds learn" in first


def test_a_quarter_of_the_steps_is_enough_for_lucky7() -> None:
    said("With the cosine, a quarter of the steps is enough.")
    assert "in a quarter of the steps" in (CONFIGS / "lucky7_recipe.yaml").read_text("utf-8")
    before, after = Setting("lucky7", {}, 10).config, Setting("lucky7_recipe", {}, 10).config
    assert after.training.steps * 4 == before.training.steps


def test_without_residual_connections_few_learn_and_some_do() -> None:
    said("no seed learnt at the reference rate, and fewer than half did with the cosine.")
    said("But some do, so the network is not too small.")
    reference, cosine = [learnt(v) for _, v in tries("lucky7", model__residual=False)]
    assert reference[0] == 0
    assert 0 < cosine[0] < cosine[1] / 2


def test_two_dimensions_are_not_called_too_few_for_want_of_luck() -> None:
    """No seed of any rate learnt, which bounds a share and proves nothing of the network."""
    said("In two dimensions no seed learnt, at any rate.")
    assert {learnt(v)[0] for _, v in tries("plus_max_of_two", model__d_model=2)} == {0}
    assert "too few" not in TEXT.replace("does not show that two dimensions are too few", "")


def test_the_rate_decides_whether_odd_even_index_is_learnt() -> None:
    said("Of what was tried, the rate decides.")
    counts = {s.config.training.lr: learnt(v) for s, v in tries("odd_even_index")[:2]}
    assert counts[1e-5][0] == 0
    assert counts[1e-3][0] == counts[1e-3][1]


def test_the_intervals_of_all_and_none_of_eight() -> None:
    """Clopper and Pearson's, in closed form where all succeed or none does."""
    least = 0.025 ** (1 / 8)
    said(f"as low as {100 * least:.0f} %; if none of 8 does, as high as {100 * (1 - least):.0f} %")


def test_no_induction_head_takes_both_large_weights_and_positions_in_the_stream() -> None:
    said("have both: positions in the stream, and large initial weights. Either alone was not")
    for setting, values in tries("induction"):
        model = setting.config.model
        both = model.positions == "stream" and model.init_std is not None
        matching = values["prefix_matching"]
        assert max(matching) < 0.1 if both else min(matching) > 0.5, setting


def test_no_count_is_written_into_prose() -> None:
    """A count in a sentence would not follow the results; tables do."""
    prose = [line for line in TEXT.splitlines() if line[:1] not in "|`" and "intervals" not in line]
    assert not re.findall(r"\d+ of \d+", "\n".join(prose))
    for path in CONFIGS.glob("*.yaml"):
        assert not re.search(r"\d of \d+ seeds", path.read_text(encoding="utf-8")), path.name
