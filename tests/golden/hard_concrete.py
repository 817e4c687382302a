"""Hard-concrete gates in plain PyTorch: writes tests/golden/hard-concrete/.

The tiny GPT-2, tokens and bigrams of mask_training.py, and 120 steps of Louizos et al. 2018: autograd
through the stretched and clamped concrete gate, the expected number of open gates as the penalty,
torch.optim.AdamW without weight decay on log alpha. The noise is the product's: a 32-bit hash of the
weight's place under two keys a matrix, which SplitMix64 makes of the seed and the step.

Run:  python hard_concrete.py      (torch 2.7 or later, transformers 5, safetensors)
"""

import os

import numpy as np
import torch
import transformers
from safetensors.numpy import load_file, save_file

from mask_training import LENGTH, OUT as FROM, VOCAB, distribution

OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "hard-concrete")
STEPS, RATE, LAMBDA, SEED = 120, 5e-2, 0.5, 3
GAMMA, ZETA, TAU = -0.1, 1.1, 2 / 3
EVERY = 16  # of the trained values, every so many are kept
MASK, GOLDEN = (1 << 64) - 1, 0x9E3779B97F4A7C15


def mix(v):
    v &= MASK
    v = ((v ^ (v >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    v = ((v ^ (v >> 27)) * 0x94D049BB133111EB) & MASK
    return v ^ (v >> 31)


def hashed(x):
    x = (x ^ (x >> 16)) * np.uint32(0x7FEB352D)
    x = (x ^ (x >> 15)) * np.uint32(0x846CA68B)
    return x ^ (x >> 16)


def noise(step, matrix, size):
    key = mix(mix(mix(SEED) + (step + 1) * GOLDEN) + (matrix + 1) * GOLDEN)
    place = np.arange(size, dtype=np.uint32)
    bits = hashed(hashed(place ^ np.uint32(key & 0xFFFFFFFF)) ^ np.uint32(key >> 32))
    return ((bits & 0x7FFFFF) + 0.5) / 2.0**23


def table():
    stored = load_file(os.path.join(FROM, "bigrams.safetensors"))
    counts = np.zeros((VOCAB + 1, VOCAB), np.int64)
    for u in range(VOCAB + 1):
        row = slice(stored["row_offsets"][u], stored["row_offsets"][u + 1])
        counts[u, stored["successors"][row]] = stored["counts"][row]
    return counts


def train(net, p, ids):
    masked = {n: w.detach() for n, w in net.named_parameters() if ".c_" in n and n.endswith("weight")}
    a = {n: torch.where(w == 0, -1e6, 0.0).double().requires_grad_() for n, w in masked.items()}
    total = sum(w.numel() for w in masked.values())
    optimiser = torch.optim.AdamW(list(a.values()), lr=RATE, weight_decay=0.0)
    losses = []
    for step in range(STEPS):
        used, penalty = {}, 0.0
        for i, (n, w) in enumerate(masked.items()):
            u = torch.from_numpy(noise(step, i, w.numel())).view(w.shape)
            s = torch.sigmoid((torch.log(u) - torch.log1p(-u) + a[n]) / TAU)
            used[n] = w * torch.clamp(s * (ZETA - GAMMA) + GAMMA, 0.0, 1.0)
            penalty = penalty + torch.sigmoid(a[n] - TAU * np.log(-GAMMA / ZETA)).sum()
        logits = torch.func.functional_call(net, used, (ids,)).logits[..., :VOCAB]
        ce = torch.nn.functional.cross_entropy(logits.reshape(-1, VOCAB), p[ids.reshape(-1)])
        optimiser.zero_grad()
        (ce + LAMBDA / total * penalty).backward()
        optimiser.step()
        losses.append(ce.item())
    return {n: v.detach() for n, v in a.items()}, losses


if __name__ == "__main__":
    os.makedirs(OUT, exist_ok=True)
    net = transformers.GPT2LMHeadModel.from_pretrained(FROM, torch_dtype=torch.float64).eval()
    ids = torch.from_numpy(load_file(os.path.join(FROM, "tokens.safetensors"))["input_ids"])
    assert ids.shape[1] == LENGTH
    a, losses = train(net, torch.from_numpy(distribution(table())), ids)
    kept = {n: v.numpy().reshape(-1)[::EVERY].copy() for n, v in a.items()}
    kept["loss_nats"] = np.array(losses)
    kept["active"] = np.array([int((v > 0).sum()) for v in a.values()], np.int64)
    print("losses", losses[0], losses[-1], "kept", kept["active"].sum(), list(a))
    save_file(kept, os.path.join(OUT, "reference.safetensors"))
