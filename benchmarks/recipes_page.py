"""The tables of docs/recipes.md: which settings they show, what those settings reached, and the
page with tables made from it. `python -m benchmarks.recipes` tries what is not yet known.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from benchmarks.measure import ROOT
from benchmarks.recipes import HEAD, Setting, line, reached

PAGE = ROOT / "docs" / "recipes.md"
RESULTS = ROOT / "benchmarks" / "results" / "recipes.json"


def cosine(name: str, rate: float, steps: int, **others: Any) -> Setting:
    """Eight seeds, a rise over 500 steps and half a cosine down to zero."""
    changes = {"training.lr": rate, "training.schedule": "cosine", "training.warmup": 500}
    others = {key.replace("__", "."): value for key, value in others.items()}
    return Setting(name, {**changes, "training.steps": steps, **others}, 8)


def repeated(positions: str, width: int, spread: float | None, steps: int) -> Setting:
    """Two seeds of the two-layer network on repeating sequences; `spread` is the standard deviation
    of the initial weights.
    """
    model = dict(positions=positions, d_model=width, d_head=width, init_std=spread)
    changes = {f"model.{key}": value for key, value in model.items()}
    return Setting("induction", {**changes, "training.steps": steps}, 2)


TABLES: Mapping[str, Sequence[Setting]] = {
    "plus_last_even": (Setting("plus_last_even", {}, 20), Setting("plus_last_even_recipe", {}, 20)),
    "lucky7": (
        Setting("lucky7", {}, 10),
        Setting("lucky7_recipe", {}, 10),
        Setting("lucky7_open", {}, 10),
        cosine("lucky7_open", 0.01, 10_000),
        Setting("lucky7_no_resid", {}, 10),
        cosine("lucky7_no_resid", 0.01, 10_000),
    ),
    "copy_modulo": (Setting("copy_modulo", {}, 10), Setting("copy_modulo_recipe", {}, 10)),
    "plus_max_of_two": (
        cosine("plus_max_of_two", 0.01, 20_000),
        cosine("plus_max_of_two", 0.03, 20_000),
        cosine("plus_max_of_two", 0.01, 20_000, model__d_model=4),
        Setting("plus_max_of_two", {}, 8),
    ),
    "odd_even_index": (
        Setting("odd_even_index", {}, 10),
        Setting("odd_even_index", {"training.lr": 0.001}, 8),
        Setting("odd_even_index_aligned", {}, 10),
    ),
    "induction": (
        Setting("induction", {}, 8),
        repeated("stream", 32, None, 1_500),
        repeated("stream", 32, 0.2, 4_000),
        Setting("induction_added_positions", {}, 8),
        repeated("attention", 64, 0.2, 2_000),
    ),
}
REPEATS_HEAD = (
    "| configuration | positions | width | initial weights | steps | seeds |"
    " accuracy: least, median, most | prefix matching: least, median, most |\n"
    "|---|---|---|---|---|---|---|---|"
)


def known() -> dict[str, dict[str, Any]]:
    """What settings reached, by their JSON."""
    if not RESULTS.is_file():
        return {}
    kept = json.loads(RESULTS.read_text(encoding="utf-8"))
    return {_key(each["setting"]): each["reached"] for each in kept}


def renew() -> None:
    """Try every setting of the tables that is not known, and write the page's tables anew."""
    results = known()
    for setting in (each for table in TABLES.values() for each in table):
        key = _key(setting.as_dict())
        if key not in results:
            results[key] = reached(setting)
            _save(results)
            print(key, results[key], flush=True)
    text = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(with_tables(text, results), encoding="utf-8")


def with_tables(text: str, results: Mapping[str, Mapping[str, Any]]) -> str:
    """The page with each section's table in the place of the one it has."""
    for section, settings in TABLES.items():
        table = _table(settings, results)
        text, found = re.subn(
            rf"(## {section}\b[^\n]*\n(?:(?!\n## ).)*?\n)\|.*?\|\n(?!\|)",
            lambda match, table=table: match[1] + table,  # type: ignore[misc]
            text,
            count=1,
            flags=re.S,
        )
        if not found:
            raise ValueError(f"{PAGE.name}: no table below '## {section}'")
    return text


def of(setting: Setting, results: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Any]:
    """What a setting reached."""
    return results[_key(setting.as_dict())]


def _table(settings: Sequence[Setting], results: Mapping[str, Mapping[str, Any]]) -> str:
    rows = [(setting, of(setting, results)) for setting in settings]
    if "error_visible" in rows[0][1]:
        return "\n".join((HEAD, *(line(*row) for row in rows))) + "\n"
    return "\n".join((REPEATS_HEAD, *(_repeats_line(*row) for row in rows))) + "\n"


def _repeats_line(setting: Setting, values: Mapping[str, Any]) -> str:
    model, steps = setting.config.model, setting.config.training.steps
    spread = "standard" if model.init_std is None else f"{model.init_std:g}"
    positions = "stream" if model.positions == "stream" else "queries and keys"
    spans = (
        f"{np.min(v):.2f}, {np.median(v):.2f}, {np.max(v):.2f}"
        for v in (values["accuracy"], values["prefix_matching"])
    )
    name = "" if setting.changes else setting.name
    return (
        f"| {name} | {positions} | {model.d_model} | {spread} | {steps:,} | {setting.seeds} |"
        f" {' | '.join(spans)} |"
    )


def _key(setting: Mapping[str, Any]) -> str:
    return json.dumps(setting, sort_keys=True)


def _save(results: Mapping[str, Mapping[str, Any]]) -> None:
    lines = [
        json.dumps(dict(setting=json.loads(key), reached=values)) for key, values in results.items()
    ]
    RESULTS.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")
