"""How alike the states of a residual stream are, by NumPy from the definitions: writes similarity.json.

The tiny GPT-2 of mask_training.py and its tokens, in float64. Alignment from the n x n Gram matrices
(HSIC_1 with zero diagonals), anisotropy from all pairs, the Procrustes residual from the rotation itself,
angles from orthonormal bases. A dimension is massive at 1.5 times the median root mean square.

Run:  python similarity.py      (torch 2.7, transformers 5.17, safetensors)
"""

import json
import os

import numpy as np

from stream_geometry import stream

DIRECTIONS, MASSIVE = 4, 1.5


def hsic(k, l):
    n = len(k)
    k, l = k - np.diag(np.diag(k)), l - np.diag(np.diag(l))
    one = np.ones(n)
    return (np.trace(k @ l) + (one @ k @ one) * (one @ l @ one) / ((n - 1) * (n - 2)) - 2 / (n - 2) * (one @ k @ l @ one)) / (n * (n - 3))


def centred(x):
    return x - x.mean(0)


def unit(x):
    return x / np.linalg.norm(x, axis=1, keepdims=True)


def pairs(states, of):
    return [[float("%.12g" % of(x, y)) for y in states] for x in states]


def cka(x, y):
    inner = lambda a, b: np.linalg.norm(centred(b).T @ centred(a)) ** 2
    return inner(x, y) / np.sqrt(inner(x, x) * inner(y, y))


def debiased(x, y):
    k, l = x @ x.T, y @ y.T
    return hsic(k, l) / np.sqrt(hsic(k, k) * hsic(l, l))


def effective_rank(x):
    p = np.linalg.svd(centred(x), compute_uv=False) ** 2
    p = p[p > 0] / p.sum()
    return np.exp(-(p * np.log(p)).sum())


def chance(x, y):
    c = unit(x) @ unit(y).T
    return (c.sum() - np.trace(c)) / (len(x) * (len(x) - 1))


def step(x, y):
    x, y = centred(x) / np.linalg.norm(centred(x)), centred(y) / np.linalg.norm(centred(y))
    u, _, vt = np.linalg.svd(x.T @ y)
    basis = lambda a: np.linalg.svd(a)[2][:DIRECTIONS].T
    angles = np.degrees(np.arccos(np.clip(np.linalg.svd(basis(x).T @ basis(y), compute_uv=False), -1, 1)))
    return [np.linalg.norm(x @ (u @ vt) - y) ** 2, angles.mean(), angles.max()]


states, _ = stream()
rms = [np.sqrt((x**2).mean(0)) for x in states]
massive = np.any([r > MASSIVE * np.sort(r)[len(r) // 2] for r in rms], axis=0)
views = {
    "raw": states,
    "z-scored": [centred(x) / x.std(0) for x in states],
    "without massive": [x[:, ~massive] for x in states],
}
result = {"massive": [int(i) for i in np.flatnonzero(massive)], "views": {}}
for name, view in views.items():
    result["views"][name] = {
        "cosine": pairs(view, lambda x, y: (unit(x) * unit(y)).sum(1).mean()),
        "cka": pairs(view, cka),
        "debiased": pairs(view, debiased),
        "effective_rank": [effective_rank(x) for x in view],
        "chance": pairs(view, chance),
        "steps": [step(x, y) for x, y in zip(view, view[1:])],
    }
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "similarity.json"), "w") as out:
    json.dump(result, out)
    out.write("\n")
