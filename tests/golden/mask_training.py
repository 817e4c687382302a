"""Mask training in plain PyTorch: writes tests/golden/mask-training/.

A tiny GPT-2 (2 layers, width 32), a sparse bigram table in which one context was never seen, and 200
steps of the published procedure (Chang & Bergen 2025) written as the paper's code does it: autograd
through w * sigmoid(beta * m), a dense target distribution, torch.optim.AdamW on m, beta * growth after
each step. In float64 and in float32. Also the Pearson correlation of surprisals, in both variants, by
NumPy.

Run:  python mask_training.py      (torch 2.7, transformers 5.17, safetensors)
"""

import json
import os

import numpy as np
import torch
import transformers
from safetensors.numpy import save_file

OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "mask-training")
VOCAB, LENGTH, BATCH, STEPS = 61, 16, 8, 200
RATE, GROWTH, LAMBDA = 1e-3, 1.01, 0.5
UNSEEN = 7  # a token that never stands before another


def model():
    torch.manual_seed(1)
    config = transformers.GPT2Config(
        vocab_size=VOCAB + 3, n_positions=LENGTH, n_embd=32, n_layer=2, n_head=4, bos_token_id=0, eos_token_id=0
    )
    net = transformers.GPT2LMHeadModel(config)
    with torch.no_grad():
        for name, p in net.named_parameters():
            p.add_(torch.randn_like(p) * (0.15 if p.dim() > 1 else 0.05))
        net.transformer.h[0].mlp.c_fc.weight[:, :3] = 0.0  # weights that are zero from the start
    net.save_pretrained(OUT)
    return net.eval()


def counts():
    g = np.random.default_rng(2)
    chain = g.dirichlet(np.full(VOCAB, 0.15), VOCAB + 1)
    table = np.zeros((VOCAB + 1, VOCAB), np.int64)
    for _ in range(400):
        before = VOCAB
        for position in range(LENGTH):
            after = UNSEEN if position == LENGTH - 1 else g.choice(VOCAB, p=chain[before])
            if after == UNSEEN and position < LENGTH - 1:
                after = 0
            table[before, after] += 1
            before = after
    rows, cols = np.nonzero(table)
    values = table[rows, cols]
    offsets = np.concatenate([[0], np.cumsum((table > 0).sum(1))])
    arrays = {
        "row_offsets": offsets.astype(np.int64),
        "successors": cols.astype(np.int32),
        "counts": values.astype(np.int32),
        "context_counts": table.sum(1).astype(np.int64),
        "unigrams": table.sum(0).astype(np.int64),
    }
    windows = int(table[VOCAB].sum())
    about = dict(
        format="circuitscope-ngram-counts-1", order="2", vocabulary=str(VOCAB), tokenizer="none",
        tokenizer_digest="0" * 64, files="[]", length=str(LENGTH), windows=str(windows),
        tokens=str(int(table.sum())), left_out="0", tokens_digest="0" * 64, product="mask_training.py",
    )
    save_file(arrays, os.path.join(OUT, "bigrams.safetensors"), about)
    return table


def distribution(table):
    """P(v | u), with the unigram distribution where u was never seen."""
    unigram = table.sum(0) / table.sum()
    p = [row / row.sum() if row.sum() else unigram for row in table[:VOCAB].astype(np.float64)]
    return np.stack(p)


def train(net, p, ids, dtype):
    net = net.to(dtype)
    target = torch.from_numpy(p).to(dtype)
    masked = {n: w.detach() for n, w in net.named_parameters() if ".c_" in n and n.endswith("weight")}
    m = {n: torch.where(w == 0, -1e6, 0.0).to(dtype).requires_grad_() for n, w in masked.items()}
    total = sum(w.numel() for w in masked.values())
    optimiser = torch.optim.AdamW(list(m.values()), lr=RATE)
    beta, losses = 1.0, []
    for _ in range(STEPS):
        soft = {n: torch.sigmoid(beta * m[n]) for n in m}
        used = {n: masked[n] * soft[n] for n in m}
        logits = torch.func.functional_call(net, used, (ids,)).logits[..., :VOCAB]
        ce = torch.nn.functional.cross_entropy(logits.reshape(-1, VOCAB), target[ids.reshape(-1)])
        loss = ce + LAMBDA / total * sum(s.sum() for s in soft.values())
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        beta *= GROWTH
        losses.append(ce.item())
    return {n: v.detach() for n, v in m.items()}, losses


def pearson(net, p, ids):
    """Both published variants, over positions 0..T-2, of the full model against the table."""
    net = net.to(torch.float64)
    with torch.no_grad():
        z = net(ids).logits[:, :-1]
    after = ids[:, 1:].reshape(-1).numpy()
    before = ids[:, :-1].reshape(-1).numpy()
    cut = -torch.log_softmax(z[..., :VOCAB], -1).reshape(-1, VOCAB).numpy() / np.log(2)
    padded = -torch.log_softmax(z, -1).reshape(-1, VOCAB + 3).numpy() / np.log(2)
    at = np.arange(after.size)
    with np.errstate(divide="ignore"):
        bigram = -np.log2(p[before, after])
    finite = np.isfinite(bigram)
    clamped = np.where(finite, bigram, bigram[finite].max())
    return {
        "pearson_clamp": float(np.corrcoef(cut[at, after], clamped)[0, 1]),
        "pearson_drop": float(np.corrcoef(padded[at, after][finite], bigram[finite])[0, 1]),
        "infinite": int((~finite).sum()),
        "positions": int(after.size),
        "cross_entropy_bits": float(-(p[ids.reshape(-1).numpy()] * torch.log_softmax(
            net(ids).logits[..., :VOCAB], -1).reshape(-1, VOCAB).detach().numpy()).sum(-1).mean() / np.log(2)),
    }


if __name__ == "__main__":
    os.makedirs(OUT, exist_ok=True)
    net = model()
    p = distribution(counts())
    ids = torch.randint(0, VOCAB, (BATCH, LENGTH), generator=torch.Generator().manual_seed(3))
    ids[0, 5] = ids[3, 15] = UNSEEN
    save_file({"input_ids": ids.numpy()}, os.path.join(OUT, "tokens.safetensors"))
    about = dict(steps=STEPS, rate=RATE, growth=GROWTH, **{"lambda": LAMBDA})
    about["evaluation"] = pearson(net, p, ids)
    reference = {}
    for name, dtype in (("float64", torch.float64), ("float32", torch.float32)):
        m, losses = train(net, p, ids, dtype)
        reference |= {f"{name}.{n}": v.numpy() for n, v in m.items()}
        reference[f"{name}.loss_nats"] = np.array(losses, np.float64)
        kept = sum(int((v > 0).sum()) for v in m.values())
        print(name, "losses", losses[0], losses[-1], "kept", kept, "of", sum(v.numel() for v in m.values()))
    save_file(reference, os.path.join(OUT, "reference.safetensors"))
    with open(os.path.join(OUT, "reference.json"), "w") as f:
        json.dump(about, f, indent=1)
