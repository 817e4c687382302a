"""Embedding controls of a bigram subnetwork, by PyTorch and NumPy: writes subnetwork-controls.json.

The tiny GPT-2 and table of mask_training.py, in float64. The subnetwork keeps every third weight of each
attention and MLP matrix. The linear map is ridge regression (penalty 1, free intercept) from what enters
the first layer to what leaves the last, fitted inside the subnetwork on the first ASIDE sequences; all
models are judged on the others.

Run:  python subnetwork_controls.py      (torch 2.7, transformers 5.17, safetensors)
"""

import json
import os
import types

import numpy as np
import torch
import transformers
from mask_training import OUT, VOCAB, distribution, pearson
from safetensors.numpy import load_file

ASIDE = 4


def table():
    a = load_file(os.path.join(OUT, "bigrams.safetensors"))
    dense = np.zeros((VOCAB + 1, VOCAB), np.int64)
    rows = np.repeat(np.arange(VOCAB + 1), np.diff(a["row_offsets"]))
    dense[rows, a["successors"]] = a["counts"]
    return dense


def masked(every):
    """The model with one weight in `every` kept, none where it is 0."""
    net = transformers.GPT2LMHeadModel.from_pretrained(OUT).double().eval()
    with torch.no_grad():
        for name, w in net.named_parameters():
            if ".h." in name and name.endswith((".c_attn.weight", ".c_proj.weight", ".c_fc.weight")):
                i = torch.arange(w.numel()).reshape(w.shape)
                w.mul_(i % every == 0 if every else torch.zeros_like(i))
    return net


def ends(net, ids):
    """What enters the first layer and what leaves the last, [token, width]."""
    seen = []
    block, norm = net.transformer.h[0], net.transformer.ln_f
    hooks = [m.register_forward_pre_hook(lambda m, given: seen.append(given[0])) for m in (block, norm)]
    with torch.no_grad():
        net(ids)
    for hook in hooks:
        hook.remove()
    return [x.reshape(-1, x.shape[-1]).numpy() for x in seen]


def with_map(net, subnetwork, fit):
    x, y = ends(subnetwork, fit)
    xc, yc = x - x.mean(0), y - y.mean(0)
    w = np.linalg.solve(xc.T @ xc + np.eye(x.shape[1]), xc.T @ yc)
    b = y.mean(0) - x.mean(0) @ w

    def run(ids):
        out = torch.tensor(ends(net, ids)[0] @ w + b).reshape(*ids.shape, -1)
        return types.SimpleNamespace(logits=net.lm_head(net.transformer.ln_f(out)))

    class Mapped:
        to = lambda self, dtype: self
        __call__ = lambda self, ids: run(ids)

    return Mapped()


ids = torch.tensor(load_file(os.path.join(OUT, "tokens.safetensors"))["input_ids"])
fit, judge = ids[:ASIDE], ids[ASIDE:]
p = distribution(table())
full, third, nothing = masked(1), masked(3), masked(0)
models = {"full model": full, "subnetwork": third, "embeddings only": nothing,
          "embeddings + linear map": with_map(full, third, fit)}
with open(os.path.join(os.path.dirname(OUT), "subnetwork-controls.json"), "w") as out:
    json.dump({name: pearson(net, p, judge) for name, net in models.items()}, out, indent=1)
    out.write("\n")
