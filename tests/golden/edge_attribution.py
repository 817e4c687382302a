"""Edge scores and exact edge patching, by transformers: writes edge-attribution.json beside this file.

In float64, on three of the tiny checkpoints here. Every reader (a head's queries, a key/value head's
keys or values, an MLP, the logits) gets the residual stream plus a leaf of its own: its projection is
computed once for each reader, from the norm of stream + leaf, and only that reader's rows are used.
The gradient of the metric by a leaf is the gradient by what that reader reads (autograd does the
norm); setting a leaf to (corrupted - clean) of one writer patches exactly one edge. Scores are
sums over positions of (corrupted - clean) . gradient, gradients averaged over input embeddings
corrupted + k/m (clean - corrupted), k = 1..m, then averaged over pairs.
Edges reader by reader: by layer queries, keys, values, MLP; then logits; each from its first writer on.
Needs torch and transformers.
"""

import json
import pathlib

import torch
from transformers import AutoModelForCausalLM

HERE = pathlib.Path(__file__).parent




class Graph:
    """One model with a leaf at every reader."""

    def __init__(self, folder):
        self.model = AutoModelForCausalLM.from_pretrained(
            HERE / folder, dtype=torch.float64, attn_implementation="eager")
        config = self.model.config
        self.h = config.num_attention_heads
        self.g = getattr(config, "num_key_value_heads", None) or self.h
        self.e = config.hidden_size // self.h
        self.d = config.hidden_size
        base = self.model.base_model
        kind = config.model_type
        self.parallel = kind == "gpt_neox" and config.use_parallel_residual
        self.layers = list(base.h if kind == "gpt2" else base.layers)
        self.final = {"gpt2": "ln_f", "llama": "norm", "gpt_neox": "final_layer_norm"}[kind]
        self.final = getattr(base, self.final)
        self.embed = self.model.get_input_embeddings()
        self.z, self.mlp, self.streams = {}, {}, {}
        self.leaves = {}
        for number, layer in enumerate(self.layers):
            names = {
                "gpt2": ("ln_1", "ln_2", "attn", "c_proj"),
                "llama": ("input_layernorm", "post_attention_layernorm", "self_attn", "o_proj"),
                "gpt_neox": ("input_layernorm", "post_attention_layernorm", "attention", "dense"),
            }[kind]
            ln1, ln2, attention = (getattr(layer, name) for name in names[:3])
            out = getattr(attention, names[3])
            ln1.register_forward_pre_hook(lambda _, args, n=number: self.streams.update({("a", n): args[0]}))
            ln2.register_forward_pre_hook(lambda _, args, n=number: self.streams.update({("m", n): args[0]}))
            out.register_forward_pre_hook(lambda _, args, n=number: self.z.update({n: args[0]}))
            layer.mlp.register_forward_hook(lambda _, args, y, n=number: self.mlp.update({n: y}))
            self.wrap_attention(kind, number, ln1, attention)
            forward = layer.mlp.forward
            layer.mlp.forward = lambda x, f=forward, n=number, ln=ln2: f(
                ln.forward(self.streams["m", n] + self.leaves["mlp", n, 0]))
            weight = out.weight if kind == "gpt2" else out.weight.T  # [h e, d]
            layer.w_o = weight.detach().reshape(self.h, self.e, self.d)
        forward = self.final.forward
        self.final.forward = lambda x: forward(x + self.leaves["logits", len(self.layers), 0])

    def wrap_attention(self, kind, number, ln, attention):
        counts = {"q": self.h, "k": self.g, "v": self.g}

        def wrapped(project, rows):
            def forward(_):
                whole = None
                for (what, index), own in rows.items():
                    y = project(ln.forward(self.streams["a", number] + self.leaves[what, number, index]))
                    whole = torch.zeros_like(y) if whole is None else whole
                    mask = torch.zeros(y.shape[-1], dtype=y.dtype)
                    mask[own] = 1
                    whole = whole + y * mask
                return whole

            return forward

        e = self.e
        if kind == "llama":
            for what in "qkv":
                module = getattr(attention, what + "_proj")
                rows = {(what, i): range(i * e, (i + 1) * e) for i in range(counts[what])}
                module.forward = wrapped(module.forward, {k: list(v) for k, v in rows.items()})
            return
        module = attention.c_attn if kind == "gpt2" else attention.query_key_value
        rows = {}
        for part, what in enumerate("qkv"):
            for i in range(self.h):
                start = part * self.d + i * e if kind == "gpt2" else (3 * i + part) * e
                rows[what, i] = list(range(start, start + e))
        module.forward = wrapped(module.forward, rows)

    def readers(self):
        """(kind, layer, index) and the number of writers seen."""
        seen = 1
        for n in range(len(self.layers)):
            for what, count in (("q", self.h), ("k", self.g), ("v", self.g)):
                for i in range(count):
                    yield (what, n, i), seen
            yield ("mlp", n, 0), seen if self.parallel else seen + self.h
            seen += self.h + 1
        yield ("logits", len(self.layers), 0), seen

    def run(self, embeds, leaves=None):
        zeros = torch.zeros(embeds.shape, dtype=torch.float64)
        self.leaves = leaves or {reader: zeros for reader, _ in self.readers()}
        return self.model(inputs_embeds=embeds).logits

    def writers(self, embeds):
        """[writer, batch, position, d]"""
        with torch.no_grad():
            self.run(embeds)
        parts = [embeds]
        for n, layer in enumerate(self.layers):
            z = self.z[n].reshape(*embeds.shape[:2], self.h, self.e)
            parts += list(torch.einsum("bphe,hed->hbpd", z, layer.w_o))
            parts.append(self.mlp[n])
        return torch.stack(parts).detach()


