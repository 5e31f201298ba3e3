"""Train the committed runs of sequences that repeat themselves: `python
tests/runs/make_repeats.py`, half a minute.

`repeats_learnt` has two layers and continues what it has read; `repeats_unlearnt` is its control
with one layer. Both are smaller than the shipped ones.
"""

from dataclasses import replace
from pathlib import Path

from reportgen.core import config as configs
from reportgen.core.train import train
from reportgen.rules.repeated_tokens import RepeatedTokens

HERE = Path(__file__).parent
STEPS, EVERY = 2000, 250


def main() -> None:
    base = configs.load(HERE.parents[1] / "configs" / "induction.yaml")
    for name, layers in (("repeats_learnt", 2), ("repeats_unlearnt", 1)):
        small = replace(
            base,
            rule=RepeatedTokens(12, (5, 9)),
            data=base.data.model_copy(update=dict(validation=60, holdout=200)),
            model=base.model.model_copy(
                update=dict(n_layers=layers, d_model=16, d_head=16, n_ctx=20)
            ),
            training=base.training.model_copy(
                update=dict(steps=STEPS, seeds=2, checkpoint_every=EVERY)
            ),
        )
        run = train(small)
        (HERE / f"{name}.safetensors").write_bytes(run.to_bytes())
        print(
            name,
            "shows",
            run.seeds[run.shown],
            *(run.history[key][:, -1].round(3).tolist() for key in ("accuracy", "prefix_matching")),
        )


if __name__ == "__main__":
    main()
