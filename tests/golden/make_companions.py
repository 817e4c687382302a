"""Adds to models that were made elsewhere what make_goldens.py writes for its own.

    python make_companions.py

greedy.json for each folder that has golden.safetensors and no entry in variants.py, and
golden_gradients.safetensors (names in README.md) for one model of each residual and head layout:
sequential with fused transposed weights, parallel with interleaved Q/K/V, grouped-query. Also the
one file form that must be refused.
"""

import torch
from safetensors.torch import load_file, save_file

from make_goldens import PROMPT, ROOT, greedy, greedy_without_cache, load, outputs, write_greedy
from references import packed, read_reference, write_reference
from variants import VARIANTS

GRADIENTS = {
    "gpt2": [
        "transformer.h.1.attn.c_attn.weight",
        "transformer.h.0.mlp.c_proj.bias",
        "transformer.wpe.weight",
    ],
    "gpt-neox": [
        "gpt_neox.layers.1.attention.query_key_value.weight",
        "gpt_neox.layers.0.attention.dense.weight",
        "gpt_neox.layers.2.post_attention_layernorm.weight",
    ],
    "llama-gqa-rope3-fp16": [
        "model.layers.1.self_attn.k_proj.weight",
        "model.layers.0.self_attn.o_proj.weight",
        "model.norm.weight",
    ],
}


def write_continuation(name: str) -> None:
    folder = ROOT / name
    prompt = load_file(folder / "golden.safetensors")["input_ids"][0, :PROMPT].tolist()
    cached = greedy(load(folder), prompt)
    anew, margin = greedy_without_cache(load(folder), prompt)
    assert cached == anew, name
    write_greedy(folder, prompt, cached)
    print(f"{name}: narrowest greedy decision {margin:.4f}")


def write_gradients(name: str, weights: list[str]) -> None:
    """Of the mean next-token cross-entropy over the golden batch, in FP32."""
    folder = ROOT / name
    ids = load_file(folder / "golden.safetensors")["input_ids"]
    model = load(folder)
    run = model(ids, labels=ids, output_hidden_states=True, use_cache=False)
    predicted = run.logits[:, :-1].flatten(0, 1)
    loss = torch.nn.functional.cross_entropy(predicted, ids[:, 1:].flatten())
    assert abs(loss.item() - run.loss.item()) < 1e-6
    named = {f"hidden_states.{i}": state for i, state in enumerate(run.hidden_states)}
    parameters = dict(model.named_parameters())
    named |= {weight: parameters[weight] for weight in weights}
    gradients = torch.autograd.grad(loss, list(named.values()))
    tensors = {f"d_{key}": gradient.contiguous() for key, gradient in zip(named, gradients)}
    save_file(
        {"input_ids": ids, "loss": loss.detach(), **tensors},
        folder / "golden_gradients.safetensors",
    )
    print(f"{name}: loss {loss.item():.6f}")


def write_loaded_reference(name: str) -> None:
    """What transformers computes from the folder as it lies there (see README.md for why)."""
    folder = ROOT / name
    before = read_reference(folder / "golden.safetensors")
    loaded = outputs(load(folder), before["input_ids"])
    write_reference(loaded, folder / "golden.safetensors")
    rounded = outputs(load(folder).to(torch.bfloat16).float(), before["input_ids"])
    for kind, run in (("before", before), ("rotary frequencies in bfloat16", rounded)):
        apart = max((packed(key, run[key]) - packed(key, loaded[key])).abs().max().item() for key in loaded)
        print(f"{name}: {kind}: {apart:.1e} from golden.safetensors")


def write_legacy_pickle() -> None:
    """A pytorch_model.bin as torch before 1.6 wrote it: no zip archive. Readers refuse it."""
    folder = ROOT / "refused" / "legacy-pickle"
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {"wte.weight": torch.arange(6.0).reshape(2, 3)}
    file = folder / "pytorch_model.bin"
    torch.save(tensors, file, _use_new_zipfile_serialization=False)


if __name__ == "__main__":
    torch.set_num_threads(1)
    ours = {entry.name for entry in VARIANTS}
    for golden in sorted(ROOT.glob("*/golden.safetensors")):
        if golden.parent.name not in ours:
            write_continuation(golden.parent.name)
    for model_name, weight_names in GRADIENTS.items():
        write_gradients(model_name, weight_names)
    write_loaded_reference("qwen2-bf16")
    write_legacy_pickle()
