"""A rule, or what a network makes of it, as a program of a few lines: which of the tokens read so
far it takes, and what it then says.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from reportgen.measure.programs import function_of
from reportgen.systems.sequence_rules.taking import Key, Taking, sizes_of

MOST_ROWS = 24  # lines of a table that are still called a few
WIDTH = 72  # characters of a printed line


@dataclass(frozen=True)
class Program:
    """What is taken, and what is said then: for each taken key the tokens that will do. Without
    `says` it says the one token that it took.
    """

    names: tuple[str, ...]
    classes: tuple[str, ...]
    taking: Taking
    says: Mapping[Key, frozenset[int]] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The program as it is printed and run; empty where it would be no few lines."""
        rows = self._rows()
        lines = None if rows is None else [*self._lists(rows), "", *rows]
        return "" if lines is None or len(lines) > MOST_ROWS else "\n".join(lines).strip()

    def run(self) -> Callable[[Sequence[str]], object]:
        """The printed text as a function of what was read."""
        return function_of([self.text])

    def answers(self, tokens: Sequence[int]) -> frozenset[int]:
        """What the printed text says after these token ids; empty where it cannot say."""
        return self.of(self.run(), tokens)

    def of(
        self, function: Callable[[Sequence[str]], object], tokens: Sequence[int]
    ) -> frozenset[int]:
        """The same of a function that `run` gave, so that the text is read once for many."""
        try:
            said = function([self.names[t] for t in tokens])
        except (IndexError, KeyError, ValueError):
            return frozenset()
        listed = said if isinstance(said, list) else [said]
        return frozenset(self.names.index(str(each)) for each in listed if each is not None)

    def _rows(self) -> list[str] | None:
        """The function, line by line."""
        head, take = "def answer(tokens):", self._take()
        if not self.says or self._copies():
            return [head, f"    return {take}"]
        keys = {key: tuple(sorted(said)) for key, said in self.says.items()}
        if len(set(keys.values())) == 1 and len(keys) > 1:
            return [head, f"    return {self._listed(next(iter(keys.values())))}"]
        several = any(len(said) > 1 for said in keys.values())
        if self.taking.pick != "all" or self.taking.count == 1:
            if not several and (by := self._formula(keys)):
                return [head, f"    return {by}"]
            if (by_class := self._by_class(keys)) is not None:
                return [head, *by_class]
            if several:
                return None
            table = {self.names[key[0]]: self.names[said[0]] for key, said in keys.items()}
            return [*_wrapped("SAYS", "{", [f"{a!r}: {b!r}" for a, b in table.items()], "}")] + [
                "",
                head,
                f"    return SAYS[{take}]",
            ]
        if (by_class := self._by_class(keys)) is not None:
            return [head, *by_class]
        by = "" if several else self._formula(keys)
        return [head, f"    return {by}"] if by else None

    def _copies(self) -> bool:
        return all(len(key) == 1 and said == {key[0]} for key, said in self.says.items())

    def _take(self) -> str:
        """The expression for what is taken."""
        among = self.taking.among
        if among.all():
            return f"tokens[-{self.taking.count}]"
        some = f"[t for t in tokens if t in {self._class_name(among)}]"
        if self.taking.pick == "largest":
            return f"max({some}[-{self.taking.count}:], key=int)"
        return f"{some}[-{self.taking.count}]"

    def _class_name(self, which: np.ndarray) -> str:
        """What a list of tokens is called: after their class, or what they are said to be."""
        kinds = {self.classes[i] for i in np.flatnonzero(which)}
        name = "_AND_".join(sorted(re.sub(r"\W", "_", kind).upper() for kind in kinds))
        return name if np.array_equal(np.isin(self.classes, list(kinds)), which) else "THESE"

    def _lists(self, rows: Sequence[str]) -> Iterator[str]:
        """The lists of tokens that the function names."""
        groups = [(c,) for c in dict.fromkeys(self.classes)]
        mask: Callable[[Sequence[str]], np.ndarray] = lambda kinds: np.isin(self.classes, kinds)
        known = {self._class_name(mask(kinds)): mask(kinds) for kinds in groups}
        known[self._class_name(self.taking.among)] = self.taking.among
        for name, which in known.items():
            if any(re.search(rf"\b{name}\b", row) for row in rows):
                listed = [repr(self.names[i]) for i in np.flatnonzero(which)]
                yield from _wrapped(name, "[", listed, "]")

    def _by_class(self, keys: Mapping[Key, tuple[int, ...]]) -> list[str] | None:
        """One line for each class of what is taken, if these decide what is said."""
        found: dict[tuple[str, ...], set[tuple[int, ...]]] = {}
        for key, said in keys.items():
            found.setdefault(tuple(self.classes[t] for t in key), set()).add(said)
        if any(len(said) > 1 for said in found.values()):
            return None
        upper: Callable[[str], str] = lambda kind: re.sub(r"\W", "_", kind).upper()
        positions = [f"tokens[-{back}]" for back in range(self.taking.count, 0, -1)]
        if self.taking.pick != "all":
            positions = [self._take()]
        lines = []
        for kinds, (said,) in found.items():
            test = " and ".join(f"{at} in {upper(kind)}" for at, kind in zip(positions, kinds))
            lines += [f"    if {test}:", f"        return {self._listed(said)}"]
        return lines

    def _listed(self, said: tuple[int, ...]) -> str:
        which = np.isin(np.arange(len(self.names)), said)
        if len(said) == 1:
            return repr(self.names[said[0]])
        name = self._class_name(which)
        if name != "THESE":
            return name
        sizes = np.array(sizes_of(self.names))
        numbers = [c for c in dict.fromkeys(self.classes)]
        for line in range(1, int(sizes.max()) + 1):
            for kinds in (numbers, *[[c] for c in numbers]):
                group = np.isin(self.classes, kinds) & (sizes >= 0)
                lists = " + ".join(re.sub(r"\W", "_", c).upper() for c in kinds)
                for sign, mask in (("<", sizes < line), (">=", sizes >= line)):
                    if np.array_equal(group & mask, which):
                        return f"[t for t in {lists} if int(t) {sign} {line}]"
        return "[" + ", ".join(repr(self.names[t]) for t in said) + "]"

    def _formula(self, keys: Mapping[Key, tuple[int, ...]]) -> str:
        """An expression in numbers that says the same everywhere; empty where none of ours does."""
        names, count = self.names, self.taking.count
        if count not in (1, 2) or min(map(len, keys), default=0) < count:
            return ""
        if not all(
            re.fullmatch(r"\d+", names[t]) for key, said in keys.items() for t in key + said
        ):
            return ""
        value: Callable[[Sequence[int]], list[int]] = lambda key: [int(names[t]) for t in key]
        number = len(names)
        last, before = f"int({self._take() if count == 1 else 'tokens[-1]'})", "int(tokens[-2])"
        tried: list[tuple[str, Callable[[list[int]], int]]] = [
            (f"str(({last} + 1) % {number})", lambda v: (v[-1] + 1) % number),
            (f"str(({last} - 1) % {number})", lambda v: (v[-1] - 1) % number),
        ]
        if count == 2:
            tried = [(f"str(abs({last} - {before}))", lambda v: abs(v[-1] - v[-2]))]
        for words, formula in tried:
            if all(int(names[said[0]]) == formula(value(key)) for key, said in keys.items()):
                return words
        return ""


def _wrapped(name: str, opened: str, items: Sequence[str], closed: str) -> Iterator[str]:
    """An assignment of a list or table, on as many lines as it needs."""
    line = f"{name} = {opened}"
    for i, item in enumerate(items):
        piece = item + (", " if i < len(items) - 1 else closed)
        if len(line) + len(piece) > WIDTH:
            yield line.rstrip()
            line = "    "
        line += piece
    yield line
