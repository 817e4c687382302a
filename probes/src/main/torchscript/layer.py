"""One decoder layer as a TorchScript step.

The Java decoder (circuitscope.probes.model) calls it for a layer in which no tap wants a value; its
plain path of single array operations is the reference that this is tested against. Weights are
arguments, so a masked weight or one with a gradient is an argument like any other, and an absent
tensor is one without elements. What does not change from call to call is set once, by `configure`.

Four entry points:
  forward         the whole layer
  extend          the whole layer for new positions, keys and values of earlier ones at hand
  before_pattern  up to the attention pattern, for a run that records patterns
  after_pattern   from the pattern on

Where no gradient is wanted, buffers that the step itself made are reused in place.

Axes: b batch, p position, h query head, g key/value head, e dHead, d dModel, m dMlp, q query, k key.
Run this file to write the .pt:  python layer.py layer.pt
"""

from typing import List, Tuple

import torch
import torch.nn.functional as F
from save import save
from torch import Tensor


class Layer(torch.nn.Module):
    heads: int
    groups: int
    d_head: int
    projection: str
    scale: float
    soft_cap: float
    interleaved: bool
    norm_kind: str
    epsilon: float
    norm_before: bool
    norm_after: bool
    residual: str
    activation: str
    gate: str
    half_attention: bool

    def __init__(self):
        super().__init__()
        self.heads, self.groups, self.d_head = 1, 1, 1
        self.projection, self.scale, self.soft_cap = "SEPARATE", 1.0, 0.0
        self.interleaved = False
        self.norm_kind, self.epsilon = "LAYER", 1e-5
        self.norm_before, self.norm_after = True, False
        self.residual, self.activation, self.gate = "SEQUENTIAL", "GELU", "PLAIN"
        self.half_attention = False

    @torch.jit.export
    def configure(
        self, heads: int, groups: int, d_head: int, projection: str, scale: float, soft_cap: float,
        interleaved: bool, norm_kind: str, epsilon: float, norm_before: bool, norm_after: bool,
        residual: str, activation: str, gate: str, half_attention: bool,
    ) -> bool:
        """Names are those of the Java enums; `half_attention` rounds q, k, v to FP16 (see attend)."""
        self.heads, self.groups, self.d_head = heads, groups, d_head
        self.projection, self.scale, self.soft_cap = projection, scale, soft_cap
        self.interleaved = interleaved
        self.norm_kind, self.epsilon = norm_kind, epsilon
        self.norm_before, self.norm_after = norm_before, norm_after
        self.residual, self.activation, self.gate = residual, activation, gate
        self.half_attention = half_attention
        return True

    def linear(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
        """x wᵀ + b."""
        return F.linear(x, w) if b.numel() == 0 else F.linear(x, w, b)

    def norm(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
        """Over the last axis; w is [width], [head, width] or absent."""
        if self.norm_kind == "LAYER":
            if w.dim() == 1 and w.numel() > 0:
                return F.layer_norm(
                    x, [x.size(-1)], w, None if b.numel() == 0 else b, self.epsilon
                )
            y = F.layer_norm(x, [x.size(-1)], None, None, self.epsilon)
            y = y if w.numel() == 0 else y * w
            return y if b.numel() == 0 else y + b
        wide = torch.double if x.dtype == torch.double else torch.float
        size = torch.linalg.vector_norm(x, 2.0, [-1], True, dtype=wide)
        ratio = (x * torch.rsqrt(size * size / x.size(-1) + self.epsilon)).to(x.dtype)
        if w.numel() == 0:
            return ratio
        return ratio * (w + 1.0 if self.norm_kind == "RMS_PLUS_ONE" else w)

    def head_norm(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
        """Each head by itself, or a position's heads together where the weight is that long."""
        if w.numel() == 0:
            return x
        if w.dim() == 1 and w.numel() != x.size(-1):
            return self.norm(x.flatten(-2), w, b).view(x.size())
        return self.norm(x, w, b)

    def turn(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        """Rotary embedding. x [b, p, ..., e]; cos, sin [p, 1, rotary], sin negated for each pair's first."""
        r = cos.size(-1)
        if x.dim() == 5:
            cos, sin = cos.unsqueeze(1), sin.unsqueeze(1)
        if torch.is_grad_enabled() and x.requires_grad:
            turning, passing = x.split([r, x.size(-1) - r], -1)
            turned = turning * cos + self.swapped(turning, r) * sin
            return turned if r == x.size(-1) else torch.cat([turned, passing], -1)
        turning = x[..., :r]
        other = self.swapped(turning, r)
        turning.mul_(cos).addcmul_(other, sin)
        return x

    def swapped(self, x: Tensor, r: int) -> Tensor:
        """A copy in which the two entries of every pair have changed places."""
        if self.interleaved:
            return x.unflatten(-1, [r // 2, 2]).flip(-1).flatten(-2)
        return x.unflatten(-1, [2, r // 2]).flip(-2).flatten(-2)

    def project(
        self, x: Tensor, w: List[Tensor], cos: Tensor, sin: Tensor, half: bool
    ) -> Tuple[Tensor, Tensor, Tensor]:
        """q [b, h, p, e], k and v [b, g, p, e]. w: q, k, v weights, their biases, head norms.

        `half` allows FP16 results, see attend.
        """
        b, p, e, n = x.size(0), x.size(1), self.d_head, self.heads // self.groups
        joint = self.linear(x, w[0], w[3])
        apart = self.projection == "SEPARATE" or w[6].numel() > 0
        turns, norms = cos.numel() > 0, w[6].numel() > 0
        learning = torch.is_grad_enabled() and joint.requires_grad
        half = half and not learning
        if self.projection == "SEPARATE":
            q = joint.view(b, p, self.heads, e)
            k = self.linear(x, w[1], w[4]).view(b, p, self.groups, e)
            v = self.linear(x, w[2], w[5]).view(b, p, self.groups, e)
        else:
            # queries and keys lie side by side: turned together, unless normed apart before
            if self.projection == "CONCATENATED":
                joint, axis = joint.view(b, p, self.heads + 2 * self.groups, e), 2
                parts = [self.heads, self.groups, self.groups]
            else:
                joint, axis = joint.view(b, p, self.groups, n + 2, e), 3
                parts = [n, 1, 1]
            if turns and not apart and learning:
                both, v = joint.split([parts[0] + parts[1], parts[2]], axis)
                q, k = self.turn(both, cos, sin).split([parts[0], parts[1]], axis)
            else:
                if turns and not apart:
                    self.turn(joint.narrow(axis, 0, parts[0] + parts[1]), cos, sin)
                if half and not apart:
                    joint = joint.half()
                q, k, v = joint.split(parts, axis)
            if axis == 3:
                q, k, v = q.reshape(b, p, self.heads, e), k.squeeze(3), v.squeeze(3)
        if apart:
            if norms:
                q, k = self.head_norm(q, w[6], w[7]), self.head_norm(k, w[8], w[9])
            if turns:
                q, k = self.turn(q, cos, sin), self.turn(k, cos, sin)
            if half:
                q, k, v = q.half(), k.half(), v.half()
        return q.transpose(1, 2), k.transpose(1, 2), v.transpose(1, 2)

    def spread(self, x: Tensor) -> Tensor:
        """[b, g, k, e] -> [b, h, k, e]."""
        n = self.heads // self.groups
        if n == 1:
            return x
        return x.unsqueeze(2).expand(-1, -1, n, -1, -1).flatten(1, 2)

    def pattern(self, q: Tensor, k: Tensor, mask: Tensor) -> Tensor:
        """softmax(q kᵀ + mask) [b, h, q, k]; without a mask, causal: see attend."""
        scores = torch.matmul(q * self.scale, self.spread(k).transpose(-1, -2))
        if self.soft_cap > 0.0:
            scores = torch.tanh(scores / self.soft_cap) * self.soft_cap
        if mask.numel() > 0:
            return F.softmax(scores + mask, -1)
        if q.size(2) == 1:
            return F.softmax(scores, -1)
        hidden = torch.ones(q.size(2), k.size(2), dtype=torch.bool, device=q.device).triu(1)
        if torch.is_grad_enabled() and scores.requires_grad:
            return F.softmax(scores.masked_fill(hidden, float("-inf")), -1)
        return torch._masked_softmax(scores, hidden, -1, 0)

    def attend(self, q: Tensor, k: Tensor, v: Tensor, mask: Tensor) -> Tensor:
        """z [b, p, h e]; without a mask, causal: q has as many positions as k, or only the last.

        `half_attention` is for TF32: FP16 keeps the 10 bits of mantissa that TF32 keeps, and only
        in FP16 is there a fused kernel that uses the tensor cores. Not with a gradient, whose
        range FP16 lacks.
        """
        if self.soft_cap > 0.0:
            z = torch.matmul(self.pattern(q, k, mask), self.spread(v))
            return z.transpose(1, 2).flatten(-2)
        grouped = self.groups != self.heads
        if grouped and not (q.is_cuda and q.dtype == torch.half and mask.numel() == 0):
            k, v, grouped = self.spread(k), self.spread(v), False
        unmasked = mask.numel() == 0
        causal = unmasked and q.size(2) > 1
        z = F.scaled_dot_product_attention(
            q, k, v, None if unmasked else mask, 0.0, causal, scale=self.scale, enable_gqa=grouped
        ).transpose(1, 2).flatten(-2)
        return z

    def act(self, x: Tensor) -> Tensor:
        if self.activation == "GELU":
            return F.gelu(x)
        if self.activation == "GELU_TANH":
            return F.gelu(x, approximate="tanh")
        if self.activation == "SILU":
            return F.silu(x)
        if self.activation == "RELU":
            return F.relu(x)
        if self.activation == "RELU_SQUARED":
            return F.relu(x).square()
        if self.activation == "QUICK_GELU":
            return torch.sigmoid(1.702 * x) * x
        if self.activation == "TANH":
            return torch.tanh(x)
        if self.activation == "SIGMOID":
            return torch.sigmoid(x)
        if self.activation == "MISH":
            return F.mish(x)
        return x

    def hidden(self, x: Tensor, up: Tensor, up_b: Tensor, gate: Tensor, gate_b: Tensor) -> Tensor:
        """The MLP's hidden layer [b, p, m]; concatenated, gate and up are both in `up`."""
        y = self.linear(x, up, up_b)
        if self.gate == "PLAIN":
            return self.act(y)
        if self.gate == "GATED":
            return self.act(self.linear(x, gate, gate_b)) * y
        first, second = y.chunk(2, -1)
        return self.act(first) * second

    def write(
        self, x: Tensor, normed: Tensor, z: Tensor, o: Tensor, o_b: Tensor, ln1: Tensor, ln1_b: Tensor,
        ln1_post: Tensor, ln1_post_b: Tensor, ln2: Tensor, ln2_b: Tensor, ln2_post: Tensor,
        ln2_post_b: Tensor, up: Tensor, up_b: Tensor, gate: Tensor, gate_b: Tensor, down: Tensor,
        down_b: Tensor,
    ) -> Tensor:
        """From z to the stream after the layer. `normed` is what attention read."""
        parallel = self.residual == "PARALLEL" or self.residual == "PARALLEL_SHARED_NORM"
        if parallel and not self.norm_after:
            bias = o_b
            if bias.numel() == 0:
                bias = down_b
            elif down_b.numel() > 0:
                bias = o_b + down_b
            read = normed if self.residual == "PARALLEL_SHARED_NORM" else self.norm(x, ln2, ln2_b)
            h = self.hidden(read.flatten(0, 1), up, up_b, gate, gate_b)
            out = self.linear(z.flatten(0, 1), o, bias).add_(x.flatten(0, 1))
            return out.addmm_(h, down.t()).view(x.size())

        attention = self.linear(z, o, o_b)
        if self.norm_after:
            attention = self.norm(attention, ln1_post, ln1_post_b)
        if parallel:
            read = normed if self.residual == "PARALLEL_SHARED_NORM" else self.norm(x, ln2, ln2_b)
            base = x + attention
        else:
            base = (normed if self.residual == "SEQUENTIAL_FROM_NORM" else x) + attention
            if self.residual == "NORM_AFTER_ADD":
                base = self.norm(base, ln1, ln1_b)
            read = self.norm(base, ln2, ln2_b) if self.norm_before else base
            if self.residual == "SEQUENTIAL_FROM_NORM":
                base = read
        mlp = self.linear(self.hidden(read, up, up_b, gate, gate_b), down, down_b)
        if self.norm_after:
            mlp = self.norm(mlp, ln2_post, ln2_post_b)
        out = base + mlp
        return self.norm(out, ln2, ln2_b) if self.residual == "NORM_AFTER_ADD" else out

    def forward(
        self, x: Tensor, cos: Tensor, sin: Tensor, mask: Tensor, q: Tensor, k: Tensor, v: Tensor,
        q_b: Tensor, k_b: Tensor, v_b: Tensor, q_norm: Tensor, q_norm_b: Tensor, k_norm: Tensor,
        k_norm_b: Tensor, o: Tensor, o_b: Tensor, ln1: Tensor, ln1_b: Tensor, ln1_post: Tensor,
        ln1_post_b: Tensor, ln2: Tensor, ln2_b: Tensor, ln2_post: Tensor, ln2_post_b: Tensor,
        up: Tensor, up_b: Tensor, gate: Tensor, gate_b: Tensor, down: Tensor, down_b: Tensor,
    ) -> Tensor:
        """The stream after the layer [b, p, d] from the stream before it."""
        normed = self.norm(x, ln1, ln1_b) if self.norm_before else x
        w = [q, k, v, q_b, k_b, v_b, q_norm, q_norm_b, k_norm, k_norm_b]
        half = self.half_attention and self.soft_cap == 0.0 and mask.numel() == 0
        queries, keys, values = self.project(normed, w, cos, sin, half)
        z = self.attend(queries, keys, values, mask).to(x.dtype)
        return self.write(
            x, normed, z, o, o_b, ln1, ln1_b, ln1_post, ln1_post_b, ln2, ln2_b, ln2_post, ln2_post_b,
            up, up_b, gate, gate_b, down, down_b,
        )

    @torch.jit.export
    def extend(
        self, x: Tensor, cos: Tensor, sin: Tensor, mask: Tensor, all_keys: Tensor, all_values: Tensor,
        q: Tensor, k: Tensor, v: Tensor, q_b: Tensor, k_b: Tensor, v_b: Tensor, q_norm: Tensor,
        q_norm_b: Tensor, k_norm: Tensor, k_norm_b: Tensor, o: Tensor, o_b: Tensor, ln1: Tensor,
        ln1_b: Tensor, ln1_post: Tensor, ln1_post_b: Tensor, ln2: Tensor, ln2_b: Tensor,
        ln2_post: Tensor, ln2_post_b: Tensor, up: Tensor, up_b: Tensor, gate: Tensor, gate_b: Tensor,
        down: Tensor, down_b: Tensor,
    ) -> Tensor:
        """The stream after the layer at new positions [b, p, d].

        all_keys, all_values [b, g, k, e] hold the earlier positions and have room for the new ones
        at the end, where they are written.
        """
        normed = self.norm(x, ln1, ln1_b) if self.norm_before else x
        w = [q, k, v, q_b, k_b, v_b, q_norm, q_norm_b, k_norm, k_norm_b]
        queries, keys, values = self.project(normed, w, cos, sin, False)
        held = all_keys.size(2) - x.size(1)
        all_keys.narrow(2, held, x.size(1)).copy_(keys)
        all_values.narrow(2, held, x.size(1)).copy_(values)
        z = self.attend(queries, all_keys, all_values, mask)
        return self.write(
            x, normed, z, o, o_b, ln1, ln1_b, ln1_post, ln1_post_b, ln2, ln2_b, ln2_post, ln2_post_b,
            up, up_b, gate, gate_b, down, down_b,
        )

    @torch.jit.export
    def before_pattern(
        self, x: Tensor, cos: Tensor, sin: Tensor, mask: Tensor, q: Tensor, k: Tensor, v: Tensor,
        q_b: Tensor, k_b: Tensor, v_b: Tensor, q_norm: Tensor, q_norm_b: Tensor, k_norm: Tensor,
        k_norm_b: Tensor, ln1: Tensor, ln1_b: Tensor,
    ) -> Tuple[Tensor, Tensor, Tensor]:
        """The pattern [b, h, q, k], the values [b, g, k, e] and what attention read [b, p, d]."""
        normed = self.norm(x, ln1, ln1_b) if self.norm_before else x
        w = [q, k, v, q_b, k_b, v_b, q_norm, q_norm_b, k_norm, k_norm_b]
        queries, keys, values = self.project(normed, w, cos, sin, False)
        return self.pattern(queries, keys, mask), values, normed

    @torch.jit.export
    def after_pattern(
        self, x: Tensor, pattern: Tensor, values: Tensor, normed: Tensor, o: Tensor, o_b: Tensor,
        ln1: Tensor, ln1_b: Tensor, ln1_post: Tensor, ln1_post_b: Tensor, ln2: Tensor, ln2_b: Tensor,
        ln2_post: Tensor, ln2_post_b: Tensor, up: Tensor, up_b: Tensor, gate: Tensor, gate_b: Tensor,
        down: Tensor, down_b: Tensor,
    ) -> Tensor:
        """The stream after the layer, from a pattern that may have been changed."""
        z = torch.matmul(pattern, self.spread(values)).transpose(1, 2).flatten(-2)
        return self.write(
            x, normed, z, o, o_b, ln1, ln1_b, ln1_post, ln1_post_b, ln2, ln2_b, ln2_post, ln2_post_b,
            up, up_b, gate, gate_b, down, down_b,
        )


if __name__ == "__main__":
    save(Layer())
