"""Composition, copying and circuits of heads, by NumPy on matrices multiplied out: writes head-composition.json.

Two of the tiny models, in float64, heads cut out of transformers' own parameters. Scores are
|L R|_F / (|L|_F |R|_F) with L = OV of the earlier head and R = QK (q), QK^T (k) or OV (v) of the later
one, vectors standing to the left; "position" has P OV and QK P^T with the centred table P. "folded" has
the norm before attention in the rows of W_Q, W_K, W_V (for LayerNorm the mean row taken away), and the
final norm likewise in W_U. Copying is sum(lambda) / sum(|lambda|) of the vocab x vocab matrix; "pairs"
are the largest entries of two circuits, each row minus its mean.

Run:  python head_composition.py      (torch 2.7, transformers 5.17)
"""

import json
import os

import numpy as np
import torch
import transformers

HERE = os.path.dirname(os.path.abspath(__file__))
PAIRS_OF = (2, 1)  # layer, head


def gpt2(fold):
    net = transformers.GPT2LMHeadModel.from_pretrained(os.path.join(HERE, "gpt2")).double()
    n, e = net.config.n_head, net.config.n_embd // net.config.n_head
    array = lambda x: x.detach().numpy()
    norm = lambda w, ln: (array(ln.weight)[:, None] * w) - (array(ln.weight)[:, None] * w).mean(0) if fold else w
    layers = []
    for block in net.transformer.h:
        q, k, v = np.split(norm(array(block.attn.c_attn.weight), block.ln_1), 3, axis=1)
        o = array(block.attn.c_proj.weight)
        cut = lambda w, h: w[:, h * e : (h + 1) * e]
        layers.append([(cut(q, h), cut(k, h), cut(v, h), o[h * e : (h + 1) * e]) for h in range(n)])
    embed = array(net.transformer.wte.weight)
    unembed = norm(array(net.lm_head.weight).T, net.transformer.ln_f)
    positions = array(net.transformer.wpe.weight)
    return layers, embed, unembed, positions - positions.mean(0), e**-0.5


def llama(fold):
    net = transformers.LlamaForCausalLM.from_pretrained(os.path.join(HERE, "llama-gqa-rope3-fp16")).double()
    c = net.config
    n, e, shared = c.num_attention_heads, c.head_dim, c.num_attention_heads // c.num_key_value_heads
    array = lambda x: x.detach().numpy()
    norm = lambda w, ln: array(ln.weight)[:, None] * w if fold else w
    layers = []
    for block in net.model.layers:
        a = block.self_attn
        q, k, v = (norm(array(p.weight).T, block.input_layernorm) for p in (a.q_proj, a.k_proj, a.v_proj))
        o = array(a.o_proj.weight).T
        cut = lambda w, h: w[:, h * e : (h + 1) * e]
        layers.append(
            [(cut(q, h), cut(k, h // shared), cut(v, h // shared), o[h * e : (h + 1) * e]) for h in range(n)]
        )
    return layers, array(net.model.embed_tokens.weight), norm(array(net.lm_head.weight).T, net.model.norm), None, e**-0.5


def composed(left, right):
    return np.linalg.norm(left @ right) / (np.linalg.norm(left) * np.linalg.norm(right))


def composition(layers, positions):
    scores = {"q": [], "k": [], "v": []}
    if positions is not None:
        scores["position"] = []
    for earlier in range(len(layers)):
        for head in layers[earlier]:
            ov = head[2] @ head[3]
            for later in range(earlier + 1, len(layers)):
                for q, k, v, o in layers[later]:
                    scores["q"].append(composed(ov, q @ k.T))
                    scores["k"].append(composed(ov, k @ q.T))
                    scores["v"].append(composed(ov, v @ o))
                    if positions is not None:
                        scores["position"].append(composed(positions @ ov, q @ k.T @ positions.T))
    return {mode: [float("%.10g" % x) for x in values] for mode, values in scores.items()}


def copying(layers, embed, unembed):
    shares = []
    for layer in layers:
        for _, _, v, o in layer:
            values = np.linalg.eigvals(embed @ v @ o @ unembed)
            shares.append(float("%.10g" % (values.sum().real / np.abs(values).sum())))
    return shares


def largest(matrix, count=6):
    matrix = matrix - matrix.mean(1, keepdims=True)
    order = np.argsort(-matrix, axis=None)[:count]
    rows, columns = np.unravel_index(order, matrix.shape)
    return {
        "own_first": float((matrix.argmax(1) == np.arange(len(matrix))).mean()),
        "pairs": [[int(r), int(c), float("%.10g" % matrix[r, c])] for r, c in zip(rows, columns)],
    }


def all_of(model):
    out = {}
    for name, fold in (("raw", False), ("folded", True)):
        layers, embed, unembed, positions, scale = model(fold)
        q, k, v, o = layers[PAIRS_OF[0]][PAIRS_OF[1]]
        out[name] = {
            "composition": composition(layers, positions),
            "copying": copying(layers, embed, unembed),
            "ov": largest(embed @ v @ o @ unembed),
            "qk": largest(embed @ q @ k.T @ embed.T * scale),
            "ov_singular": [float("%.10g" % x) for x in np.linalg.svd(v @ o, compute_uv=False)[: v.shape[1]]],
        }
    return out


with open(os.path.join(HERE, "head-composition.json"), "w") as out:
    json.dump({"gpt2": all_of(gpt2), "llama-gqa-rope3-fp16": all_of(llama)}, out, separators=(",", ":"))
    out.write("\n")
