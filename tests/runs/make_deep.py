"""Train the committed runs of a network of several layers that is taught a rule: `python
tests/runs/make_deep.py`, a quarter of a minute.

`deep_learnt` is a smaller network than the shipped one, with all of its parts; `deep_unlearnt` is
the same after a few steps.
"""

from dataclasses import replace
from pathlib import Path

from reportgen.core import config as configs
from reportgen.core.train import train

HERE = Path(__file__).parent


def main() -> None:
    base = configs.load(HERE.parents[1] / "configs" / "plus_last_even_deep.yaml")
    for name, steps, every in (("deep_learnt", 1200, 400), ("deep_unlearnt", 24, 12)):
        small = replace(
            base,
            data=base.data.model_copy(update=dict(sequences=400, holdout=150)),
            model=base.model.model_copy(update=dict(n_heads=2, d_model=16, d_mlp=32)),
            training=base.training.model_copy(
                update=dict(
                    steps=steps, warmup=min(100, steps // 2), seeds=2, checkpoint_every=every
                )
            ),
        )
        run = train(small)
        (HERE / f"{name}.safetensors").write_bytes(run.to_bytes())
        error = run.history["error_visible"][:, -1].round(3).tolist()
        print(name, "shows", run.seeds[run.shown], error)


if __name__ == "__main__":
    main()
