"""Writes without-head.safetensors: embedded:gpt2-4l without what one head writes (docs/mask-format.md).

    python make_mask.py LAYER HEAD
"""

import hashlib
import json
import sys

import numpy as np
from safetensors.numpy import save_file

layer, head = int(sys.argv[1]), int(sys.argv[2])
kept = np.ones((256, 256), bool)  # c_proj [in, out]; a head writes from 32 rows
kept[32 * head : 32 * (head + 1)] = False
name = f"transformer.h.{layer}.attn.c_proj.weight"
bits = np.packbits(kept.ravel(), bitorder="little")
digest = hashlib.sha256(name.encode() + b"\0[256, 256]\0" + bits.tobytes()).hexdigest()
save_file(
    {name: bits},
    "without-head.safetensors",
    {
        "mask.format": "1",
        "mask.name": f"without L{layer}H{head}",
        "mask.shapes": json.dumps({name: [256, 256]}),
        "mask.digest": digest,
        "method": "one head's output rows dropped by hand",
    },
)
