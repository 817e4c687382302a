"""Writes tests/golden/tokens: small tokenizers of each kind, and what Hugging Face's `tokenizers` makes of texts.

    python tests/golden/tokens/make_tokens.py        (tokenizers 0.23.3; needs nothing else)

NAME/tokenizer.json    a tokenizer of one kind, trained on the embedded sample text with a vocabulary of a few hundred
NAME/cases.json        for each text: ids without special tokens, ids with the post-processor, character spans
                       (code points) of the former, and the decoded text
windows.json           the first windows of the embedded text under the embedded tokenizer, by the rules of the corpus

Training is deterministic up to ties; the committed files are what the tests read, so regenerate all of them together.
"""

import bz2
import json
import pathlib

from tokenizers import (AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers)

HERE = pathlib.Path(__file__).parent
EMBEDDED = HERE.parents[2] / "models-cache" / "embedded"
TEXT = bz2.decompress((EMBEDDED / "text" / "public-domain.txt.bz2").read_bytes()).decode()
SEPARATOR = "<|endoftext|>"

TEXTS = [
    "",
    " ",
    "\n",
    "Hello world",
    " the  quick\tbrown\n\nfox \n jumps",
    "naïve café, ½ of “it”",
    "e\u0301 is not \u00e9",
    "\U0001F600 smile \U0001F44D\U0001F3FD",
    "中文 и русский",
    "a\u0000b\u200bc",
    "She said: it's, they'll, I'd; 12,345.678!?",
    "one<|endoftext|>two <s> three </s>",
    "  two leading spaces and two trailing  ",
]


def byte_level(normalizer=None, post=None, prefix=False, specials=(SEPARATOR,), extra=()):
    tokenizer = Tokenizer(models.BPE())
    if normalizer is not None:
        tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=prefix)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=400, special_tokens=list(specials), initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False)
    tokenizer.train_from_iterator([TEXT[:200_000]], trainer)
    if extra:
        tokenizer.add_tokens([AddedToken(t, normalized=False, special=False) for t in extra])
    if post is not None:
        tokenizer.post_processor = post(tokenizer)
    return tokenizer


def sentence_piece(normalizer, decoder, pre_tokenizer=None):
    """Llama 2 and its like: BPE over characters, unknown ones as bytes, a space is U+2581."""
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", byte_fallback=True, fuse_unk=True))
    tokenizer.normalizer = normalizer
    if pre_tokenizer is not None:
        tokenizer.pre_tokenizer = pre_tokenizer
    trainer = trainers.BpeTrainer(
        vocab_size=560, special_tokens=["<unk>", "<s>", "</s>"] + [f"<0x{b:02X}>" for b in range(256)],
        limit_alphabet=80, show_progress=False)
    tokenizer.train_from_iterator(TEXT[:60_000].split("\n"), trainer)
    made = json.loads(tokenizer.to_str())
    for token in made["added_tokens"]:
        token["special"] = token["content"] in ("<unk>", "<s>", "</s>")
    made["added_tokens"] = [t for t in made["added_tokens"] if t["special"]]
    tokenizer = Tokenizer.from_str(json.dumps(made))
    tokenizer.decoder = decoder
    tokenizer.post_processor = bos(tokenizer)
    return tokenizer


def bos(tokenizer):
    return processors.TemplateProcessing(single="<s> $A", pair="<s> $A <s> $B",
                                         special_tokens=[("<s>", tokenizer.token_to_id("<s>"))])


def unigram():
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    trainer = trainers.UnigramTrainer(
        vocab_size=300, special_tokens=["<unk>", "<s>", "</s>"], unk_token="<unk>", show_progress=False)
    tokenizer.train_from_iterator(TEXT[:60_000].split("\n"), trainer)
    return tokenizer


KINDS = {
    # GPT-2: ByteLevel as post-processor trims the spans
    "byte-level": (byte_level(post=lambda t: processors.ByteLevel(trim_offsets=True)),
                   {"bos_token": SEPARATOR, "eos_token": SEPARATOR}),
    # GPT-NeoX: NFC, added tokens for runs of spaces
    "byte-level-nfc": (byte_level(normalizer=normalizers.NFC(), extra=["  ", "    "]),
                       {"bos_token": SEPARATOR, "eos_token": SEPARATOR, "add_bos_token": False}),
    # Llama 3: a template puts BOS in front
    "byte-level-bos": (byte_level(specials=("<s>", "</s>"), prefix=True, post=bos),
                       {"bos_token": {"content": "<s>"}, "eos_token": "</s>"}),
    "llama-2": (sentence_piece(
        normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")]),
        decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(),
                           decoders.Strip(" ", 1, 0)])),
        {"bos_token": "<s>", "eos_token": "</s>", "add_bos_token": True}),
    "gemma": (sentence_piece(
        normalizers.Replace(" ", "▁"),
        decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()]),
        pre_tokenizers.Split(" ", "merged_with_previous")),
        {"bos_token": "<s>", "eos_token": "</s>"}),
    "unigram": (unigram(), {"bos_token": "<s>", "eos_token": "</s>"}),
}


def documents(text):
    """Split at lines that are exactly the separator; outer newlines dropped; empty documents left out."""
    lines, found = [], []
    for line in text.split("\n"):
        if line == SEPARATOR:
            found.append("\n".join(lines).strip("\n"))
            lines = []
        else:
            lines.append(line)
    found.append("\n".join(lines).strip("\n"))
    return [d for d in found if d]


def write(path, value):
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(value, ensure_ascii=True) + "\n", encoding="utf-8")


for name, (tokenizer, config) in KINDS.items():
    cases = []
    for text in TEXTS:
        plain = tokenizer.encode(text, add_special_tokens=False)
        cases.append({
            "text": text,
            "ids": plain.ids,
            "idsWithSpecial": tokenizer.encode(text).ids,
            "spans": [list(span) for span in plain.offsets],
            "decoded": tokenizer.decode(plain.ids, skip_special_tokens=False),
        })
    write(HERE / name / "tokenizer.json", json.loads(tokenizer.to_str()))
    write(HERE / name / "tokenizer_config.json", config)
    write(HERE / name / "cases.json", cases)

embedded = Tokenizer.from_file(str(EMBEDDED / "gpt2-4l" / "tokenizer.json"))
stream, document_of = [], []
docs = documents(TEXT)
for number, document in enumerate(docs):
    ids = [0] + embedded.encode(document, add_special_tokens=False).ids
    stream += ids
    document_of += [number] * len(ids)
width = 96
windows = [i for i in (0, 1, 2, len(stream) // width // 2, len(stream) // width - 1)]
write(HERE / "windows.json", {
    "window": width,
    "count": len(stream) // width,
    "tokens": len(stream),
    "documents": len(docs),
    "textBytes": sum(len(d.encode()) for d in docs),
    "windows": [{"index": i, "ids": stream[i * width:(i + 1) * width],
                 "documents": document_of[i * width:(i + 1) * width]} for i in windows],
})
