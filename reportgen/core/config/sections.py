"""The sections of a configuration file as frozen models: which keys there are, and what each may
be.
"""

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic.fields import FieldInfo

Count = Annotated[int, Field(ge=1)]
Whole = Annotated[int, Field(ge=0)]
Finite = Annotated[float, Field(allow_inf_nan=False)]
Share = Annotated[Finite, Field(gt=0, lt=1)]
NAME, LINE = r"^[a-z][a-z0-9_]{0,63}$", r"^[^\n\t]*$"
Name = Annotated[str, Field(pattern=NAME)]


def most(limit: int, why: str) -> FieldInfo:
    """The largest value of a key, and why it is bounded there; editors show both."""
    said: FieldInfo = Field(le=limit, description=f"at most {limit:,}: {why}")
    return said


def one_line(longest: int) -> StringConstraints:
    """A text that fits a heading or a sentence."""
    return StringConstraints(strip_whitespace=True, min_length=1, max_length=longest, pattern=LINE)


class Unsaid(AttributeError):
    """A key that has no sound value: what depends on it cannot be checked."""


class Section(BaseModel):
    """A mapping that allows its own keys alone."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> object:
            """A value, or Unsaid where there is no sound one (`reading.sound`)."""
            if name in type(self).model_fields:
                raise Unsaid(name)
            return super().__getattr__(name)


SEED = most(2**32 - 1, "random streams are numbered with 32 bits")
ROWS = most(1_000_000, "all of them are held in memory")
TOKENS = most(
    10_000, "a sequence is read token by token, and each of its states is a row of a table"
)


class DataConfig(Section):
    """What every kind of data has: one seed for all that is drawn; networks that differ in their
    own seed share the data.
    """

    seed: Annotated[Whole, SEED]


ROTARY_BASE = 10_000.0  # of Su et al. 2021, and of GPT-NeoX and TransformerLens
WIDTH = "networks here are small enough to be looked into number by number"


EPSILON = 1e-5  # added to the variance in layer normalization


class ModelConfig(Section):
    """The transformer."""

    n_layers: Annotated[Whole, most(32, WIDTH)]  # none: the unembedding reads the embedding
    n_heads: Annotated[Count, most(64, WIDTH)]
    d_model: Annotated[Count, most(4_096, WIDTH)]
    d_head: Annotated[Count, most(4_096, WIDTH)]
    d_mlp: Annotated[Whole, most(16_384, WIDTH)]  # none: a layer is attention alone
    # block size: tokens in a window
    n_ctx: Annotated[
        Count, Field(ge=2), most(4_096, "attention is kept for each pair of positions")
    ]
    output_projection: bool  # W_O after the heads
    residual: bool
    normalization: Literal["none", "LN"]
    # of the feed-forward layer; gelu_new is its approximation by tanh
    activation: Literal["relu", "gelu", "gelu_new"] = "relu"
    # where W_pos is added: to the stream, or to what queries and keys are made from; rotary has no
    # W_pos, and turns queries and keys by their position
    positions: Literal["stream", "attention", "rotary", "none"] = "stream"
    # the slowest pair of dimensions turns about once in 2 pi times as many positions
    rotary_base: Annotated[Finite, Field(gt=0)] = ROTARY_BASE
    attention_biases: bool = False  # b_Q, b_K, b_V, b_O
    # of normal first weights, with biases of 0; none: torch's defaults
    init_std: Annotated[Finite, Field(gt=0)] | None = None

    @property
    def position_weights(self) -> bool:
        """Is there a W_pos."""
        return self.positions in ("stream", "attention")

    @property
    def plain_layer(self) -> bool:
        """Is it one layer whose scores and values depend on a token and its position alone, and
        whose neurons are on or off: both ends are then functions (`reportgen.core.readout`).
        """
        return (
            self.n_layers == 1
            and self.d_mlp > 0
            and self.activation == "relu"
            and self.normalization == "none"
            and self.positions == "stream"
            and not self.attention_biases
        )


STEPS = most(10_000_000, "a hundred times the longest training of the package")
Beta = Annotated[Finite, Field(ge=0, lt=1)]


class TrainingConfig(Section):
    """The optimiser and the seeds."""

    steps: Annotated[Count, STEPS]
    batch: Annotated[Count, most(100_000, "a batch is drawn and passed through as a whole")]
    lr: Annotated[Finite, Field(gt=0)]  # peak rate
    # cosine: linear warm-up, then half a cosine down to zero; cosine_jump: see `train.rate`
    schedule: Literal["constant", "cosine", "cosine_jump"] = "constant"
    warmup: Annotated[Whole, STEPS] = 0  # steps of the warm-up
    weight_decay: Annotated[Finite, Field(ge=0)] = 0.01
    betas: tuple[Beta, Beta] = (0.9, 0.999)
    # largest length of a network's gradient; a longer one is shortened to it
    clip: Annotated[Finite, Field(gt=0)] | None = None
    # networks trained together; a seed sets initialisation and batch order
    seeds: Annotated[
        Count, most(1_000, "each is a network of its own, trained, kept and evaluated")
    ]
    # widths of further networks, each trained from every seed beside the full ones; without layers
    # only
    narrower: Annotated[tuple[Count, ...], Field(max_length=100)] = ()
    checkpoint_every: Annotated[Count, STEPS]
    show: Literal["lowest_validation_loss"]  # which of the seeds the pages show


class TensorConfig(Section):
    """Where one of our weights is in a file."""

    tensor: str  # its name; {layer} and {head} stand for their numbers
    # in the order of the file: "d_model (head d_head)"; none: as ours. A number is so many parts,
    # of which one is meant: "(3 head d_head) d_model"
    axes: str | None = None
    part: Whole = 0  # which of the parts, from 0


class CheckpointConfig(Section):
    """A file of weights, and the step it was saved at."""

    file: str
    step: Annotated[Whole, STEPS]


class WeightsConfig(Section):
    """Weights that were made elsewhere, instead of a training."""

    file: str | None = None  # beside the configuration; or several checkpoints
    checkpoints: Annotated[tuple[CheckpointConfig, ...], Field(max_length=10_000)] = ()
    layout: Literal["transformer_lens", "nanogpt", "huggingface_gpt2", "by_name"]
    # of the layout by_name: each of our weights, as its tensor or with how that lies
    names: dict[str, str | TensorConfig] = Field(default_factory=dict)
    ignore: tuple[str, ...] = ()  # names of tensors that are no weights, * for anything
    inside: str | None = None  # of a saved checkpoint, the key that holds the weights
    prefix: str = ""  # with which all names of the file begin
    tied: bool = False  # is the unembedding the embedding
    # has normalization no gains of its own, because they were multiplied into what follows
    folded_normalization: bool = False
    # whose rows those of the embedding are: the tokens as the rule lists them, or by their code
    # points, as a program sorts the characters of a text, or in this order
    tokens: Literal["as_listed", "sorted"] | tuple[str | int, ...] | None = None

    def __hash__(self) -> int:
        """By what it says, since a mapping has no hash."""
        return hash(self.model_dump_json())

    @property
    def files(self) -> tuple[CheckpointConfig, ...]:
        """All files, in the order of their steps; a single one was saved at step 0."""
        one = () if self.file is None else (CheckpointConfig(file=self.file, step=0),)
        return (*one, *self.checkpoints)


class ReportConfig(Section):
    """What the report looks like."""

    outline: Name
    title: Annotated[str, one_line(200)] | None = None  # of the report; none: that of its rule
    # one sentence on it; none: the rule in one sentence
    summary: Annotated[str, one_line(1_000)] | None = None
    demonstrations: Annotated[Count, most(6, "each is followed step by step over several pages")]


class File(Section):
    """A whole configuration file; what the rule is made of is checked by the rule, and its data by
    its system.
    """

    name: Name
    rule: dict[str, object]
    data: dict[str, object]
    model: ModelConfig
    training: TrainingConfig | None = None  # either this
    weights: WeightsConfig | None = None  # or these
    report: ReportConfig
