"""Cut the committed runs of answered inputs from full trainings: `python tests/runs/make_inputs.py
FOUR.safetensors EIGHT.safetensors`, or without files train first.

`inputs_learnt` shows a seed that answers every input of four digits, beside three others;
`inputs_unlearnt` holds only seeds that do not; every fourth checkpoint is kept. `inputs_eight`
holds the first three seeds of eight digits at every tenth checkpoint.
"""

import sys
from pathlib import Path

import numpy as np

from reportgen.core import config as configs
from reportgen.core.runs import Run
from reportgen.core.train import train

HERE = Path(__file__).parent


def main() -> None:
    full, eight = (
        (Run.load(Path(path)) for path in sys.argv[1:])
        if sys.argv[1:]
        else (
            train(configs.load(HERE.parents[1] / "configs" / f"reverse_increment_{n}.yaml"))
            for n in (4, 8)
        )
    )
    right = full.history["holdout_words"][:, -1]
    order = np.argsort(right, kind="stable").tolist()
    solved = [i for i in order if right[i] == 1 and i != full.shown]
    for name, seeds in (
        ("inputs_learnt", [full.shown, solved[0], order[len(order) // 2], order[0]]),
        ("inputs_unlearnt", order[:3]),
    ):
        run = full.only(sorted(seeds), every=4)
        (HERE / f"{name}.safetensors").write_bytes(run.to_bytes())
        print(
            name,
            run.seeds,
            "shows",
            run.seeds[run.shown],
            run.history["holdout_words"][:, -1].round(3),
        )
    (HERE / "inputs_eight.safetensors").write_bytes(eight.only([0, 1, 2], every=10).to_bytes())


if __name__ == "__main__":
    main()
