"""Writes the GGUF files that models-cache is tested against, with what they must give.

    python tests/golden/gguf/make_gguf.py

needs gguf 0.19, torch, transformers 5, accelerate, tokenizers, sentencepiece. Written to models-cache/src/test/resources/gguf:

types-v2.gguf, types-v3.gguf  a tensor of every supported type, random blocks;
types.safetensors             what the gguf package dequantises them to, FP32
llama, qwen2, gpt2 .gguf      small models in mixed types, converted from random Hugging Face models as
                              llama.cpp's converter does (rows of q and k permuted, GPT-2 transposed)
*.json                        SHA-256 of every tensor's FP32 bytes under Hugging Face's name and layout,
                              and the configuration; transformers' own GGUF loader agrees where it can
*.safetensors                 input_ids and the logits of transformers on those weights
tokenizer-*.gguf, .json       vocabularies with each pre-tokenizer, and the ids of texts
"""

import bz2
import hashlib
import json
import os
import pathlib
import re
import tempfile

os.environ["HF_HUB_OFFLINE"] = "1"

import gguf
import numpy as np
import sentencepiece
import torch
from gguf import GGMLQuantizationType as T
from safetensors.numpy import save_file
from tokenizers import AddedToken, Regex, Tokenizer, decoders, normalizers, pre_tokenizers, trainers
from tokenizers.models import BPE
from transformers import AutoModelForCausalLM, GPT2Config, LlamaConfig, Qwen2Config
from transformers.convert_slow_tokenizer import generate_merges

ROOT = pathlib.Path(__file__).resolve().parents[3]
OUT = ROOT / "models-cache/src/test/resources/gguf"
BLOCKS = [T.Q8_0, T.Q4_0, T.Q4_1, T.Q5_0, T.Q5_1, T.Q4_K, T.Q5_K, T.Q6_K]
# where a block keeps its FP16 scales: random bytes there could be infinite or NaN
HALVES = {T.Q4_1: [0, 2], T.Q5_1: [0, 2], T.Q4_K: [0, 2], T.Q5_K: [0, 2], T.Q6_K: [208]}


