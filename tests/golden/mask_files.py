"""Writes tiny masks in every form, with NumPy and safetensors alone, as docs/mask-format.md says.

    python tests/golden/mask_files.py    (numpy 2, safetensors)

Read by MaskFormsTest in the module subnetworks.
"""

import hashlib
import json
import pathlib
import pickle

import numpy as np
from safetensors.numpy import save_file

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "subnetworks/src/test/resources/masks"


def digest(kept):
    sha = hashlib.sha256()
    for name in sorted(kept):
        shape = "[" + ", ".join(map(str, kept[name].shape)) + "]"
        sha.update(f"{name}\0{shape}\0".encode())
        sha.update(np.packbits(kept[name].ravel(), bitorder="little").tobytes())
    return sha.hexdigest()


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(1)
    kept = {
        "transformer.h.0.attn.c_attn.weight": rng.random((9, 27)) < 0.5,
        "transformer.h.0.mlp.c_fc.weight": rng.random((9, 36)) < 0.02,
        "transformer.h.0.ln_1.bias": rng.random(9) < 0.5,
        "transformer.h.1.mlp.c_proj.weight": np.asfortranarray(rng.random((36, 9)) < 0.3),
    }
    np.savez(FOLDER / "numpy.npz", **kept)
    np.savez_compressed(FOLDER / "numpy-compressed.npz", **kept)
    for protocol in (2, 4, 5):
        with open(FOLDER / f"numpy-{protocol}.pickle", "wb") as f:
            pickle.dump({**kept, "orig_model_name": "gpt2"}, f, protocol)
    tensors = {}
    for name, keep in kept.items():
        flat = keep.ravel()
        packed = np.packbits(flat, bitorder="little")
        positions = np.flatnonzero(flat).astype(np.int32)
        tensors[name] = positions if positions.nbytes < packed.nbytes else packed
    metadata = {
        "mask.format": "1",
        "mask.name": "by hand",
        "mask.shapes": json.dumps({name: keep.shape for name, keep in kept.items()}),
        "mask.digest": digest(kept),
        "lambda": "10",
    }
    save_file(tensors, FOLDER / "numpy.safetensors", metadata)
    (FOLDER / "digest.txt").write_text(digest(kept) + "\n")


main()
