"""Stores the weights of six models that were made elsewhere in half precision, to keep the repository small.

    python halve_goldens.py

Their references are made anew from the rounded weights, in FP32 with eager attention, as make_goldens.py makes
its own. `gpt2` and `gpt-neox` stay in FP32, as plain and sharded files; the .bin files of others made here are FP32
as well. Run once; run it again and nothing changes.
"""

import torch
from safetensors.torch import load_file, save_file

from make_companions import write_continuation
from make_goldens import ROOT, load, outputs

for name in ("bloom", "gpt-neo", "gpt-neox-sequential", "llama", "mistral-window", "opt"):
    folder = ROOT / name
    pickled = folder / "pytorch_model.bin"
    weights = pickled if pickled.exists() else folder / "model.safetensors"
    full = torch.load(weights, weights_only=True) if pickled.exists() else load_file(weights)
    halves = {key: tensor.half() if tensor.dtype == torch.float else tensor for key, tensor in full.items()}
    torch.save(halves, weights) if pickled.exists() else save_file(halves, weights, {"format": "pt"})
    before = load_file(folder / "golden.safetensors")
    after = outputs(load(folder), before["input_ids"])
    assert set(before) <= set(after), set(before) - set(after)
    moved = max((after[key].double() - before[key].double()).abs().max().item() for key in before)
    save_file({key: after[key] for key in before}, folder / "golden.safetensors")
    write_continuation(name)
    print(f"{name}: rounding the weights moved the outputs by at most {moved:.1e}")
