"""`reportgen new weights --text`: what a configuration says of a text that a network made elsewhere
reads.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from reportgen.cli.new_text import BLOCK, BLOCKS, copied, place_of
from reportgen.core.weights.inferred import Inferred
from reportgen.errors import RuleError, UsageError
from reportgen.project import Project

ORDERS = ("sorted", "as_listed")
OUTLINES = ("zero_layer", "one_layer", "full_transformer")  # by the number of layers, or more


@dataclass(frozen=True)
class GivenText:
    """A text, and the order of the tokens as far as it is said."""

    file: Path  # as somebody gave it
    kept: Path  # in the project
    length: int  # characters
    different: int
    order: str | None  # one of ORDERS; None: it is asked
    listed: tuple[str, ...] | None  # all tokens in the order of their ids


def given_text(project: Project, name: str, file: Path, tokens: str | None) -> GivenText:
    """What is known of a text before anything is written. Errors: UsageError for a file that is no
    text, and for tokens that are neither an order nor a list of them.
    """
    from reportgen.rules.text import Text

    text = Text(unit="characters", size=2, file=str(file))
    try:
        length, different = text.length, text.corpus.different
    except RuleError as error:
        raise UsageError(str(error)) from error
    listed = None if tokens is None or tokens in ORDERS else _listed(Path(tokens))
    order = "as_listed" if listed else tokens
    return GivenText(file, place_of(project, name, file), length, different, order, listed)


def _listed(file: Path) -> tuple[str, ...]:
    """All tokens of a file in JSON, a list or a mapping of each to its id, in the order of ids."""
    allowed = "allowed: sorted, as_listed, or a file in JSON: a list of all tokens in the order of"
    words = f"--tokens {file}: {{}}; {allowed} their ids, or a mapping of each token to its id"
    try:
        found: object = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no JSON"
        raise UsageError(words.format(f"cannot be read: {reason}")) from error
    if isinstance(found, dict):
        ids = list(found.values())
        if not all(type(i) is int for i in ids) or sorted(ids) != list(range(len(ids))):
            raise UsageError(words.format("its ids are not 0, 1, 2 and so on"))
        found = sorted(found, key=found.__getitem__)
    if not isinstance(found, list) or not all(isinstance(token, str) for token in found):
        raise UsageError(words.format("holds no tokens"))
    return tuple(found)


def keep(text: GivenText) -> None:
    """Copy the text into the project, if it lies elsewhere."""
    if text.kept != text.file.resolve():
        copied(text.file, text.kept)


def sections(
    project: Project, name: str, text: GivenText, found: Inferred, ask: str
) -> Iterator[str]:
    """The sections rule, data and report, line by line."""
    rows, layers = found.sizes.get("token"), found.sizes.get("layer", 0)
    size = len(text.listed) if text.listed else rows or text.different
    file = json.dumps(f"../{text.kept.relative_to(project.root).as_posix()}")
    listed = f", listed: {json.dumps(text.listed, ensure_ascii=False)}" if text.listed else ""
    yield f"rule: {{name: text, unit: characters, size: {size}, file: {file}{listed}}}"
    if rows is not None and not text.listed and rows != text.different:
        yield (
            f"# {ask} rule.listed: the embedding has {rows} rows, and the text {text.different}"
            " different characters: which tokens are they? List all of them in the order of their"
            " ids (--tokens FILE does), or say unit: words"
        )
    n_ctx = found.sizes.get("position", 2)
    block = max(2 * n_ctx + 1, min(BLOCK[1], text.length // BLOCKS))
    yield f"data: {{seed: 0, block: {block}, validation: 0.05, holdout: 0.1, windows: 400}}"
    yield (
        f"# {ask} data.held_out_end: which share at the end of the text was it not trained on?"
        " Leave it out if nobody knows"
    )
    outline = OUTLINES[min(layers, len(OUTLINES) - 1)]
    title = json.dumps(name.replace("_", " ").capitalize())
    yield f"report: {{outline: {outline}, demonstrations: 3, title: {title}}}"


def tokens_line(text: GivenText, ask: str) -> str:
    """What is said of the order of tokens, or asked."""
    if text.order:
        return f"  tokens: {text.order}"
    return (
        f"  # {ask} weights.tokens: which token has which row of the embedding? sorted, if the"
        " program that trained it sorted them, as sorted(set(text)) does; otherwise as_listed, with"
        " rule.listed: all tokens in the order of their ids"
    )
