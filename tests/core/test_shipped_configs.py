"""The shipped configurations: sizes of the reference, and what all of them have in common."""

import pytest
from rulework import CONFIGS, SETTINGS

from reportgen.core import config as configs

PARAMETERS = {
    "plus_last_even": 250,
    "lucky7": 245,
    "lucky7_no_resid": 245,
    "step_back": 791,
    "copy_modulo": 609,
    "successor": 758,
    "conditional_transform": 758,
    "lookup_permutation": 1552,
    "odd_even_index": 295,
    "even_abs_diff": 5913,
    "even_repeat_last_odd": 5913,
    "even_to_odd_transition": 123,
}
WITH_PROJECTION = {
    "plus_max_of_two",
    "plus_means_even",
    "parity_based",
    "paritygt10",
    "even_greater_than_10",
}
VARIANTS = {  # a configuration -> the one it differs from, and the keys in which it does
    "plus_last_even_recipe": (
        "plus_last_even",
        {"training.lr", "training.schedule", "training.warmup"},
    ),
    "lucky7_recipe": (
        "lucky7",
        {
            "training.lr",
            "training.schedule",
            "training.warmup",
            "training.steps",
            "training.checkpoint_every",
        },
    ),
    "copy_modulo_recipe": ("copy_modulo", {"training.lr", "training.schedule", "training.warmup"}),
    "lucky7_open": ("lucky7", {"rule.seven_first"}),
    "lucky7_no_resid": ("lucky7", {"model.residual", "training.lr"}),
    "step_back_open": ("step_back", {"rule.four_nines"}),
    "even_abs_diff_open": ("even_abs_diff", {"rule.two_evens"}),
    "odd_even_index_aligned": (
        "odd_even_index",
        {"data.window_stride", "training.lr", "training.checkpoint_every"},
    ),
    "step_down": ("successor", {"rule.name"}),
}
# of several layers, which are like nothing in the reference
DEEP = {"plus_last_even_deep"}
every = pytest.mark.parametrize("name", [name for name in SETTINGS if name not in DEEP])


@pytest.mark.parametrize("name", PARAMETERS)
def test_networks_are_as_large_as_those_of_the_reference(name: str) -> None:
    assert configs.load(CONFIGS / f"{name}.yaml").parameters == PARAMETERS[name]


@every
def test_what_every_configuration_has(name: str) -> None:
    """A line on what it is for, an output projection exactly where the heads need one, and
    checkpoints enough for a film.
    """
    assert (CONFIGS / f"{name}.yaml").read_text(encoding="utf-8").startswith("# ")
    config = configs.load(CONFIGS / f"{name}.yaml")
    m, t = config.model, config.training
    assert m.output_projection == (m.n_heads * m.d_head != m.d_model) == (name in WITH_PROJECTION)
    assert m.d_mlp == 16 * m.d_model
    assert t.steps // t.checkpoint_every >= 20


@pytest.mark.parametrize("name", VARIANTS)
def test_a_variant_differs_in_what_it_is_about_alone(name: str) -> None:
    flat = lambda of: {
        f"{s}.{k}": v
        for s, section in configs.load(CONFIGS / f"{of}.yaml").as_dict().items()
        if s != "name"
        for k, v in section.items()
    }
    first, keys = VARIANTS[name]
    own, other = flat(name), flat(first)
    assert {key for key in own | other if own.get(key) != other.get(key)} == keys