def main():
    golden = {}
    torch.manual_seed(5)
    pairs = {
        "clean": torch.randint(0, 257, (2, 7)),
        "corrupted": torch.randint(0, 257, (2, 7)),
        "answer": torch.randint(0, 257, (2,)),
        "wrong": torch.randint(0, 257, (2,)),
        "position": torch.tensor([6, 4]),
    }
    rows = torch.arange(2)
    for folder, steps in (("gpt2", 1), ("gpt2", 3), ("llama-gqa-rope3-fp16", 3), ("gpt-neox", 3)):
        graph = Graph(folder)

        def metric(logits):
            at = logits[rows, pairs["position"]]
            return at[rows, pairs["answer"]] - at[rows, pairs["wrong"]]

        clean, corrupted = (graph.embed(pairs[name]).detach() for name in ("clean", "corrupted"))
        moved = graph.writers(corrupted) - graph.writers(clean)
        gradients = {reader: 0 for reader, _ in graph.readers()}
        for k in range(1, steps + 1):
            leaves = {reader: torch.zeros_like(clean, requires_grad=True) for reader, _ in graph.readers()}
            metric(graph.run(corrupted + k / steps * (clean - corrupted), leaves)).sum().backward()
            for reader, leaf in leaves.items():
                gradients[reader] = gradients[reader] + leaf.grad / steps
        scores, exact = [], []
        with torch.no_grad():
            base = metric(graph.run(clean))
            for reader, seen in graph.readers():
                for writer in range(seen):
                    scores.append((moved[writer] * gradients[reader]).sum().item() / 2)
                    if steps == 3:
                        zeros = torch.zeros_like(clean)
                        leaves = {other: zeros for other, _ in graph.readers()}
                        leaves[reader] = moved[writer]
                        exact.append((metric(graph.run(clean, leaves)) - base).mean().item())
        golden[f"{folder}/{steps}"] = {
            "scores": [round(x, 6) for x in scores],
            "exact": [round(x, 6) for x in exact],
        }
    golden["pairs"] = {name: value.tolist() for name, value in pairs.items()}
    (HERE / "edge-attribution.json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")


main()
