"""What is packed: configurations of this project, and none that somebody keeps beside them."""

import subprocess
from pathlib import Path

import pytest

from hatch_build import FOLDER, Shipped


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A checkout with one configuration of its own, and one of a user."""
    (tmp_path / FOLDER).mkdir()
    for name in ("shipped", "of_a_user"):
        (tmp_path / FOLDER / f"{name}.yaml").write_text(f"name: {name}\n")
    return tmp_path


def packed(root: Path, target: str = "wheel") -> dict[str, str]:
    hook = Shipped(str(root), {}, None, None, str(root), target)  # type: ignore[arg-type]
    data: dict[str, object] = {"force_include": {}}
    hook.initialize("standard", data)
    included = data["force_include"]
    assert isinstance(included, dict)
    return {Path(path).relative_to(root).as_posix(): place for path, place in included.items()}


def test_what_git_knows_is_packed(root: Path) -> None:
    for command in (("init", "--quiet"), ("add", f"{FOLDER}/shipped.yaml")):
        subprocess.run(["git", *command], cwd=root, check=True)
    place = "reportgen/package_configs/shipped.yaml"
    assert packed(root) == {f"{FOLDER}/shipped.yaml": place}
    (root / FOLDER / "shipped.yaml").unlink()  # removed, and not committed yet
    assert packed(root) == {}


def test_without_git_all_that_was_packed_is_packed_again(root: Path) -> None:
    """In an sdist there is only what git knew when it was made."""
    assert packed(root) == {
        f"{FOLDER}/{name}.yaml": f"reportgen/package_configs/{name}.yaml"
        for name in ("of_a_user", "shipped")
    }
