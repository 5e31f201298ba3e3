"""Where weights made elsewhere come from: which files, how they were read, and what became of each
tensor.
"""

from pydantic import BaseModel, ConfigDict


class OriginFile(BaseModel):
    """One file of weights."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    name: str  # without its folder
    sha256: str
    step: int


class Origin(BaseModel):
    """The files of a network, and their tensors by name; of several files, those of the last."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    files: list[OriginFile]
    layout: str
    tensors: int  # that were made into weights
    ignored: list[str]  # by name, since they are no weights
    idle: list[str]  # that change nothing: zeros, or W_O = I, of what the network lacks
    filled: list[str]  # our weights that the file does not have, and that change nothing
    types: dict[str, int]  # tensors by how they are stored
    narrow: list[str]  # those of 16 bits, read as 32
    reordered: bool  # were the rows of tokens put into the order of the rule
    tied: bool
    folded: bool
