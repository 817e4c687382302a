"""A change of number format that gradients pass through, as a TorchScript step.

The engine's own NDArray.toType leaves the graph of derivatives, silently.
Run this file to write the .pt:  python cast.py cast.pt
"""

import torch
from save import save
from torch import Tensor


class Cast(torch.nn.Module):
    def forward(self, x: Tensor, like: Tensor) -> Tensor:
        """x in the number format of `like`, whose values are not read."""
        return x.to(like.dtype)


if __name__ == "__main__":
    save(Cast())
