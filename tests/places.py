"""Where tests find what they read."""

from pathlib import Path

TESTS = Path(__file__).parent
ROOT = TESTS.parent
CONFIGS, RUNS = ROOT / "configs", TESTS / "runs"
