"""Where tests find what they read."""

from pathlib import Path

TESTS = Path(__file__).parent
ROOT = TESTS.parent
CONFIGS, RUNS = ROOT / "configs", TESTS / "runs"
SYSTEMS = TESTS / "systems"  # a folder for the tests and baselines of each


def baselines(system: str) -> Path:
    """Where facts, pages and figures of a system are kept as they were looked at."""
    return SYSTEMS / system / "baselines"
