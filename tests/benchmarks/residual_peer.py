"""Times in PyTorch the work that ResidualBenchmark.java times in Circuitscope: same shapes, random weights.

  python residual_peer.py CONFIG.json DEVICE DTYPE POSITIONS REPETITIONS lens|attribution|neurons

lens: hooks keep every layer's output; of each, final norm, unembedding, log-softmax at all positions, then the
top 10, entropy and KL to the last layer, brought to the host. attribution (neurons): hooks keep what enters each
output (down) projection; each head's (neurons: 20 largest of each layer, summed over positions) share of the
logit of each position's most likely token, the final scale held. A head's result is made in dModel, as usual;
neurons go by the fused form. One JSON line; peak_mib is the caching allocator's, weights included, on a GPU.
"""

import json
import sys
import time
from pathlib import Path

import torch


class Peer:
    def __init__(self, path, device, dtype):
        from transformers import GPTNeoXConfig, GPTNeoXForCausalLM

        torch.manual_seed(1)
        config = GPTNeoXConfig.from_json_file(path)
        config._attn_implementation = "sdpa"
        with torch.device(device):
            self.model = GPTNeoXForCausalLM(config)
        self.model = self.model.requires_grad_(False).to(dtype).eval()
        self.layers, self.norm = self.model.gpt_neox.layers, self.model.gpt_neox.final_layer_norm
        self.w_u = self.model.get_output_embeddings().weight

    def cached(self, ids, inputs_of, outputs_of):
        """What enters some modules, then what leaves others: [position, width] each."""
        kept, handles = {}, []
        for i, module in enumerate([*inputs_of, *outputs_of]):
            keep = lambda _, args, out, i=i: kept.update({i: args[0] if i < len(inputs_of) else out})
            handles.append(module.register_forward_hook(keep))
        self.model.gpt_neox(ids, use_cache=False)
        for handle in handles:
            handle.remove()
        return [(value[0] if isinstance(value, tuple) else value)[0] for _, value in sorted(kept.items())]

    @torch.no_grad()
    def lens(self, ids):
        streams = self.cached(ids, [], [self.model.gpt_neox.emb_dropout, *self.layers])
        final = (self.norm(streams[-1]) @ self.w_u.T).float().log_softmax(-1)
        p, out = final.exp(), []
        for stream in streams:
            q = (self.norm(stream) @ self.w_u.T).float().log_softmax(-1)
            top = q.topk(10, -1)
            entropy, kl = -(q.exp() * q).sum(-1), (p * (final - q)).sum(-1)
            out.append([x.cpu() for x in (top.indices, top.values, entropy, kl)])
        return out

    def directions(self, last):
        answer = (self.norm(last) @ self.w_u.T).argmax(-1)
        u = self.w_u[answer].float() * self.norm.weight.float()
        scale = (last.float().var(-1, unbiased=False, keepdim=True) + self.norm.eps).sqrt()
        return (u - u.mean(-1, keepdim=True)) / scale  # [position, dModel]

    @torch.no_grad()
    def attribution(self, ids):
        dense = [layer.attention.dense for layer in self.layers]
        *z, last = self.cached(ids, dense, [self.layers[-1]])
        d, heads, out = self.directions(last), self.model.config.num_attention_heads, []
        for layer, values in zip(self.layers, z):
            w = layer.attention.dense.weight.T.unflatten(0, (heads, -1))  # [head, dHead, dModel]
            result = torch.einsum("phe,hed->phd", values.unflatten(-1, (heads, -1)), w).float()
            out.append(torch.einsum("phd,pd->ph", result, d))
        return torch.stack(out).cpu()

    @torch.no_grad()
    def neurons(self, ids):
        down = [layer.mlp.dense_4h_to_h for layer in self.layers]
        *posts, last = self.cached(ids, down, [self.layers[-1]])
        d, out = self.directions(last), []
        for layer, post in zip(self.layers, posts):
            shares = (d.to(post.dtype) @ layer.mlp.dense_4h_to_h.weight * post).float().sum(0)
            out.append(shares[shares.abs().topk(20).indices])
        return torch.stack(out).cpu()


def main():
    path, device, dtype, positions, repetitions, measure = sys.argv[1:7]
    torch.backends.cuda.matmul.allow_tf32 = dtype == "tf32"
    peer = Peer(path, device, torch.float16 if dtype == "fp16" else torch.float32)
    ids = torch.randint(0, peer.model.config.vocab_size, (1, int(positions)), device=device)
    work = getattr(peer, measure)
    sync = torch.cuda.synchronize if device.startswith("cuda") else lambda: None
    millis = []
    for run in range(3 + int(repetitions)):
        sync()
        start = time.perf_counter()
        work(ids)
        sync()
        millis += [(time.perf_counter() - start) * 1e3] if run >= 3 else []
    peak = torch.cuda.max_memory_allocated() >> 20 if device.startswith("cuda") else None
    millis.sort()
    line = {"tool": f"torch {torch.__version__}", "config": Path(path).stem, "device": device, "dtype": dtype}
    line |= {"positions": int(positions), "measure": measure, "ms": round(millis[len(millis) // 2], 1)}
    print(json.dumps(line | {"least": round(millis[0], 1), "most": round(millis[-1], 1), "peak_mib": peak}))


main()
