"""Build a tiny report and be killed, many times over, in one process that has loaded torch once;
run as a script by test_kill.py.

Each round forks a build into a store of its own, kills it with SIGKILL, and builds again in another
fork. The first is killed as soon as half a training is saved, the others after a random time.
"""

import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future
from functools import partial
from pathlib import Path

import fakework
import torch
from places import CONFIGS

from reportgen.core import config as configs
from reportgen.core import saving
from reportgen.core import train as training
from reportgen.pipeline import work
from reportgen.pipeline.graph import Graph
from reportgen.pipeline.running import run
from reportgen.pipeline.store import Store
from reportgen.pipeline.task import Outcome, Task

ROUNDS = 20
DONE = os.WEXITED | os.WNOHANG | os.WNOWAIT
GIVEN = CONFIGS / "plus_last_even.yaml"


class Here(Executor):
    """Runs what is submitted at once, in this process."""

    def submit(self, fn, /, *args, **kwargs):
        future: Future = Future()
        future.set_result(fn(*args, **kwargs))
        return future


class Silent:
    """A watch that hears nothing."""

    def started(self, task: Task) -> None: ...

    def progressed(self, task: str, done: int, total: int) -> None: ...

    def finished(self, outcome: Outcome) -> None: ...


def tasks(log: Path) -> list[Task]:
    """A real training of two seeds, and quick pretences of all that follows."""
    import yaml

    values = yaml.safe_load(GIVEN.read_text(encoding="utf-8"))
    changes = dict(
        data=dict(sequences=60, holdout=20), training=dict(steps=120, seeds=2, checkpoint_every=20)
    )
    config = configs.from_values(
        {
            key: value | changes.get(key, {}) if isinstance(value, dict) else value
            for key, value in values.items()
        }
    )
    about = lambda word: dict(word=word, log=str(log))
    return [
        Task(
            "r/train-1",
            "train",
            work.train,
            dict(config=config, seeds=(0, 1)),
            {"training.steps": "120"},
        ),
        Task("r/train", "train", work.join, dict(parts=("r/train-1",)), needs=("r/train-1",)),
        *(
            Task(f"r/{word}", "figures", fakework.say, about(word), {}, needs=("r/train",))
            for word in ("facts", "one", "two")
        ),
        Task(
            "r/pages",
            "pages",
            fakework.say,
            about("pages"),
            {},
            needs=("r/facts",),
            wants=("r/one", "r/two"),
        ),
    ]


def build(folder: Path) -> None:
    """A build in this process; what became of its tasks is written beside the store."""
    store = Store(folder / "store")
    steps = 0
    descend = training.descend

    def counted(*given):
        nonlocal steps
        steps += 1
        return descend(*given)

    listed = tasks(folder / "log")
    training.descend = counted
    with store.locked():
        outcomes = run(Graph.of(listed, store), Silent(), Here, 1)
    training.descend = descend
    (folder / "outcomes.json").write_text(
        json.dumps(
            dict(
                states={o.task.name: o.state for o in outcomes},
                why=[o.why for o in outcomes],
                steps=steps,
            )
        )
    )


def forked(folder: Path, kill: Callable[[], bool] | None = None) -> None:
    """A build in a fork, killed as soon as that is called for, if it is not done by then."""
    child = os.fork()
    if child == 0:
        try:
            build(folder)
        finally:
            os._exit(0)
    if kill is not None:
        while not kill() and os.waitid(os.P_PID, child, DONE) is None:
            time.sleep(0.001)
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def half_trained(folder: Path) -> bool:
    """Is there a part of a training in the store."""
    return any((folder / "store").rglob("*.partial"))


def after(seconds: float) -> Callable[[], bool]:
    end = time.monotonic() + seconds
    return lambda: time.monotonic() >= end


def timed(folder: Path) -> float:
    """Seconds a clean build takes."""
    begun = time.monotonic()
    forked(folder)
    return time.monotonic() - begun


def main(root: Path, seed: int) -> None:
    """A clean build, then the rounds: each a kill in another twentieth of the time a clean one
    takes, the first when half a training is saved, and a plain build.
    """
    torch.set_num_threads(1)
    saving.SAVED_EVERY = 0.005
    rng = random.Random(seed)
    for name in ("first", "second", "clean"):
        (root / name).mkdir(parents=True)
    build(root / "first")  # what is loaded at first use is loaded here, and not in every fork
    whole = min(timed(root / name) for name in ("second", "clean"))
    for i in range(ROUNDS):
        folder = root / str(i)
        folder.mkdir()
        moment = (i + rng.random()) / ROUNDS * whole
        forked(folder, after(moment) if i else partial(half_trained, folder))
        left = [str(path.relative_to(folder)) for path in folder.rglob("*")]
        forked(folder)
        (folder / "left.json").write_text(json.dumps(left))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
