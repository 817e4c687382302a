"""Exact bytes by brute force, for ExactBytesTest: every token sequence that covers a prefix is walked, in FP64.

Independent of the product: no word boundaries are used, no stems are shared, and a sequence counts when the tokenizers
library makes some text begin with it, tried with every continuation of one or two characters of a long list.
    python exact_bytes.py CHECKPOINT_FOLDER > exact-bytes.json
"""
import json
import sys

import torch
from tokenizers import Tokenizer
from transformers import AutoModelForCausalLM

folder = sys.argv[1]
model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float64).eval()
tok = Tokenizer.from_file(folder + "/tokenizer.json")
alphabet, extra = {}, 0
for value in range(256):
    if 33 <= value <= 126 or 161 <= value <= 172 or value >= 174:
        alphabet[chr(value)] = value
    else:
        alphabet[chr(256 + extra)] = value
        extra += 1
V = tok.get_vocab_size()
BYTES = [b""] + [bytes(alphabet[c] for c in tok.id_to_token(i)) for i in range(1, V)]  # 0 is the end of text
MORE = ["", *map(chr, range(32, 127)), "\n", "\t", "\0", "é", "中", " a", "  ", "ll", "re", "ve", "\n\n", "\n "]


def distribution(ids):
    with torch.no_grad():
        return torch.log_softmax(model(torch.tensor([[0, *ids]])).logits[0, -1], -1).exp().tolist()


def begins(ids):
    try:
        text = b"".join(BYTES[i] for i in ids).decode()
    except UnicodeDecodeError as e:
        if e.reason != "unexpected end of data":
            return False
        raw = b"".join(BYTES[i] for i in ids)
        tails = [bytes([x]) for x in range(128, 192)] + [bytes([x, y]) for x in range(128, 192, 8) for y in range(128, 192)]
        texts = []
        for tail in tails:
            try:
                texts.append((raw + tail).decode())
            except UnicodeDecodeError:
                pass
        return any(tok.encode(t).ids[: len(ids)] == list(ids) for t in texts)
    return any(tok.encode(text + more).ids[: len(ids)] == list(ids) for more in MORE)


def scan(x):
    """ln P(x) and P(b | x) for every byte, end of text, and what is lost."""
    total, nxt, end, lost = 0.0, [0.0] * 256, 0.0, 0.0
    stack = [((), 1.0)]
    while stack:
        ids, p = stack.pop()
        at = sum(len(BYTES[i]) for i in ids)
        rest = x[at:]
        dist = distribution(ids)
        for v in range(V):
            b = BYTES[v]
            if not (b.startswith(rest) or (b and rest.startswith(b))):
                continue
            made = b and begins((*ids, v))
            if not rest:
                if v == 0:
                    whole = tok.encode(x.decode(errors="replace")).ids == list(ids)
                    end, lost = end + p * dist[v] * whole, lost + p * dist[v] * (not whole)
                elif not made:
                    lost += p * dist[v]
            if not made:
                continue
            if len(b) > len(rest):
                nxt[b[len(rest)]] += p * dist[v]
                total += p * dist[v] if rest else 0
            else:
                total += p * dist[v] if len(b) == len(rest) else 0
                stack.append(((*ids, v), p * dist[v]))
        if not rest and not x:
            total = 1.0
    top = sorted(range(256), key=lambda b: -nxt[b])[:6]
    return {"hex": x.hex(), "p": total, "end": end, "lost": lost, "next": {str(b): nxt[b] for b in top}, "sum": sum(nxt)}


texts = ["Th", "the ca", "of  ", "it'", "He said t", "1 ", "\n\n"]
print(json.dumps([scan(t.encode()) for t in texts] + [scan("a é".encode()[:-1])], indent=1))