def random_blocks(rng, kind, rows, columns):
    """Bytes in which every bit pattern may occur; scales of all signs, subnormal and zero too."""
    elements, size = gguf.GGML_QUANT_SIZES[kind]
    raw = rng.integers(0, 256, (rows, columns // elements, size), dtype=np.uint8)
    for at in HALVES.get(kind, [0]):
        scale = rng.standard_normal(raw.shape[:2]) * 10.0 ** rng.integers(-8, 2, raw.shape[:2])
        raw[..., at : at + 2] = scale.astype(np.float16)[..., None].view(np.uint8)
    return raw.reshape(rows, -1)


def write_types():
    rng = np.random.default_rng(1)
    values = (rng.standard_normal((4, 256)) * 10.0 ** rng.integers(-12, 4, (4, 256))).astype(np.float32)
    values[0, :6] = [0.0, -0.0, np.inf, -np.inf, 1e-45, 65504.0]
    data = {T.F32: values, T.F16: np.clip(values, -65504, 65504).astype(np.float16)}
    data[T.BF16] = gguf.quantize(values, T.BF16)
    for kind in BLOCKS:
        data[kind] = random_blocks(rng, kind, 4, 256)
    for version in (2, 3):
        gguf.gguf_writer.GGUF_VERSION = version
        writer = gguf.GGUFWriter(OUT / f"types-v{version}.gguf", "llama")
        writer.add_custom_alignment(64)
        for kind, name in (("uint8", 200), ("int8", -100), ("uint16", 60000), ("int16", -30000)):
            getattr(writer, f"add_{kind}")(f"test.{kind}", name)
        writer.add_uint32("test.uint32", 4_000_000_000)
        writer.add_int32("test.int32", -2_000_000_000)
        writer.add_uint64("test.uint64", 1 << 40)
        writer.add_int64("test.int64", -(1 << 40))
        writer.add_float32("test.float32", 1e-5)
        writer.add_float64("test.float64", 0.1)
        writer.add_bool("test.bool", True)
        writer.add_string("test.string", "naïve 😀")
        writer.add_array("test.strings", ["a", "", "β"])
        writer.add_array("test.nested", [[1, 2], [3]])
        for kind, array in data.items():
            writer.add_tensor(kind.name, array, raw_dtype=kind)
        finish(writer)
    gguf.gguf_writer.GGUF_VERSION = 3
    save_file({k.name: dequantised(a, k) for k, a in data.items()}, OUT / "types.safetensors")


def dequantised(array, kind):
    return np.ascontiguousarray(gguf.dequantize(array, kind)).reshape(array.shape[0], -1)


def finish(writer):
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def permuted(weight, heads):
    """Rows as llama.cpp keeps them: dimension i beside its rotation partner i + dHead/2."""
    return weight.reshape(heads, 2, -1, *weight.shape[1:]).swapaxes(1, 2).reshape(weight.shape)


def unpermuted(weight, heads):
    return weight.reshape(heads, -1, 2, *weight.shape[1:]).swapaxes(1, 2).reshape(weight.shape)


LLAMA_NAMES = {
    "model.embed_tokens": "token_embd",
    "model.norm": "output_norm",
    "lm_head": "output",
    "input_layernorm": "attn_norm",
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "post_attention_layernorm": "ffn_norm",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}
GPT2_NAMES = {
    "transformer.wte": "token_embd",
    "transformer.wpe": "position_embd",
    "transformer.ln_f": "output_norm",
    "ln_1": "attn_norm",
    "attn.c_attn": "attn_qkv",
    "attn.c_proj": "attn_output",
    "ln_2": "ffn_norm",
    "mlp.c_fc": "ffn_up",
    "mlp.c_proj": "ffn_down",
}


def gguf_name(name, names):
    module, parameter = name.rsplit(".", 1)
    layer = re.fullmatch(r"(?:model\.layers|transformer\.h)\.(\d+)\.(.+)", module)
    return f"blk.{layer[1]}.{names[layer[2]]}.{parameter}" if layer else f"{names[module]}.{parameter}"


def write_model(file, config, types, names, metadata, extra=None):
    """Converts a random model and writes what the file's (dequantised) weights are and give."""
    torch.manual_seed(7)
    model = AutoModelForCausalLM.from_config(config, attn_implementation="eager").float().eval()
    with torch.no_grad():
        for parameter in model.parameters():  # biases and norms non-trivial too
            parameter.add_(torch.randn_like(parameter) * 0.1)
    state = dict(model.named_parameters())
    is_llama = file.startswith("llama")
    is_gpt2 = file.startswith("gpt2")
    writer = gguf.GGUFWriter(OUT / f"{file}.gguf", "llama" if is_llama else "gpt2" if is_gpt2 else "qwen2")
    metadata(writer)
    if extra is not None:
        writer.add_tensor("rope_freqs.weight", extra)
    expected = {}
    for number, (name, parameter) in enumerate(state.items()):
        weight = parameter.detach().numpy().copy()
        heads = {"q_proj": config.num_attention_heads, "k_proj": getattr(config, "num_key_value_heads", 0)}
        heads = heads.get(name.split(".")[-2], 0) if is_llama else 0
        transposed = is_gpt2 and weight.ndim == 2 and ".h." in name
        stored = permuted(weight, heads) if heads else weight.T.copy() if transposed else weight
        kind = types[number % len(types)] if weight.ndim == 2 else T.F32
        raw = gguf.quantize(stored, kind)
        writer.add_tensor(gguf_name(name, names), raw, raw_dtype=kind)
        back = gguf.dequantize(raw, kind).reshape(stored.shape)
        back = unpermuted(back, heads) if heads else back.T if transposed else back
        expected[name] = np.ascontiguousarray(back)
    finish(writer)

    with torch.no_grad():
        for name, parameter in state.items():
            parameter.copy_(torch.from_numpy(expected[name]))
        ids = torch.randint(0, config.vocab_size, (2, 12), generator=torch.Generator().manual_seed(3))
        logits = model(ids).logits
    save_file({"input_ids": ids.numpy(), "logits": logits.numpy()}, OUT / f"{file}.safetensors")
    described = {
        name: {"shape": list(array.shape), "sha256": hashlib.sha256(array.tobytes()).hexdigest()}
        for name, array in sorted(expected.items())
    }
    text = json.dumps({"tensors": described}, indent=1)
    (OUT / f"{file}.json").write_text(text + "\n")
    agrees_with_transformers(file, expected)


def agrees_with_transformers(file, expected):
    loaded = AutoModelForCausalLM.from_pretrained(OUT, gguf_file=f"{file}.gguf", dtype=torch.float32)
    for name, parameter in loaded.state_dict().items():
        if name in expected and not np.array_equal(parameter.numpy(), expected[name]):
            raise AssertionError(f"{file}: transformers reads another {name}")


def common(writer, config, arch_eps):
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_layer_norm_rms_eps(arch_eps)
    writer.add_rope_freq_base(config.rope_parameters["rope_theta"])
    writer.add_vocab_size(config.vocab_size)


def llama3_factors(head, theta, factor, low, high, context):
    factors = []
    for frequency in 1.0 / (theta ** (np.arange(0, head, 2) / head)):
        wavelength = 2 * np.pi / frequency
        smooth = np.clip((context / wavelength - low) / (high - low), 0, 1)
        factors.append(1 / ((1 - smooth) / factor + smooth))
    return np.array(factors, dtype=np.float32)


def write_models():
    rope = {"rope_type": "llama3", "rope_theta": 500.0, "factor": 8.0, "low_freq_factor": 1.0,
            "high_freq_factor": 4.0, "original_max_position_embeddings": 64}
    sizes = dict(hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64, vocab_size=50)
    llama = LlamaConfig(num_key_value_heads=2, max_position_embeddings=512, rope_parameters=rope,
                        rms_norm_eps=1e-5, tie_word_embeddings=True, bos_token_id=1, eos_token_id=2, **sizes)

    def llama_metadata(writer):
        common(writer, llama, 1e-5)
        writer.add_rope_dimension_count(8)
        writer.add_bos_token_id(1)
        writer.add_eos_token_id(2)

    write_model("llama", llama, [T.Q4_1, T.Q8_0, T.F16, T.Q5_0, T.BF16], LLAMA_NAMES, llama_metadata,
                llama3_factors(8, 500.0, 8.0, 1.0, 4.0, 64))

    qwen2 = Qwen2Config(num_key_value_heads=1, max_position_embeddings=512, rms_norm_eps=1e-6,
                        rope_parameters={"rope_type": "default", "rope_theta": 1e6},
                        tie_word_embeddings=False, use_sliding_window=False, **sizes)
    write_model("qwen2", qwen2, [T.Q5_1, T.Q4_0, T.Q8_0], LLAMA_NAMES, lambda w: common(w, qwen2, 1e-6))

    gpt2 = GPT2Config(n_embd=32, n_layer=2, n_head=4, n_positions=64, vocab_size=50, n_inner=96,
                      bos_token_id=1, eos_token_id=2)

    def gpt2_metadata(writer):
        writer.add_context_length(64)
        writer.add_embedding_length(32)
        writer.add_block_count(2)
        writer.add_feed_forward_length(96)
        writer.add_head_count(4)
        writer.add_layer_norm_eps(1e-5)

    write_model("gpt2", gpt2, [T.Q8_0, T.F16, T.Q4_0, T.Q5_1], GPT2_NAMES, gpt2_metadata)


GPT2_SPLIT = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
LLAMA3_SPLIT = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"
                r"|\s*[\r\n]+|\s+(?!\S)|\s+")
QWEN2_SPLIT = LLAMA3_SPLIT.replace("{1,3}", "")


def split(*patterns):
    parts = [pre_tokenizers.Split(Regex(p), "isolated") for p in patterns]
    return pre_tokenizers.Sequence(parts + [pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])


# as in the tokenizer.json of SmolLM2, Llama 3, Qwen 2 and GPT-2; "default" as in llama.cpp
PRE = {
    "smollm": pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    ),
    "llama-bpe": split(LLAMA3_SPLIT),
    "qwen2": split(QWEN2_SPLIT),
    "gpt-2": pre_tokenizers.ByteLevel(add_prefix_space=False),
    "default": split(r"[\p{P}\$\+<=>\^~\|`]+", GPT2_SPLIT, r"\p{N}+", r"[0-9][0-9][0-9]"),
}
TEXTS = [
    "Hello, world! It's 12345 o'clock; we'LL see.",
    "  two leading spaces,\n\n 14 after newlines\t\ttabs \r\n end  ",
    "naïve café — 日本語 😀 e\u0301 x=3.1415926535",
    "<|start|>user\nHi there<|end|>\n<tool>ok</tool> the theme of them",
    "",
]


