"""Sums over cells of attention patterns, as a TorchScript step.

A cell is one query and key, counted query * keys + key. Summing many small sets of cells of a layer is one
pass over what they hold, whatever the number of sets: nothing is laid out cell by cell.
Axes: r row, h head, q query, k key, s set of cells, c cell of a set, all sets in a row; l layer, d draw of the
null, m measure.
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
        self, masses: Tensor, excluded: Tensor, which: Tensor, entries: Tensor, rows: Tensor, counting: str,
        positions: int,
    ) -> List[Tensor]:
        """Scores of the measures `which`, summed over rows [l, d, m, h]; 0 of a row without a target to count.

        masses [l, d, m, r, h]: attention on targets. excluded [l, m, 3, r, h]: its second is attention on what is
        left out, its third that of rows with a target. entries and rows [m, r, 1]: targets, and queries with one.
        counting: a circuitscope.heads.detect.Counting, whose formulas these are.
        """
        mass = masses.index_select(2, which)
        out = excluded.index_select(1, which).unsqueeze(1)
        kept = positions - out.select(3, 1)
        if counting == "MASS_PER_ROW":
            score = mass / rows.clamp(min=1.0)
        elif counting == "ENTRY_MEAN":
            score = mass / entries.clamp(min=1.0)
        elif counting == "MUL":
            score = mass / kept
        elif counting == "MUL_TARGET_ROWS":
            score = mass / (rows.clamp(min=1.0) - out.select(3, 2))
        else:
            assert counting == "ABS"
            score = 1.0 - torch.round((kept + entries - 2.0 * mass) * (1000.0 / positions)) / 1000.0
        return [score.sum(3)]


if __name__ == "__main__":
    save(Cells())
