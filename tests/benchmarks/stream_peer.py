"""Times in transformers what StreamBenchmark.java times in Circuitscope: single tokens of batch 1 through a
full key/value cache, random weights, SDPA attention, and the window run from its start. One JSON line each.

  python stream_peer.py CONFIG.json DEVICE DTYPE SIZE[,…] TOKENS [DynamicCache,StaticCache,recompute]

The caches grow (or fill) by TOKENS while they are timed; the device is waited for once per TOKENS, as on
the Java side, and the loss of each token is taken on the device. gb_per_s counts weights and cache.
"""

import json
import sys
import time

import torch
import torch.nn.functional as F
from transformers import AutoConfig, AutoModelForCausalLM, DynamicCache, StaticCache

REPETITIONS = 3


@torch.no_grad()
def decode(model, kind, size, ids, sync):
    """Milliseconds a token, sorted."""
    count = ids.size(1) - 1
    millis = []
    for _ in range(REPETITIONS + 1):
        cache = DynamicCache() if kind == "DynamicCache" else StaticCache(
            config=model.config, max_cache_len=size + count)
        prefix = torch.randint(0, model.config.vocab_size, (1, size), device=ids.device)
        model(prefix, past_key_values=cache, use_cache=True, logits_to_keep=1)
        losses = []
        sync()
        start = time.perf_counter()
        for i in range(count):
            place = torch.full((1, 1), size + i, device=ids.device)
            logits = model(
                ids[:, i : i + 1], past_key_values=cache, use_cache=True, position_ids=place
            ).logits
            losses.append(F.cross_entropy(logits[0].float(), ids[:, i + 1], reduction="none"))
        torch.cat(losses).tolist()
        sync()
        millis.append((time.perf_counter() - start) * 1e3 / count)
    return sorted(millis[1:])


@torch.no_grad()
def recompute(model, size, sync):
    window = torch.randint(0, model.config.vocab_size, (1, size + 1), device=model.device)
    millis = []
    for _ in range(REPETITIONS + 1):
        sync()
        start = time.perf_counter()
        model(window, use_cache=False, logits_to_keep=1).logits.float().log_softmax(-1)
        sync()
        millis.append((time.perf_counter() - start) * 1e3)
    return sorted(millis[1:])


def main():
    path, device, dtype, sizes, tokens = sys.argv[1:6]
    measures = sys.argv[6].split(",") if len(sys.argv) > 6 else ["DynamicCache", "StaticCache", "recompute"]
    storage = torch.float16 if dtype == "fp16" else torch.float32
    cuda = device.startswith("cuda")
    sync = torch.cuda.synchronize if cuda else lambda: None
    raw = json.load(open(path))
    config = AutoConfig.for_model(raw.pop("model_type"), **raw)
    torch.manual_seed(1)
    torch.set_default_dtype(storage)
    with torch.device(device):
        model = AutoModelForCausalLM.from_config(config, attn_implementation="sdpa").eval()
    torch.set_default_dtype(torch.float32)
    ids = torch.randint(0, config.vocab_size, (1, int(tokens) + 1), device=device)
    weights = sum(p.numel() * p.element_size() for p in model.parameters())
    if not config.tie_word_embeddings:
        embedding = model.get_input_embeddings().weight
        weights -= embedding.numel() * embedding.element_size()
    groups = getattr(config, "num_key_value_heads", None) or config.num_attention_heads
    e = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    a_token = 2 * config.num_hidden_layers * groups * e * torch.finfo(storage).bits // 8
    for size in map(int, sizes.split(",")):
        for measure in measures:
            if cuda:
                torch.cuda.reset_peak_memory_stats()
            millis = recompute(model, size, sync) if measure == "recompute" else decode(
                model, measure, size, ids, sync)
            read = weights + a_token * (size + 1)
            ms = millis[len(millis) // 2]
            line = {
                "tool": "transformers", "measure": measure, "device": device, "dtype": dtype, "cache": size,
                "tokens": int(tokens), "ms_per_token": round(ms, 4), "least": round(millis[0], 4),
                "most": round(millis[-1], 4),
                "gb_per_s": None if measure == "recompute" else round(read / ms / 1e6, 1),
                "read_bytes": read,
                "peak_mib": torch.cuda.max_memory_allocated() // 2**20 if cuda else None,
            }
            print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
