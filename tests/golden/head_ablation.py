"""Losses without heads, by transformers: writes head-ablation.json beside this file.

The four kinds of ablation, in float64, on three of the tiny checkpoints here: zero, mean and resample
replace a head's slice of what enters the output projection (a forward pre-hook); pattern-preserving
zeroes it while an attention function gives back the patterns of an untouched run. Reference rows for
mean (over rows, at each position) and resample are the rows themselves in reversed order.
Needs torch and transformers. Values are nats, [row][position - 1].
"""

import json
import pathlib

import torch
from safetensors.torch import load_file
from transformers import AttentionInterface, AttentionMaskInterface, AutoModelForCausalLM
from transformers.masking_utils import eager_mask

HERE = pathlib.Path(__file__).parent
MODELS = {"gpt2": "attn.c_proj", "llama-gqa-rope3-fp16": "self_attn.o_proj", "gpt-neox": "attention.dense"}
SETS = [["L0H1"], ["L0H0", "L1H2", "L2H3"]]

patterns = {}  # layer -> [batch, head, query, key]
forcing = False


def attend(module, query, key, value, attention_mask, scaling=None, dropout=0.0, **kwargs):
    """Eager attention that keeps each layer's pattern, or uses the one kept."""
    groups = query.shape[1] // key.shape[1]
    key, value = (x.repeat_interleave(groups, dim=1) for x in (key, value))
    scores = query @ key.transpose(-1, -2) * (query.shape[-1] ** -0.5 if scaling is None else scaling)
    pattern = torch.softmax(scores + attention_mask, dim=-1)
    if forcing:
        pattern = patterns[module.layer_idx]
    else:
        patterns[module.layer_idx] = pattern
    return (pattern @ value).transpose(1, 2).contiguous(), pattern


AttentionInterface.register("kept", attend)
AttentionMaskInterface.register("kept", eager_mask)


def losses(model, ids):
    logits = model(ids).logits[:, :-1]
    return torch.nn.functional.cross_entropy(logits.transpose(1, 2), ids[:, 1:], reduction="none")


def projections(model, suffix):
    return [module for name, module in model.named_modules() if name.endswith(suffix)]


def entering(model, suffix, ids):
    """What enters each layer's output projection, [row, position, head * dHead]."""
    kept, hooks = [], []
    for projection in projections(model, suffix):
        hooks.append(projection.register_forward_pre_hook(lambda _, args: kept.append(args[0])))
    model(ids)
    for hook in hooks:
        hook.remove()
    return kept


def ablated(model, suffix, ids, heads, instead):
    """Losses with the heads' slices taken from `instead`, a value a layer that broadcasts to z."""
    hooks = []
    for layer, projection in enumerate(projections(model, suffix)):
        own = [int(head.split("H")[1]) for head in heads if head.startswith(f"L{layer}H")]

        def replace(_, args, own=own, layer=layer):
            z = args[0].clone()
            width = z.shape[-1] // model.config.num_attention_heads
            other = instead[layer].expand_as(z)
            for head in own:
                part = slice(head * width, (head + 1) * width)
                z[..., part] = other[..., part]
            return (z, *args[1:])

        hooks.append(projection.register_forward_pre_hook(replace))
    result = losses(model, ids)
    for hook in hooks:
        hook.remove()
    return result


def rounded(values):
    return [[round(x, 8) for x in row] for row in values.tolist()]


@torch.no_grad()
def main():
    global forcing
    out = {}
    for name, suffix in MODELS.items():
        folder = HERE / name
        model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float64, attn_implementation="kept").eval()
        ids = load_file(folder / "golden.safetensors")["input_ids"]
        reference = entering(model, suffix, ids.flip(0))
        zero = [torch.zeros_like(z) for z in reference]
        mean = [z.mean(dim=0, keepdim=True) for z in reference]
        untouched = losses(model, ids)
        cases = []
        for heads in SETS:
            case = {"heads": heads}
            case["zero"] = rounded(ablated(model, suffix, ids, heads, zero))
            case["mean"] = rounded(ablated(model, suffix, ids, heads, mean))
            case["resample"] = rounded(ablated(model, suffix, ids, heads, reference))
            losses(model, ids)  # keeps the untouched patterns
            forcing = True
            case["pattern-preserving"] = rounded(ablated(model, suffix, ids, heads, zero))
            forcing = False
            cases.append(case)
        out[name] = {"untouched": rounded(untouched), "cases": cases}
    (HERE / "head-ablation.json").write_text(json.dumps(out, separators=(",", ":")) + "\n")


main()
