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
Finite = Annotated[float, BeforeValidator(_no_truth), Field(allow_inf_nan=False)]


class Section(BaseModel):
    """A mapping that allows its own keys alone."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class DataConfig(Section):
    """The sequences: how many, how long, and which of them choose and judge."""

    seed: Annotated[int, BeforeValidator(_no_truth), Field(ge=0)]  # of the sequences; training seeds share one data set
    sequences: Count  # for training and validation together
    length: tuple[Count, Count]  # shortest and longest sequence, uniform between
    validation: Annotated[Finite, Field(gt=0, lt=1)]  # share of the sequences, the last ones
    window_stride: Count = 1  # windows start at its multiples; 1: anywhere
    holdout: Count  # fresh sequences that choose nothing; every number on the pages is measured on them


class ModelConfig(Section):
    """The transformer."""

    n_layers: Count
    n_heads: Count
    d_model: Count
    d_head: Count
    d_mlp: Count
    n_ctx: Annotated[Count, Field(ge=2)]  # block size: tokens in a window
    output_projection: bool  # W_O after the heads
    residual: bool
    normalization: Literal["none", "LN"]


class TrainingConfig(Section):
    """The optimiser and the seeds."""

    steps: Count
    batch: Count
    lr: Annotated[Finite, Field(gt=0)]  # peak rate
    schedule: Literal["constant", "cosine"] = "constant"  # cosine: linear warm-up, then half a cosine down to zero
    warmup: Annotated[int, BeforeValidator(_no_truth), Field(ge=0)] = 0  # steps of the warm-up
    seeds: Count  # networks trained together; a seed sets initialisation and batch order
    checkpoint_every: Count
    show: Literal["lowest_validation_loss"]  # which of the seeds the pages show


class ReportConfig(Section):
    """What the report looks like."""

    outline: str
    demonstrations: Annotated[Count, Field(le=6)]


class File(Section):
    """A whole configuration file; the rule's own parameters are checked by the rule."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
    rule: dict[str, Any]
    data: DataConfig
    model: ModelConfig
    training: TrainingConfig
    report: ReportConfig
