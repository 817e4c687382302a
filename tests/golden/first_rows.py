"""Keeps the first row of the reference outputs of seven models that were made elsewhere, to keep the repository
small. The other references have two rows.

    python first_rows.py

Run once; run it again and nothing changes.
"""

from safetensors import safe_open
from safetensors.torch import save_file

from make_goldens import ROOT

NAMES = ("bloom", "gpt-neo", "gpt-neox-sequential", "llama", "mistral-window", "opt", "qwen2-bf16")

for path in sorted(file for name in NAMES for file in (ROOT / name).glob("golden*.safetensors")):
    if path.name == "golden_gradients.safetensors":
        continue
    with safe_open(path, "pt") as file:
        rows = file.get_slice("input_ids").get_shape()[0]
        tensors = {key: file.get_tensor(key) for key in file.keys()}
        metadata = file.metadata()
    first = {key: t[:1].clone() if t.dim() > 0 and t.shape[0] == rows else t for key, t in tensors.items()}
    save_file(first, path, metadata)