def write_tokenizers():
    text = bz2.decompress((ROOT / "models-cache/embedded/text/public-domain.txt.bz2").read_bytes()).decode()[:20000]
    learnt = Tokenizer(BPE())
    learnt.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    learnt.train_from_iterator(
        [text, " ".join(str(i) for i in range(1000))],
        trainers.BpeTrainer(vocab_size=360, initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet())),
    )
    model = json.loads(learnt.to_str())["model"]
    merges = [m if isinstance(m, str) else " ".join(m) for m in model["merges"]]
    special = ["<|start|>", "<|end|>"]
    added = ["<tool>"]
    # a whole word that no merge builds: found only where merges may be ignored
    tokens = special + sorted(model["vocab"], key=model["vocab"].get) + ["Ġtheme"] + added
    kinds = [3] * 2 + [1] * (len(tokens) - 3) + [4]
    for pre, pre_tokenizer in PRE.items():
        writer = gguf.GGUFWriter(OUT / f"tokenizer-{pre}.gguf", "llama")
        writer.add_tokenizer_model("gpt2")
        writer.add_tokenizer_pre(pre)
        writer.add_token_list(tokens)
        writer.add_token_types(kinds)
        writer.add_token_merges(merges)
        writer.add_bos_token_id(0)
        writer.add_eos_token_id(1)
        writer.add_add_bos_token(pre == "llama-bpe")
        finish(writer)
        tokenizer = Tokenizer(BPE({w: i for i, w in enumerate(tokens)}, [tuple(m.split(" ")) for m in merges],
                                  ignore_merges=pre == "llama-bpe"))
        tokenizer.normalizer = normalizers.NFC() if pre == "qwen2" else None
        tokenizer.pre_tokenizer = pre_tokenizer
        tokenizer.decoder = decoders.ByteLevel()
        tokenizer.add_special_tokens([AddedToken(t, special=True, normalized=False) for t in special])
        tokenizer.add_tokens([AddedToken(t, special=False, normalized=False) for t in added])
        cases = [{"text": t, "ids": tokenizer.encode(t, add_special_tokens=False).ids} for t in TEXTS]
        (OUT / f"tokenizer-{pre}.json").write_text(json.dumps(cases, indent=1) + "\n")


