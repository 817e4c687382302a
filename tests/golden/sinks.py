"""Attention sinks of three tiny models, by PyTorch in float64: writes sinks.json.

GPT-2 (learned positions), Llama (rotary, grouped queries) and BLOOM (ALiBi) from the folders beside this
file, on the 2 x 24 ids of their golden.safetensors. Patterns are transformers' eager attention; queries and
keys are read at the projections and rotated by transformers' own function. Formulas: Gu et al. 2024 for
alpha and the rate, Sun et al. 2024 for magnitudes.

Run:  python sinks.py      (torch 2.15, transformers 5.24, safetensors)
"""

import json
import os

import torch
import transformers
from safetensors.torch import load_file
from transformers.models.llama.modeling_llama import apply_rotary_pos_emb

HERE = os.path.dirname(os.path.abspath(__file__))
LENGTHS = [8, 16, 24]
EPSILONS = [0.05, 0.1, 0.2, 0.3, 0.5]
KEYS = 4


def heads(x, width):
    return x.reshape(*x.shape[:2], -1, width)


class Reader:
    """Runs a model and keeps q, k, v [b, p, head, e], W_O by head [head, e, d], patterns and states."""

    def __init__(self, name):
        path = os.path.join(HERE, name)
        self.net = transformers.AutoModelForCausalLM.from_pretrained(
            path, attn_implementation="eager", dtype=torch.float32
        ).double().eval()
        self.ids = load_file(os.path.join(path, "golden.safetensors"))["input_ids"].long()
        self.type = self.net.config.model_type
        base = getattr(self.net, "transformer", None) or self.net.model
        self.layers = base.h if hasattr(base, "h") else base.layers
        self.final_norm = base.norm if self.type == "llama" else base.ln_f

    def output(self, layer):
        if self.type == "gpt2":
            weight = layer.attn.c_proj.weight
        else:
            module = layer.self_attn.o_proj if self.type == "llama" else layer.self_attention.dense
            weight = module.weight.T
        return weight.reshape(self.net.config.num_attention_heads, -1, weight.shape[1])

    def projections(self, layer, taken):
        if self.type == "gpt2":
            return [layer.attn.c_attn.register_forward_hook(lambda m, i, o: taken.append(o))]
        if self.type == "bloom":
            return [layer.self_attention.query_key_value.register_forward_hook(lambda m, i, o: taken.append(o))]
        a = layer.self_attn
        return [p.register_forward_hook(lambda m, i, o: taken.append(o)) for p in (a.q_proj, a.k_proj, a.v_proj)]

    def split(self, taken):
        width = self.net.config.hidden_size // self.net.config.num_attention_heads
        if self.type == "gpt2":
            return [heads(x, width) for x in taken[0].chunk(3, -1)]
        if self.type == "bloom":
            fused = taken[0].reshape(*taken[0].shape[:2], -1, 3, width)
            return [fused[..., i, :] for i in range(3)]
        q, k, v = [heads(x, width) for x in taken]
        position = torch.arange(q.shape[1])[None]
        cos, sin = self.net.model.rotary_emb(q, position)
        q, k = apply_rotary_pos_emb(q.transpose(1, 2), k.transpose(1, 2), cos.double(), sin.double())
        return [q.transpose(1, 2), k.transpose(1, 2), v]

    def run(self):
        taken = [[] for _ in self.layers]
        last = []
        hooks = [h for layer, one in zip(self.layers, taken) for h in self.projections(layer, one)]
        hooks.append(self.final_norm.register_forward_hook(lambda m, i, o: last.append(i[0])))
        with torch.no_grad():
            out = self.net(self.ids, output_attentions=True, output_hidden_states=True)
        for hook in hooks:
            hook.remove()
        self.states = list(out.hidden_states[:-1]) + last
        self.patterns = out.attentions
        self.qkv = [self.split(one) for one in taken]
        self.loss = torch.nn.functional.cross_entropy(
            out.logits[:, :-1].reshape(-1, out.logits.shape[-1]), self.ids[:, 1:].reshape(-1)
        ).item()
        return self


def alphas(pattern, length):
    """[b, head, key], key 0 .. length - 1"""
    counts = length - torch.arange(length)
    return pattern[:, :, :length, :length].sum(2) / counts


def norm(x):
    return x.norm(dim=-1)


def others(x):  # mean over positions 1 .. of [b, p, ...]
    return x[:, 1:].mean().item()


def mechanism(r, layer):
    q, k, v = r.qkv[layer]
    a = r.patterns[layer]
    n = q.shape[2] // k.shape[2]
    k_of, v_of = k.repeat_interleave(n, 2), v.repeat_interleave(n, 2)
    cos = torch.einsum("bqhe,bkhe->bhqk", q / norm(q)[..., None], k_of / norm(k_of)[..., None])
    t = q.shape[1]
    seen = torch.tril(torch.ones(t, t, dtype=torch.double))
    seen[:, 0] = 0
    mean_cos = (cos * seen).sum(-1)[:, :, 1:] / seen.sum(-1)[1:]
    k_seen = torch.einsum("qk,bkh->bqh", seen, norm(k_of))[:, 1:] / seen.sum(-1)[1:, None]
    w_o = r.output(r.layers[layer]).double()
    whole = torch.einsum("bhqk,bkhe,hed->bhqd", a, v_of, w_o)[:, :, 1:]
    sink = torch.einsum("bhq,bhe,hed->bhqd", a[:, :, 1:, 0], v_of[:, 0], w_o)
    constancy = lambda u: (norm(u.mean((0, 2))) ** 2 / (norm(u) ** 2).mean((0, 2))).tolist()
    return {
        "k": [norm(k)[:, 0].mean().item(), others(norm(k))],
        "v": [norm(v)[:, 0].mean().item(), others(norm(v))],
        "qk": [(norm(q)[:, 1:] * norm(k_of)[:, :1]).mean().item(), (norm(q)[:, 1:] * k_seen).mean().item()],
        "cos_sink": cos[:, :, 1:, 0].mean((0, 2)).tolist(),
        "cos_others": mean_cos.mean((0, 2)).tolist(),
        "mass": a[:, :, 1:, 0].mean((0, 2)).tolist(),
        "value_share": (norm(sink) / norm(whole)).mean((0, 2)).tolist(),
        "bias_constancy": constancy(sink),
        "rest_constancy": constancy(whole - sink),
    }


