"""Writes the reference outputs of the tiny models in this folder with Hugging Face transformers.

    python make_goldens.py [NAME ...]     (no name: every entry of variants.py)

Each parameter is random and far from neutral, rounded to the stored dtype; the folder is then read
back by transformers (eager attention, FP32) and its outputs are saved. A seed is kept only if the
greedy continuation is decided by a clear margin and is the same with and without a cache. Before
anything is saved the script proves that every stored tensor and every listed config switch moves
the logits, and that both generations of the config give bit-equal logits. See README.md.
"""

import json
import shutil
import sys
import tempfile
from pathlib import Path

import torch
import transformers
from safetensors.torch import load_file, save_file
from transformers import AutoConfig, AutoModelForCausalLM

from references import write_reference
from variants import VARIANTS, Variant

ROOT = Path(__file__).parent
TOKENS = 14  # positions of the reference batch; above every sliding window of the table
PROMPT = 8
GREEDY = 16
NOTICEABLE = 1e-3  # ten times the conformance bound
MARGIN = 0.02  # between the best and the second greedy token, far above FP32 rounding
transformers.logging.set_verbosity_error()
transformers.logging.disable_progress_bar()


def load(folder: Path, config=None, attention="eager"):
    """The causal LM of a folder in FP32; every parameter must come from its files."""
    model, info = AutoModelForCausalLM.from_pretrained(
        folder,
        config=config,
        dtype=torch.float32,
        attn_implementation=attention,
        output_loading_info=True,
    )
    assert not info["missing_keys"], (folder, info["missing_keys"])
    assert not info["mismatched_keys"], (folder, info["mismatched_keys"])
    return model.eval()


def randomize(model, gain: float, seed: int) -> None:
    """Fills every parameter; projections have std gain/sqrt(fan in), so scores are a few units."""
    generator = torch.Generator().manual_seed(seed)
    family = model.config.model_type
    # gemma scales embeddings up and olmo2 norms what blocks write: keep blocks heard beside them
    embedding = 0.2 if family in ("gemma", "gemma2", "olmo2") else 0.7
    for name, parameter in model.named_parameters():
        noise = torch.randn(parameter.shape, generator=generator)
        if "norm" in name.lower() or ".ln_" in name:
            centre = 0.0 if name.endswith("bias") or "gemma" in family else 1.0
            value = centre + 0.3 * noise
        elif name.endswith("bias"):
            value = 0.3 * noise
        elif "embed" in name or "wte" in name or "wpe" in name:
            value = embedding * noise
        elif "lm_head" in name:
            value = noise * 2.0 / parameter.shape[1] ** 0.5
        else:
            value = noise * gain / model.config.hidden_size**0.5
        parameter.data = value


def stored_tensors(model, variant: Variant) -> dict[str, torch.Tensor]:
    """Names as save_pretrained writes them, rounded, with what old checkpoints hold besides."""
    with tempfile.TemporaryDirectory() as folder:
        model.save_pretrained(folder)
        tensors = load_file(Path(folder) / "model.safetensors")
    dtype = getattr(torch, variant.dtype)
    tensors = {name: tensor.to(dtype) for name, tensor in tensors.items()}
    tensors |= old_buffers(model, variant.buffers)
    return {name.removeprefix(variant.strip): tensor for name, tensor in tensors.items()}


def old_buffers(model, family: str) -> dict[str, torch.Tensor]:
    """Buffers that today's transformers ignores and real files still hold."""
    config = model.config
    buffers = {}
    for layer in range(config.num_hidden_layers if family else 0):
        prefix = {
            "gpt2": f"transformer.h.{layer}.attn.",
            "gpt_neo": f"transformer.h.{layer}.attn.attention.",
            "gpt_neox": f"gpt_neox.layers.{layer}.attention.",
            "llama": f"model.layers.{layer}.self_attn.",
        }[family]
        if family != "llama":
            size = config.max_position_embeddings
            mask = torch.tril(torch.ones(size, size)).view(1, 1, size, size)
            buffers[prefix + "bias"] = mask if family == "gpt2" else mask.bool()
            buffers[prefix + "masked_bias"] = torch.tensor(-1e9)
        if family in ("gpt_neox", "llama"):
            buffers[prefix + "rotary_emb.inv_freq"] = torch.full((4,), 0.5)  # wrong on purpose
    return buffers


def write_weights(folder: Path, tensors: dict, variant: Variant) -> None:
    for old in [*folder.glob("*.safetensors*"), *folder.glob("*.bin*"), *folder.glob("g*.json")]:
        old.unlink()
    if variant.form == "safetensors":
        save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
        return
    names = list(tensors)
    second = next(name for name in names[1:] if tensors[name].dim() == 2)
    tensors[second] = tensors[second].t().contiguous().t()  # a .bin may hold any strides
    if variant.name == "gpt-neo-hub":  # both names of a tied weight, one storage
        tensors["lm_head.weight"] = tensors["transformer.wte.weight"]
    if variant.form == "bin":
        torch.save(tensors, folder / "pytorch_model.bin")
        return
    half = len(names) // 2
    shards = {
        "pytorch_model-00001-of-00002.bin": names[:half],
        "pytorch_model-00002-of-00002.bin": names[half:],
    }
    for file, members in shards.items():
        torch.save({name: tensors[name] for name in members}, folder / file)
    index = {
        "metadata": {"total_size": sum(t.nbytes for t in tensors.values())},
        "weight_map": {name: file for file, members in shards.items() for name in members},
    }
    (folder / "pytorch_model.bin.index.json").write_text(json.dumps(index, indent=2) + "\n")


