"""What is said of a file of weights that cannot be used."""

from pathlib import Path

import pytest
import torch
from gptwork import values

from reportgen.core import config as configs
from reportgen.core.config import Files
from reportgen.core.weights.given import given_weights
from reportgen.errors import WeightsError

FILE = "net.pt"


def refused(folder: Path, state: object, model=None, file: str = FILE, **weights) -> list[str]:
    """What is said of a file, without the folder it lies in."""
    if isinstance(state, bytes):
        (folder / file).write_bytes(state)
    else:
        torch.save(state, folder / file)
    asked = values("nanogpt", file, **weights)
    asked["model"] |= model or {}  # type: ignore[operator]
    config = configs.from_values(asked, files=Files(beside=folder))
    with pytest.raises(WeightsError) as caught:
        given_weights(config)
    said = list(caught.value.problems)
    assert str(caught.value) == "\n".join(said)
    assert all(line.startswith(f"{folder}/{file}: ") for line in said)
    return [line.removeprefix(f"{folder}/{file}: ") for line in said]
