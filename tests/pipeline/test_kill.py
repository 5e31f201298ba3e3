"""A build that is killed at any moment: the next one succeeds, goes on where it was, and ends as if
nothing had happened.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import killwork
from places import ROOT, TESTS

from reportgen.pipeline.store import MANIFEST, RECORD

SEED = int(os.environ.get("KILL_SEED", "0"))  # other moments


def contents(folder: Path, name: str = "store") -> dict[str, bytes]:
    """Every file of a store, without what differs from build to build: times, and who built."""
    store = folder / name
    plain = {
        str(p.relative_to(store)): p.read_bytes()
        for p in store.rglob("*")
        if p.is_file() and p.name not in (MANIFEST, RECORD, "lock", "digests.json")
    }
    told = {
        str(p.relative_to(store)): json.loads(p.read_text())
        for name in (MANIFEST, RECORD)
        for p in store.rglob(name)
    }
    return plain | {
        name: json.dumps({k: v for k, v in about.items() if k not in ("seconds", "built")}).encode()
        for name, about in told.items()
    }


def test_twenty_kills(tmp_path: Path) -> None:
    """Twenty times SIGKILL, once with half a training saved and else at random: whatever it left, a
    plain build succeeds, and its store is a clean one's, byte for byte, nothing more and nothing
    less.
    """
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(TESTS), str(ROOT)]),
        "OMP_NUM_THREADS": "1",
    }
    subprocess.run(
        [sys.executable, killwork.__file__, str(tmp_path), str(SEED)], env=environment, check=True
    )
    clean = contents(tmp_path / "clean")
    assert len([name for name in clean if name.endswith(".safetensors")]) == 2
    steps = json.loads((tmp_path / "clean" / "outcomes.json").read_text())["steps"]
    resumed = []
    for i in range(killwork.ROUNDS):
        folder = tmp_path / str(i)
        after = json.loads((folder / "outcomes.json").read_text())
        left = json.loads((folder / "left.json").read_text())
        assert set(after["states"].values()) <= {"ran", "reused"}, after
        assert contents(folder) == clean, left
        resumed += (
            [after["steps"]]
            if any(name.endswith(".partial") for name in left)
            and after["states"]["r/train-1"] == "ran"
            else []
        )
    assert resumed, "no kill met a training under way"
    assert all(done < steps for done in resumed), "a training that was under way began again"
