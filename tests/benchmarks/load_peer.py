"""Load time of a safetensors file: torch beside Circuitscope's LoadBenchmark.

  python load_peer.py make CONFIG.json FOLDER    a random checkpoint of that shape, FP16
  python load_peer.py time FOLDER REPETITIONS    safetensors + torch: read and widen to FP32 on the CPU
"""

import json
import sys
import time
from pathlib import Path

from forward_peer import peak_mib


def make(config, folder):
    import torch
    from transformers import AutoModelForCausalLM, GPTNeoXConfig

    torch.manual_seed(1)
    AutoModelForCausalLM.from_config(GPTNeoXConfig.from_json_file(config)).half().save_pretrained(folder)


def measure(folder, repetitions):
    from safetensors.torch import load_file

    millis = []
    for _ in range(int(repetitions)):
        start = time.perf_counter()
        tensors = {name: t.float() for name, t in load_file(Path(folder) / "model.safetensors").items()}
        millis.append((time.perf_counter() - start) * 1e3)
        del tensors
    millis.sort()
    line = {"tool": "safetensors + torch", "ms": round(millis[len(millis) // 2]), "least": round(millis[0]),
            "peak_mib": peak_mib()}
    print(json.dumps(line))


if __name__ == "__main__":
    {"make": make, "time": measure}[sys.argv[1]](*sys.argv[2:])
