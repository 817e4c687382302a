"""The form of golden.safetensors, which keeps the repository small without losing a number that says something.

    python references.py        # brings every file here into this form; run it again and nothing changes

A pattern is kept as the lower triangles of its squares, [2, head, T (T + 1) / 2] by rows; what lies above is 0. Of
the logits, which a matrix product makes from the last hidden state, the first POSITIONS positions are kept.
"""

from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

ROOT = Path(__file__).parent
POSITIONS = 8


def packed(name: str, tensor: torch.Tensor) -> torch.Tensor:
    if name == "logits":
        return tensor[:, :POSITIONS].clone(memory_format=torch.contiguous_format)
    if not name.startswith("attentions.") or tensor.dim() == 3:
        return tensor
    queries, keys = torch.tril_indices(tensor.shape[-2], tensor.shape[-1])
    triangle = tensor[..., queries, keys].contiguous()
    assert torch.equal(unpacked(name, triangle), tensor), f"{name}: not causal"
    return triangle


def unpacked(name: str, tensor: torch.Tensor) -> torch.Tensor:
    if not name.startswith("attentions.") or tensor.dim() == 4:
        return tensor
    positions = int((2 * tensor.shape[-1]) ** 0.5)
    queries, keys = torch.tril_indices(positions, positions)
    square = torch.zeros(*tensor.shape[:-1], positions, positions, dtype=tensor.dtype)
    square[..., queries, keys] = tensor
    return square


def read_reference(file: Path) -> dict[str, torch.Tensor]:
    return {name: unpacked(name, tensor) for name, tensor in load_file(file).items()}


def write_reference(tensors: dict[str, torch.Tensor], file: Path) -> None:
    save_file({name: packed(name, tensor) for name, tensor in tensors.items()}, file)


if __name__ == "__main__":
    for reference in sorted([*ROOT.glob("*/golden.safetensors"), *ROOT.glob("*/golden_sdpa.safetensors")]):
        write_reference(read_reference(reference), reference)
