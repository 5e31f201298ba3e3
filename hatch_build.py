"""What a wheel has of the configurations: those of this project, and none that a user keeps beside
them.
"""

import subprocess
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FOLDER = "configs"


class Shipped(BuildHookInterface):  # type: ignore[type-arg]
    """Adds the configurations that git knows; all of them where there is no git, as in an sdist."""

    def initialize(self, version: str, build_data: dict[str, object]) -> None:
        """Name each with its place in the package."""
        root = Path(self.root)
        known = [f"{FOLDER}/{path.name}" for path in sorted((root / FOLDER).glob("*.yaml"))]
        if (root / ".git").exists():
            listed = ("git", "ls-files", FOLDER)
            done = subprocess.run(listed, cwd=root, capture_output=True, text=True, check=True)
            known = [name for name in done.stdout.splitlines() if (root / name).is_file()]
        included = build_data["force_include"]
        assert isinstance(included, dict)
        for name in known:
            place = f"package_{name}"
            included[str(root / name)] = (
                f"reportgen/{place}" if self.target_name == "wheel" else name
            )
