"""What is wrong with the parameters of a rule, beside what its types tell."""

import os
from collections.abc import Iterator, Mapping

from reportgen.core.document import kind_of
from reportgen.rules.base import Rule


def mistakes(rule: Rule, given: Mapping[str, object]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Parameters of a rule that do not fit what they speak of; a file is none that would be waited
    for.
    """
    waited_for = [
        (key, path)
        for key in rule.paths
        if isinstance(path := given.get(key), str)
        and os.path.exists(path)
        and not (os.path.isfile(path) or os.path.isdir(path))
    ]
    for key, path in waited_for:
        words = f"it is {kind_of(os.stat(path).st_mode)}, not a file"
        yield (key,), f"{path}: cannot be read: {words}"
    if not waited_for:
        yield from rule.mistakes()
