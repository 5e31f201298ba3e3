"""Train the committed runs of networks that read `text.txt`: `python tests/runs/make_text.py`,
about half a minute.

Of each depth, one holds two seeds (and their narrower networks, without layers); the other one seed
that has hardly begun.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

from reportgen.core import config as configs
from reportgen.core.train import train

HERE = Path(__file__).parent
SMALL = dict(n_heads=2, d_model=16, d_head=8, n_ctx=12)
DEPTHS: dict[
    str, tuple[str, int, dict[str, Any], int, int]
] = {  # configuration, tokens, network, steps between checkpoints, of which every so manyth is kept
    "text": ("zero_layer", 80, {}, 10, 10),
    "one_layer": ("one_layer", 70, SMALL, 10, 20),
    "full": ("full_transformer", 70, SMALL | dict(d_mlp=16), 300, 1),
}


def main() -> None:
    for depth, (shipped, size, model, apart, every) in DEPTHS.items():
        values = configs.load(HERE.parents[1] / "configs" / f"{shipped}.yaml").as_dict()
        values |= dict(
            rule=dict(name="text", unit="characters", size=size, file=str(HERE / "text.txt")),
            data=values["data"] | dict(block=150, windows=60),
            model=values["model"] | model,
        )
        learnt, unlearnt = (
            dict(steps=600, warmup=20, seeds=2),
            dict(steps=600, lr=1e-7, schedule="constant", warmup=0, seeds=1),
        )
        for name, changed in ((f"{depth}_learnt", learnt), (f"{depth}_unlearnt", unlearnt)):
            config = configs.from_values(
                values | dict(training=values["training"] | changed | dict(checkpoint_every=apart))
            )
            run = train(config).only(list(range(config.training.seeds)), every=every)
            told = replace(
                run, config=run.config | dict(rule=dict(run.config["rule"], file="text.txt"))
            )  # its place differs from machine to machine
            (HERE / f"{name}.safetensors").write_bytes(told.to_bytes())


if __name__ == "__main__":
    main()
