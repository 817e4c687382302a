"""Times edge attribution with integrated gradients in PyTorch beside EdgeAttributionBenchmark.java: same
shape, random weights, random pairs. One JSON line a setting.

  python edge_attribution_peer.py CONFIG.json|FOLDER DEVICE DTYPE PAIRS LENGTH STEPS BATCH[,…] REPEATS

As the public tools do it on GPT-2 (Hanna et al. 2024, EAP-IG): every head's queries, keys and values read a
copy of the residual stream of their own, [batch, position, head, d], and so do the MLPs and the logits; a
gradient hook on each of them multiplies with the writers' differences, [batch, position, writer, d].
Gradients are averaged over input embeddings corrupted + k/m (clean - corrupted), k = 1..m. Weights of
transformers' GPT-2; attention is torch's scaled_dot_product_attention. DTYPE: fp32 or tf32.
"""

import json
import sys
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from transformers import AutoModelForCausalLM, GPT2Config


class Split:
    """GPT-2's forward pass with an input for each reader and an output for each writer."""

    def __init__(self, model):
        config = model.config
        self.model, self.base = model, model.transformer
        self.h, self.d = config.n_head, config.n_embd
        self.e = self.d // self.h
        self.layers = []
        for block in self.base.h:
            by_head = lambda w: w.reshape(*w.shape[:-1], self.h, self.e)
            wq, wk, wv = (by_head(w) for w in block.attn.c_attn.weight.split(self.d, dim=1))
            bq, bk, bv = (by_head(b) for b in block.attn.c_attn.bias.split(self.d))
            wo = block.attn.c_proj.weight.reshape(self.h, self.e, self.d)
            self.layers.append((block, (wq, wk, wv), (bq, bk, bv), wo))
        self.writers = 1 + len(self.layers) * (self.h + 1)
        self.readers = len(self.layers) * (3 * self.h + 1) + 1

    def run(self, embeds, wrote=None, read=None):
        """wrote(first, value [b, p, n, d]) meets what writers add; read(first, seen, value) what readers see."""
        wrote = wrote or (lambda *_: None)
        read = read or (lambda *_: None)
        positions = torch.arange(embeds.shape[1], device=embeds.device)
        wrote(0, embeds.unsqueeze(2))
        x = embeds + self.base.wpe(positions)
        writer, reader = 1, 0
        for block, weights, biases, wo in self.layers:
            parts = []
            for weight, bias in zip(weights, biases):
                own = x.unsqueeze(2).repeat(1, 1, self.h, 1)
                read(reader, writer, own)
                reader += self.h
                parts.append((torch.einsum("bphd,dhe->bphe", block.ln_1(own), weight) + bias).transpose(1, 2))
            z = F.scaled_dot_product_attention(*parts, is_causal=True).transpose(1, 2)
            result = torch.einsum("bphe,hed->bphd", z, wo)
            wrote(writer, result)
            writer += self.h
            x = x + result.sum(2) + block.attn.c_proj.bias
            own = x.unsqueeze(2).clone()
            read(reader, writer, own)
            reader += 1
            out = block.mlp(block.ln_2(own.squeeze(2)))
            wrote(writer, out.unsqueeze(2))
            writer += 1
            x = x + out
        own = x.unsqueeze(2).clone()
        read(reader, writer, own)
        return self.model.lm_head(self.base.ln_f(own.squeeze(2)))

    def scores(self, clean, corrupted, answer, wrong, steps, batch):
        total = torch.zeros(self.writers, self.readers, device=clean.device)
        for at in range(0, len(clean), batch):
            part = slice(at, at + batch)
            self.add(total, clean[part], corrupted[part], answer[part], wrong[part], steps)
        return total / (len(clean) * steps)

    def add(self, total, clean, corrupted, answer, wrong, steps):
        embed = self.base.wte
        moved = torch.zeros(*clean.shape, self.writers, self.d, device=clean.device)
        with torch.no_grad():
            for ids, sign in ((corrupted, 1), (clean, -1)):
                def wrote(first, value, sign=sign):
                    moved[:, :, first:first + value.shape[2]] += sign * value
                self.run(embed(ids), wrote=wrote)
            start, end = embed(corrupted), embed(clean)

        def read(first, seen, value):
            def gradient(g):
                total[:seen, first:first + g.shape[2]] += torch.einsum("bpwd,bprd->wr", moved[:, :, :seen], g)
            value.register_hook(gradient)

        rows = torch.arange(len(clean), device=clean.device)
        for k in range(1, steps + 1):
            point = (start + k / steps * (end - start)).requires_grad_()
            logits = self.run(point, read=read)[:, -1]
            (logits[rows, answer] - logits[rows, wrong]).sum().backward()


def main(source, device, dtype, pairs, length, steps, batches, repeats):
    torch.backends.cuda.matmul.allow_tf32 = dtype == "tf32"
    torch.manual_seed(1)
    if Path(source).is_dir():
        model = AutoModelForCausalLM.from_pretrained(source, dtype=torch.float32)
    else:
        model = AutoModelForCausalLM.from_config(GPT2Config.from_json_file(source))
    split = Split(model.to(device).eval().requires_grad_(False))
    draw = lambda *shape: torch.randint(0, model.config.vocab_size, shape, device=device)
    data = draw(pairs, length), draw(pairs, length), draw(pairs), draw(pairs)
    wait = torch.cuda.synchronize if device.startswith("cuda") else lambda: None
    for batch in (int(b) for b in batches.split(",")):
        seconds = []
        for _ in range(int(repeats) + 1):  # the first warms up
            wait()
            start = time.perf_counter()
            split.scores(*data, steps, batch).cpu()
            wait()
            seconds.append(time.perf_counter() - start)
        memory = torch.cuda.max_memory_reserved() >> 20 if device.startswith("cuda") else 0
        print(json.dumps({
            "tool": "torch " + torch.__version__, "config": Path(source).stem, "device": device, "dtype": dtype,
            "pairs": pairs, "length": length, "steps": steps, "batch": batch,
            "seconds": round(sorted(seconds[1:])[len(seconds[1:]) // 2], 4), "peak_mib": memory}), flush=True)


if __name__ == "__main__":
    a = sys.argv[1:]
    main(a[0], a[1], a[2], int(a[3]), int(a[4]), int(a[5]), a[6], a[7])
