"""Writes the PyTorch and NumPy files that models-cache's tests read, with what they must give.

Usage: python pickled_files.py models-cache/src/test/resources/pickled
Made with torch 2.7.1, numpy 2.4.6, safetensors 0.8.0.

state.bin            every dtype, views, shared storages, parameters
state.safetensors    the same tensors, contiguous, and each again in FP32 under NAME.f32
sharded/             state.bin's float tensors in two files with an index
legacy.bin           the format before PyTorch 1.6
code.bin, code.pkl   would run `touch ran-code` if Python loaded them
nested.bin           a training checkpoint: the state dictionary is one level down
script.bin           a TorchScript program
masks-N.pkl          boolean (and a few other) arrays, pickle protocol N
"""

import collections
import json
import os
import pickle
import sys
import zipfile

import numpy
import torch
from safetensors.torch import save_file

torch.manual_seed(20)
out = sys.argv[1]
os.makedirs(os.path.join(out, "sharded"), exist_ok=True)


def at(name):
    return os.path.join(out, name)


base = torch.randn(6, 8)
state = collections.OrderedDict()
state["f64"] = torch.randn(3, 4, dtype=torch.float64)
state["f32"] = torch.randn(3, 4)
state["f16"] = torch.randn(3, 5).half()
state["bf16"] = torch.randn(3, 5).bfloat16()
state["i64"] = torch.randint(-1000, 1000, (7,))
state["i32"] = torch.randint(-1000, 1000, (7,), dtype=torch.int32)
state["i16"] = torch.randint(-1000, 1000, (7,), dtype=torch.int16)
state["i8"] = torch.randint(-128, 128, (7,), dtype=torch.int8)
state["u8"] = torch.randint(0, 256, (7,), dtype=torch.uint8)
state["bool"] = torch.randn(9) > 0
state["scalar"] = torch.tensor(2.5)
state["empty"] = torch.zeros(0, 3)
state["base"] = base
state["transposed"] = base.t()
state["sliced"] = base[1:5:2, 3:]
state["permuted"] = torch.randn(2, 3, 4).half().permute(2, 0, 1)
state["parameter"] = torch.nn.Parameter(torch.randn(4, 2))
state._metadata = collections.OrderedDict(version=1)
torch.save(state, at("state.bin"))

expected = {name: tensor.detach().contiguous().clone() for name, tensor in state.items()}
expected.update({name + ".f32": tensor.float().clone() for name, tensor in list(expected.items())})
save_file(expected, at("state.safetensors"), metadata={"format": "pt", "made by": "torch"})

floats = {name: tensor for name, tensor in state.items() if tensor.is_floating_point()}
names = sorted(floats)
weight_map = {}
for i, part in enumerate((names[::2], names[1::2]), 1):
    shard = f"pytorch_model-{i:05d}-of-00002.bin"
    torch.save({name: floats[name] for name in part}, at("sharded/" + shard))
    weight_map.update({name: shard for name in part})
with open(at("sharded/pytorch_model.bin.index.json"), "w") as file:
    json.dump({"metadata": {"total_size": 1}, "weight_map": weight_map}, file, indent=1)
with open(at("sharded/config.json"), "w") as file:
    json.dump({"model_type": "gpt2"}, file)

torch.save({"a": base}, at("legacy.bin"), _use_new_zipfile_serialization=False)
torch.save({"state_dict": {"a": base}, "epoch": 3}, at("nested.bin"))
torch.jit.save(torch.jit.script(torch.nn.Linear(2, 2)), at("script.bin"))


class Code:
    def __reduce__(self):
        return os.system, ("touch ran-code",)


with open(at("code.pkl"), "wb") as file:
    pickle.dump({"a": Code()}, file, protocol=2)
with zipfile.ZipFile(at("code.bin"), "w", zipfile.ZIP_STORED) as archive:
    archive.writestr("archive/data.pkl", pickle.dumps({"a": Code()}, protocol=2))
    archive.writestr("archive/version", "3\n")

generator = numpy.random.default_rng(20)
bits = generator.random((5, 7)) < 0.3
masks = {
    "rows": bits,
    "columns": numpy.asfortranarray(bits),
    "f4": generator.standard_normal((2, 3)).astype("f4"),
    "i8": numpy.arange(-3, 3),
}
for protocol in (2, 4, 5):
    with open(at(f"masks-{protocol}.pkl"), "wb") as file:
        pickle.dump(masks, file, protocol=protocol)
save_file(
    {name: torch.from_numpy(numpy.ascontiguousarray(array)) for name, array in masks.items()},
    at("masks.safetensors"),
)
