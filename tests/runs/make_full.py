"""Train the committed runs of the whole transformer on `text.txt`: `python tests/runs/make_full.py`, about twenty seconds.

`full_learnt` holds two seeds; `full_unlearnt` one seed that has hardly begun. The first and the last checkpoint are kept, and one between them.
"""

from dataclasses import replace
from pathlib import Path

from reportgen import config as configs
from reportgen.train import train

HERE = Path(__file__).parent


def main() -> None:
    shipped = configs.load(HERE.parents[1] / "configs" / "full_transformer.yaml").as_dict()
    values = shipped | dict(rule=dict(name="text", unit="characters", size=70, file=str(HERE / "text.txt")), data=dict(shipped["data"], block=150, windows=60))
    values["model"] = shipped["model"] | dict(n_heads=2, d_model=16, d_head=8, d_mlp=16, n_ctx=12)
    for name, changed in (("full_learnt", dict(steps=600, warmup=20, seeds=2)), ("full_unlearnt", dict(steps=600, lr=1e-7, schedule="constant", warmup=0, seeds=1))):
        config = configs.from_values(values | dict(training=values["training"] | changed | dict(checkpoint_every=300)))
        run = train(config)
        told = replace(run, config=run.config | dict(rule=dict(run.config["rule"], file="text.txt")))  # its place differs from machine to machine
        (HERE / f"{name}.safetensors").write_bytes(told.to_bytes())


if __name__ == "__main__":
    main()
