"""The sections of a configuration file as frozen models: which keys there are, and what each may be."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError


def _no_truth(value: Any) -> Any:
    """YAML reads `yes` as true, and pydantic would read that as 1."""
    if isinstance(value, bool):
        raise PydanticCustomError("int_type", "a number")
    return value


Count = Annotated[int, BeforeValidator(_no_truth), Field(ge=1)]
Whole = Annotated[int, BeforeValidator(_no_truth), Field(ge=0)]
Finite = Annotated[float, BeforeValidator(_no_truth), Field(allow_inf_nan=False)]


class Section(BaseModel):
    """A mapping that allows its own keys alone."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class DataConfig(Section):
    """What every kind of data has: one seed for all that is drawn; networks that differ in their own seed share the data."""

    seed: Whole


class WindowsData(DataConfig):
    """Sequences of a rule, cut into windows: how many, how long, and which of them choose and judge."""

    sequences: Count  # for training and validation together
    length: tuple[Count, Count]  # shortest and longest sequence, uniform between
    validation: Annotated[Finite, Field(gt=0, lt=1)]  # share of the sequences, the last ones
    window_stride: Count = 1  # windows start at its multiples; 1: anywhere
    holdout: (
        Count  # fresh sequences that choose nothing; every number on the pages is measured on them
    )


Split = Literal[
    "lexicographic", "random"
]  # the last inputs in the order of a dictionary are held out, or a random choice


class InputsData(DataConfig):
    """All inputs there are: which of them train, and which are held out."""

    split: Split
    beside: Split | None = (
        None  # another split that the same seeds are trained on as well, to compare how they do
    )
    holdout: Count  # inputs that are never trained on


class RepeatsData(DataConfig):
    """Sequences that repeat themselves, drawn afresh for every batch."""

    validation: Annotated[Count, Field(ge=2)]  # sequences that choose the displayed seed
    holdout: Annotated[
        Count, Field(ge=2)
    ]  # sequences that choose nothing; every number on the pages is measured on them


class TextData(DataConfig):
    """A text, cut into blocks that take turns: most train, some choose, some judge."""

    block: Count  # tokens in a block
    validation: Annotated[
        Finite, Field(gt=0, lt=1)
    ]  # share of the blocks that choose the displayed seed
    holdout: Annotated[Finite, Field(gt=0, lt=1)]  # share of the blocks that choose nothing
    windows: Annotated[Count, Field(ge=2)] = 400  # at most so many windows of either are judged

    def shares(self, tokens: int) -> tuple[int, int, int]:
        """How many blocks of a text train, choose and judge; a last block that is not full is left out."""
        blocks = tokens // self.block
        chooses, judges = (
            max(1, round(blocks * share)) for share in (self.validation, self.holdout)
        )
        return blocks - chooses - judges, chooses, judges


DATA: dict[str, type[DataConfig]] = {
    "windows": WindowsData,
    "inputs": InputsData,
    "repeats": RepeatsData,
    "text": TextData,
}  # by the family of a rule


class ModelConfig(Section):
    """The transformer."""

    n_layers: Whole  # none: the unembedding reads the embedding
    n_heads: Count
    d_model: Count
    d_head: Count
    d_mlp: Whole  # none: a layer is attention alone
    n_ctx: Annotated[Count, Field(ge=2)]  # block size: tokens in a window
    output_projection: bool  # W_O after the heads
    residual: bool
    normalization: Literal["none", "LN"]
    positions: Literal["stream", "attention", "none"] = (
        "stream"  # where W_pos is added: to the stream, or to what queries and keys are made from
    )
    attention_biases: bool = False  # b_Q, b_K, b_V, b_O
    init_std: Annotated[Finite, Field(gt=0)] | None = (
        None  # of normal first weights, with biases of 0; none: torch's defaults
    )


class TrainingConfig(Section):
    """The optimiser and the seeds."""

    steps: Count
    batch: Count
    lr: Annotated[Finite, Field(gt=0)]  # peak rate
    schedule: Literal["constant", "cosine", "cosine_jump"] = (
        "constant"  # cosine: linear warm-up, then half a cosine down to zero; cosine_jump: see `train.rate`
    )
    warmup: Whole = 0  # steps of the warm-up
    weight_decay: Annotated[Finite, Field(ge=0)] = 0.01
    betas: tuple[Annotated[Finite, Field(ge=0, lt=1)], Annotated[Finite, Field(ge=0, lt=1)]] = (
        0.9,
        0.999,
    )
    clip: Annotated[Finite, Field(gt=0)] | None = (
        None  # largest length of a network's gradient; a longer one is shortened to it
    )
    seeds: Count  # networks trained together; a seed sets initialisation and batch order
    narrower: tuple[
        Count, ...
    ] = ()  # widths of further networks, each trained from every seed beside the full ones; without layers only
    checkpoint_every: Count
    show: Literal["lowest_validation_loss"]  # which of the seeds the pages show


class ReportConfig(Section):
    """What the report looks like."""

    outline: str
    title: str | None = None  # of the report; none: that of its rule
    summary: str | None = None  # one sentence on it; none: the rule in one sentence
    demonstrations: Annotated[Count, Field(le=6)]


class File(Section):
    """A whole configuration file; what the rule is made of is checked by the rule, and its data by its family."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
    rule: dict[str, Any]
    data: dict[str, Any]
    model: ModelConfig
    training: TrainingConfig
    report: ReportConfig
