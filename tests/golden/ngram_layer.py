"""Reference of circuitscope.heads.ngram.NgramLayer, to tests/golden/ngram-layer.json.

A static n-gram attention layer (Akyürek et al. 2024, "In-Context Language Learning") before layer 1 of
the tiny model tests/golden/gpt2, trained by torch's Adam in float64 with the model frozen: losses of
each step, gradients at the first, and losses on other tokens after the last.
Run: python tests/golden/ngram_layer.py (needs torch and transformers)
"""

import json
from pathlib import Path

import torch
from transformers import GPT2LMHeadModel

FOLDER = Path(__file__).parent
LAYER, MATCHED, STEPS, LEARNING_RATE = 1, (1, 2), 5, 0.01


def attention(ids, matched):
    batch, length = ids.shape
    weights = torch.zeros(batch, length, length, dtype=torch.float64)
    for b in range(batch):
        for i in range(length):
            for j in range(i):
                if all(
                    j - 1 - k >= 0 and ids[b, i - k] == ids[b, j - 1 - k] for k in range(matched)
                ):
                    weights[b, i, j] = 1
    return weights / weights.sum(-1, keepdim=True).clamp(min=1)


def main():
    torch.manual_seed(0)
    model = GPT2LMHeadModel.from_pretrained(FOLDER / "gpt2").double().eval().requires_grad_(False)
    width = model.config.n_embd
    block = torch.randint(0, model.config.vocab_size, (6, 10))
    ids = torch.cat([block, block[:, :8], block[:, 2:7]], dim=1)
    train, held_out = ids[:4], ids[4:]
    w0 = [torch.zeros(width, width, dtype=torch.float64, requires_grad=True) for _ in MATCHED]
    w1 = torch.zeros(width, width, dtype=torch.float64, requires_grad=True)
    bias = torch.zeros(width, dtype=torch.float64, requires_grad=True)
    current = {}

    def before(module, args, kwargs):
        x = args[0]
        normed = (x - x.mean(-1, keepdim=True)) / (x.var(-1, unbiased=False, keepdim=True) + 1e-5).sqrt()
        y = normed @ w1 + bias
        for matched, w in zip(MATCHED, w0):
            y = y + attention(current["ids"], matched) @ normed @ w
        return (x + y, *args[1:]), kwargs

    model.transformer.h[LAYER].register_forward_pre_hook(before, with_kwargs=True)

    def loss(tokens):
        current["ids"] = tokens
        logits = model(tokens).logits[:, :-1]
        return torch.nn.functional.cross_entropy(
            logits.reshape(-1, logits.shape[-1]), tokens[:, 1:].reshape(-1)
        )

    optimiser = torch.optim.Adam([*w0, w1, bias], lr=LEARNING_RATE)
    losses, first = [], None
    for _ in range(STEPS):
        optimiser.zero_grad()
        value = loss(train)
        value.backward()
        if first is None:
            first = {
                name: round(float(p.grad.norm()), 9)
                for name, p in [("w0_1", w0[0]), ("w0_2", w0[1]), ("w1", w1), ("bias", bias)]
            }
        optimiser.step()
        losses.append(round(value.item(), 9))
    with torch.no_grad():
        after = round(loss(held_out).item(), 9)
    golden = {
        "layer": LAYER,
        "matched": list(MATCHED),
        "learning_rate": LEARNING_RATE,
        "train": train.tolist(),
        "held_out": held_out.tolist(),
        "gradient_norms": first,
        "losses": losses,
        "held_out_loss": after,
    }
    (FOLDER / "ngram-layer.json").write_text(json.dumps(golden) + "\n")


if __name__ == "__main__":
    main()
