"""What a section `weights` says, and what of it does not fit together."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from reportgen.core.config.files import Files
from reportgen.core.config.given import Given, Problem
from reportgen.core.config.sections import WeightsConfig
from reportgen.core.document import Key
from reportgen.errors import RuleError, nearest
from reportgen.vocabulary import Token

FEW = 6  # tokens that a question shows


def told_weights(given: WeightsConfig) -> dict[str, object]:
    """The section for readers elsewhere: a file is named without the folders it lies in."""
    return named_by(given, {each.file: Path(each.file).name for each in given.files})


def named_by(given: WeightsConfig, called: Mapping[str, str]) -> dict[str, object]:
    """The section with other names for its files."""
    said = given.model_dump(mode="json")
    if given.file is not None:
        said["file"] = called[given.file]
    said["checkpoints"] = [
        dict(file=called[each.file], step=each.step) for each in given.checkpoints
    ]
    return said


def given_instead(
    weights: WeightsConfig, values: Mapping[str, object], wrong: Collection[Key], files: Files
) -> tuple[WeightsConfig | None, list[Problem]]:
    """The section of a file's `values`, with its files named in full; None where a training is
    said, or where something is `wrong`. And the problems of both sections together.
    """
    asked = [name for name in ("training", "weights") if values.get(name) is not None]
    bad = {key[0] for key in wrong if key}
    if len(asked) == 2:
        words = "got training too, allowed: either training, or weights that were made elsewhere"
        return None, [(("weights",), words)]
    if not asked and not bad & {"training", "weights"}:
        words = "missing; or weights, which name a file of weights that were made elsewhere"
        return None, [(("training",), words)]
    return (
        _resolved(weights, files) if asked == ["weights"] and "weights" not in bad else (None, [])
    )


def _resolved(given: WeightsConfig, files: Files) -> tuple[WeightsConfig, list[Problem]]:
    """The section with its files named in full, and what is wrong with which."""
    called, wrong = dict[str, str](), list[Problem]()
    one = 0 if given.file is None else 1
    for i, each in enumerate(given.files):
        key: Key = ("weights", "file") if i < one else ("weights", "checkpoints", i - one, "file")
        called[each.file] = each.file
        try:
            path = files.found(each.file)
        except RuleError as error:
            wrong.append((key, str(error)))
            continue
        if not path.exists():
            wrong.append((key, f"{each.file}: there is no such file beside the configuration"))
        elif not path.is_file():
            wrong.append((key, f"{each.file}: is not a file"))
        else:
            called[each.file] = str(path)
    return WeightsConfig.model_validate(named_by(given, called)), wrong


def weights_problems(given: Given) -> Iterator[Problem]:
    """Keys of the section that contradict another one, or leave a question open."""
    w = given.weights
    if w is None:
        return
    if given.no_given_weights:
        yield ("weights",), f"have no reports of this rule's system: {given.no_given_weights}"
        return
    yield from _files(w)
    yield from _names(w)
    yield from _tokens(given, w)
    if getattr(given.data, "beside", None):
        words = "allowed with a training alone: weights that are given are of one network"
        yield ("data", "beside"), words
    m = given.model
    if m.d_mlp and "activation" not in m.model_fields_set:
        words = "missing: which function do its neurons have? relu, gelu or gelu_new"
        yield ("model", "activation"), f"{words}; a file of weights does not say"
    if w.folded_normalization and m.normalization != "LN":
        words = "got true, allowed: false with model.normalization: none"
        yield ("weights", "folded_normalization"), words


def _files(w: WeightsConfig) -> Iterator[Problem]:
    if (w.file is None) == (not w.checkpoints):
        words = "allowed: either file, or checkpoints, a list of {file: FILE, step: N}"
        yield ("weights",), f"got {'both file and checkpoints' if w.file else 'no file'}, {words}"
    steps = [each.step for each in w.checkpoints]
    if steps != sorted(set(steps)):
        said = ", ".join(map(str, steps))
        words = "allowed: each step once, and after the one before"
        yield ("weights", "checkpoints"), f"got the steps {said}, {words}"


def _names(w: WeightsConfig) -> Iterator[Problem]:
    from reportgen.core.weights.axes import OURS, axes_problem  # which reads configurations
    from reportgen.core.weights.layouts import layout_of

    if w.layout != "by_name":
        if w.names:
            words = f"allowed with layout: by_name alone; got layout: {w.layout}"
            yield ("weights", "names"), words
        return
    if not w.names:
        words = "missing: layout by_name asks for it, such as {W_E: TENSOR, W_U: TENSOR}"
        yield ("weights", "names"), words
    unknown = [name for name in w.names if name not in OURS]
    for name in unknown:
        words = f"no weight is called so{nearest(name, OURS)}; known: {', '.join(OURS)}"
        yield ("weights", "names", name), words
    if unknown:
        return
    for name, source in layout_of(w).sources.items():
        if wrong := axes_problem(source.axes, name, source.indexed):
            yield ("weights", "names", name), f"axes: got {source.axes!r}: {wrong}"


def _tokens(given: Given, w: WeightsConfig) -> Iterator[Problem]:
    rule = given.sound_rule
    listed, ordered = rule.in_order("as_listed"), rule.in_order("sorted")
    if w.tokens is None:
        by_code = f"; sorted, if by code point, {_first(ordered)}" if ordered else ""
        yield (
            ("weights", "tokens"),
            (
                "missing: which token has the first row of the embedding, which the second?"
                f" as_listed, if they are those of the rule, {_first(listed)}{by_code}; otherwise"
                " all tokens as a list, in the order of the file"
            ),
        )
    elif w.tokens == "sorted":
        if ordered is None:
            words = "got 'sorted', allowed: as_listed, or all tokens in the order of the file"
            why = (
                "; only the tokens of a text are sorted, and only where each is a character or a"
                " word of its own"
            )
            yield ("weights", "tokens"), f"{words}{why}"
    elif w.tokens != "as_listed":
        said = list(rule.in_order(w.tokens))
        wanted = [str(token) for token in listed]
        if sorted(said) != sorted(wanted):
            off = sorted({*said} ^ {*wanted}) or [t for t in {*said} if said.count(t) > 1]
            words = f"allowed: the {len(wanted)} tokens of the rule, each once"
            yield ("weights", "tokens"), f"got {len(said)} tokens, {words}; {off[0]!r} does not fit"


def _first(tokens: Sequence[Token]) -> str:
    """The first tokens, as a question shows them."""
    return ", ".join(map(str, tokens[:FEW])) + (", ..." if tokens[FEW:] else "")
