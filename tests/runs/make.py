"""Cut the committed runs from a full training: `python tests/runs/make.py FULL.safetensors`, or
without a file train first.

`learnt` shows a seed that learnt, beside three others; `unlearnt` holds only seeds that did not.
Every tenth checkpoint is kept. `shipped` is the training as its configuration says it: the
displayed seed beside the first one, at every fiftieth checkpoint.
"""

import sys
from dataclasses import replace
from pathlib import Path

from reportgen.core import config as configs
from reportgen.core.runs import Run
from reportgen.core.train import train

HERE = Path(__file__).parent
HOLDOUT = 300  # fewer sequences than a report measures, so that tests are quick


def main() -> None:
    full = (
        Run.load(Path(sys.argv[1]))
        if sys.argv[1:]
        else train(configs.load(HERE.parents[1] / "configs" / "plus_last_even.yaml"))
    )
    error = full.history["error_visible"][:, -1]
    best = full.shown
    shipped = full.only(sorted({0, best}), every=50)
    (HERE / "shipped.safetensors").write_bytes(shipped.to_bytes())
    failed = [i for i in range(len(error)) if error[i] > 0.6]
    learnt = [i for i in range(len(error)) if error[i] < 0.05 and i != best]
    for name, seeds in (
        ("learnt", [best, learnt[0], learnt[1], failed[0]]),
        ("unlearnt", failed[:3]),
    ):
        values = {**full.config, "data": {**full.config["data"], "holdout": HOLDOUT}}
        run = replace(full.only(sorted(seeds), every=10), config=values)
        (HERE / f"{name}.safetensors").write_bytes(run.to_bytes())
        print(
            name,
            run.seeds,
            "shows",
            run.seeds[run.shown],
            run.history["error_visible"][:, -1].round(3),
        )


if __name__ == "__main__":
    main()
