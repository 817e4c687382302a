"""Soft weight masks and the AdamW step that trains them, as TorchScript steps.

A mask m is one real number a weight (or a group of weights); the weight that is used is
w * sigmoid(beta * m). Everything here is outside the graph of derivatives: what flows in from it is the
gradient of the loss by the used weight, from which that by m follows in closed form:

    dL/dm = (dCE/dw' * w + lambda / |M|) * beta * s * (1 - s),    s = sigmoid(beta * m),

summed over the weights of a group. Lists have one entry a masked matrix. A weight comes in a view whose
axes m's shape broadcasts to. Run this file to write the .pt:  python masks.py masks.pt
"""

from typing import List

import torch
from save import save
from torch import Tensor


class Masks(torch.nn.Module):
    def slow_when_tiny(self, x: Tensor) -> bool:
        """A CPU is a hundred times slower on FP32 numbers below 1e-38, to which decided weights lead.

        What is flushed to 0 there is eight orders of magnitude below Adam's epsilon.
        """
        return x.dtype == torch.float and not x.is_cuda

    def many_at_once(self, w: List[Tensor], m: List[Tensor]) -> bool:
        """Whether all matrices can share a launch: one mask value a weight, no number to be flushed.

        A GPU is otherwise busy with launches, some ten a matrix and step.
        """
        if self.slow_when_tiny(m[0]):
            return False
        for i in range(len(w)):
            if m[i].numel() != w[i].numel():
                return False
        return True

    @torch.jit.export
    def soften(self, w: List[Tensor], m: List[Tensor], used: List[Tensor], beta: float) -> List[Tensor]:
        """The soft masks s; the used weights w * s are written into `used`."""
        if self.many_at_once(w, m):
            soft = torch._foreach_mul(m, beta)
            torch._foreach_sigmoid_(soft)
            torch._foreach_copy_(used, w)
            torch._foreach_mul_(used, soft)
            return soft
        soft: List[Tensor] = []
        for i in range(len(w)):
            # beta * m reaches 1e12: sigmoid is computed from the side that does not overflow.
            s = torch.sigmoid_(m[i] * beta)
            if self.slow_when_tiny(s):
                s = torch.threshold_(s, 1e-20, 0.0)
            soft.append(s)
            torch.mul(w[i], s, out=used[i])
        return soft

    def slopes(
        self, w: List[Tensor], s: List[Tensor], m: List[Tensor], grads: List[Tensor],
        first: List[Tensor], beta: float, scale: float, sparsity: float,
    ) -> List[Tensor]:
        """dL/dm of each matrix; `grads` are overwritten."""
        if self.many_at_once(w, m):
            torch._foreach_mul_(grads, w)
            torch._foreach_mul_(grads, scale)
            torch._foreach_add_(grads, sparsity)
            kept = torch._foreach_neg(s)
            torch._foreach_add_(kept, 1.0)
            torch._foreach_mul_(grads, kept)
            torch._foreach_mul_(grads, s)
            torch._foreach_mul_(grads, beta)
            return grads
        slopes: List[Tensor] = []
        for i in range(len(w)):
            if m[i].numel() == w[i].numel():
                g = grads[i].mul_(w[i]).mul_(scale).add_(sparsity)
            else:
                group = float(w[i].numel()) / float(m[i].numel())
                g = (grads[i] * w[i]).sum_to_size(m[i].size()).mul_(scale).add_(sparsity * group)
            slope = torch.ops.aten.sigmoid_backward(g, s[i]).mul_(beta)
            if self.slow_when_tiny(slope):
                slope = torch.hardshrink(slope, 1e-16)
                torch.hardshrink(first[i], 1e-30, out=first[i])
            slopes.append(slope)
        return slopes

    @torch.jit.export
    def update(
        self, w: List[Tensor], s: List[Tensor], m: List[Tensor], grads: List[Tensor],
        first: List[Tensor], second: List[Tensor], step: Tensor, beta: float, scale: float,
        sparsity: float, rate: float, beta1: float, beta2: float, epsilon: float, decay: float,
    ) -> bool:
        """One AdamW step on m in place.

        `grads` are sums over positions: `scale` makes them means; they are overwritten. `sparsity` is
        lambda / |M|. `first` and `second` are the moments, `step` the number of steps done.
        """
        slopes = self.slopes(w, s, m, grads, first, beta, scale, sparsity)
        step.add_(1)
        steps: List[Tensor] = []
        for i in range(len(w)):
            steps.append(step)
        none: List[Tensor] = []
        torch.ops.aten._fused_adamw_(
            m, slopes, first, second, none, steps, lr=rate, beta1=beta1, beta2=beta2,
            weight_decay=decay, eps=epsilon, amsgrad=False, maximize=False,
        )
        return True

    @torch.jit.export
    def census(self, w: List[Tensor], m: List[Tensor], beta: float) -> List[Tensor]:
        """How many weights have s < 0.1, s > 0.9 and m > 0: one array of [3] integers."""
        counts = torch.zeros([3], dtype=torch.long, device=m[0].device)
        for i in range(len(m)):
            group = w[i].numel() // m[i].numel()
            s = torch.sigmoid_(m[i] * beta)
            counts += torch.stack([(s < 0.1).sum(), (s > 0.9).sum(), (m[i] > 0).sum()]) * group
        return [counts]


if __name__ == "__main__":
    save(Masks())