def write_sentencepiece():
    """A SentencePiece BPE vocabulary; its own encoder and Hugging Face's conversion must agree."""
    text = bz2.decompress((ROOT / "models-cache/embedded/text/public-domain.txt.bz2").read_bytes()).decode()
    with tempfile.TemporaryDirectory() as scratch:
        source, prefix = pathlib.Path(scratch, "text"), str(pathlib.Path(scratch, "model"))
        source.write_text(text[:60000], encoding="utf-8")
        sentencepiece.SentencePieceTrainer.train(
            input=str(source), model_prefix=prefix, vocab_size=700, model_type="bpe", byte_fallback=True,
            split_digits=True, normalization_rule_name="identity", remove_extra_whitespaces=False,
            allow_whitespace_only_pieces=True, minloglevel=2)
        model = sentencepiece.SentencePieceProcessor(prefix + ".model")
    count = model.get_piece_size()
    tokens = [model.id_to_piece(i) for i in range(count)]
    scores = [model.get_score(i) for i in range(count)]
    kinds = [2 if model.is_unknown(i) else 3 if model.is_control(i) else 6 if model.is_byte(i) else 1
             for i in range(count)]
    writer = gguf.GGUFWriter(OUT / "tokenizer-llama.gguf", "llama")
    writer.add_tokenizer_model("llama")
    writer.add_tokenizer_pre("default")
    writer.add_token_list(tokens)
    writer.add_token_scores(scores)
    writer.add_token_types(kinds)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_unk_token_id(0)
    finish(writer)
    vocabulary = {token: i for i, token in enumerate(tokens)}
    merges = generate_merges(vocabulary, list(zip(tokens, scores)))
    tokenizer = Tokenizer(BPE(vocabulary, merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    cases = []
    for case in TEXTS + text[60000:61500].split("\n") + ["  two  spaces   three", "1234567890 ĉ 漢字"]:
        ids = tokenizer.encode(case, add_special_tokens=False).ids
        if ids != model.encode(case):
            raise AssertionError(f"sentencepiece gives {model.encode(case)} for {case!r}, Hugging Face {ids}")
        cases.append({"text": case, "ids": ids})
    (OUT / "tokenizer-llama.json").write_text(json.dumps(cases, indent=1) + "\n")


if __name__ == "__main__":
    OUT.mkdir(parents=True, exist_ok=True)
    write_types()
    write_models()
    write_tokenizers()
    write_sentencepiece()
