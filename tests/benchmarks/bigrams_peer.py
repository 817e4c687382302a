"""Counts bigrams with Hugging Face tokenizers and NumPy, as one would in a script.

    python bigrams_peer.py TOKENIZER.json TEXT.txt[.gz|.bz2] LENGTH [THREADS]

Prints tokens, distinct pairs, seconds, tokens a second and a second of processor time; `circuitscope bigrams count --json` says the
same of the product. Tokenization is `encode_batch` over documents (Rust threads), counting is one
sort of all keys. Start of Python and reading of the file are not timed; the product's time has both
reading and writing in it.
"""

import bz2
import gzip
import os
import sys
import time

tokenizer_file, text_file, length = sys.argv[1], sys.argv[2], int(sys.argv[3])
threads = int(sys.argv[4]) if len(sys.argv) > 4 else os.cpu_count()
os.environ["RAYON_NUM_THREADS"] = str(threads)
os.environ["TOKENIZERS_PARALLELISM"] = "true"

import numpy as np
from tokenizers import Tokenizer

tokenizer = Tokenizer.from_file(tokenizer_file)
end_of_text = tokenizer.token_to_id("<|endoftext|>")
vocabulary = tokenizer.get_vocab_size()
opener = {".gz": gzip.open, ".bz2": bz2.open}.get(os.path.splitext(text_file)[1], open)
with opener(text_file, "rt", encoding="utf-8", newline="") as file:
    text = file.read()

start, start_cpu = time.perf_counter(), time.process_time()
documents = [d.strip("\n") for d in ("\n" + text + "\n").split("\n<|endoftext|>\n")]
documents = [d for d in documents if d]
pieces = []
for batch in range(0, len(documents), 1000):
    for encoded in tokenizer.encode_batch_fast(documents[batch : batch + 1000], add_special_tokens=False):
        pieces.append(np.array([end_of_text], dtype=np.int64))
        pieces.append(np.array(encoded.ids, dtype=np.int64))
stream = np.concatenate(pieces)
tokenized = time.perf_counter()

windows = stream[: len(stream) // length * length].reshape(-1, length)
placeholder = np.full((len(windows), 1), vocabulary)
contexts = np.concatenate([placeholder, windows[:, :-1]], axis=1)
keys, counts = np.unique(contexts.ravel() * (vocabulary + 1) + windows.ravel(), return_counts=True)
rows = np.searchsorted(keys // (vocabulary + 1), np.arange(vocabulary + 2))
successors = (keys % (vocabulary + 1)).astype(np.int32)
end, end_cpu = time.perf_counter(), time.process_time()

print(
    f"{windows.size} tokens, {len(keys)} pairs, {threads} threads: {end - start:.2f} s"
    f" (tokenizing {tokenized - start:.2f}, counting {end - tokenized:.2f}),"
    f" {windows.size / (end - start):,.0f} tokens/s, {windows.size / (end_cpu - start_cpu):,.0f} a processor second"
)
