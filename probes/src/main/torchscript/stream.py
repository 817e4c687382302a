"""A decoder over an endless stream of tokens, as a TorchScript step: one call for many tokens.

Attention sinks (Xiao et al. 2023): every query sees the first S tokens, the R tokens before it, and
itself. Keys and values lie in one block a side, [layer, slot, g, e]: S slots for the sinks, then a ring of
R + 1 in which the newest token takes the oldest one's place. Under relative positions the order in memory
means nothing, only each key's position does, so nothing is ever moved.

Re-indexing positions inside the cache leaves the distances between recent tokens as they were and brings
the sinks nearer: by t - (S + R) once t is beyond the cache. So keys are rotated once, at their own position,
and only the sinks are turned again, by that shift. `decode` turns their keys in place, for all layers at
once; `chunk`, in which each query has a shift of its own, turns the queries back instead.

This keeps what `configure`, `bind` and `open` give it. Absent tensors have no elements.
Axes: b batch (1), p position, h query head, g key/value head, e dHead, d dModel, k key, t token, r rotary.
Run this file to write the .pt:  python stream.py stream.pt
"""

from typing import List

import torch
import torch.nn.functional as F
from layer import Layer
from save import save
from torch import Tensor


class Stream(Layer):
    weights: List[Tensor]
    outer: List[Tensor]
    scales: List[float]
    kinds: List[int]
    kind_windows: List[int]
    kind_factors: List[float]

    def __init__(self):
        super().__init__()
        self.weights, self.outer, self.scales = [], [], []
        self.kinds, self.kind_windows, self.kind_factors = [], [], []
        self.embed_scale, self.logit_cap, self.embed_normed, self.last_norm = 1.0, 0.0, False, True
        self.alibi, self.slopes, self.mirror = "NONE", torch.empty(0), torch.empty(0)
        self.sinks, self.recent, self.reindexed, self.position_offset = 0, 0, False, 0
        self.keys, self.values, self.base = torch.empty(0), torch.empty(0), torch.empty(0)
        self.swapped_base, self.quick = torch.empty(0), False

    @torch.jit.export
    def bind(self, weights: List[Tensor], outer: List[Tensor], slopes: Tensor) -> bool:
        """Weights of all layers in a row, those outside the layers, and ALiBi's slopes [h, 1, 1]."""
        self.weights, self.outer, self.slopes = weights, outer, slopes
        places = 26  # weights a layer
        if self.norm_kind != "LAYER":
            for at in [12, 14, 16, 18]:
                for layer in range(len(self.weights) // places):
                    self.weights[layer * places + at] = self.doubled(self.weights[layer * places + at])
            self.outer[2], self.outer[5] = self.doubled(self.outer[2]), self.doubled(self.outer[5])
        self.mirror = torch.tensor([[1.0], [-1.0]], dtype=outer[0].dtype, device=outer[0].device)
        bare = weights[3].numel() + weights[6].numel() == 0
        self.quick = self.projection == "SEPARATE" and bare
        return True

    @torch.jit.export
    def outside(
        self, embed_scale: float, embed_normed: bool, last_norm: bool, logit_cap: float, alibi: str,
        position_offset: int,
    ) -> bool:
        """What is computed before the first layer and after the last. alibi: NONE, FULL or BFLOAT16."""
        self.embed_scale, self.embed_normed, self.last_norm = embed_scale, embed_normed, last_norm
        self.logit_cap, self.alibi, self.position_offset = logit_cap, alibi, position_offset
        return True

    @torch.jit.export
    def layer_kind(self, scale: float, window: int, factor: float) -> bool:
        """Adds a layer: its scale, its own sliding window (0: none), what its ALiBi is multiplied by."""
        self.scales.append(scale)
        kind = -1
        for i in range(len(self.kind_windows)):
            if self.kind_windows[i] == window and self.kind_factors[i] == factor:
                kind = i
        if kind < 0:
            kind = len(self.kind_windows)
            self.kind_windows.append(window)
            self.kind_factors.append(factor)
        self.kinds.append(kind)
        return True

    @torch.jit.export
    def open(self, sinks: int, recent: int, reindexed: bool) -> bool:
        """Empty blocks for S + R + 1 tokens."""
        self.sinks, self.recent, self.reindexed = sinks, recent, reindexed
        w = self.outer[0]
        size = [len(self.scales), sinks + recent + 1, self.groups, self.d_head]
        self.keys = torch.zeros(size, dtype=w.dtype, device=w.device)
        self.values = torch.zeros(size, dtype=w.dtype, device=w.device)
        return True

    def doubled(self, w: Tensor) -> Tensor:
        """An RMS norm's weight for x and -x together."""
        w = w + 1.0 if self.norm_kind == "RMS_PLUS_ONE" and w.numel() > 0 else w
        return torch.cat([w, w])

    def norm(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
        """As Layer's. The mean of x and -x together is 0, so their layer norm is the RMS norm."""
        if self.norm_kind == "LAYER":
            if w.dim() == 1 and w.numel() > 0:
                return F.layer_norm(x, [x.size(-1)], w, None if b.numel() == 0 else b, self.epsilon)
            y = F.layer_norm(x, [x.size(-1)], None, None, self.epsilon)
            y = y if w.numel() == 0 else y * w
            return y if b.numel() == 0 else y + b
        d = x.size(-1)
        both = (x.unsqueeze(-2) * self.mirror).flatten(-2)
        if w.numel() == 2 * d:
            return F.layer_norm(both, [2 * d], w, None, self.epsilon).narrow(-1, 0, d)
        ratio = F.layer_norm(both, [2 * d], None, None, self.epsilon).narrow(-1, 0, d)
        if w.numel() == 0:
            return ratio
        return ratio * (w + 1.0 if self.norm_kind == "RMS_PLUS_ONE" else w)

    def embed(self, ids: Tensor, first: int) -> Tensor:
        """The stream [1, p, d] that enters the first layer."""
        x = F.embedding(ids, self.outer[0]).unsqueeze(0)
        if self.outer[1].numel() > 0:
            x = F.linear(x, self.outer[1])
        if self.embed_scale != 1.0:
            x = x * self.embed_scale
        if self.embed_normed:
            x = self.norm(x, self.outer[2], self.outer[3])
        if self.outer[4].numel() > 0:
            x = x + self.outer[4].narrow(0, first + self.position_offset, ids.size(0))
        return x

    def losses(self, x: Tensor, targets: Tensor) -> Tensor:
        """-ln P(target) [p], in FP32."""
        x = x.squeeze(0)
        if self.last_norm:
            x = self.norm(x, self.outer[5], self.outer[6])
        if self.outer[7].numel() > 0:
            x = F.linear(x, self.outer[7])
        z = self.linear(x, self.outer[8], self.outer[9])
        if self.logit_cap > 0.0:
            z = torch.tanh(z / self.logit_cap) * self.logit_cap
        return F.cross_entropy(z.float(), targets, reduction="none")

    def held(self, count: int) -> Tensor:
        """Which token lies in each filled slot [k], when `count` tokens have been read."""
        room = self.sinks + self.recent + 1
        slot = torch.arange(min(count, room), device=self.keys.device)
        age = torch.remainder(count - 1 - slot, self.recent + 1)  # of what lies in the ring
        return torch.where(slot < self.sinks, slot, count - 1 - age)

    def masks(self, first: int, fresh: int, tokens: Tensor) -> List[Tensor]:
        """What is added to the scores, one a kind of layer, for queries first to first + fresh - 1.

        [q, k], under ALiBi [h, q, k]; tokens [k] are the keys' own positions.
        """
        t = torch.arange(first, first + fresh, device=tokens.device).unsqueeze(1)
        age = t - tokens
        sink = tokens < self.sinks
        hidden = (age < 0) | ((age > self.recent) & ~sink)
        beyond = torch.clamp(t - (self.sinks + self.recent), min=0)
        distance = age - torch.where(sink, beyond, 0) if self.reindexed else age
        place = t - beyond - distance if self.reindexed else tokens.expand_as(age)
        dtype = self.keys.dtype
        found: List[Tensor] = []
        for i in range(len(self.kind_windows)):
            window = self.kind_windows[i]
            unseen = hidden | (distance >= window) if window > 0 else hidden
            if self.alibi == "BFLOAT16":
                half = self.slopes.to(torch.bfloat16) * place.to(torch.bfloat16)
                bias = half.float() * self.kind_factors[i]
            elif self.alibi == "FULL":
                bias = self.slopes * (-distance) * self.kind_factors[i]
            else:
                bias = torch.zeros([1, 1], device=tokens.device)
            found.append(bias.masked_fill(unseen, float("-inf")).to(dtype))
        return found

    def of(self, layer: int) -> List[Tensor]:
        """A layer's weights, in the order in which Layer.extend takes them."""
        n = len(self.weights) // len(self.scales)
        return self.weights[layer * n : (layer + 1) * n]

    def slot(self, t: int) -> int:
        return t if t < self.sinks else self.sinks + (t - self.sinks) % (self.recent + 1)

    def read(self, x: Tensor, w: List[Tensor], layer: int, slot: int, cos: Tensor, sin: Tensor) -> Tensor:
        """Queries [1, h, 1, e] of one token; its key and value go to their slot."""
        key = self.keys.select(0, layer).narrow(0, slot, 1)  # [1, g, e]
        value = self.values.select(0, layer).narrow(0, slot, 1)
        if not self.quick:
            q, k, v = self.project(x, w, cos, sin, False)
            key.copy_(k.squeeze(2))
            value.copy_(v.squeeze(2))
            return q
        row, width = x.view(1, -1), self.heads * self.d_head
        both = torch.empty([1, width + self.groups * self.d_head], dtype=x.dtype, device=x.device)
        torch.mm(row, w[0].t(), out=both.narrow(1, 0, width))
        torch.mm(row, w[1].t(), out=both.narrow(1, width, both.size(1) - width))
        torch.mm(row, w[2].t(), out=value.view(1, -1))
        both = both.view(1, 1, -1, self.d_head)
        if cos.numel() > 0:
            both = self.turn(both, cos, sin)
        key.copy_(both.narrow(2, self.heads, self.groups).squeeze(0))
        return both.narrow(2, 0, self.heads).transpose(1, 2)

    def look(self, q: Tensor, layer: int, filled: int, mask: Tensor) -> Tensor:
        """z [1, 1, h e] of one query. A group's heads stand where positions stand: no key is copied."""
        n = self.heads // self.groups
        q = q.view(1, self.groups, n, self.d_head)
        k = self.keys.select(0, layer).narrow(0, 0, filled).transpose(0, 1).unsqueeze(0)  # [1, g, k, e]
        v = self.values.select(0, layer).narrow(0, 0, filled).transpose(0, 1).unsqueeze(0)
        if mask.dim() == 3:
            mask = mask.view(1, self.groups, n, -1)
        scale = self.scales[layer]
        if self.soft_cap > 0.0:
            scores = torch.matmul(q * scale, k.transpose(-1, -2))
            scores = torch.tanh(scores / self.soft_cap) * self.soft_cap
            if mask.numel() > 0:
                scores = scores + mask
            return torch.matmul(F.softmax(scores, -1), v).view(1, 1, -1)
        z = F.scaled_dot_product_attention(q, k, v, mask if mask.numel() > 0 else None, 0.0, False, scale=scale)
        return z.reshape(1, 1, -1)

    def add(self, x: Tensor, normed: Tensor, z: Tensor, w: List[Tensor]) -> Tensor:
        """The stream after the layer; x is overwritten where nothing else reads it."""
        if self.residual == "SEQUENTIAL" and self.norm_before and not self.norm_after:
            x = self.onto(x, z, w[10], w[11])
            read = self.norm(x, w[16], w[17])
            return self.onto(x, self.hidden(read, w[20], w[21], w[22], w[23]), w[24], w[25])
        return self.write(
            x, normed, z, w[10], w[11], w[12], w[13], w[14], w[15], w[16], w[17], w[18], w[19], w[20], w[21],
            w[22], w[23], w[24], w[25],
        )

    def onto(self, x: Tensor, y: Tensor, w: Tensor, b: Tensor) -> Tensor:
        """x + y wᵀ + b, in x."""
        x.view(-1, x.size(-1)).addmm_(y.view(-1, y.size(-1)), w.t())
        return x if b.numel() == 0 else x.add_(b)

    def keep_sinks(self):
        """The sinks' keys at their own positions, before any shift."""
        self.base = self.keys.narrow(1, 0, self.sinks).clone()

    def shift_sinks(self, cos: Tensor, sin: Tensor):
        """Turns the sinks' keys of all layers on from their own positions."""
        r = cos.size(-1)
        turning = self.base.narrow(-1, 0, r)
        if self.swapped_base.numel() == 0:
            self.swapped_base = self.swapped(turning, r)
        into = self.keys.narrow(1, 0, self.sinks).narrow(-1, 0, r)
        torch.mul(turning, cos, out=into)
        into.addcmul_(self.swapped_base, sin)

    @torch.jit.export
    def decode(
        self, ids: Tensor, targets: Tensor, cos: Tensor, sin: Tensor, shift_cos: Tensor, shift_sin: Tensor,
        first: int,
    ) -> List[Tensor]:
        """Losses [t] of the targets, the tokens read one by one.

        cos, sin [t, 1, r] of the tokens' positions; shift_cos, shift_sin likewise of how far sinks are
        brought nearer, without elements where they are not.
        """
        capacity, total = self.sinks + self.recent, len(self.scales)
        turns, shifts = cos.numel() > 0, self.reindexed and self.sinks > 0 and shift_cos.numel() > 0
        losses: List[Tensor] = []
        none: List[Tensor] = []
        for _ in range(len(self.kind_windows)):
            none.append(ids.new_empty([0]))
        for i in range(ids.size(0)):
            t = first + i
            filled, slot = min(t + 1, capacity + 1), self.slot(t)
            if t == self.sinks and t > 0:
                self.keep_sinks()
            if shifts and t > capacity:
                self.shift_sinks(shift_cos.select(0, i), shift_sin.select(0, i))
            masks = none
            if self.alibi != "NONE" or self.narrow_below(t):
                masks = self.masks(t, 1, self.held(t + 1))
            c, s = (cos.narrow(0, i, 1), sin.narrow(0, i, 1)) if turns else (cos, sin)
            x = self.embed(ids.narrow(0, i, 1), t)
            for layer in range(total):
                w = self.of(layer)
                normed = self.norm(x, w[12], w[13]) if self.norm_before else x
                q = self.read(normed, w, layer, slot, c, s)
                z = self.look(q, layer, filled, masks[self.kinds[layer]])
                x = self.add(x, normed, z, w)
            losses.append(self.losses(x, targets.narrow(0, i, 1)))
        return [torch.cat(losses)]

    def narrow_below(self, t: int) -> bool:
        """Whether some layer's own window hides a key of the cache from query t."""
        farthest = t if self.sinks > 0 and not self.reindexed else min(t, self.sinks + self.recent)
        for window in self.kind_windows:
            if window > 0 and window <= farthest:
                return True
        return False

    @torch.jit.export
    def chunk(
        self, ids: Tensor, targets: Tensor, cos: Tensor, sin: Tensor, shift_cos: Tensor, shift_sin: Tensor,
        first: int,
    ) -> List[Tensor]:
        """As decode, the tokens at once: each query sees what it sees there. At most R + 1 tokens."""
        fresh, room = ids.size(0), self.sinks + self.recent + 1
        filled = min(first, room)
        own = torch.arange(first, first + fresh, device=ids.device)
        tokens = torch.cat([self.held(first), own])
        slots = torch.where(own < self.sinks, own, self.sinks + (own - self.sinks) % (self.recent + 1))
        masks = self.masks(first, fresh, tokens)
        shifts = shift_cos.numel() > 0 and first + fresh > self.sinks + self.recent + 1
        shifts = shifts and self.reindexed and self.sinks > 0
        x = self.embed(ids, first)
        for layer in range(len(self.scales)):
            w = self.of(layer)
            normed = self.norm(x, w[12], w[13]) if self.norm_before else x
            q, k, v = self.project(normed, w, cos, sin, False)
            k, v = k.squeeze(0).transpose(0, 1), v.squeeze(0).transpose(0, 1)  # [p, g, e]
            keys, values = self.keys.select(0, layer), self.values.select(0, layer)
            held = keys.narrow(0, 0, filled)
            if self.base.numel() > 0:
                held = torch.cat([self.base.select(0, layer), keys.narrow(0, self.sinks, filled - self.sinks)])
            all_keys, all_values = torch.cat([held, k]), torch.cat([values.narrow(0, 0, filled), v])
            near = self.turn(q.transpose(1, 2).clone(), shift_cos, -shift_sin).transpose(1, 2) if shifts else q
            z = self.look_all(q, near, shifts, all_keys, all_values, masks[self.kinds[layer]], layer)
            keys.index_copy_(0, slots, k)
            values.index_copy_(0, slots, v)
            x = self.add(x, normed, z, w)
        if self.base.numel() == 0 and self.sinks > 0 and first + fresh >= self.sinks:
            self.keep_sinks()
        return [self.losses(x, targets)]

    def look_all(
        self, q: Tensor, near: Tensor, shifts: bool, k: Tensor, v: Tensor, mask: Tensor, layer: int
    ) -> Tensor:
        """z [1, p, h e]. The sinks, the first S keys, are looked at with the queries `near`."""
        n, p = self.heads // self.groups, q.size(2)
        q = (q * self.scales[layer]).reshape(self.groups, n * p, self.d_head)
        k = k.permute(1, 2, 0)  # [g, e, k]
        if shifts:
            near = (near * self.scales[layer]).reshape(self.groups, n * p, self.d_head)
            first = torch.bmm(near, k.narrow(2, 0, self.sinks))
            scores = torch.cat([first, torch.bmm(q, k.narrow(2, self.sinks, k.size(2) - self.sinks))], 2)
        else:
            scores = torch.bmm(q, k)
        if self.soft_cap > 0.0:
            scores = torch.tanh(scores / self.soft_cap) * self.soft_cap
        scores = scores.view(self.heads, p, -1).add_(mask)
        pattern = F.softmax(scores, -1).view(self.groups, n * p, -1)
        z = torch.bmm(pattern, v.transpose(0, 1)).view(self.heads, p, self.d_head)
        return z.transpose(0, 1).reshape(1, p, -1)


if __name__ == "__main__":
    save(Stream())
