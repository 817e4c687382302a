"""Sums over cells of attention patterns, as a TorchScript step.

A cell is one query and key, counted query * keys + key. Summing many small sets of cells of a layer is one
pass over what they hold, whatever the number of sets: nothing is laid out cell by cell.
Axes: r row, h head, q query, k key, s set of cells, c cell of a set, all sets in a row; l layer, d draw of the
null, m measure, w score that is wanted, b resample.
Run this file to write the .pt:  python cells.py cells.pt
"""

from typing import List

import torch
from save import save
from torch import Tensor


class Cells(torch.nn.Module):
    @torch.jit.export
    def sums(self, patterns: Tensor, cells: Tensor, starts: Tensor, weights: Tensor) -> List[Tensor]:
        """The weighted sum of each set [s, r h]; patterns [r, h, q, k], cells [c] and weights [c], starts [s]."""
        by_cell = patterns.flatten(2).flatten(0, 1).t().contiguous()
        return [torch.embedding_bag(by_cell, cells, starts, per_sample_weights=weights)[0]]

    @torch.jit.export
    def nulls(
        self, layers: List[Tensor], counts: Tensor, which: Tensor, countings: str, positions: int,
    ) -> List[Tensor]:
        """Scores summed over rows [w, d, l h] in double precision, and the sums that are not the null's.

        layers [s, r h] of each: two sums; attention on targets, on what is left out, and that of rows with a target,
        a measure; attention on targets, a draw and measure. counts [2, m, r, 1]: targets, and queries with one.
        which [w]: the measure of each score. countings: of each score a circuitscope.heads.detect.Counting, whose
        formulas these are; those of one kind stand together. A row without a target to count has a score of 0.
        """
        values = torch.stack(layers)
        measures, rows = counts.size(1), counts.size(2)
        width = 2 + 3 * measures
        sums = values.narrow(1, 0, width)
        excluded = sums.narrow(1, 2, 3 * measures).reshape(len(layers), measures, 3, rows, -1)
        masses = values.narrow(1, width, values.size(1) - width).reshape(len(layers), -1, measures, rows, excluded.size(4))
        mass = masses.index_select(2, which)
        entries, targets = counts.index_select(1, which).unbind(0)
        out = excluded.index_select(1, which).unsqueeze(1)
        kept = positions - out.select(3, 1)
        named = countings.split(" ")
        parts: List[Tensor] = []
        at = 0
        while at < len(named):
            to = at
            while to < len(named) and named[to] == named[at]:
                to += 1
            n = to - at
            m, k = mass.narrow(2, at, n), kept.narrow(2, at, n)
            if named[at] == "MASS_PER_ROW":
                score = m / targets.narrow(0, at, n).clamp(min=1.0)
            elif named[at] == "ENTRY_MEAN":
                score = m / entries.narrow(0, at, n).clamp(min=1.0)
            elif named[at] == "MUL":
                score = m / k
            elif named[at] == "MUL_TARGET_ROWS":
                score = m / (targets.narrow(0, at, n).clamp(min=1.0) - out.select(3, 2).narrow(2, at, n))
            else:
                assert named[at] == "ABS"
                difference = k + entries.narrow(0, at, n) - 2.0 * m
                score = 1.0 - torch.round(difference * (1000.0 / positions)) / 1000.0
            parts.append(score.sum(3, dtype=torch.double).permute(2, 1, 0, 3).flatten(2))
            at = to
        return [torch.cat(parts), sums]

    @torch.jit.export
    def chance(self, scores: Tensor, rows: Tensor, rank: int) -> List[Tensor]:
        """Mean over draws and the value of that rank [2, w, h + 1], the last being of the best head's scores.

        scores [w, d, h] are summed over as many rows [w, 1, 1].
        """
        means = scores / rows
        means = torch.cat([means, means.amax(2, keepdim=True)], 2)
        return [torch.stack([means.mean(1), means.kthvalue(rank, 1)[0]])]

    @torch.jit.export
    def intervals(self, scores: Tensor, times: Tensor, rank: int) -> List[Tensor]:
        """Means over rows of n quantities, and the resamples' means of that rank from below and from above [3, n].

        scores [r, n]; times [r, b]: how often a resample holds a row.
        """
        ends: List[Tensor] = []
        for some in (scores / scores.size(0)).split(4096, 1):
            means = some.t().matmul(times).sort(1)[0]
            ends.append(torch.stack([means.select(1, rank - 1), means.select(1, times.size(1) - rank)]))
        return [torch.cat([scores.mean(0, keepdim=True), torch.cat(ends, 1)])]


if __name__ == "__main__":
    save(Cells())
