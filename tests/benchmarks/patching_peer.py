"""Times in PyTorch what PatchingBenchmark.java times in Circuitscope: same shapes, random weights.

  python patching_peer.py CONFIG.json DEVICE DTYPE PAIRS POSITIONS REPETITIONS TOOL[,TOOL]

A grid of the stream, layer by position, clean into corrupted, the mean logit difference of every cell.
TOOL: hooks    transformers and one forward pre-hook, a whole run a cell, logits of the last position only
      batched  the same with ROWS (256, 2560 on a GPU) rows a run: a cell's pairs each in rows of their own
DTYPE fp32, tf32 or fp16. One JSON line a tool: median of REPETITIONS after 2 warm-ups, device-synchronised.
"""

import json
import statistics
import sys
import time

import torch
from transformers import GPTNeoXConfig, GPTNeoXForCausalLM

path, device, dtype, pairs, positions, repetitions, tools = sys.argv[1:]
pairs, positions, repetitions = int(pairs), int(positions), int(repetitions)
torch.set_float32_matmul_precision("high" if dtype == "tf32" else "highest")
torch.manual_seed(1)
config = GPTNeoXConfig.from_json_file(path)
with torch.device(device):
    model = GPTNeoXForCausalLM(config).eval().requires_grad_(False)
if dtype == "fp16":
    model = model.half()
layers = model.gpt_neox.layers
clean, corrupted = (torch.randint(2, config.vocab_size, (pairs, positions), device=device) for _ in range(2))


def metric(ids):
    logits = model(ids, use_cache=False, logits_to_keep=1).logits[:, -1].float()
    return logits[:, 0] - logits[:, 1]


def streams(ids):
    kept = []
    handles = [l.register_forward_pre_hook(lambda m, args: kept.append(args[0].clone())) for l in layers]
    values = metric(ids)
    for handle in handles:
        handle.remove()
    return kept, values.mean()


@torch.no_grad()
def grid(at_once):
    kept, high = streams(clean)
    low = metric(corrupted).mean()
    effects = []
    for layer, source in zip(layers, kept):
        for first in range(0, positions, at_once):
            cells = list(range(first, min(positions, first + at_once)))

            def patch(module, args):
                hidden = args[0].clone()
                for i, position in enumerate(cells):
                    hidden[i * pairs:(i + 1) * pairs, position] = source[:, position]
                return (hidden, *args[1:])

            handle = layer.register_forward_pre_hook(patch)
            values = metric(corrupted.repeat(len(cells), 1)).view(len(cells), pairs).mean(1)
            handle.remove()
            effects += ((values - low) / (high - low)).tolist()
    return effects


for tool in tools.split(","):
    rows = pairs if tool == "hooks" else 256 if device == "cpu" else 2560
    seconds = []
    for i in range(-2, repetitions):
        start = time.perf_counter()
        effects = grid(rows // pairs)
        if i >= 0:
            seconds.append(time.perf_counter() - start)
    print(json.dumps({
        "tool": tool, "device": device, "dtype": dtype, "pairs": pairs, "positions": positions, "cells": len(effects),
        "rows": rows, "seconds": round(statistics.median(seconds), 4), "least": round(min(seconds), 4),
        "most": round(max(seconds), 4)}), flush=True)
