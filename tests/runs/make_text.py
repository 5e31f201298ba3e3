"""Train the committed runs of networks that read a text: `python tests/runs/make_text.py [NAME]`,
about half a minute.

Of each depth, one holds two seeds of `text.txt` (and their narrower networks, without layers),
another one seed that has hardly begun. Two seeds each read `echo.txt`, in which everything is said
three times: attention tells there what the last tokens do not.
"""

import sys
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

from reportgen.core import config as configs
from reportgen.core.train import train

HERE = Path(__file__).parent
SMALL: dict[str, Any] = dict(n_heads=2, d_model=16, d_head=8, n_ctx=12)
LEARNT: dict[str, Any] = dict(steps=600, warmup=20, seeds=2)
UNLEARNT: dict[str, Any] = dict(steps=600, lr=1e-7, schedule="constant", warmup=0, seeds=1)
ECHO: dict[str, Any] = dict(file="echo.txt", size=8)
DEPTHS: dict[
    str, tuple[str, int, dict[str, Any], int, int]
] = {  # configuration, tokens, network, steps between checkpoints, of which every so manyth is kept
    "text": ("zero_layer", 80, {}, 10, 10),
    "one_layer": ("one_layer", 70, SMALL, 10, 20),
    "full": ("full_transformer", 70, SMALL | dict(d_mlp=16), 300, 1),
}
LONGER: dict[str, dict[str, Any]] = {  # what is other where the echo is read
    "one_layer": dict(training=LEARNT | dict(checkpoint_every=300)),
    "full": dict(training=LEARNT | dict(steps=2000, checkpoint_every=1000), model=dict(n_ctx=16)),
}


def echo(letters: str = "abcdefgh", size: int = 28_000) -> str:
    """Three to six different letters in any order, each such word three times, and so on."""
    random, said = Random(1), ""
    while len(said) < size:
        said += 3 * "".join(random.sample(letters, random.choice((3, 4, 5, 6))))
    return said[:size]


def wanted() -> dict[str, dict[str, Any]]:
    """By the name of a run what is other than in the shipped configuration of its depth, and how
    many of its checkpoints are kept.
    """
    found: dict[str, dict[str, Any]] = {}
    for depth, (shipped, size, model, apart, every) in DEPTHS.items():
        rule: dict[str, Any] = dict(name="text", unit="characters", size=size, file="text.txt")
        base: dict[str, Any] = dict(shipped=shipped, rule=rule, model=model, every=every)
        for name, changed in (("learnt", LEARNT), ("unlearnt", UNLEARNT)):
            found[f"{depth}_{name}"] = base | dict(training=changed | dict(checkpoint_every=apart))
        if other := LONGER.get(depth):
            found[f"{depth}_echo"] = base | dict(
                rule=rule | ECHO,
                model=model | other.get("model", {}),
                training=other["training"],
                every=1,
            )
    return found


def main() -> None:
    (HERE / "echo.txt").write_text(echo(), encoding="utf-8")
    for name, asked in wanted().items():
        if sys.argv[1:] and sys.argv[1] not in name:
            continue
        values = configs.load(HERE.parents[1] / "configs" / f"{asked['shipped']}.yaml").as_dict()
        values |= dict(
            rule=asked["rule"] | dict(file=str(HERE / asked["rule"]["file"])),
            data=values["data"] | dict(block=150, windows=60),
            model=values["model"] | asked["model"],
            training=values["training"] | asked["training"],
        )
        config = configs.from_values(values)
        run = train(config).only(list(range(config.training.seeds)), every=asked["every"])
        told = replace(run, config=run.config | dict(rule=run.config["rule"] | asked["rule"]))
        # its place differs from machine to machine
        (HERE / f"{name}.safetensors").write_bytes(told.to_bytes())


if __name__ == "__main__":
    main()
