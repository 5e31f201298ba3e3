"""What a page makes of a task: the rule's demands, tokens with odd names, sequences that fail, and
how much of a run it is given.
"""

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import committed
from livework import board_folder, opened, placed, served_modules

from reportgen.core import live
from reportgen.core.study import Study
from reportgen.measure.numbers import grouped

SEQUENCES = 300
DEMANDS = """async (sequences) => {
  const { Network } = await import("./live/network.js");
  const { rule } = await Network.load("run/live.json");
  return sequences.map((tokens) => rule.demands(tokens));
}"""
FORTH_AND_BACK = """async ({tokens, sequences}) => {
  const { toAddress, fromAddress } = await import("./live/address.js");
  const model = {n_ctx: 8, n_layers: 1, n_heads: 1, normalization: "none"};
  const about = {seeds: [{seed: 1, steps: [0]}], stands: null};
  const net = {about, model, tokens};
  const state = {seed: 0, checkpoint: 0, attention: "trained", ffn: true, positions: true};
  const rest = {focus: null, layer: 0, head: 0, weighted: false, point: null};
  return sequences.map((ids) => {
    const hash = toAddress({...state, ...rest, tokens: ids}, net);
    const link = document.createElement("a");
    link.href = `bare.html${hash}`; // as a browser writes it
    return {hash, ...fromAddress(link.hash, net)};
  });
}"""
READ = """async ([text, tokens]) => (await import("./live/reading.js")).read(text, tokens)"""
HOSTILE = dict(
    spaces=["a b", "a", "b", " ", "a  b", "\u00a0"],
    signs=["+", "&", "%", "#", "=", "%2B", "?", "tokens=", "␣"],
    markup=["<b>", "</b>", "<script>alert(1)</script>", '"', "'", "&lt;"],
    emoji=["👩‍👩‍👧", "👩", "👧", "🇩🇪", "🇩", "🇪", "👍🏽", "👍"],
    accents=["e", "e\u0301", "\u0301", "\u00e9", "n\u0303"],
    prefixes=["1", "11", "111", "1 1", "+1", "-1"],
    blanks=["␣", "⏎", "⇥", "x", "\r", "\n"],
)


@pytest.mark.browser
def test_the_rule_demands_on_the_page_what_it_demands(
    tmp_path: Path, chromium: Any, served: Callable[[Path], str]
) -> None:
    study = committed("learnt")
    placed(study, tmp_path)
    rng, longest = np.random.default_rng(11), study.config.model.n_ctx
    sequences = [
        rng.integers(0, len(study.tokens), int(rng.integers(1, longest + 1))).tolist()
        for _ in range(SEQUENCES)
    ]
    page = opened(chromium, served(tmp_path))
    found = page.evaluate(DEMANDS, sequences)
    assert page.wrong == []
    page.close()
    told, names = 0, study.rule.vocabulary
    for tokens, demands in zip(sequences, found, strict=True):
        for i, on_page in enumerate(demands):
            demand = study.rule.demand([names[t] for t in tokens[: i + 1]])
            allowed = {names[t] for t in on_page["allowed"]} if on_page else set()
            assert (allowed, on_page and on_page["source"]) == (demand.tokens, demand.source)
            told += bool(demand.tokens)
    assert told > SEQUENCES // 4


@pytest.mark.browser
@pytest.mark.parametrize("kind", HOSTILE)
def test_an_address_gives_back_tokens_with_odd_names(
    kind: str, tmp_path: Path, chromium: Any, served: Callable[[Path], str]
) -> None:
    tokens, rng = HOSTILE[kind], np.random.default_rng(3)
    sequences = [[i] for i in range(len(tokens))]
    sequences += [rng.integers(0, len(tokens), 8).tolist() for _ in range(60)]
    page = opened(chromium, served(served_modules(tmp_path)))
    found = page.evaluate(FORTH_AND_BACK, dict(tokens=tokens, sequences=sequences))
    assert page.wrong == []
    page.close()
    assert [each["asked"].get("tokens") for each in found] == sequences
    assert {tuple(each["ignored"]) for each in found} == {()}


@pytest.mark.browser
def test_a_letter_with_its_accent_is_one_sign(
    chromium: Any, tmp_path: Path, served: Callable[[Path], str]
) -> None:
    """Typed without spaces; where letter and accent are tokens of their own, they are read so."""
    page = opened(chromium, served(served_modules(tmp_path)))
    whole, apart = ["e\u0301", "👍🏽", "x"], ["e", "\u0301", "x"]
    assert page.evaluate(READ, ["xe\u0301👍🏽x", whole]) == dict(ids=[2, 0, 1, 2], unknown=[])
    assert page.evaluate(READ, ["xe\u0301", apart]) == dict(ids=[2, 0, 1], unknown=[])
    assert page.evaluate(READ, ["xé👍", apart]) == dict(ids=[2], unknown=["é", "👍"])
    page.close()


def failing(study: Study, folder: Path) -> list[live.Example]:
    """What the page of a run offers as wrong at the end of training."""
    placed(study, folder)
    about = json.loads((folder / "run" / "live.json").read_text(encoding="utf-8"))
    offered = [x for each in about["presets"] if "fails" in each["title"] for x in each["items"]]
    return [live.Example(np.array(x["tokens"]), x["note"], x["step"]) for x in offered]


@pytest.mark.parametrize("name", ["learnt", "repeats_learnt", "inputs_eight"])
def test_what_is_offered_as_wrong_is_wrong(name: str, tmp_path: Path) -> None:
    study = committed(name)
    offered = failing(study, tmp_path)
    assert len(offered) > 2
    for each in offered:
        logits = study.trace_of(each.tokens[None], keep=("logits",)).logits[0, -1]
        said, names = int(logits.argmax()), study.rule.vocabulary
        demand = study.rule.demand([names[t] for t in each.tokens])
        assert each.step is None
        assert demand.tokens
        assert names[said] not in demand.tokens
        assert each.note.endswith(f"it says {study.tokens[said]}")
    assert max(Counter(tuple(each.tokens) for each in offered).values()) == 1


@pytest.mark.browser
def test_a_large_run_comes_with_fewer_checkpoints_and_says_so(
    tmp_path: Path, chromium: Any, served: Callable[[Path], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    study = committed("repeats_learnt")
    has, numbers = len(study.run.steps), study.config.parameters
    monkeypatch.setattr(live, "MOST", 4 * numbers * live.NUMBER + 1)
    address = served(board_folder(study, tmp_path))
    assert (tmp_path / "run" / live.SHOWN).stat().st_size == 4 * numbers * live.NUMBER
    page = opened(chromium, address, "full.html")
    page.wait_for_selector(".rg-live-say:not(:empty)")
    assert page.locator(f"text=This page has 4 of {has} checkpoints.").is_visible()
    assert page.get_attribute("input[type=range]", "max") == "3"
    last = page.inner_text("label[for^=rg-live-step]")
    assert f"Step {grouped(study.run.steps[-1])} of {grouped(study.run.steps[-1])}" in last
    assert page.wrong == []
    page.close()
