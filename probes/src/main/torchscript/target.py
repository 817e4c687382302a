"""Cross-entropy to a target distribution and its gradient by the logits, as TorchScript steps.

A target table holds rows of probabilities sparsely; since they sum to 1,

    CE = logsumexp(z) - sum_v p_v z_v = -sum_v p_v logsoftmax(z)_v,    dCE/dz = softmax(z) - p,

and only the entries with p_v > 0 are ever touched. Sums over positions are returned, not means.
Axes: n positions, v vocabulary. Run this file to write the .pt:  python target.py target.pt
"""

from typing import List

import torch
from save import save
from torch import Tensor


class Target(torch.nn.Module):
    @torch.jit.export
    def sparse(
        self, z: Tensor, rows: Tensor, starts: Tensor, columns: Tensor, p: Tensor, entries: int, vocab: int
    ) -> List[Tensor]:
        """The sum of cross-entropies [] and its gradient [n, v].

        z [n, v] is not changed; columns from `vocab` on take no part. Row r of the table has the entries
        starts[r] to starts[r + 1] of `columns` and `p`; position i's target is row rows[i], and `entries`
        is what these rows hold together.
        """
        z = z.detach()
        width = z.size(1)
        lp = torch.log_softmax(z[:, :vocab], 1)
        first = starts[rows]
        counts = starts[rows + 1] - first
        before = counts.cumsum(0) - counts
        position = torch.repeat_interleave(
            torch.arange(rows.size(0), device=z.device), counts, output_size=entries
        )
        entry = torch.arange(entries, device=z.device) + (first - before)[position]
        flat = position * vocab + columns[entry]
        share = p[entry]
        flatlp = lp.view(-1)
        loss = -(share * flatlp[flat]).sum()
        gradient = lp.exp_()
        flatlp.index_add_(0, flat, -share)
        if vocab < width:
            gradient = torch.nn.functional.pad(gradient, [0, width - vocab])
        return [loss, gradient]

    @torch.jit.export
    def spread(self, starts: Tensor, columns: Tensor, p: Tensor, vocab: int) -> List[Tensor]:
        """A sparse table as a dense one: [row, vocab]."""
        rows = starts.size(0) - 1
        row = torch.repeat_interleave(torch.arange(rows, device=p.device), starts[1:] - starts[:-1])
        dense = torch.zeros([rows, vocab], dtype=p.dtype, device=p.device)
        dense.view(-1).index_add_(0, row * vocab + columns, p)
        return [dense]

    @torch.jit.export
    def table(self, z: Tensor, rows: Tensor, p: Tensor) -> List[Tensor]:
        """The same with a small table that is stored densely: p [row, vocab]."""
        return self.dense(z, p.index_select(0, rows))

    @torch.jit.export
    def model(self, z: Tensor, other: Tensor, vocab: int) -> List[Tensor]:
        """The same with another model's logits as the target: [n, v], cut to `vocab` likewise."""
        return self.dense(z, torch.softmax(other[:, :vocab], 1))

    @torch.jit.export
    def surprisals(self, z: Tensor, next: Tensor, vocab: int) -> List[Tensor]:
        """-ln P(next) [n] with the softmax over `vocab` tokens, and over all: cut, padded.

        Also the logsumexp of the cut ones [n]. A next token of -1 has no surprisal, but 0.
        """
        none = next < 0
        picked = z.gather(1, next.clamp(min=0).unsqueeze(1)).squeeze(1)
        total = torch.logsumexp(z[:, :vocab], 1)
        cut = (total - picked).masked_fill_(none, 0.0)
        if vocab == z.size(1):
            return [cut, cut, total]
        padded = torch.logaddexp(total, torch.logsumexp(z[:, vocab:], 1)) - picked
        return [cut, padded.masked_fill_(none, 0.0), total]

    @torch.jit.export
    def expected(
        self, z: Tensor, rows: Tensor, starts: Tensor, columns: Tensor, p: Tensor, entries: int
    ) -> List[Tensor]:
        """sum_v p_v z_v of each position [n]; arguments as of `sparse`."""
        first = starts[rows]
        counts = starts[rows + 1] - first
        before = counts.cumsum(0) - counts
        position = torch.repeat_interleave(
            torch.arange(rows.size(0), device=z.device), counts, output_size=entries
        )
        entry = torch.arange(entries, device=z.device) + (first - before)[position]
        picked = z.reshape(-1)[position * z.size(1) + columns[entry]]
        sums = torch.zeros([rows.size(0)], dtype=z.dtype, device=z.device)
        return [sums.index_add_(0, position, p[entry].to(z.dtype) * picked)]

    @torch.jit.export
    def expected_of_table(self, z: Tensor, rows: Tensor, p: Tensor) -> List[Tensor]:
        """The same with a small table that is stored densely: p [row, vocab]."""
        own = p.index_select(0, rows).to(z.dtype)
        return [own.mul_(z[:, : p.size(1)]).sum(1)]

    def dense(self, z: Tensor, p: Tensor) -> List[Tensor]:
        z = z.detach()
        vocab, width = p.size(1), z.size(1)
        lp = torch.log_softmax(z[:, :vocab], 1)
        loss = -torch.dot(p.view(-1), lp.view(-1))
        gradient = lp.exp_().sub_(p)
        if vocab < width:
            gradient = torch.nn.functional.pad(gradient, [0, width - vocab])
        return [loss, gradient]


if __name__ == "__main__":
    save(Target())
