"""Opens one mask in all its forms with NumPy, and the masked checkpoint with transformers.

    circuitscope subnetwork convert M.safetensors OUT/mask.npz --model MODEL       (and OUT/mask.pickle, OUT/mask.safetensors)
    circuitscope subnetwork convert M.safetensors OUT/checkpoint --to checkpoint --model MODEL
    circuitscope loss --model MODEL --mask M.safetensors --ids IDS:input_ids --out OUT/loss.safetensors
    python open_masks.py OUT MODEL IDS

Every form must hold the same booleans, the checkpoint's weights must be the model's where kept and 0 elsewhere, and
transformers' losses on the masked checkpoint must be Circuitscope's on the masked model.
"""

import json
import pickle
import sys
from pathlib import Path

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM

out, model, ids = (Path(argument) for argument in sys.argv[1:4])


def read_mask(path):
    kept = {}
    with safe_open(path, "numpy") as f:
        for name, shape in json.loads(f.metadata()["mask.shapes"]).items():
            stored, size = f.get_tensor(name), int(np.prod(shape))
            if stored.dtype == np.uint8:
                flat = np.unpackbits(stored, count=size, bitorder="little").astype(bool)
            else:
                flat = np.zeros(size, bool)
                flat[stored] = True
            kept[name] = flat.reshape(shape)
    return kept


kept = read_mask(out / "mask.safetensors")
with np.load(out / "mask.npz") as npz:
    assert set(npz.files) == set(kept)
    assert all(np.array_equal(npz[name], kept[name]) for name in kept)
with open(out / "mask.pickle", "rb") as f:
    pickled = {name: value for name, value in pickle.load(f).items() if name != "orig_model_name"}
assert set(pickled) == set(kept) and all(np.array_equal(pickled[name], kept[name]) for name in kept)
print("safetensors, npz, pickle: %d matrices, %d of %d kept, equal" % (
    len(kept), sum(int(k.sum()) for k in kept.values()), sum(k.size for k in kept.values())))

before, after = load_file(model / "model.safetensors"), load_file(out / "checkpoint" / "model.safetensors")
assert set(before) == set(after)
names = {name.removeprefix("transformer."): name for name in kept} | {name: name for name in kept}
for name, tensor in before.items():
    mask = kept.get(names.get(name, name))
    expected = tensor if mask is None else tensor * torch.from_numpy(mask).to(tensor.dtype)
    assert torch.equal(after[name], expected), name
print("checkpoint: %d tensors are the model's where kept, 0 elsewhere" % len(after))

device = "cuda" if torch.cuda.is_available() else "cpu"
masked = AutoModelForCausalLM.from_pretrained(out / "checkpoint", dtype=torch.float32, attn_implementation="eager").to(device)
tokens = load_file(ids)["input_ids"].long().to(device)
with torch.no_grad():
    logits = masked(tokens).logits[:, :-1].double()
losses = torch.nn.functional.cross_entropy(logits.flatten(0, 1), tokens[:, 1:].flatten(), reduction="none")
ours = load_file(out / "loss.safetensors")["token_loss_nats"].flatten().double().to(device)
print("transformers on %s: mean loss %.6f, ours %.6f, largest difference of a token %.2e nats" % (
    device, losses.mean(), ours.mean(), (losses - ours).abs().max()))
assert (losses - ours).abs().max() < 1e-3
