"""Recycled Attention's R(s, K) and InfLLM's recall on a tiny grouped-query Llama, by NumPy: writes attention-reuse.json.

Patterns are transformers' (golden.safetensors beside the model); queries and keys are read at the projections,
before rotary. Sets are the group's: keys ranked by the largest weight among its query heads. Formulas: Xu et al.
2024 and Xiao et al. 2024.

Run:  python attention_reuse.py      (torch 2.11, transformers 5.17, safetensors, numpy)
"""

import json
import os

import numpy as np
import torch
import transformers

from references import read_reference

HERE = os.path.dirname(os.path.abspath(__file__))
MODEL = os.path.join(HERE, "llama-gqa-rope3-fp16")
ROW = 1
K, DISTANCES, SINKS = 3, [1, 2, 4], 1
BLOCK, KEPT, INITIAL, LOCAL, CHUNK, COUNTS = 3, 2, 1, 6, 4, [1, 2]


def recovery(pattern, shared, first):
    """Of one head [query, key]; keys before `first` are neither chosen nor counted."""
    length = len(pattern)
    queries = range(K + max(DISTANCES), length)
    whole = sum(pattern[u, first:].sum() for u in queries)

    def top(t, k):
        return first + np.argsort(-shared[t, first : t + 1], kind="stable")[:k]

    def mass(choose):
        return float(sum(pattern[u, list(choose(u))].sum() for u in queries) / whole)

    recent = lambda u: set(range(first, first + SINKS)) | set(range(u + 1 - K + SINKS, u + 1))
    return {
        "recycled": [mass(lambda u: set(top(u - s, K))) for s in DISTANCES],
        "refreshed": [
            mass(lambda u: set(top(u - s, max(0, K - s))) | set(range(max(first, u + 1 - min(s, K)), u + 1)))
            for s in DISTANCES
        ],
        "oracle": mass(lambda u: set(top(u, K))),
        "recent": mass(recent),
        "random": float(
            sum(pattern[u, first:].sum() * K / (u + 1 - first) for u in queries) / whole
        ),
    }


def recall(patterns, queries, keys):
    """Of one group: patterns [head, query, key], queries [position, head, e], keys [position, e]."""
    length = len(keys)
    scores = np.einsum("the,me->tm", queries, keys)  # the group's queries added up
    r = [scores[m + 1 : m + 1 + LOCAL, m].mean() for m in range(length - LOCAL)]
    taken = {name: np.zeros(len(COUNTS)) for name in ("retrieved", "recent", "oracle", "random")}
    far = 0.0
    start = -(-(INITIAL + LOCAL + (max(COUNTS) + 1) * BLOCK) // CHUNK) * CHUNK
    for c in range(start, length - CHUNK + 1, CHUNK):
        blocks = [range(b, b + BLOCK) for b in range(INITIAL, c - LOCAL - BLOCK + 1, BLOCK)]
        attention = np.array([patterns[:, c : c + CHUNK, list(b)].sum() for b in blocks])
        best = [sorted(b, key=lambda m: -r[m])[:KEPT] for b in blocks]
        relevance = np.array([scores[c : c + CHUNK, b].sum() for b in best])
        far += attention.sum()
        for i, n in enumerate(COUNTS):
            taken["retrieved"][i] += attention[np.argsort(-relevance)[:n]].sum()
            taken["recent"][i] += attention[-n:].sum()
            taken["oracle"][i] += np.sort(attention)[-n:].sum()
            taken["random"][i] += attention.sum() * n / len(blocks)
    return {name: (mass / far).tolist() for name, mass in taken.items()}


def projections(ids):
    net = transformers.AutoModelForCausalLM.from_pretrained(MODEL, dtype=torch.float32).double().eval()
    taken = []
    for layer in net.model.layers:
        for linear in (layer.self_attn.q_proj, layer.self_attn.k_proj):
            linear.register_forward_hook(lambda module, given, out: taken.append(out.numpy()))
    with torch.no_grad():
        net(torch.tensor(ids))
    return net.config, taken[0::2], taken[1::2]


def main():
    golden = {name: tensor.numpy() for name, tensor in read_reference(os.path.join(MODEL, "golden.safetensors")).items()}
    config, q, k = projections(golden["input_ids"])
    groups = config.num_key_value_heads
    shared_by = config.num_attention_heads // groups
    width = k[0].shape[-1] // groups
    heads, blocks = [], []
    for layer in range(config.num_hidden_layers):
        pattern = golden[f"attentions.{layer}"][ROW].astype(np.float64)
        queries = q[layer][ROW].reshape(-1, config.num_attention_heads, width)
        keys = k[layer][ROW].reshape(-1, groups, width)
        for group in range(groups):
            of = slice(group * shared_by, (group + 1) * shared_by)
            for head in range(of.start, of.stop):
                for first in (0, 1):
                    result = recovery(pattern[head], pattern[of].max(0), first)
                    heads.append({"layer": layer, "head": head, "first": first, **result})
            result = recall(pattern[of], queries[:, of], keys[:, group])
            blocks.append({"layer": layer, "group": group, **result})
    rounded = json.loads(json.dumps({"recovery": heads, "recall": blocks}), parse_float=lambda x: round(float(x), 7))
    with open(os.path.join(HERE, "attention-reuse.json"), "w") as file:
        file.write('{"recovery": [\n' + ",\n".join(json.dumps(one) for one in rounded["recovery"]))
        file.write('\n], "recall": [\n' + ",\n".join(json.dumps(one) for one in rounded["recall"]) + "\n]}\n")


main()
