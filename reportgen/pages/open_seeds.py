"""Of the seeds of a claim that are undecided, what is not decided; the command line says it too,
so that nothing that measures is loaded here.
"""

from collections.abc import Mapping, Sequence

# by the verdicts that are still possible
OPEN = {
    "holds or fails": "whether it holds",
    "holds or partly": "whether it holds fully or partly",
    "partly or fails": "whether it holds partly or fails",
    "holds or partly or fails": "whether it holds, holds partly or fails",
}


def in_seeds(
    seeds: Mapping[str, Sequence[int]], between: Mapping[str, Sequence[int]], *, alone: bool = False
) -> str:
    """ "in 1 it is not decided whether it holds partly or fails": the undecided seeds of a claim by
    what is not decided of them; empty where there are none. `alone`: of the only seed there is.
    """
    left = {
        possible: count
        for possible, some in between.items()
        if (count := len(set(some) & set(seeds["undecided"])))
    }
    parts = [
        f"in {'the one seed' if alone else count} it is not decided {OPEN[possible]}"
        for possible, count in sorted(left.items())
    ]
    return ", ".join(parts)
