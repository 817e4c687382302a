"""Rotations and covariance similarities of a residual stream, by NumPy: writes stream-geometry.json.

The tiny GPT-2 of mask_training.py and its tokens, in float64. The stream is taken before any norm (the
last state from the final norm's input), the ridge map from its closed form on centred data, the
covariance similarity from singular values and vectors: sum of s_ia^2 s_jb^2 (v_ia . v_jb)^2 without the
first.

Run:  python stream_geometry.py      (torch 2.7, transformers 5.17, safetensors)
"""

import json
import os

import numpy as np
import torch
import transformers
from safetensors.numpy import load_file

HERE = os.path.dirname(os.path.abspath(__file__))
FOLDER = os.path.join(HERE, "mask-training")


def stream():
    net = transformers.GPT2LMHeadModel.from_pretrained(FOLDER).double().eval()
    ids = torch.tensor(load_file(os.path.join(FOLDER, "tokens.safetensors"))["input_ids"])
    last = []
    net.transformer.ln_f.register_forward_hook(lambda module, given, out: last.append(given[0]))
    with torch.no_grad():
        states = list(net(ids, output_hidden_states=True).hidden_states[:-1]) + last
        embedding = net.transformer.wte(ids)
    flat = [x.reshape(-1, x.shape[-1]).numpy() for x in states + [embedding]]
    return flat[:-1], flat[-1]


def rotation(x, y):
    x, y = x - x.mean(0), y - y.mean(0)
    values = np.linalg.eigvals(np.linalg.solve(x.T @ x + np.eye(x.shape[1]), x.T @ y))
    angles = np.degrees(np.abs(np.angle(values)))
    return {"degrees": np.median(angles), "modulus": np.median(np.abs(values))}


def similarity(states):
    parts = []
    for x in states:
        _, s, vt = np.linalg.svd(x - x.mean(0), full_matrices=False)
        parts.append((s[1:] ** 2, vt[1:]))
    inner = lambda a, b: float(a[0] @ (a[1] @ b[1].T) ** 2 @ b[0])
    return [[inner(a, b) / np.sqrt(inner(a, a) * inner(b, b)) for b in parts] for a in parts]


if __name__ == "__main__":
    states, embedding = stream()
    with open(os.path.join(HERE, "stream-geometry.json"), "w") as out:
        json.dump(
            {
                "tokens": len(embedding),
                "to_input": [rotation(x, embedding) for x in states],
                "to_output": [rotation(x, states[-1]) for x in states],
                "similarity": similarity(states),
            },
            out,
            indent=1,
        )
        out.write("\n")
