"""Trains a tuned lens in PyTorch + transformers by the public recipe, beside `circuitscope residual tune` on
the same tokens. One JSON line a setting: seconds of the whole training loop, and the last losses by layer.

  python tuned_lens_peer.py data MODEL_DIR TEXT IDS.safetensors [LENGTH]
  python tuned_lens_peer.py MODEL_DIR IDS.safetensors DEVICE DTYPE[,...] STEPS TOKENS_PER_STEP BATCH[,...]

  circuitscope residual tune --model MODEL_DIR --ids IDS.safetensors:input_ids --device DEVICE --dtype fp32 \
      --steps STEPS --tokens-per-step TOKENS_PER_STEP --length LENGTH --batch BATCH --out DIR --json

As published: a forward pass for all layers, then for each layer by itself KL(final || lens) and backward(),
gradients summed over the parts of a step, clipped together to a norm of 1, SGD with Nesterov momentum 0.9,
rate 1 * (1 - 0.9) falling linearly, weight decay 1e-3. BATCH is sequences a forward pass (published: 1).
DTYPE: fp32, tf32, or autocast, the published mixture (model fp16, lens bf16).
"""

import json
import sys
import time

import torch
import transformers
from safetensors.torch import load_file, save_file


class Lens(torch.nn.Module):
    """Translators of zeros before the model's own final norm and unembedding, which are frozen."""

    def __init__(self, net):
        super().__init__()
        layers, width = net.config.num_hidden_layers, net.config.hidden_size
        base = net.base_model
        self.norm = next(getattr(base, n) for n in ("final_layer_norm", "ln_f", "norm") if hasattr(base, n))
        self.unembed = net.get_output_embeddings()
        self.translators = torch.nn.ModuleList(torch.nn.Linear(width, width) for _ in range(layers))
        for translator in self.translators:
            torch.nn.init.zeros_(translator.weight)
            torch.nn.init.zeros_(translator.bias)

    def forward(self, h, layer):
        return self.unembed(self.norm(h + self.translators[layer](h)))


def data(folder, text, out, length=256):
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    ids = tokenizer(open(text, encoding="utf-8").read(), add_special_tokens=False)["input_ids"]
    rows = len(ids) // int(length)
    save_file({"input_ids": torch.tensor(ids[: rows * int(length)]).reshape(rows, int(length))}, out)
    print(json.dumps({"sequences": rows, "length": int(length)}))


def measure(folder, ids, device, dtype, steps, tokens, batch):
    torch.manual_seed(42)
    torch.backends.cuda.matmul.allow_tf32 = dtype == "tf32"
    kind = torch.float16 if dtype == "autocast" else torch.float32
    net = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=kind).to(device).eval().requires_grad_(False)
    lens = Lens(net).to(device)
    parameters = [p for p in lens.translators.parameters()]
    optimiser = torch.optim.SGD(parameters, lr=1.0 * (1 - 0.9), momentum=0.9, nesterov=True, weight_decay=1e-3)
    schedule = transformers.get_linear_schedule_with_warmup(optimiser, 0, steps)
    rows = load_file(ids)["input_ids"].long()
    parts = tokens // rows.shape[1] // batch
    order = iter(torch.cat([torch.randperm(len(rows)) for _ in range(1 + steps * parts * batch // len(rows))]).split(batch))
    mixed = lambda to: torch.autocast(device.split(":")[0], dtype=to, enabled=dtype == "autocast")
    wait = torch.cuda.synchronize if device.startswith("cuda") else lambda: None
    if device.startswith("cuda"):
        torch.cuda.reset_peak_memory_stats()
    wait()
    start, marks = time.perf_counter(), []
    for step in range(steps):
        losses = [0.0] * len(lens.translators)
        for _ in range(parts):
            ids = rows[next(order)].to(device)
            with torch.no_grad(), mixed(torch.float16):
                out = net(ids, output_hidden_states=True, use_cache=False)
            final = out.logits.float().log_softmax(-1)
            for layer, h in enumerate(out.hidden_states[:-1]):
                with mixed(torch.bfloat16):
                    loss = torch.sum(final.exp() * (final - lens(h, layer).log_softmax(-1)), -1).mean()
                    losses[layer] += loss.detach() / parts
                    scaled = loss / parts
                scaled.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
        optimiser.zero_grad(set_to_none=False)
        schedule.step()
        wait()
        marks.append(time.perf_counter())
    seconds = sorted(b - a for a, b in zip([start] + marks, marks))
    line = dict(tool="pytorch", device=device, dtype=dtype, steps=steps, tokens_per_step=parts * batch * rows.shape[1],
                batch=batch, seconds=round(marks[-1] - start, 3), steps_per_second=round(steps / (marks[-1] - start), 3),
                median_steps_per_second=round(1 / seconds[len(seconds) // 2], 3), last_nats=[round(float(l), 4) for l in losses])
    if device.startswith("cuda"):
        line["peak_mib"] = torch.cuda.max_memory_reserved() >> 20
    print(json.dumps(line), flush=True)


if __name__ == "__main__":
    if sys.argv[1] == "data":
        data(*sys.argv[2:])
    else:
        folder, ids, device, dtypes, steps, tokens, batches = sys.argv[1:8]
        for dtype in dtypes.split(","):
            for batch in batches.split(","):
                measure(folder, ids, device, dtype, int(steps), int(tokens), int(batch))
