"""What was drawn at random as a control is counted where its share is told: "99 % of 500 random
renamings", not of all that there could be.
"""

import re

from places import ROOT

DRAWN = re.compile(
    r"(random (?:renamings|rotations|orders|heads|ways|divisions)|randomly rotated matrices)"
)


def uncounted(text: str) -> list[str]:
    """What is spoken of without its number before it."""
    return [
        text[m.start() - 30 : m.end()]
        for m in DRAWN.finditer(text)
        if text[: m.start()][-3:] != "}} "
    ]


def test_every_control_is_counted() -> None:
    found = []
    for path in sorted((ROOT / "templates").rglob("*.j2")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if "_text" in line or "compared(" in line:  # it tells a number of them
                found += [f"{path.name}: {words}" for words in uncounted(line)]
    assert not found


def test_one_that_is_not_is_seen() -> None:
    assert uncounted('{{ detail("x", "most_text") }} of random heads reach less')
    assert not uncounted(
        '{{ detail("x", "most_text") }} of {{ detail("x", "draws") }} random heads'
    )
