"""Dense algebra on d x d matrices by LAPACK. Run this file to write the .pt:  python linalg.py linalg.pt"""

from typing import List

import torch
from save import save
from torch import Tensor


class Linalg(torch.nn.Module):
    @torch.jit.export
    def solve(self, a: Tensor, b: Tensor) -> List[Tensor]:
        """a^-1 b for a symmetric positive definite a, by Cholesky; and 0, or where it broke down [1]."""
        factor, info = torch.linalg.cholesky_ex(a)
        return [torch.cholesky_solve(b, factor).contiguous(), info.to(torch.double).reshape(1)]

    @torch.jit.export
    def eigenvalues(self, a: Tensor) -> List[Tensor]:
        """Real and imaginary parts [d], of any square a."""
        values = torch.linalg.eigvals(a)
        return [torch.real(values).contiguous(), torch.imag(values).contiguous()]

    @torch.jit.export
    def leading(self, a: Tensor) -> List[Tensor]:
        """The largest eigenvalue [1] of a symmetric a, and its unit vector [d]."""
        values, vectors = torch.linalg.eigh(a)
        return [values[-1:].contiguous(), vectors[:, -1].contiguous()]

    @torch.jit.export
    def symmetric(self, a: Tensor) -> List[Tensor]:
        """Eigenvalues [d] of a symmetric a, largest first, and its unit vectors [d, d], one a row."""
        values, vectors = torch.linalg.eigh(a)
        return [values.flip([0]).contiguous(), vectors.t().flip([0]).contiguous()]

    @torch.jit.export
    def singular(self, a: Tensor) -> List[Tensor]:
        """Singular values [d], largest first."""
        return [torch.linalg.svdvals(a).contiguous()]


if __name__ == "__main__":
    save(Linalg())
