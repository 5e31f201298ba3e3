"""What would change a conclusion is a thing not measured yet: a condition whose number stands on
the page is met or not, and says so as a measurement.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from places import ROOT

TEMPLATES = ROOT / "templates"
MIND = re.compile(r"{% mind (\w+) %}(.*?){% endmind %}", re.S)
MEASURED = re.compile(
    r"{{ *(?:fact|detail|see|compared)\(|next chapter|ledger"
    # what is measured for each of them, wherever they are silenced one by one
    r"|\b(?:error|loss) (?:rose|did not rise|fell|did not fall) without (?:a|an|the|this|that) "
    r"(?:head|layer|part)\b"
)


def conditions(text: str) -> Iterator[tuple[str, str]]:
    """Claims with the sentences of their `mind` that begin with “If” and read a measurement."""
    for name, said in MIND.findall(text):
        for sentence in re.findall(r"^If .*$", said, re.M):
            if MEASURED.search(sentence):
                yield name, sentence


@pytest.mark.parametrize(
    "path", sorted(TEMPLATES.rglob("*.j2")), ids=lambda p: str(p.relative_to(TEMPLATES))
)
def test_no_condition_is_one_that_a_measurement_has_met(path: Path) -> None:
    assert not list(conditions(path.read_text(encoding="utf-8")))


def test_a_measured_condition_is_seen() -> None:
    said = 'If tokens stayed right, {{ fact("cut_first") }}, we would look for it.'
    text = "{% mind x %}\n{% holds %}\nOpen.\n" + said + "\n{% endmind %}"
    assert list(conditions(text)) == [("x", said)]
    assert not list(conditions(text.replace('{{ fact("cut_first") }}', "elsewhere")))


def test_a_condition_on_what_is_silenced_one_by_one_is_seen() -> None:
    said = "If the error did not rise without the head that has most of it, we would call it noise."
    assert list(conditions(f"{{% mind x %}}\n{said}\n{{% endmind %}}")) == [("x", said)]
    group = "If the loss rose without groups of neurons, we would say so."
    assert not list(conditions(f"{{% mind x %}}\n{group}\n{{% endmind %}}"))
