"""Cut the committed runs of answered inputs from a full training: `python tests/runs/make_inputs.py FULL.safetensors`, or without a file train first.

`inputs_learnt` shows a seed that answers every input, beside three others; `inputs_unlearnt` holds only seeds that do not. Every fourth checkpoint is kept.
"""

import sys
from pathlib import Path

import numpy as np

from reportgen import config as configs
from reportgen.runs import Run
from reportgen.train import train

HERE = Path(__file__).parent


def main() -> None:
    full = Run.load(Path(sys.argv[1])) if sys.argv[1:] else train(configs.load(HERE.parents[1] / "configs" / "reverse_increment_4.yaml"))
    right = full.history["holdout_words"][:, -1]
    order = np.argsort(right, kind="stable").tolist()
    solved = [i for i in order if right[i] == 1 and i != full.shown]
    for name, seeds in (("inputs_learnt", [full.shown, solved[0], order[len(order) // 2], order[0]]), ("inputs_unlearnt", order[:3])):
        run = full.only(sorted(seeds), every=4)
        (HERE / f"{name}.safetensors").write_bytes(run.to_bytes())
        print(name, run.seeds, "shows", run.seeds[run.shown], run.history["holdout_words"][:, -1].round(3))


if __name__ == "__main__":
    main()
