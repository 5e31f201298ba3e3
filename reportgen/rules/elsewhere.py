"""The answers of a task as another process gives them: what depends on the order of a set is
another there.
"""

import json
import os
import subprocess
import sys
from dataclasses import asdict, is_dataclass
from pathlib import Path

from reportgen.errors import RuleError
from reportgen.rules.task import Task

BEGIN = "from reportgen.rules.elsewhere import main; main()"
# what hashes of texts begin with; at least one of the two is not what they begin with here
SEEDS = ("1", "2")


def digests(task: Task) -> list[str]:
    """The hash of all answers of a task, as processes find it in which texts have other hashes;
    RuleError where one cannot answer.
    """
    from reportgen.rules.outside import written_of

    assert is_dataclass(task)
    written = written_of(type(task))
    asked = dict(
        path=None if written is None else str(written.path),
        slug=task.slug,
        parameters=asdict(task),
    )
    return [_digest(task.slug, json.dumps(asked), seed) for seed in SEEDS]


def _digest(slug: str, asked: str, seed: str) -> str:
    made = subprocess.run(
        [sys.executable, "-c", BEGIN],
        input=asked.encode(),
        capture_output=True,
        check=False,
        env=os.environ | {"PYTHONHASHSEED": seed},
    )
    if made.returncode:
        last = made.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        raise RuleError(f"{slug}: another process could not answer: {last}")
    return made.stdout.decode().strip()


def main() -> None:
    """Read which task, and write the hash of its answers."""
    from pydantic import TypeAdapter

    from reportgen.rules.base import rule_called
    from reportgen.rules.outside import rules_of
    from reportgen.rules.written import read

    asked = json.load(sys.stdin)
    path, slug = asked["path"], asked["slug"]
    cls = rule_called(slug) if path is None else rules_of(read(Path(path)))[slug]
    task = TypeAdapter(cls).validate_python(asked["parameters"])
    assert isinstance(task, Task)
    sys.stdout.write(task.digest)
