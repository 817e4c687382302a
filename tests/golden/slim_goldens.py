"""Makes the checkpoints of six models that were made elsewhere smaller, to keep the repository small.

    python slim_goldens.py

Weights in half precision, and of the MLP only the first NEURONS neurons. Their references are made anew from what is
left, in FP32 with eager attention, as make_goldens.py makes its own. `gpt2` and `gpt-neox` stay in FP32 and whole, as
plain and sharded files; the .bin files of others made here are FP32 as well. Run once; run it again and nothing
changes.
"""

import json

import torch
from safetensors.torch import load_file, save_file

from make_companions import write_continuation
from make_goldens import ROOT, load, outputs

NEURONS = 48
HALVED = ("bloom", "gpt-neo", "gpt-neox-sequential", "llama", "mistral-window", "opt")
NARROWED = ("gpt-neo", "gpt-neox-sequential", "llama", "opt", "qwen2-bf16")
WRITES = ("down_proj", "dense_4h_to_h", "fc2", "mlp.c_proj")
READS = ("gate_proj", "up_proj", "dense_h_to_4h", "fc1", "mlp.c_fc")


def narrowed(name: str, tensor: torch.Tensor) -> torch.Tensor:
    if any(part in name for part in WRITES) and name.endswith("weight"):
        return tensor[:, :NEURONS].contiguous()
    return tensor[:NEURONS].clone() if any(part in name for part in READS) else tensor


for name in sorted({*HALVED, *NARROWED}):
    folder = ROOT / name
    pickled = folder / "pytorch_model.bin"
    weights = pickled if pickled.exists() else folder / "model.safetensors"
    stored = torch.load(weights, weights_only=True) if pickled.exists() else load_file(weights)
    tensors = dict(stored)
    if name in HALVED:
        tensors = {key: tensor.half() if tensor.dtype == torch.float else tensor for key, tensor in tensors.items()}
    if name in NARROWED:
        tensors = {key: narrowed(key, tensor) for key, tensor in tensors.items()}
        config = json.loads((folder / "config.json").read_text())
        config["ffn_dim" if "ffn_dim" in config else "intermediate_size"] = NEURONS
        (folder / "config.json").write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")
    if all(tensors[key].dtype == tensor.dtype and tensors[key].shape == tensor.shape for key, tensor in stored.items()):
        continue
    torch.save(tensors, weights) if pickled.exists() else save_file(tensors, weights, {"format": "pt"})
    before = load_file(folder / "golden.safetensors")
    after = outputs(load(folder), before["input_ids"])
    kept = {key: after.get(key, before[key]) for key in before}
    moved = max((kept[key].double() - before[key].double()).abs().max().item() for key in before)
    save_file(kept, folder / "golden.safetensors")
    write_continuation(name)
    print(f"{name}: the outputs moved by at most {moved:.1e}")
