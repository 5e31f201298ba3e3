"""Make the committed runs of tasks: `python tests/runs/make_tasks.py`.

`clock_learnt` adds on a clock of 29 numbers and answers nearly all that it was never trained on;
`clock_unlearnt` trained on so few sums of 13 numbers that it knows them by heart and no others.
`largest_learnt` names the larger of two numbers below twelve by attention alone;
`largest_unlearnt` had only a few steps for it.
"""

from pathlib import Path

from reportgen.core import config as configs
from reportgen.core.train import train

HERE = Path(__file__).parent
CLOCK = dict(n_layers=1, n_heads=2, d_model=32, d_head=16, d_mlp=64, n_ctx=3)
FEW = dict(n_layers=1, n_heads=2, d_model=20, d_head=10, d_mlp=40, n_ctx=3)
LARGEST = dict(n_layers=1, n_heads=1, d_model=16, d_head=16, d_mlp=0, n_ctx=2)
MODEL = dict(output_projection=True, residual=True, normalization="none", init_std=0.1)
TRAINING = dict(lr=3e-3, betas=(0.9, 0.98), show="lowest_validation_loss")


def values(name: str, steps: int, batch: int, share: float, seeds: int) -> dict[str, object]:
    """The configuration of one run."""
    clock, learnt = name.startswith("clock"), name.endswith("_learnt")
    return dict(
        name=name,
        rule=dict(name="modular_addition", p=29 if learnt else 13)
        if clock
        else dict(name="max_of_k", numbers=12, k=2),
        data=dict(seed=0, train_share=share),
        model=((CLOCK if learnt else FEW) if clock else LARGEST) | MODEL,
        training=TRAINING
        | dict(
            steps=steps,
            batch=batch,
            weight_decay=1.0 if clock else 0.1,
            seeds=seeds,
            checkpoint_every=max(1, steps // 7),
        ),
        report=dict(outline="modular" if clock else "inputs_to_outputs", demonstrations=2),
    )


def main() -> None:
    for name, *sizes in (
        ("clock_learnt", 2800, 589, 0.7, 1),
        ("clock_unlearnt", 600, 51, 0.3, 2),
        ("largest_learnt", 900, 64, 0.8, 4),
        ("largest_unlearnt", 24, 64, 0.8, 2),
    ):
        run = train(configs.from_values(values(name, *sizes)))
        (HERE / f"{name}.safetensors").write_bytes(run.to_bytes())
        print(name, run.seeds, run.shown, run.history["holdout_right"][:, -1].round(3))


if __name__ == "__main__":
    main()
