"""A network that reads a text, made in plain PyTorch, in a file beside that text; and the
configuration that names both.
"""

from collections.abc import Mapping
from pathlib import Path

import torch
from gptwork import GPT
from places import ROOT
from torch.nn import functional as F

from reportgen.core import config as configs
from reportgen.core.config import Config, Files

TEXT = (ROOT / "tests" / "runs" / "text.txt").read_text(encoding="utf-8")
CHARACTERS = sorted(set(TEXT))
FILE, READ = "net.pt", "text.txt"
CONTEXT, WIDTH = 16, 16


def network(**sizes: object) -> GPT:
    """Of the sizes that the configuration says, its weights at random."""
    told = dict(tokens=len(CHARACTERS), positions=CONTEXT, d=WIDTH, tied=True, bias=False)
    return GPT(**told | sizes)  # type: ignore[arg-type]


def trained(net: GPT, steps: int = 60) -> GPT:
    """The same after some steps on the beginning of the text."""
    with torch.no_grad():
        for value in net.parameters():
            value.mul_(0.2 if value.ndim > 1 else 0).add_(0 if value.ndim > 1 else 1)
    ids = torch.tensor([CHARACTERS.index(c) for c in TEXT[: int(0.8 * len(TEXT))]])
    rng, optimiser = torch.Generator().manual_seed(0), torch.optim.AdamW(net.parameters(), 1e-2)
    for _ in range(steps):
        start = torch.randint(len(ids) - CONTEXT, (16, 1), generator=rng)
        rows = ids[start + torch.arange(CONTEXT + 1)]
        loss = F.cross_entropy(net(rows[:, :-1]).flatten(0, 1), rows[:, 1:].flatten())
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return net


def values(**changed: Mapping[str, object]) -> dict[str, object]:
    """The configuration as plain values; `changed` are keys of its sections, None for one that is
    left out.
    """
    said: dict[str, dict[str, object]] = dict(
        rule=dict(name="text", unit="characters", size=len(CHARACTERS), file=READ),
        data=dict(seed=0, block=150, validation=0.1, holdout=0.2, windows=40),
        model=dict(
            n_layers=2,
            n_heads=2,
            d_model=WIDTH,
            d_head=WIDTH // 2,
            d_mlp=4 * WIDTH,
            n_ctx=CONTEXT,
            output_projection=True,
            residual=True,
            normalization="LN",
            activation="gelu",
        ),
        weights=dict(file=FILE, layout="nanogpt", tied=True, tokens="sorted"),
        report=dict(outline="full_transformer", demonstrations=2, title="Given"),
    )
    for section, keys in changed.items():
        said[section] = {k: v for k, v in (said[section] | dict(keys)).items() if v is not None}
    return {"name": "given", **said}


def put(folder: Path, net: GPT, text: str = TEXT) -> None:
    """The network and the text, each as a file of a folder."""
    torch.save(net.state(), folder / FILE)
    (folder / READ).write_text(text, encoding="utf-8")


def config_in(folder: Path, **changed: Mapping[str, object]) -> Config:
    """The configuration of what lies in a folder."""
    return configs.from_values(values(**changed), files=Files(beside=folder))
