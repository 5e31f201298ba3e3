"""Files that are no weights are refused, and nothing in a file is ever run."""

import io
import pickle
from pathlib import Path

import numpy as np
import pytest
import torch
from givenwork import refused
from gptwork import GPT
from safetensors.torch import save as save_torch


class Evil:
    """Leaves a mark when it is read the way pickles are."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, tuple[str, str]]:
        return (open, (str(self.mark), "w"))


def test_a_file_with_code_is_refused_and_not_run(tmp_path: Path) -> None:
    """In every kind of file that could hold a pickle; each of them, read carelessly, would leave a
    mark.
    """
    mark = tmp_path / "mark"
    evil = {"transformer.wte.weight": Evil(mark)}
    zipped, arrays = io.BytesIO(), io.BytesIO()
    torch.save(evil, zipped)
    np.savez(arrays, x=np.array([Evil(mark)], dtype=object))
    pickle.loads(pickle.dumps(evil))["transformer.wte.weight"].close()
    assert mark.exists()  # it would have worked
    mark.unlink()
    way = "save the weights alone, torch.save(model.state_dict(), FILE), or as safetensors"
    assert refused(tmp_path, zipped.getvalue()) == [
        "holds the Python object io.open, which would have to be executed to be read: refused,"
        f" and nothing of it was run; {way}"
    ]
    assert refused(tmp_path, pickle.dumps(evil), file="net.pkl") == [
        f"is damaged, or holds more than tensors, which is refused without running it; {way}"
    ]
    assert refused(tmp_path, arrays.getvalue(), file="net.npz") == [
        "holds Python objects, which would have to be executed to be read: refused, and nothing of"
        " it was run; save its arrays alone, numpy.savez(FILE, **arrays)"
    ]
    assert not mark.exists()


def test_a_whole_module_is_refused(tmp_path: Path) -> None:
    said = refused(tmp_path, torch.nn.Linear(2, 2))
    assert said == [
        "holds the Python object torch.nn.modules.linear.Linear, which would have to be executed to"
        " be read: refused, and nothing of it was run; save the weights alone,"
        " torch.save(model.state_dict(), FILE), or as safetensors"
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            b"no weights at all",
            "cannot be read as weights, allowed: a safetensors file, an npz of arrays, or a"
            " state_dict saved by torch",
        ),
        (
            b"",
            "cannot be read as weights, allowed: a safetensors file, an npz of arrays, or a"
            " state_dict saved by torch",
        ),
        (
            save_torch({"a": torch.zeros(3)})[:-2],
            "is damaged or no safetensors file (Error while deserializing: incomplete metadata",
        ),
    ],
)
def test_what_is_no_file_of_weights(tmp_path: Path, content: bytes, words: str) -> None:
    (said,) = refused(tmp_path, content, file="net.bin")
    assert said.startswith(words)


def test_what_lies_inside_is_asked(tmp_path: Path) -> None:
    held = dict(model=GPT().state(), step=3)
    assert refused(tmp_path, held) == [
        "holds no tensor by name; say which of these does with weights.inside: model"
    ]
    assert refused(tmp_path, held, inside="modle") == [
        "weights.inside: got 'modle', allowed: a key of the file; it has model, step"
    ]
    assert refused(tmp_path, save_torch(GPT().state()), inside="model", file="n.safetensors") == [
        "weights.inside: got 'model', allowed with a file saved by torch alone; this one holds"
        " tensors and no mappings; leave it out"
    ]
