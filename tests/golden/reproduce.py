"""Expected tables for `circuitscope reproduce --expected`, of the embedded model, by PyTorch in float64.

Writes reproduce/heads.json, sinks.json, dla.json and reproduce/ids.safetensors: head scores on repeated random
blocks, sink rate and attributions to a logit difference, from transformers' eager attention. bigram.json repeats
what mask_training.py found (mask-training/reference.json), with NumPy's correlations.

Run:  python reproduce.py      (torch, transformers, safetensors, numpy)
"""

import json
import os

import numpy as np
import torch
import transformers
from safetensors.numpy import save_file

HERE = os.path.dirname(os.path.abspath(__file__))
OUT = os.path.join(HERE, "reproduce")
MODEL = os.path.join(HERE, "..", "..", "models-cache", "embedded", "gpt2-4l")
PERIOD, EPSILON = 25, 0.3
SOURCE = "tests/golden/reproduce.py (transformers, float64)"


def write(name, runs, caution=""):
    table = {"table": name, "source": SOURCE, "caution": caution, "runs": runs}
    with open(os.path.join(OUT, name + ".json"), "w") as file:
        file.write(json.dumps(table, indent=1) + "\n")


def row(claim, at, how, expected, tolerance=None, take=None):
    one = {"claim": claim, "at": at, "is": how, "expected": expected}
    if tolerance is not None:
        one["tolerance"] = tolerance
    if take:
        one["take"] = take
    return one


net = transformers.AutoModelForCausalLM.from_pretrained(MODEL, attn_implementation="eager").double().eval()
rng = np.random.default_rng(7)
vocab = net.config.vocab_size
blocks = np.stack([rng.permutation(np.arange(10, vocab - 10))[:PERIOD] for _ in range(6)])
ids = {
    "repeated": np.concatenate([blocks, blocks], 1).astype(np.int64),
    "natural": rng.integers(10, vocab, (8, 32)).astype(np.int64),
    "prompt": rng.integers(10, vocab, (1, 12)).astype(np.int64),
}
save_file(ids, os.path.join(OUT, "ids.safetensors"))


def patterns(rows):
    with torch.no_grad():
        return [a.numpy() for a in net(torch.tensor(rows), output_attentions=True).attentions]  # [b, h, q, k]


queries = np.arange(PERIOD, 2 * PERIOD)
scores = {}
for layer, pattern in enumerate(patterns(ids["repeated"])):
    for head, value in enumerate(pattern[:, :, queries, queries - PERIOD + 1].mean((0, 2))):
        scores[f"L{layer}H{head}"] = float(value)
best = sorted(scores, key=scores.get, reverse=True)
at = "heads.*.scores.induction"
write("heads", [{
    "name": "repeated", "model": "embedded:gpt2-4l", "analysis": "heads.detect", "ids": "${ids}:repeated",
    "parameters": {"period": PERIOD, "copying": False, "successor": False, "shuffles": 20},
    # float32 means of 150 probabilities against float64
    "rows": [row("four highest", at, "set", best[:4], take="top:4"),
             row("median", at, "within", float(np.median(list(scores.values()))), 1e-5, "median"),
             row("fifth", at, "within", scores[best[4]], 1e-5, "rank:5")]
    + [row(h, f"heads.[head={h}].scores.induction", "within", scores[h], 1e-5) for h in best[:4]],
}])

# Gu et al.: alpha_0 of a sample and head is the mean over queries of the pattern at key 0; none lies within
# 1e-4 of the threshold, so that float32 cannot turn one over.
alpha = np.stack([p[:, :, :, 0].mean(2) for p in patterns(ids["natural"])])
assert np.abs(alpha - EPSILON).min() > 1e-5
write("sinks", [{
    "name": "ids", "model": "embedded:gpt2-4l", "analysis": "sinks.rate", "ids": "${ids}:natural",
    "parameters": {"epsilon": EPSILON, "length": 32, "samples": 8, "permutations": 0},
    "rows": [row("sink rate", "rate.0", "within", float((alpha > EPSILON).mean()), 1e-9)]
    + [row(f"alpha of L{l}H1", f"alpha0.{l}.1", "within", float(alpha[l, :, 1].mean()), 1e-5) for l in range(4)],
}])

z, last = {}, {}
for layer, block in enumerate(net.transformer.h):
    block.attn.c_proj.register_forward_pre_hook(lambda m, x, layer=layer: z.__setitem__(layer, x[0].detach()))
net.transformer.ln_f.register_forward_pre_hook(lambda m, x: last.__setitem__("h", x[0].detach()))
with torch.no_grad():
    logits = net(torch.tensor(ids["prompt"])).logits[0, -1]
answer, against = [int(i) for i in logits.topk(2).indices]
norm = net.transformer.ln_f
h = last["h"][0, -1]
sigma = torch.sqrt(h.var(unbiased=False) + norm.eps)
u = ((net.lm_head.weight[answer] - net.lm_head.weight[against]) * norm.weight).detach()
width = net.config.n_embd // net.config.n_head
parts = {}
for layer, block in enumerate(net.transformer.h):
    for head in range(net.config.n_head):
        s = slice(head * width, (head + 1) * width)
        c = z[layer][0, -1, s] @ block.attn.c_proj.weight[s].detach()
        parts[f"L{layer}H{head}"] = float(((c - c.mean()) / sigma) @ u)
largest = sorted(parts, key=lambda h: -abs(parts[h]))[:6]
write("dla", [{
    "name": "prompt", "model": "embedded:gpt2-4l", "analysis": "residual.attribution", "ids": "${ids}:prompt",
    "parameters": {"by": "head", "answer": f"#{answer}", "against": f"#{against}"},
    "rows": [row(h, f"rows.[part={h}].share", "within", parts[h], 1e-4) for h in largest],
}])

with open(os.path.join(HERE, "mask-training", "reference.json")) as file:
    found = json.load(file)["evaluation"]
write("bigram", [{
    "name": "full", "model": "mask-training", "analysis": "subnetwork.eval", "ids": "${golden}/tokens.safetensors:input_ids",
    "parameters": {"bigrams": "${golden}/bigrams.safetensors", "length": 16},
    "rows": [row("r (clamp)", "pearson_clamp", "within", found["pearson_clamp"], 2e-5),
             row("r (drop)", "pearson_drop", "within", found["pearson_drop"], 2e-5)],
}])