def magnitudes(state):
    x = state.abs().flatten(1)
    top = x.topk(3).values.mean(0).tolist()
    return {"top": top, "median": x.quantile(0.5, dim=1, interpolation="lower").mean().item()}


def large_values(states, state=None):
    """The state where large values appear, and those values: (sample, position, dimension, value)."""
    ratios = [(s.abs().flatten(1).amax(1) / s.abs().flatten(1).quantile(0.5, dim=1, interpolation="lower")).mean()
              for s in states]
    if state is None:
        state = next(i for i, ratio in enumerate(ratios) if ratio >= max(ratios) / 2)
    found = []
    for sample, x in enumerate(states[state]):
        bound = ratios[state] / 2 * x.abs().flatten().quantile(0.5, interpolation="lower")
        for flat in x.abs().flatten().topk(16).indices.tolist():
            position, dimension = divmod(flat, x.shape[1])
            if x[position, dimension].abs() >= bound:
                found.append((sample, position, dimension, x[position, dimension].item()))
    samples = {d: len({e[0] for e in found if e[2] == d}) for d in {e[2] for e in found}}
    often = [d for d, n in samples.items() if 2 * n >= len(states[state])]
    # most samples first, then the lower number; at most three, at least one
    dimensions = sorted(samples, key=lambda d: (-samples[d], d))[: min(3, max(1, len(often)))]
    return state, dimensions, [e for e in found if e[2] in dimensions]


def with_values(r, state, values):
    def edit(x):
        x = x.clone()
        for sample, position, dimension, value in values:
            x[sample, position, dimension] = value
        return x

    if state == 0:
        hook = r.layers[0].register_forward_pre_hook(lambda m, given: (edit(given[0]), *given[1:]))
    else:
        hook = r.layers[state - 1].register_forward_hook(
            lambda m, given, out: (edit(out[0]), *out[1:]) if isinstance(out, tuple) else edit(out)
        )
    r.run()
    hook.remove()
    return [r.loss, torch.stack([alphas(p, 24)[..., 0] for p in r.patterns]).mean().item()]


def large_values_removed(r, state=None):
    state, dimensions, values = large_values(r.states, state)
    mean = lambda e: (lambda same: sum(same) / len(same))(
        [v for _, p, d, v in values if d == e[2] and (p == 0) == (e[1] == 0)]
    )
    return {
        "state": state,
        "dimensions": dimensions,
        "zero": with_values(r, state, [(*e[:3], 0.0) for e in values]),
        "mean": with_values(r, state, [(*e[:3], mean(e)) for e in values]),
    }


def positions_swapped(r, t):
    table = r.net.transformer.wpe.weight.data
    table[[0, t]] = table[[t, 0]]
    r.run()
    table[[0, t]] = table[[t, 0]]
    alpha = torch.stack([alphas(p, 24).mean(0) for p in r.patterns])
    return {"loss": r.loss, "alpha": [alpha[..., 0].mean().item(), alpha[..., t].mean().item()]}


def reference(name):
    r = Reader(name).run()
    surface = [
        [[torch.stack([alphas(p, n)[..., key] > e for p in r.patterns]).double().mean().item() for e in EPSILONS]
         for n in LENGTHS]
        for key in range(KEYS)
    ]  # [key][length][epsilon]
    result = {
        "surface": surface,
        "alpha0": [alphas(p, 24)[..., 0].mean(0).tolist() for p in r.patterns],
        "h": [[norm(s)[:, 0].mean().item(), others(norm(s))] for s in r.states],
        "layers": [mechanism(r, i) for i in range(len(r.layers))],
        "magnitudes": [magnitudes(s) for s in r.states],
        "loss": r.loss,
    }
    result["large_values"] = large_values_removed(r)
    result["large_values_2"] = large_values_removed(r.run(), 2)
    if r.type == "gpt2":
        result["swapped_4"] = positions_swapped(r, 4)
    return result


def rounded(x):
    if isinstance(x, float):
        return float("%.9g" % x)
    if isinstance(x, list):
        return [rounded(y) for y in x]
    return {k: rounded(y) for k, y in x.items()} if isinstance(x, dict) else x


with open(os.path.join(HERE, "sinks.json"), "w") as out:
    json.dump(
        {
            "lengths": LENGTHS,
            "epsilons": EPSILONS,
            **{name: rounded(reference(name)) for name in ("gpt2", "llama-gqa-rope3-fp16", "bloom")},
        },
        out,
    )
    out.write("\n")