@torch.no_grad()
def outputs(model, ids: torch.Tensor) -> dict[str, torch.Tensor]:
    run = model(ids, output_hidden_states=True, output_attentions=True, use_cache=False)
    tensors = {"input_ids": ids, "logits": run.logits}
    tensors |= {f"hidden_states.{i}": h for i, h in enumerate(run.hidden_states)}
    tensors |= {f"attentions.{i}": a for i, a in enumerate(run.attentions or [])}
    return {name: tensor.clone().contiguous() for name, tensor in tensors.items()}


@torch.no_grad()
def greedy(model, prompt: list[int]) -> list[int]:
    """transformers' own generate, with its cache; end-of-text does not stop it."""
    ids = torch.tensor([prompt])
    settings = transformers.GenerationConfig(
        max_new_tokens=GREEDY, do_sample=False, eos_token_id=None, pad_token_id=0
    )
    made = model.generate(ids, attention_mask=torch.ones_like(ids), generation_config=settings)
    return made[0, len(prompt) :].tolist()


@torch.no_grad()
def greedy_without_cache(model, prompt: list[int]) -> tuple[list[int], float]:
    """The same by running the whole text anew each time, and the narrowest decision on the way."""
    ids, margin = list(prompt), float("inf")
    for _ in range(GREEDY):
        best = model(torch.tensor([ids]), use_cache=False).logits[0, -1].topk(2)
        margin = min(margin, (best.values[0] - best.values[1]).item())
        ids.append(best.indices[0].item())
    return ids[len(prompt) :], margin


def write_greedy(folder: Path, prompt: list[int], ids: list[int], **more) -> None:
    text = json.dumps({"prompt_ids": prompt, "ids": ids, **more})
    (folder / "greedy.json").write_text(text + "\n")


@torch.no_grad()
def prove_everything_matters(folder: Path, variant: Variant, expected: dict) -> None:
    """Every tensor and every switch moves the logits; both config generations agree."""
    ids, logits = expected["input_ids"], expected["logits"]

    def moved(model) -> float:
        return (model(ids, use_cache=False).logits - logits).abs().max().item()

    model = load(folder)
    for name, parameter in model.named_parameters():
        if "k_proj.bias" in name and model.config.model_type == "opt":
            continue  # adds the same to all scores of a query: softmax cannot see it
        keep = parameter.clone()
        factors = torch.linspace(0.8, 1.2, parameter.numel())  # uneven: a norm undoes a common one
        parameter.mul_(factors.view_as(parameter))
        assert moved(model) > NOTICEABLE, (variant.name, name, moved(model))
        parameter.copy_(keep)
    for key, value in variant.switches.items():
        config = json.loads((folder / "config.json").read_text()) | {key: value}
        with tempfile.TemporaryDirectory() as other:
            (Path(other) / "config.json").write_text(json.dumps(config))
            switched = AutoConfig.from_pretrained(other)
        change = moved(load(folder, switched))
        assert change > NOTICEABLE, (variant.name, key, change)
    if (folder / "config.alternate.json").exists():
        with tempfile.TemporaryDirectory() as other:
            shutil.copy(folder / "config.alternate.json", Path(other) / "config.json")
            alternate = AutoConfig.from_pretrained(other)
        assert moved(load(folder, alternate)) == 0, (variant.name, "alternate config differs")


def acceptable(folder: Path, prompt: list[int]) -> bool:
    cached = greedy(load(folder), prompt)
    anew, margin = greedy_without_cache(load(folder), prompt)
    return cached == anew and margin > MARGIN and len(set(cached)) >= 4


def make(variant: Variant) -> None:
    folder = ROOT / variant.name
    config = AutoConfig.from_pretrained(folder)
    for seed in range(100):
        model = AutoModelForCausalLM.from_config(config, dtype=torch.float32)
        randomize(model, variant.gain, seed)
        write_weights(folder, stored_tensors(model, variant), variant)
        generator = torch.Generator().manual_seed(seed)
        ids = torch.randint(config.vocab_size, (2, TOKENS), generator=generator)
        prompt = ids[0, :PROMPT].tolist()
        if acceptable(folder, prompt):
            break
    else:
        raise RuntimeError(f"{variant.name}: no seed gives a clear greedy continuation")
    expected = outputs(load(folder), ids)
    prove_everything_matters(folder, variant, expected)
    write_reference(expected, folder / "golden.safetensors")
    continuation = greedy(load(folder), prompt)
    if variant.sdpa:
        other = load(folder, attention="sdpa")
        with torch.no_grad():
            run = other(ids, output_hidden_states=True, use_cache=False)
        states = {f"hidden_states.{i}": h.contiguous() for i, h in enumerate(run.hidden_states)}
        write_reference({"logits": run.logits, **states}, folder / "golden_sdpa.safetensors")
        write_greedy(folder, prompt, continuation, ids_sdpa=greedy(other, prompt))
    else:
        write_greedy(folder, prompt, continuation)
    report(variant.name, folder, expected, seed)


def report(name: str, folder: Path, expected: dict, seed: int) -> None:
    patterns = torch.cat(
        [t[:, :, 4:].amax(-1).flatten() for n, t in expected.items() if "att" in n]
    )
    size = sum(file.stat().st_size for file in folder.iterdir())
    print(
        f"{name}: seed {seed}, {size / 1e3:.0f} kB, mean largest attention {patterns.mean():.2f}, "
        f"logits std {expected['logits'].std():.2f}",
        flush=True,
    )


if __name__ == "__main__":
    torch.set_num_threads(1)
    wanted = sys.argv[1:]
    for entry in VARIANTS:
        if not wanted or entry.name in wanted:
            make(entry)
