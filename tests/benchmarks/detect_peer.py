"""Times in PyTorch the work that DetectBenchmark.java times in Circuitscope: same shapes, random weights.

  python detect_peer.py CONFIG.json DEVICE DTYPE ROWS POSITIONS REPETITIONS TOOL[,TOOL] [by-turns]

TOOL: transformers  the same work: eager attention with output_attentions, the base model (no logits), then
                    all scores, nulls and intervals as tensor operations on the device
      patterns      only that forward pass
      lens          TransformerLens: one run_with_cache a row, its cache given to detect_head for each kind,
                    mul and abs, with and without exclusions (12 scores; no nulls, no intervals)
      lens-calls    the same by detect_head alone, which runs the model each time
The lens tools run on a CPU in FP32. One JSON line a tool; name one tool a process to tell peaks of memory apart.
With by-turns one more line for each line read (by_turns.py).
"""

import json
import sys
import tempfile
import time
from pathlib import Path

import torch

WARM_UP_SECONDS, LEAST_WARM_UP = 10, 1  # as on the Java side
DRAWS, RESAMPLES = 100, 1000
TOKENIZER = Path(__file__).parents[2] / "models-cache/embedded/gpt2-4l/tokenizer.json"


def rows_of_blocks(rows, positions, vocab, device):
    block = torch.randint(0, vocab, (rows, positions // 2), device=device)
    return torch.cat([block, block], 1)


class Transformers:
    def __init__(self, path, device, dtype, scores):
        from transformers import GPTNeoXConfig, GPTNeoXModel

        torch.manual_seed(1)
        config = GPTNeoXConfig.from_json_file(path)
        config._attn_implementation = "eager"
        with torch.device(device):
            self.model = GPTNeoXModel(config)
        self.model = self.model.requires_grad_(False).to(dtype).eval()
        self.device, self.scores = device, scores

    @torch.no_grad()
    def work(self, ids):
        attentions = self.model(ids, use_cache=False, output_attentions=True).attentions
        if not self.scores:
            return None
        a = torch.stack([layer.float() for layer in attentions], 1).flatten(1, 2)  # [row, head, query, key]
        return {name: value.cpu() for name, value in self.detect(a, ids).items()}

    def detect(self, a, ids):
        rows, heads, n, _ = a.shape
        period, device = n // 2, self.device
        q = torch.arange(n, device=device)
        same = (ids[:, :, None] == ids[:, None, :]).float().tril(-1)  # [row, query, key]
        after = torch.cat([torch.zeros(rows, n, 1, device=device), (ids[:, :, None] == ids[:, None, :-1]).float()], 2)
        patterns = {"previous": torch.diag(torch.ones(n - 1, device=device), -1).expand(rows, n, n), "duplicate": same,
                    "induction": after.tril()}
        out = {"sink": a[:, :, 1:, 0].mean((0, 2)), "self": a.diagonal(dim1=2, dim2=3)[:, :, 1:].mean((0, 2))}
        keep = torch.ones(n, n, device=device)
        keep[:, 0] = 0
        keep.fill_diagonal_(0)
        half = q[period:]
        block = {"previous": (q[1:], q[1:] - 1), "duplicate": (half, half - period), "induction": (half, half - period + 1)}
        for kind, d in patterns.items():
            queries, keys = block[kind]
            self.put(out, kind, a[:, :, queries, keys].mean(2), self.null(a, queries, False).mean(3))
            for excluding in [False, True]:
                mask = keep if excluding else torch.ones_like(keep)
                wanted, kept = d * mask, a * mask
                mass = torch.einsum("rhqk,rqk->rh", kept, wanted)
                total = kept.sum((2, 3))
                count = wanted.sum((1, 2))[:, None]
                # all rows have the same targets here, but for chance: take the first's
                shuffled = self.null(a, wanted[0].nonzero()[:, 0], excluding).sum(3)  # [draw, row, head]
                name = f"{kind}{'-excluding' if excluding else ''}"
                self.put(out, "mul-" + name, mass / total, shuffled / total)
                score = lambda m: 1 - (1000 * (total + count - 2 * m) / n).round() / 1000
                self.put(out, "abs-" + name, score(mass), score(shuffled))
        return out

    def null(self, a, queries, excluding):
        """[draw, row, head, query] attention on keys drawn among those in sight."""
        low = 1 if excluding else 0
        sight = queries + (0 if excluding else 1) - low
        drawn = (torch.rand(DRAWS, len(queries), device=self.device) * sight).long() + low
        cells = queries * a.shape[3] + drawn  # [draw, query]
        return a.flatten(2)[:, :, cells].permute(2, 0, 1, 3)

    def put(self, out, name, score, null):
        """score [row, head], null [draw, row, head]"""
        rows = len(score)
        counts = torch.randint(0, rows, (RESAMPLES, rows), device=self.device)
        means = torch.nn.functional.one_hot(counts, rows).float().mean(1) @ score
        null = null.mean(1)
        out[name] = torch.cat([
            score.mean(0, keepdim=True), means.quantile(torch.tensor([0.025, 0.975], device=self.device), 0),
            null.mean(0, keepdim=True), null.quantile(0.95, 0, keepdim=True)])
        out[name + "-maximum"] = null.amax(1).quantile(0.95)


class Lens:
    """TransformerLens 4's bridge around a random transformers model (eager attention)."""

    def __init__(self, path, device, dtype, cached):
        from transformer_lens.model_bridge import TransformerBridge
        from transformers import AutoModelForCausalLM, GPTNeoXConfig, PreTrainedTokenizerFast

        torch.manual_seed(1)
        config = GPTNeoXConfig.from_json_file(path)
        model = AutoModelForCausalLM.from_config(config, attn_implementation="eager").eval()
        tokenizer = PreTrainedTokenizerFast(tokenizer_file=str(TOKENIZER))  # asked for, never used
        with tempfile.TemporaryDirectory() as folder:
            model.config.save_pretrained(folder)
            self.model = TransformerBridge.boot_transformers(
                folder, hf_model=model, tokenizer=tokenizer, device=device, dtype=dtype
            )
        self.model.to_tokens = lambda row, **_: row[None]  # detect_head asks for text; ids are at hand
        self.cached = cached

    @torch.no_grad()
    def work(self, ids):
        from transformer_lens import head_detector as detector

        scores = []
        for row in ids:
            cache = self.model.run_with_cache(row[None], remove_batch_dim=True)[1] if self.cached else None
            for kind in ["previous_token_head", "duplicate_token_head", "induction_head"]:
                for measure in ["mul", "abs"]:
                    for exclude in [False, True]:
                        scores.append(detector.detect_head(
                            self.model, row, kind, cache=cache, error_measure=measure,
                            exclude_bos=exclude, exclude_current_token=exclude))
        return scores


def peak_mib():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) // 1024 for line in status if line.startswith("VmHWM"))


def main():
    path, device, dtype, rows, positions, repetitions, tools = sys.argv[1:8]
    torch.backends.cuda.matmul.allow_tf32 = dtype == "tf32"
    storage = torch.float16 if dtype == "fp16" else torch.float32
    vocab = json.load(open(path))["vocab_size"]
    sync = torch.cuda.synchronize if device.startswith("cuda") else lambda: None
    for tool in tools.split(","):
        peer = {"transformers": (Transformers, True), "patterns": (Transformers, False), "lens": (Lens, True),
                "lens-calls": (Lens, False)}[tool]
        peer = peer[0](path, device, storage, peer[1])
        ids = rows_of_blocks(int(rows), int(positions), vocab, device)

        def once():
            sync()
            start = time.perf_counter()
            peer.work(ids)
            sync()
            return time.perf_counter() - start

        def report():
            before = time.process_time()
            millis = sorted(1e3 * once() for _ in range(int(repetitions)))
            cpu = (time.process_time() - before) * 1e3 / len(millis)
            line = {"tool": tool, "device": device, "dtype": dtype, "rows": int(rows), "positions": int(positions),
                    "ms": round(millis[len(millis) // 2], 3), "least": round(millis[0], 3),
                    "most": round(millis[-1], 3), "cpu_ms": round(cpu, 1), "peak_mib": peak_mib()}
            if device.startswith("cuda"):
                line["peak_device_mib"] = torch.cuda.max_memory_allocated() // 2**20
            print(json.dumps(line), flush=True)

        warm, runs = 0.0, 0
        while warm < WARM_UP_SECONDS or runs < LEAST_WARM_UP:
            warm += once()
            runs += 1
        report()
        while "by-turns" in sys.argv and sys.stdin.readline():
            report()
        del peer


if __name__ == "__main__":
    main()
