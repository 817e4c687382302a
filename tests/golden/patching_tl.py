"""Patching by TransformerLens 4.3 on the embedded model: writes patching-tl.json beside this file.

One pair: a block of eight tokens twice but for its last, and the same with another first block. The
metric is the logit of the block's last token minus that of the other block's. Grids are TransformerLens'
own (get_act_patch_*, get_act_patch_direct_path: raw weights, the norm computed afresh); attribution is
(clean - corrupted) * gradient at its hooks. Values are the metric itself, FP32, rounded to 7 digits.
Needs torch, transformers and transformer-lens.
"""

import json
import pathlib

import torch
from transformer_lens import patching
from transformer_lens.model_bridge.sources.transformers.source import boot
from transformers import AutoModelForCausalLM

HERE = pathlib.Path(__file__).parent
FOLDER = HERE.parent.parent / "models-cache" / "embedded" / "gpt2-4l"

torch.manual_seed(5)
drawn = torch.randperm(4000)[:16] + 40
x, y = drawn[:8], drawn[8:]
clean = torch.cat([x, x[:-1]])[None]
corrupted = torch.cat([y, x[:-1]])[None]
answer, wrong = int(x[-1]), int(y[-1])

hf = AutoModelForCausalLM.from_pretrained(FOLDER, dtype=torch.float32, attn_implementation="eager")
model = boot(str(FOLDER), hf_model=hf, device="cpu")
model.eval()


def metric(logits):
    return logits[0, -1, answer] - logits[0, -1, wrong]


def values(tensor):
    return [float(f"{v:.7g}") for v in tensor.detach().flatten().tolist()]


with torch.no_grad():
    clean_logits, clean_cache = model.run_with_cache(clean)
    corrupted_logits, corrupted_cache = model.run_with_cache(corrupted)
    args = (model, corrupted, clean_cache, metric)
    grids = {
        "resid_pre": patching.get_act_patch_resid_pre(*args),  # [layer, position]
        "resid_mid": patching.get_act_patch_resid_mid(*args),
        "attn_out": patching.get_act_patch_attn_out(*args),
        "mlp_out": patching.get_act_patch_mlp_out(*args),
        "z": patching.get_act_patch_attn_head_out_all_pos(*args),  # [layer, head]
        "q": patching.get_act_patch_attn_head_q_all_pos(*args),
        "k": patching.get_act_patch_attn_head_k_all_pos(*args),
        "v": patching.get_act_patch_attn_head_v_all_pos(*args),
        "pattern": patching.get_act_patch_attn_head_pattern_all_pos(*args),
    }
    paths = {
        port: patching.get_act_patch_direct_path(
            model, corrupted, clean_cache, corrupted_cache, metric, 2, 5, port, verbose=False)[3]
        for port in "qkv"
    }  # L2H5 to each head of layer 3

names = [f"blocks.{layer}.attn.hook_z" for layer in range(model.cfg.n_layers)]
kept = []


def keep(value, hook):
    kept.append(torch.zeros_like(value, requires_grad=True))
    return value + kept[-1]


metric(model.run_with_hooks(corrupted, fwd_hooks=[(name, keep) for name in names])).backward()
estimate = torch.stack(
    [((clean_cache[n] - corrupted_cache[n]) * z.grad)[0].sum((0, 2)) for n, z in zip(names, kept)])

json.dump(
    {
        "clean": clean[0].tolist(),
        "corrupted": corrupted[0].tolist(),
        "answer": answer,
        "wrong": wrong,
        "clean_metric": values(metric(clean_logits))[0],
        "corrupted_metric": values(metric(corrupted_logits))[0],
        "grids": {name: values(grid) for name, grid in grids.items()},
        "paths_of_L2H5": {name: values(grid) for name, grid in paths.items()},
        "attribution_z": values(estimate),
    },
    open(HERE / "patching-tl.json", "w"),
)
