"""Hard-concrete gates on weights (Louizos et al. 2018) and the Adam step that trains them.

A gate has one real number a = log alpha a weight (or a group of weights). With noise u in (0, 1),

    s = sigmoid((log u - log(1 - u) + a) / tau),    z = clamp(s (zeta - gamma) + gamma, 0, 1),

and the weight that is used is w z; stretch (gamma, zeta) = (-0.1, 1.1), temperature tau = 2/3. The
penalty is the expected number of open gates, P(z != 0) = sigmoid(a - tau log(-gamma / zeta)). As in
masks.py the gradient by the used weight flows in, and that by a follows in closed form:

    dL/da = dCE/dw' w (zeta - gamma) s (1 - s) / tau  [0 < z < 1]  +  lambda / |M| P (1 - P).

The noise is a hash of the seed, the step and the weight's place, so that it is the same on every
device and in every run that reaches the step. Run this file to write the .pt:  python gates.py gates.pt
"""

from typing import List

import torch
from save import save
from torch import Tensor


class Gates(torch.nn.Module):
    gamma: float
    zeta: float
    tau: float
    shift: float

    def __init__(self):
        super().__init__()
        self.gamma, self.zeta, self.tau = -0.1, 1.1, 2.0 / 3.0
        self.shift = -1.598596848532247  # tau log(-gamma / zeta)

    def hashed(self, x: Tensor) -> Tensor:
        """A mix of 32 bits in place; shifts of negative numbers are made logical by the masks."""
        x.bitwise_xor_(torch.bitwise_and(torch.bitwise_right_shift(x, 16), 0xFFFF)).mul_(0x7FEB352D)
        x.bitwise_xor_(torch.bitwise_and(torch.bitwise_right_shift(x, 15), 0x1FFFF)).mul_(-2073254261)
        return x.bitwise_xor_(torch.bitwise_and(torch.bitwise_right_shift(x, 16), 0xFFFF))

    @torch.jit.export
    def noise(self, like: Tensor, keys: Tensor) -> List[Tensor]:
        """log u - log(1 - u) in the shape of `like`, u on a grid of 2^-23; keys [2] are 32-bit."""
        x = torch.arange(like.numel(), dtype=torch.int, device=like.device)
        x = self.hashed(self.hashed(x.bitwise_xor_(keys[0])).bitwise_xor_(keys[1]))
        u = torch.bitwise_and(x, 0x7FFFFF).to(like.dtype).add_(0.5).mul_(1.0 / 8388608.0)
        return [torch.log(u).sub_(torch.log1p(u.neg_())).view(like.size())]

    @torch.jit.export
    def soften(self, w: List[Tensor], a: List[Tensor], used: List[Tensor], keys: Tensor) -> List[Tensor]:
        """The unstretched gates s; the used weights w z are written into `used`. keys [matrix, 2]."""
        soft: List[Tensor] = []
        for i in range(len(w)):
            s = self.noise(a[i], keys[i])[0].add_(a[i]).div_(self.tau).sigmoid_()
            soft.append(s)
            torch.mul(w[i], self.stretched(s), out=used[i])
        return soft

    def stretched(self, s: Tensor) -> Tensor:
        return (s * (self.zeta - self.gamma)).add_(self.gamma).clamp_(0.0, 1.0)

    @torch.jit.export
    def update(
        self, w: List[Tensor], s: List[Tensor], a: List[Tensor], grads: List[Tensor],
        first: List[Tensor], second: List[Tensor], step: Tensor, scale: float,
        sparsity: float, rate: float, beta1: float, beta2: float, epsilon: float, decay: float,
    ) -> bool:
        """One AdamW step on a in place; arguments as of masks.py. `s` is overwritten."""
        slopes: List[Tensor] = []
        for i in range(len(w)):
            group = float(w[i].numel()) / float(a[i].numel())
            g = grads[i].mul_(w[i])
            if a[i].numel() != w[i].numel():
                g = g.sum_to_size(a[i].size())
            z = self.stretched(s[i])
            inside = torch.logical_and(z > 0.0, z < 1.0)
            inner = s[i].mul_(1.0 - s[i]).mul_(inside).mul_((self.zeta - self.gamma) / self.tau)
            p = torch.sigmoid(a[i] - self.shift)
            slopes.append(g.mul_(scale).mul_(inner).add_(p.mul_(1.0 - p).mul_(sparsity * group)))
        step.add_(1)
        steps: List[Tensor] = []
        for i in range(len(w)):
            steps.append(step)
        none: List[Tensor] = []
        torch.ops.aten._fused_adamw_(
            a, slopes, first, second, none, steps, lr=rate, beta1=beta1, beta2=beta2,
            weight_decay=decay, eps=epsilon, amsgrad=False, maximize=False,
        )
        return True

    @torch.jit.export
    def census(self, w: List[Tensor], a: List[Tensor]) -> List[Tensor]:
        """How many weights have a gate without noise below 0.1, above 0.9, and rounded up: [3]."""
        counts = torch.zeros([3], dtype=torch.long, device=a[0].device)
        for i in range(len(a)):
            group = w[i].numel() // a[i].numel()
            z = self.stretched(torch.sigmoid(a[i]))
            counts += torch.stack([(z < 0.1).sum(), (z > 0.9).sum(), (a[i] > 0).sum()]) * group
        return [counts]


if __name__ == "__main__":
    save(Gates())
