"""What is said of a given network and a text that do not fit each other."""

from collections.abc import Mapping
from pathlib import Path

import pytest
import torch
from giventext import CHARACTERS, FILE, READ, TEXT, config_in, network, put
from gptwork import GPT

from reportgen.core.weights.given import given_run, given_weights
from reportgen.errors import ConfigError, WeightsError

SIZE = len(CHARACTERS)


@pytest.fixture(scope="module")
def net() -> GPT:
    return network()


def wrong(folder: Path, net: GPT, text: str = TEXT, **changed: Mapping[str, object]) -> list[str]:
    """What is wrong with a configuration, without the folder."""
    put(folder, net, text)
    with pytest.raises(ConfigError) as caught:
        config_in(folder, **changed)
    return [
        each.removeprefix("config: ").replace(f"{folder}/", "") for each in caught.value.problems
    ]


def refused(
    folder: Path, state: dict[str, torch.Tensor], **changed: Mapping[str, object]
) -> list[str]:
    """What is wrong with a file of weights."""
    put(folder, network())
    torch.save(state, folder / FILE)
    with pytest.raises(WeightsError) as caught:
        given_weights(config_in(folder, **changed))
    return [each.removeprefix(f"{folder}/{FILE}: ") for each in caught.value.problems]


def test_the_order_of_tokens_is_asked(tmp_path: Path, net: GPT) -> None:
    assert wrong(tmp_path, net, weights=dict(tokens=None)) == [
        "weights.tokens: missing: which token has the first row of the embedding, which the second?"
        " as_listed, if they are those of the rule, ␣, e, t, a, s, n, ...; sorted, if by code"
        " point, ⏎, ␣, \", #, %, ', ...; otherwise all tokens as a list, in the order of the file"
    ]


def test_only_characters_are_sorted(tmp_path: Path, net: GPT) -> None:
    """Where one row stands for all others, or a letter is of several code points, no program has
    sorted them so.
    """
    words = (
        "weights.tokens: got 'sorted', allowed: as_listed, or all tokens in the order of the file;"
        " only the tokens of a text are sorted, and only where each is a character or a word of"
        " its own"
    )
    assert wrong(tmp_path, net, rule=dict(size=SIZE - 3)) == [words]
    flags = TEXT + "🇫🇷"
    assert wrong(tmp_path, net, flags, rule=dict(size=SIZE + 1)) == [words]


def test_a_list_is_of_the_tokens(tmp_path: Path, net: GPT) -> None:
    less = CHARACTERS[1:]
    assert wrong(tmp_path, net, weights=dict(tokens=less)) == [
        f"weights.tokens: got {SIZE - 1} tokens, allowed: the {SIZE} tokens of the rule, each once;"
        " '⏎' does not fit"
    ]


def test_a_text_with_characters_that_the_vocabulary_lacks(tmp_path: Path, net: GPT) -> None:
    text = TEXT + "é" * 3 + "ß"
    rule = dict(listed=CHARACTERS)
    assert wrong(tmp_path, net, text, rule=rule, weights=dict(tokens="as_listed")) == [
        f"rule.listed: {READ}: has characters that are not listed, with how often: é (3), ß (1);"
        " give the text that the network was trained on, or list □ too, if one row of its embedding"
        " stands for all others"
    ]


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (
            dict(listed=[*CHARACTERS, "e"]),
            "rule.listed: got 'e' twice, allowed: each token once",
        ),
        (
            dict(listed=[*CHARACTERS, "\r"]),
            "rule.listed: got '\\r', which no text here has: line ends are read as \\n, letters"
            " with their marks as one (NFC), words in lower case; allowed: tokens as they are read",
        ),
        (
            dict(listed=[*CHARACTERS, "é"]),
            f"rule.size: got {SIZE}, allowed: {SIZE + 1}, the number of tokens in rule.listed",
        ),
    ],
)
def test_a_list_that_cannot_be(
    tmp_path: Path, net: GPT, rule: dict[str, object], words: str
) -> None:
    assert wrong(tmp_path, net, rule=rule, weights=dict(tokens="as_listed")) == [words]


def test_a_text_that_is_too_short(tmp_path: Path, net: GPT) -> None:
    found = wrong(tmp_path, net, TEXT[:200], rule=dict(size=20), weights=dict(tokens="as_listed"))
    assert found == [
        "data.block: got 150: the text has 200 tokens, and at least 3 blocks are needed, to fit"
        " readouts on, to choose the smoothing of counts, and to evaluate; allowed: at most 66"
    ]


def test_an_end_that_is_too_short(tmp_path: Path, net: GPT) -> None:
    assert wrong(tmp_path, net, data=dict(held_out_end=0.1)) == [
        "data.held_out_end: got 0.1: 17 whole blocks of 150 tokens lie in that end, and"
        " data.validation and data.holdout take 19 and 37 of them; lower these, or data.block"
    ]
    found = wrong(tmp_path, net, data=dict(held_out_end=0.999, validation=0.3, holdout=0.3))
    assert found == [
        "data.held_out_end: got 0.999: no whole block of 150 tokens lies before that end"
    ]


def test_a_vocabulary_of_another_size(tmp_path: Path) -> None:
    state = network(tokens=SIZE + 3).state()
    same = f"wanted [{SIZE}, 16] (token × d_model): the vocabulary of the rule is {SIZE}"
    said = [f"transformer.wte.weight: has the shape [{SIZE + 3}, 16], {same}"]
    assert refused(tmp_path, state) == said  # and once, of a head that is the embedding
    assert refused(tmp_path, state, weights=dict(tied=False)) == [
        *said,
        said[0].replace("transformer.wte", "lm_head"),
    ]


def test_tensors_that_are_missing_or_of_something_else(tmp_path: Path) -> None:
    state = network().state()
    lost = "transformer.h.1.mlp.c_proj.weight"
    strange = {"transformer.h.0.mlp.act.weight": torch.ones(1)}  # neurons that learn their function
    assert refused(tmp_path, {k: v for k, v in state.items() if k != lost} | strange) == [
        "h.1.mlp.c_proj.weight: missing, of which W_out would be made (did you mean"
        " 'h.0.mlp.act.weight'?); another layout, or other sizes of the model, may fit this file",
        "transformer.h.0.mlp.act.weight: of no weight that the layout nanogpt knows; if these are"
        " no weights, say so by name with weights.ignore; if they are, name another layout",
    ]


@pytest.mark.parametrize("kind", [torch.float16, torch.bfloat16])
def test_numbers_of_sixteen_bits(tmp_path: Path, kind: torch.dtype) -> None:
    """They are widened, and told."""
    state = {key: value.to(kind) for key, value in network().state().items()}
    put(tmp_path, network())
    torch.save(state, tmp_path / FILE)
    run = given_run(config_in(tmp_path))
    assert run.origin is not None
    assert run.origin.types == {str(kind).removeprefix("torch."): len(state)}
    assert sorted(run.origin.narrow) == sorted(state)


def test_an_end_is_held_out_of_given_weights_alone(tmp_path: Path) -> None:
    from textwork import of_text

    from reportgen.core import config as configs

    trained = of_text(tmp_path / READ, "ab" * 200, size=2).as_dict()
    trained["data"] |= dict(held_out_end=0.5)  # type: ignore[operator]
    with pytest.raises(ConfigError) as caught:
        configs.from_values(trained)
    assert list(caught.value.problems) == [
        "config: data.held_out_end: got 0.5, allowed with given weights alone; a training here"
        " holds out data.holdout"
    ]
