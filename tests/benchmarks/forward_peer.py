"""Times in PyTorch the work that ForwardBenchmark.java times in Circuitscope: same shapes, same
measures, random weights. One JSON line a measure.

  python forward_peer.py CONFIG.json[,…] DEVICE DTYPE[,…] BATCH POSITIONS REPETITIONS TOOL[,…] [MEASURE,…]

TOOL: sdpa, eager (transformers with that attention) or lens (TransformerLens, FP32 only).
MEASURE: forward, residuals, patterns, backward, everything (lens only); all that the tool has, if left out.
"""

import json
import sys
import tempfile
import time
from pathlib import Path

import torch
import torch.nn.functional as F

WARM_UP_SECONDS, LEAST_WARM_UP = 2.5, 3  # as on the Java side
TOKENIZER = Path(__file__).parents[2] / "models-cache/embedded/gpt2-4l/tokenizer.json"
MEASURES = {
    "sdpa": ["forward", "residuals", "backward"],
    "eager": ["forward", "residuals", "patterns", "backward"],
    "lens": ["forward", "residuals", "patterns", "everything"],
}


def loss(logits, ids):
    """Summed next-token loss, as the Java side takes it."""
    return F.cross_entropy(logits[:, :-1].float().flatten(0, 1), ids[:, 1:].flatten(), reduction="sum")


class Transformers:
    def __init__(self, path, device, dtype, attention):
        from transformers import AutoModelForCausalLM, GPTNeoXConfig

        torch.manual_seed(1)
        with torch.device(device):
            self.model = AutoModelForCausalLM.from_config(
                GPTNeoXConfig.from_json_file(path), attn_implementation=attention
            )
        self.model = self.model.requires_grad_(False).to(dtype).eval()

    def work(self, measure, ids):
        run = lambda **more: self.model(ids, use_cache=False, **more)
        if measure == "backward":
            return lambda: self.backward(ids)
        more = {"forward": {}, "residuals": {"output_hidden_states": True}, "patterns": {"output_attentions": True}}
        return torch.no_grad()(lambda: run(**more[measure]))

    def backward(self, ids):
        stream = self.model.get_input_embeddings()(ids).requires_grad_()
        loss(self.model(inputs_embeds=stream, use_cache=False).logits, ids).backward()
        return stream.grad


class Lens:
    """TransformerLens 4's bridge around the same random transformers model (eager attention)."""

    def __init__(self, path, device, dtype, _):
        from transformer_lens.model_bridge import TransformerBridge
        from transformers import PreTrainedTokenizerFast

        model = Transformers(path, device, dtype, "eager").model
        tokenizer = PreTrainedTokenizerFast(tokenizer_file=str(TOKENIZER))  # asked for, never used
        with tempfile.TemporaryDirectory() as folder:
            model.config.save_pretrained(folder)
            self.model = TransformerBridge.boot_transformers(
                folder, hf_model=model, tokenizer=tokenizer, device=device, dtype=dtype
            )

    def work(self, measure, ids):
        if measure == "forward":
            return torch.no_grad()(lambda: self.model(ids))
        keep = {
            "residuals": lambda name: name.endswith("hook_resid_pre"),
            "patterns": lambda name: name.endswith("attn.hook_pattern"),
            "everything": None,
        }[measure]
        return torch.no_grad()(lambda: self.model.run_with_cache(ids, names_filter=keep))


def peak_mib():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) // 1024 for line in status if line.startswith("VmHWM"))


def main():
    paths, device, dtypes, batch, positions, repetitions, tools = sys.argv[1:8]
    wanted = sys.argv[8].split(",") if len(sys.argv) > 8 else None
    sync = torch.cuda.synchronize if device.startswith("cuda") else lambda: None
    for path in paths.split(","):
        for dtype in dtypes.split(","):
            torch.backends.cuda.matmul.allow_tf32 = dtype == "tf32"
            storage = torch.float16 if dtype == "fp16" else torch.float32
            for tool in tools.split(","):
                model = (Lens if tool == "lens" else Transformers)(path, device, storage, tool)
                vocab = json.load(open(path))["vocab_size"]
                ids = torch.randint(0, vocab, (int(batch), int(positions)), device=device)
                for measure in wanted or MEASURES[tool]:
                    work, millis, warm = model.work(measure, ids), [], 0.0
                    runs = 0
                    while len(millis) < int(repetitions):
                        sync()
                        start = time.perf_counter()
                        work()
                        sync()
                        runs += 1
                        spent = time.perf_counter() - start
                        if warm >= WARM_UP_SECONDS and runs > LEAST_WARM_UP:
                            millis.append(spent * 1e3)
                        warm += spent
                    millis.sort()
                    line = {
                        "tool": tool, "config": path.split("/")[-1].replace(".json", ""), "device": device,
                        "dtype": dtype, "batch": int(batch), "positions": int(positions), "measure": measure,
                        "ms": round(millis[len(millis) // 2], 3), "least": round(millis[0], 3),
                        "most": round(millis[-1], 3), "peak_mib": peak_mib(),
                    }
                    print(json.dumps(line), flush=True)
                del model, work
                if device.startswith("cuda"):
                    torch.cuda.empty_cache()


if __name__ == "__main__":
    main()
