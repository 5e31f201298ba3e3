"""What a fact was measured on: only facts of one population may be set against each other, and only
one that comes from enough independent sequences has an interval.
"""

import re
from dataclasses import dataclass

# Independent sequences below which nothing is resampled. The interval of a bootstrap over n of them
# is narrower than that of a t test by about the square root of (n - 1) / n, times 1.96 over the
# quantile of t. Of normal values, an interval that should hold the mean in 95 % of samples does so
# in 90 % from ten of them, in 82 % from five, and in half from two.
FEWEST = 10
TOO_FEW = f"no interval: fewer than {FEWEST} independent cases"


# what a population is called begins with what was counted: "wrong answers in ..." are answers
COUNTED = re.compile(
    r"((?:(?!that|of|where|in|with|at|whose|which)[\w-]+ )*?)(\w+?)(ies|s)\b"
    r"(?: that (differ|solve|answer|stand|follow|obey)\b)?( in their seed)?"
)


def of_so_many(items: str, n: int) -> str:
    """What so many of a population are called: "networks that answer every input", and of one
    "network that answers every input".
    """
    if n != 1 or not (found := COUNTED.match(items)):
        return items
    before, stem, ending, does, seed = found.groups()
    noun = f"{before}{stem}{'y' if ending == 'ies' else ''}"
    doing = f" that {does}s" if does and not seed else ""  # one network differs from no other
    return noun + doing + items[found.end() :]


@dataclass(frozen=True)
class Population:
    """What a fact was measured on, in a form that can be compared."""

    items: str  # "positions in 2,000 sequences"
    n: int
    clusters: int
    exhaustive: bool

    @property
    def too_few(self) -> bool:
        """Do several items come from too few independent sequences for a bootstrap."""
        return not self.exhaustive and self.n > 1 and 0 < self.clusters < FEWEST

    def __str__(self) -> str:
        """As a message names it."""
        return f"{self.n} {self.items}"
