"""Times mask training in PyTorch + transformers beside MaskTrainingBenchmark.java: same shape, random
weights, same bigrams and tokens. One JSON line a measure.

  python mask_training_peer.py data DIR                         writes bigrams.safetensors and tokens.safetensors
  python mask_training_peer.py CONFIG.json DEVICE DTYPE[,…] STEPS DIR dense|sparse[,…]

dense   the published procedure as it is published: a dense float64 target built on the host each step,
        autograd through the masks, torch.optim.AdamW, the stop rule looking at every mask each step
sparse  the same with the exact sparse loss on the device, and the stop rule each 10 steps
DTYPE: fp32 or tf32. Batch 32 x 128 tokens. Memory is the most that the allocator has reserved.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.numpy import load_file, save_file

VOCAB, BATCH, LENGTH, SEQUENCES, PAIRS = 50277, 32, 128, 2048, 30_000_000
WARM_UP = 10


def data(folder):
    """Zipf-distributed tokens; each context has its own order of successors."""
    g = np.random.default_rng(1)
    cumulative = np.cumsum(1 / np.arange(1, VOCAB + 1))
    cumulative /= cumulative[-1]
    draw = lambda n: np.minimum(np.searchsorted(cumulative, g.random(n)), VOCAB - 1)
    windows = PAIRS // LENGTH
    before = draw(windows * LENGTH).reshape(windows, LENGTH)
    before[:, 0] = VOCAB
    after = (draw(before.size) + before.ravel() * 7919) % VOCAB
    pairs, counts = np.unique(before.ravel() * VOCAB + after, return_counts=True)
    rows = pairs // VOCAB
    about = dict(
        format="circuitscope-ngram-counts-1", order="2", vocabulary=str(VOCAB), tokenizer="none",
        tokenizer_digest="0" * 64, files="[]", length=str(LENGTH), windows=str(windows),
        tokens=str(before.size), left_out="0", tokens_digest="0" * 64, product="mask_training_peer.py",
    )
    arrays = {
        "row_offsets": np.searchsorted(rows, np.arange(VOCAB + 2)).astype(np.int64),
        "successors": (pairs % VOCAB).astype(np.int32),
        "counts": counts.astype(np.int32),
        "context_counts": np.bincount(rows, weights=counts, minlength=VOCAB + 1).astype(np.int64),
        "unigrams": np.bincount(after, minlength=VOCAB).astype(np.int64),
    }
    folder.mkdir(parents=True, exist_ok=True)
    save_file(arrays, folder / "bigrams.safetensors", about)
    ids = draw(SEQUENCES * LENGTH).reshape(SEQUENCES, LENGTH)
    save_file({"input_ids": ids}, folder / "tokens.safetensors")
    support = np.diff(arrays["row_offsets"])[ids].mean()
    print(json.dumps({"pairs": len(pairs), "mean_successors_of_a_position": round(float(support), 1)}))


class Training:
    def __init__(self, config, device, folder, tool):
        from transformers import AutoModelForCausalLM, GPTNeoXConfig

        torch.manual_seed(1)
        with torch.device(device):
            net = AutoModelForCausalLM.from_config(GPTNeoXConfig.from_json_file(config), attn_implementation="sdpa")
        self.net = net.requires_grad_(False).eval()
        self.device, self.tool = device, tool
        self.weights = {n: p for n, p in net.named_parameters() if ".layers." in n and p.dim() == 2}
        self.m = {n: torch.zeros_like(p, requires_grad=True) for n, p in self.weights.items()}
        self.total = sum(p.numel() for p in self.weights.values())
        self.optimiser = torch.optim.AdamW(list(self.m.values()), lr=5e-5)
        self.beta = 1.0
        counts = load_file(folder / "bigrams.safetensors")
        self.ids = load_file(folder / "tokens.safetensors")["input_ids"]
        self.starts, self.columns = counts["row_offsets"], counts["successors"]
        self.p = counts["counts"] / np.repeat(counts["context_counts"], np.diff(self.starts))
        # contexts that were never seen have the unigram distribution: one row more
        unigram = counts["unigrams"].nonzero()[0]
        self.unseen = len(self.starts) - 1
        self.starts = np.append(self.starts, self.starts[-1] + len(unigram))
        self.columns = np.append(self.columns, unigram)
        self.p = np.append(self.p, counts["unigrams"][unigram] / counts["unigrams"].sum())
        self.seen = np.diff(self.starts)[: VOCAB] > 0
        if tool == "sparse":
            self.on_device = [torch.from_numpy(a).to(device) for a in (self.starts, self.columns.astype(np.int64), self.p.astype(np.float32))]

    def dense_loss(self, logits, rows):
        target = np.zeros((len(rows), VOCAB))
        for i, u in enumerate(rows):
            row = slice(self.starts[u], self.starts[u + 1])
            target[i, self.columns[row]] = self.p[row]
        return F.cross_entropy(logits, torch.from_numpy(target).to(self.device).float())

    def sparse_loss(self, logits, rows):
        starts, columns, p = self.on_device
        entries = int((self.starts[rows + 1] - self.starts[rows]).sum())
        rows = torch.from_numpy(rows).to(self.device)
        count = starts[rows + 1] - starts[rows]
        position = torch.repeat_interleave(torch.arange(len(rows), device=self.device), count, output_size=entries)
        entry = torch.arange(entries, device=self.device) + (starts[rows] - (count.cumsum(0) - count))[position]
        picked = logits[position, columns[entry]]
        return (torch.logsumexp(logits, 1).sum() - (p[entry] * picked).sum()) / len(rows)

    def step(self, number):
        at = number * BATCH % (SEQUENCES - BATCH)
        ids = self.ids[at : at + BATCH]
        soft = {n: torch.sigmoid(self.beta * m) for n, m in self.m.items()}
        used = {n: self.weights[n] * s for n, s in soft.items()}
        out = torch.func.functional_call(self.net, used, (torch.from_numpy(ids).to(self.device),), {"use_cache": False})
        logits = out.logits[..., :VOCAB].reshape(-1, VOCAB)
        rows = np.where(self.seen[ids.ravel()], ids.ravel(), self.unseen)
        ce = self.dense_loss(logits, rows) if self.tool == "dense" else self.sparse_loss(logits, rows)
        loss = ce + 10.0 / self.total * sum(s.sum() for s in soft.values())
        self.optimiser.zero_grad()
        loss.backward()
        self.optimiser.step()
        if self.tool == "dense" or number % 10 == 0:
            self.stop()
            ce.item()
        self.beta *= 1.001

    @torch.no_grad()
    def stop(self):
        below = above = 0
        for m in self.m.values():
            s = torch.sigmoid(self.beta * m)
            below += (s < 0.1).sum()
            above += (s > 0.9).sum()
        return bool(self.total - below - above < 0.01 * above)


def measure(config, device, dtype, steps, folder, tool):
    torch.backends.cuda.matmul.allow_tf32 = dtype == "tf32"
    cuda = device.startswith("cuda")
    if cuda:
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()
    training = Training(config, device, folder, tool)
    if tool == "dense":
        steps = max(3, steps // 10)
    for number in range(WARM_UP if tool == "sparse" else 2):
        training.step(number)
    if cuda:
        torch.cuda.synchronize()
    start = time.perf_counter()
    for number in range(steps):
        training.step(number)
    if cuda:
        torch.cuda.synchronize()
    seconds = time.perf_counter() - start
    line = dict(tool=f"pytorch {tool}", config=Path(config).stem, device=device, dtype=dtype, steps=steps,
                steps_per_second=round(steps / seconds, 3))
    if cuda:
        line["peak_mib"] = torch.cuda.max_memory_reserved() >> 20
    print(json.dumps(line), flush=True)


if __name__ == "__main__":
    if sys.argv[1] == "data":
        data(Path(sys.argv[2]))
    else:
        config, device, dtypes, steps, folder, tools = sys.argv[1:7]
        for dtype in dtypes.split(","):
            for tool in tools.split(","):
                measure(config, device, dtype, int(steps), Path(folder), tool)
