"""So few networks that what they do says nothing of another seed."""

from collections.abc import Callable

from reportgen.measure.fact import Facts

FEW = 3  # networks; so few that fail do not show that none would succeed


def anecdote(name: str) -> Callable[[Facts], str]:
    """Why a claim about seeds is not asked where the share `name` is one of a few networks."""

    def few(facts: Facts) -> str:
        count = facts[name].n
        if not 0 < count <= FEW:
            return ""
        return (
            "one network is an anecdote: another seed may do otherwise"
            if count == 1
            else "so few networks are anecdotes: another seed may do otherwise"
        )

    return few
