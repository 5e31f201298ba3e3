"""Token sequences as a caller gives them, as ids: names or ids, one sequence or several."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Int

from reportgen.core.config import Config
from reportgen.errors import UsageError, nearest
from reportgen.system import system_of

Tokens = str | Sequence[str | int] | Sequence[Sequence[str | int]] | np.ndarray
FEW = 30  # names that an error lists
ALLOWED = (
    "a text such as '{}', a list of names and ids, a list of such lists, or an array of whole"
    " numbers, which are ids"
)


def ids_of(
    config: Config, tokens: Tokens, what: str = "tokens"
) -> Int[np.ndarray, "sequence position"]:
    """Ids of one sequence or of several of one length, none longer than the network reads.

    A text is read as the system of the configuration reads one: names between blanks, or the text
    itself. In a list a text is the name of one token and a number the id of one; a number that is
    the id of one token and the name of another is an error. In an array all numbers are ids.
    `what` is how an error calls them. Errors: UsageError.
    """
    rows = _rows(config, tokens, what)
    lengths = sorted({len(row) for row in rows})
    if len(lengths) > 1:
        raise UsageError(
            f"{what}: got sequences of {' and '.join(map(str, lengths))} tokens, allowed: sequences"
            " of one length at a time"
        )
    longest = config.model.n_ctx
    if not lengths or not 1 <= lengths[0] <= longest:
        raise UsageError(
            f"{what}: got {lengths[0] if lengths else 'no'} tokens, allowed: 1 to {longest}, which"
            f" {config.name} reads at a time (model.n_ctx)"
        )
    return np.array(rows, np.int64)


def _rows(config: Config, tokens: Tokens, what: str) -> list[list[int]]:
    """The ids of each sequence."""
    if isinstance(tokens, str):
        names = system_of(config).written_in(config.rule, tokens)
        return [[_named(config, name, what) for name in names]]
    if isinstance(tokens, np.ndarray):
        if tokens.dtype.kind not in "iu" or tokens.ndim not in (1, 2):
            raise _other(config, f"an array of {tokens.dtype} with {tokens.ndim} axes", what)
        rows: list[list[int]] = np.atleast_2d(tokens).tolist()
        return [[_numbered(config, number, what) for number in row] for row in rows]
    if not isinstance(tokens, Sequence):
        raise _other(config, repr(tokens), what)
    inner = [each for each in tokens if not isinstance(each, str | int | np.integer)]
    if not inner:
        return [[_one(config, each, what) for each in tokens]]
    if len(inner) < len(tokens) or not all(isinstance(each, Sequence) for each in inner):
        raise _other(config, repr(tokens), what)
    return [[_one(config, each, what) for each in row] for row in inner]


def _one(config: Config, token: object, what: str) -> int:
    """The id of a token that is given by its name or its id."""
    if isinstance(token, str):
        return _named(config, token, what)
    if isinstance(token, bool) or not isinstance(token, int | np.integer):
        raise _other(config, repr(token), what)
    names, number = config.rule.tokens.names, int(token)
    if str(number) in names and names.index(str(number)) != number and 0 <= number < len(names):
        raise UsageError(
            f"{what}: {number} is the id of {names[number]!r}, and the name of the token with the"
            f" id {names.index(str(number))}; write {names[number]!r} for the first, and"
            f" '{number}' for the second"
        )
    return _numbered(config, number, what)


def _named(config: Config, name: str, what: str) -> int:
    names = config.rule.tokens.names
    if name in names:
        return names.index(name)
    more = f", ... ({len(names)} in all)" if len(names) > FEW else ""
    several = all(part in names for part in name.split()) and len(name.split()) > 1
    hint = "; for several sequences give a list of lists" if several else nearest(name, names)
    raise UsageError(
        f"{what}: no token is called {name!r}{hint}; known: {', '.join(names[:FEW])}{more}"
    )


def _numbered(config: Config, number: int, what: str) -> int:
    names = config.rule.tokens.names
    if 0 <= number < len(names):
        return number
    raise UsageError(
        f"{what}: got the id {number}, allowed: 0 to {len(names) - 1}; the name of a token is a"
        f" text, such as {names[0]!r}"
    )


def _other(config: Config, got: str, what: str) -> UsageError:
    shown = " ".join(config.rule.tokens.names[:3])
    return UsageError(f"{what}: got {got}, allowed: {ALLOWED.format(shown)}")
