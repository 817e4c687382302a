"""Reference of circuitscope.heads.icll.InContextNgram, to tests/golden/icll-ngram.json.

Written from the description of the in-context n-gram predictor of Akyürek et al. 2024 ("In-Context
Language Learning", code berlino/seq_icl, ngram.py): counts are made anew at every position from all
strings so far, in plain dictionaries of strings, and the recursion follows the definition. Order 1 is
the unigram. Run: python tests/golden/icll_ngram.py
"""

import json
import random
from collections import Counter
from pathlib import Path

PAD = "_"


def counts_of(order, texts):
    counts = {n: Counter() for n in range(1, order + 1)}
    for text in texts:
        padded = PAD * (order - 1) + text
        for n in counts:
            for i in range(len(padded) - n + 1):
                counts[n][padded[i : i + n]] += 1
    return counts


def distribution(n, prefix, counts, vocab, add_one, back_off):
    """Probability of each symbol after prefix (n - 1 symbols), and the order that decided it."""
    decided, by = {}, {}
    if n == 1:
        total, types = sum(counts[1].values()), len(counts[1])
    else:
        total, types = counts[n - 1][prefix], len(vocab)
    for symbol in vocab:
        count = counts[n][prefix + symbol]
        if count:
            decided[symbol] = (count + add_one) / (total + add_one * types)
            by[symbol] = n
    unseen = [symbol for symbol in vocab if symbol not in decided]
    if unseen and back_off:
        leftover = 1 - sum(decided.values())
        lower, lower_by = distribution(n - 1, prefix[1:], counts, vocab, add_one, back_off)
        share = leftover / sum(lower[symbol] for symbol in unseen)
        for symbol in unseen:
            decided[symbol], by[symbol] = share * lower[symbol], lower_by[symbol]
    for symbol in unseen:
        decided.setdefault(symbol, 0.0)
        by.setdefault(symbol, n)
    return decided, by


def predict(text, order, alphabet, add_one=0, back_off=True, even=False):
    rows = []
    for t in range(1, len(text) + 1):
        strings = text[:t].split("|")
        counts = counts_of(order, strings)
        vocab = sorted(set("".join(strings)))
        padded = PAD * (order - 1) + strings[-1]
        prefix = padded[len(padded) - (order - 1) :]
        probs, by = distribution(order, prefix, counts, vocab, add_one, back_off)
        if even:
            for n in set(by.values()):
                group = [symbol for symbol in vocab if by[symbol] == n and probs[symbol] > 0]
                mass = sum(probs[symbol] for symbol in group)
                for symbol in group:
                    probs[symbol] = mass / len(group)
        rows.append([round(probs.get(symbol, 0.0), 9) for symbol in alphabet])
    return rows


def main():
    alphabet = "abcde"
    draw = random.Random(5)
    strings = ["".join(draw.choice("aabbcde") for _ in range(n)) for n in (7, 1, 12, 4, 9)]
    text = "|".join(strings)
    options = {
        "katz": {},
        "add_one": {"add_one": 1},
        "no_back_off": {"back_off": False},
        "even": {"even": True},
    }
    golden = {"text": text, "alphabet": alphabet, "predictions": {}}
    for name, chosen in options.items():
        golden["predictions"][name] = {
            str(order): predict(text, order, alphabet, **chosen) for order in range(1, 5)
        }
    path = Path(__file__).parent / "icll-ngram.json"
    path.write_text(json.dumps(golden, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
