"""What facts, figures and chapters need of a configuration, and the words for where it lacks it."""

from collections.abc import Callable, Iterable, Sequence

from reportgen.core.config import Config
from reportgen.errors import ReportError, nearest

PLANE = 2  # dimensions of what a page can show as it is


def _plane(config: Config) -> str:
    d = config.model.d_model
    return (
        ""
        if d == PLANE
        else f"it shows the stream as a plane, and here the stream has {_dimensions(d)}"
    )


def _head_plane(config: Config) -> str:
    m = config.model
    return (
        ""
        if (m.n_heads, m.d_head) == (1, PLANE)
        else (
            "it shows the queries, keys and values of one head as a plane, and here there"
            f" {_heads(m.n_heads)} of {_dimensions(m.d_head)}"
        )
    )


def _one_head(config: Config) -> str:
    return (
        ""
        if config.model.n_heads == 1
        else f"it shows one head, and here there {_heads(config.model.n_heads)}"
    )


def _direct(config: Config) -> str:
    return (
        "it shows attention as a move between points of the stream, and here a matrix stands"
        " between the head and the stream"
        if config.model.output_projection
        else ""
    )


def _residual(config: Config) -> str:
    return (
        ""
        if config.model.residual
        else (
            "it follows the residual stream, and here no layer adds to what came before: each puts"
            " its own output in its place"
        )
    )


def _trigger(config: Config) -> str:
    return "no single token sets this rule to work" if config.rule.trigger is None else ""


def _held(config: Config) -> str:
    return (
        ""
        if config.rule.holds_answers
        else ("this rule names no earlier token as the answer, which attention could fetch")
    )


def _one_answer(config: Config) -> str:
    return (
        ""
        if config.rule.one_answer
        else "this rule allows several tokens at once, so there is no one answer"
    )


def _classes(config: Config) -> str:
    return (
        ""
        if len(set(config.rule.classes.values())) > 1
        else "the tokens of this rule are all of one kind"
    )


def _attention(config: Config) -> str:
    return (
        ""
        if config.model.n_layers
        else (
            "it is about attention, and here there is no layer: the unembedding reads the embedding"
        )
    )


def _mlp(config: Config) -> str:
    return (
        ""
        if config.model.n_layers and config.model.d_mlp
        else "it is about the feed-forward layer, and here there is none"
    )


def _layers(config: Config) -> str:
    n = config.model.n_layers
    return (
        ""
        if n > 1
        else (
            "it follows what a later layer reads from an earlier one, and here there"
            f" {'is 1 layer' if n else 'are none'}"
        )
    )


def _table(config: Config) -> str:
    m = config.model
    return (
        "it reads the whole network off one table of pairs of tokens, and here there are layers or"
        " positions"
        if m.n_layers or m.positions != "none"
        else ""
    )


def _circuits(config: Config) -> str:
    m = config.model
    plain = (
        m.n_layers == 1
        and not m.d_mlp
        and m.normalization == "none"
        and m.residual
        and m.positions != "stream"
        and m.output_projection
        and not m.attention_biases
    )
    return (
        ""
        if plain
        else (
            "it reads the network as tables of tokens, which are exact for one layer of attention"
            " alone, without normalization or biases, and with positions kept out of the stream"
        )
    )


def _training(config: Config) -> str:
    return "" if config.weights is None else "the weights were given: nothing was trained here"


def _seeds(config: Config) -> str:
    return "" if config.weights is None else "the weights were given, of one network alone"


def _checkpoints(config: Config) -> str:
    return (
        ""
        if len(config.steps) > 1
        else "the weights were given at one step, and how they came about is not in them"
    )


def _relu(config: Config) -> str:
    a = config.model.activation
    return "" if a == "relu" else f"it splits neurons into on and off, and here they are {a}"


def _narrower(config: Config) -> str:
    return _training(config) or (
        ""
        if config.training.narrower
        else "it compares networks of several widths, and this training has one (training.narrower)"
    )


def _beside(config: Config) -> str:
    return _training(config) or (
        ""
        if getattr(config.data, "beside", None)
        else "it sets two splits of the inputs side by side, and here networks are trained on one"
    )


def _modulus(config: Config) -> str:
    rounds = getattr(config.rule, "modulus", None)
    return "" if rounds else "it is about numbers that go round, and those of this task do not"


def _pairs(config: Config) -> str:
    two = len(getattr(config.rule, "alphabets", ())) == PLANE
    return "" if two else "it draws a cell for each input of two places, and here it has not two"


def _dimensions(d: int) -> str:
    return "1 dimension" if d == 1 else f"{d} dimensions"


def _heads(n: int) -> str:
    return "is 1 head" if n == 1 else f"are {n} heads"


NEEDS: dict[str, Callable[[Config], str]] = {
    "training": _training,  # weights that were trained here, not given
    "seeds": _seeds,  # networks that differ in their seed
    "checkpoints": _checkpoints,  # more than one
    "plane": _plane,  # a stream of two dimensions
    "head_plane": _head_plane,  # one head of two dimensions
    "one_head": _one_head,
    "direct": _direct,  # no output projection
    "residual": _residual,
    "trigger": _trigger,  # one token after which the rule decides
    "held": _held,  # a position that holds the answer
    "one_answer": _one_answer,
    "classes": _classes,  # at least two kinds of tokens
    "attention": _attention,  # a layer
    "relu": _relu,  # neurons that are on or off
    "mlp": _mlp,  # a layer with a feed-forward part
    "layers": _layers,  # at least two layers
    "table": _table,  # no layers and no positions: the next token depends on the last one alone
    "circuits": _circuits,  # one layer of attention that tables of tokens describe exactly
    "narrower": _narrower,  # networks of several widths
    "beside": _beside,  # the same seeds trained on another split of the inputs
    "modulus": _modulus,  # inputs and output are numbers that go round
    "pairs": _pairs,  # an input has two places
}


def listed(needs: Sequence[str]) -> tuple[str, ...]:
    """Needs given as a list or a tuple; ReportError for a text, which is a sequence of letters."""
    if isinstance(needs, str):
        raise ReportError(f"needs: got {needs!r}, allowed: a list of needs, such as [{needs!r}]")
    return tuple(needs)


def lacks(config: Config, needs: Iterable[str]) -> str:
    """Why a configuration does not offer what is needed; empty if it does. Errors: ReportError for
    a need that nobody knows.
    """
    for need in needs:
        if need not in NEEDS:
            raise ReportError(
                f"no need is called {need!r}{nearest(need, NEEDS)}; known: {', '.join(NEEDS)}"
            )
        if reason := NEEDS[need](config):
            return reason
    return ""
