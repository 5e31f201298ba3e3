"""The sentence for a claim that its facts do not decide, made from the statement, the number of
cases and the intervals.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reportgen.measure.numbers import written
from reportgen.measure.population import FEWEST, TOO_FEW, of_so_many
from reportgen.pages.measured import Claim, Fact, Reading


@dataclass(frozen=True)
class Open:
    """A fact that could have decided a claim, and what came out."""

    fact: str
    what: str
    text: str
    interval: str
    crosses: (
        bool  # is it this interval that crosses the line, or one that was made from several facts
    )

    @property
    def without(self) -> str:
        """That there is no interval, and why; empty where there is one, or needs to be none."""
        if self.interval == TOO_FEW:
            return f"without an interval, since it comes from fewer than {FEWEST} independent cases"
        return "without an interval" if self.interval == "no interval" else ""


def undecided(claim: Claim, facts: Mapping[str, Fact]) -> dict[str, object]:
    """What the piece of a page needs: how many cases there were, what they leave open, and each
    interval that crosses its line.

    Where the claim is ruled out as it stands, only its middle band is open, and where that is
    shown, only whether it holds fully; no sentence may leave more open than that.
    """
    statement, lead = claim["statement"], claim["rests_on"][0]
    crossed = [one for one in claim["crossed"] if one["fact"] in facts]
    found = crossed or [_first(lead, facts[lead])]
    rows = [
        Open(one["fact"], one["what"], one["text"], one["interval"], bool(crossed)) for one in found
    ]
    whether = f"whether {statement[:1].lower()}{statement[1:]}"
    if statement.startswith("Whether "):
        whether = f"the claim “{statement}”"
    if claim["ruled_out"]:
        whether = f"whether “{statement}” holds in part; that it holds fully is ruled out"
    elif claim["shown"]:
        whether = f"whether “{statement}” holds fully; in part it does"
    return dict(whether=whether, cases=_cases(found), rows=rows)


def _first(name: str, fact: Fact) -> Reading:
    """A fact that a claim rests on, where no single interval is known to cross the line."""
    return Reading(
        fact=name,
        what=f"“{fact['label']}”",
        text=fact["text"],
        interval=fact["interval"],
        n=fact["n"],
        of=fact["of"],
    )


def _cases(found: Sequence[Reading]) -> str:
    """ "The 173 positions do", of all that is open: "the 69 answers and the 24 answers do"; a list
    of cases that has a comma within it is closed by one.
    """
    each = list(dict.fromkeys((one["n"], one["of"].rstrip(",")) for one in found))
    if len(each) == 1 and each[0][0] == 1:
        return "A single case does"
    named = [f"the {written(n, 'count')} {of_so_many(of, n)}" for n, of in each]
    listed = named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"
    return f"T{listed[1:]}{',' if ',' in named[-1] else ''} do"
