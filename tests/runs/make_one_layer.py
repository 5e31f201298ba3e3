"""Train the committed runs of one layer of attention on `text.txt`: `python tests/runs/make_one_layer.py`, about ten seconds.

`one_layer_learnt` holds two seeds; `one_layer_unlearnt` one seed that has hardly begun. Every twentieth checkpoint is kept.
"""

from dataclasses import replace
from pathlib import Path

from reportgen import config as configs
from reportgen.train import train

HERE = Path(__file__).parent


def main() -> None:
    shipped = configs.load(HERE.parents[1] / "configs" / "one_layer.yaml").as_dict()
    values = shipped | dict(rule=dict(name="text", unit="characters", size=70, file=str(HERE / "text.txt")), data=dict(shipped["data"], block=150, windows=60))
    values["model"] = shipped["model"] | dict(n_heads=2, d_model=16, d_head=8, n_ctx=12)
    for name, changed in (("one_layer_learnt", dict(steps=600, warmup=20, seeds=2)), ("one_layer_unlearnt", dict(steps=600, lr=1e-7, schedule="constant", warmup=0, seeds=1))):
        config = configs.from_values(values | dict(training=values["training"] | changed | dict(checkpoint_every=10)))
        run = train(config).only(list(range(config.training.seeds)), every=20)
        told = replace(run, config=run.config | dict(rule=dict(run.config["rule"], file="text.txt")))  # its place differs from machine to machine
        (HERE / f"{name}.safetensors").write_bytes(told.to_bytes())


if __name__ == "__main__":
    main()
