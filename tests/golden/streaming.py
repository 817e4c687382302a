"""Losses of tiny models that stream with attention sinks, by the published procedure done plainly:
transformers runs token by token; the cache holds keys before rotation; after each step it is cut to the first
S and the last R; and at each step keys are rotated by positions 0, 1, ... inside the cache, or by their own.

  python streaming.py        writes streaming.json beside this file (torch, transformers 5)
"""

import importlib
import json
from pathlib import Path

import torch
import torch.nn.functional as F
from transformers import AutoModelForCausalLM, DynamicCache
from transformers.modeling_utils import ALL_ATTENTION_FUNCTIONS

HERE = Path(__file__).parent
SINKS, RECENT, TOKENS = 2, 5, 40
NAMES = [
    "llama-3-tied", "gpt-neox-pythia", "mistral-window", "gemma2-hub", "qwen3", "phi-2", "gptj-hub", "bloom",
]
METHODS = {"sinks": (SINKS, RECENT, True), "sinks-original": (SINKS, RECENT, False),
           "window": (0, SINKS + RECENT, True), "window-original": (0, SINKS + RECENT, False)}

now = {}  # positions of the cached keys, the rotary frequencies and their layout


def rotate(x, positions):
    """x [b, h, n, e] turned by positions [n]."""
    inv, interleaved = now["inv"], now["interleaved"]
    angle = torch.tensor(positions, dtype=torch.float64)[:, None] * inv.double()
    cos, sin = (angle.cos() * now["factor"]).float(), (angle.sin() * now["factor"]).float()
    r = 2 * len(inv)
    turning, passing = x[..., :r], x[..., r:]
    if interleaved:
        a, b = turning[..., 0::2], turning[..., 1::2]
        turned = torch.stack([a * cos - b * sin, b * cos + a * sin], -1).flatten(-2)
    else:
        a, b = turning.chunk(2, -1)
        turned = torch.cat([a * cos - b * sin, b * cos + a * sin], -1)
    return torch.cat([turned, passing], -1)


def mix(q, k, v, scale, window=None, softcap=None):
    """One query over all cached keys: z [b, h, 1, e]."""
    positions = now["positions"]
    q, k = rotate(q, positions[-1:]), rotate(k, positions)
    n = q.size(1) // k.size(1)
    k, v = k.repeat_interleave(n, 1), v.repeat_interleave(n, 1)
    scores = q @ k.transpose(-1, -2) * scale
    if softcap:
        scores = torch.tanh(scores / softcap) * softcap
    if window:
        far = positions[-1] - torch.tensor(positions) >= window
        scores = scores.masked_fill(far, float("-inf"))
    return scores.softmax(-1) @ v


def attention(module, query, key, value, mask, scaling, dropout=0.0, sliding_window=None, softcap=None, **_):
    return mix(query, key, value, scaling, sliding_window, softcap).transpose(1, 2), None


def load(name):
    folder = HERE / name
    kind = json.loads((folder / "config.json").read_text())["model_type"]
    how = {} if kind == "bloom" else {"attn_implementation": "stream"}
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, **how).eval()
    modeling = importlib.import_module(f"transformers.models.{kind}.modeling_{kind}")
    now["interleaved"] = kind == "gptj"
    if kind == "bloom":
        build = modeling.build_alibi_tensor
        model.transformer.build_alibi_tensor = lambda mask, heads, dtype: build(
            torch.ones(1, max(now["positions"]) + 1), heads, dtype)[..., now["positions"]]
    elif kind == "gptj":
        modeling.apply_rotary_pos_emb = lambda x, sin, cos: x
        rotary = model.config.rotary_dim
        now["inv"] = 1.0 / 10000 ** (torch.arange(0, rotary, 2) / rotary)
        now["factor"] = 1.0
    else:
        modeling.apply_rotary_pos_emb = lambda q, k, cos, sin, **_: (q, k)
        part = getattr(model, model.base_model_prefix).rotary_emb
        now["inv"], now["factor"] = part.inv_freq, part.attention_scaling
    return model


@torch.no_grad()
def losses(model, ids, sinks, recent, reindexed):
    """The published loop: a step, then the eviction."""
    cache, kept, found = DynamicCache(), [], []
    for t in range(len(ids) - 1):
        kept.append(t)
        now["positions"] = list(range(len(kept))) if reindexed else list(kept)
        place = now["positions"][-1:]
        bloom = model.config.model_type == "bloom"
        more = {"attention_mask": torch.ones(1, len(kept))} if bloom else {"position_ids": torch.tensor([place])}
        logits = model(torch.tensor([[ids[t]]]), past_key_values=cache, use_cache=True, **more).logits
        found.append(F.cross_entropy(logits[0, -1:].float(), torch.tensor([ids[t + 1]])).item())
        if len(kept) > sinks + recent:
            for layer in cache.layers:
                layer.keys = torch.cat([layer.keys[:, :, :sinks], layer.keys[:, :, -recent:]], 2)
                layer.values = torch.cat([layer.values[:, :, :sinks], layer.values[:, :, -recent:]], 2)
            kept = kept[:sinks] + kept[-recent:]
    return found


def main():
    ALL_ATTENTION_FUNCTIONS.register("stream", attention)
    torch.manual_seed(4)
    ids = torch.randint(3, 53, (TOKENS,)).tolist()
    answer = {"sinks": SINKS, "recent": RECENT, "ids": ids, "losses": {}}
    for name in NAMES:
        model = load(name)
        answer["losses"][name] = {
            method: [round(x, 6) for x in losses(model, ids, *how)] for method, how in METHODS.items()
        }
        print(name, {m: round(sum(x) / len(x), 4) for m, x in answer["losses"][name].items()})
    (HERE / "streaming.json").write_text(json.dumps(answer, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
