"""Makes the checkpoints of ten models that were made elsewhere smaller, to keep the repository small.

    python slim_goldens.py

Weights in half precision, and of the MLP only the first NEURONS neurons. Their references are made anew from what is
left, in FP32 with eager attention, as make_goldens.py makes its own. `gpt2` and `gpt-neox` stay in FP32, as plain and
sharded files. Run once; run it again and nothing changes. Then run the scripts here that read these folders.
"""

import json
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from make_companions import GRADIENTS, write_continuation, write_gradients
from make_goldens import ROOT, load, outputs
from references import packed, read_reference, write_reference

NEURONS = 48
HALVED = ("bloom", "gpt-neo", "gpt-neox-sequential", "llama", "mistral-window", "opt")
NARROWED = (
    "gpt-neo", "gpt-neox", "gpt-neox-sequential", "gpt2", "llama", "llama-gqa-rope3-fp16", "mistral-window", "opt",
    "qwen2-bf16",
)
WRITES = ("down_proj", "dense_4h_to_h", "fc2", "mlp.c_proj")
READS = ("gate_proj", "up_proj", "dense_h_to_4h", "fc1", "mlp.c_fc")


def narrowed(name: str, tensor: torch.Tensor, transposed: bool) -> torch.Tensor:
    writes = any(part in name for part in WRITES) and name.endswith("weight")
    if not writes and not any(part in name for part in READS):
        return tensor
    if tensor.dim() == 2 and writes != transposed:
        return tensor[:, :NEURONS].clone(memory_format=torch.contiguous_format)
    return tensor[:NEURONS].clone()


def slimmed(name: str, tensors: dict) -> dict:
    if name in HALVED:
        tensors = {key: tensor.half() if tensor.dtype == torch.float else tensor for key, tensor in tensors.items()}
    if name in NARROWED:
        # GPT-2 alone stores [in, out]
        tensors = {key: narrowed(key, tensor, name == "gpt2") for key, tensor in tensors.items()}
    return tensors


def rewrite(file: Path, tensors: dict) -> None:
    torch.save(tensors, file) if file.suffix == ".bin" else save_file(tensors, file, {"format": "pt"})


def set_width(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text())
    key = next(key for key in ("ffn_dim", "n_inner", "intermediate_size") if key in config)
    config[key] = NEURONS
    (folder / "config.json").write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")
    index = folder / "model.safetensors.index.json"
    if index.exists():
        listed = json.loads(index.read_text())
        tensors = [t for file in folder.glob("model-*.safetensors") for t in load_file(file).values()]
        listed["metadata"]["total_size"] = sum(t.nbytes for t in tensors)
        listed["metadata"]["total_parameters"] = sum(t.numel() for t in tensors)
        index.write_text(json.dumps(listed, indent=2) + "\n")


for name in sorted({*HALVED, *NARROWED}):
    folder = ROOT / name
    changed = False
    for file in sorted([*folder.glob("model*.safetensors"), *folder.glob("*.bin")]):
        stored = torch.load(file, weights_only=True) if file.suffix == ".bin" else load_file(file)
        tensors = slimmed(name, stored)
        if any(tensors[key].dtype != old.dtype or tensors[key].shape != old.shape for key, old in stored.items()):
            rewrite(file, tensors)
            changed = True
    if not changed:
        continue
    if name in NARROWED:
        set_width(folder)
    before = read_reference(folder / "golden.safetensors")
    after = outputs(load(folder), before["input_ids"])
    kept = {key: after.get(key, before[key]) for key in before}
    moved = max((packed(key, kept[key]).double() - packed(key, before[key]).double()).abs().max().item() for key in before)
    write_reference(kept, folder / "golden.safetensors")
    write_continuation(name)
    if name in GRADIENTS:
        write_gradients(name, GRADIENTS[name])
    print(f"{name}: the outputs moved by at most {moved:.1e}")
