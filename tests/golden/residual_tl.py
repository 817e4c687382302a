"""Lens and attribution by TransformerLens 4 on the same weights: writes residual_tl.json beside this file.

TransformerBridge in compatibility mode (HookedTransformer's numerics): norms folded, writing weights and
unembedding centred; value biases are not folded, so that a head's result stays z·W_O. One prompt a model.
lens: accumulated_resid(apply_ln=True), statistics recomputed, then W_U, b_U and log-softmax: log-probabilities
of the answer A, the most likely token, and the entropy. attribution: cache.logit_attrs of A against B at the
last position: stream by block (decompose_resid, with the embedding) and heads (stack_head_results).
Needs torch, transformers and transformer-lens.
"""

import json
import pathlib

import torch
from safetensors.torch import load_file
from transformer_lens.model_bridge import TransformerBridge
from transformers import AutoModelForCausalLM, PreTrainedTokenizerFast

HERE = pathlib.Path(__file__).parent
EMBEDDED = HERE.parents[1] / "models-cache/embedded/gpt2-4l"
A, B = 3, 5


@torch.no_grad()
def reference(folder, ids):
    hf = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    tokenizer = PreTrainedTokenizerFast(tokenizer_file=str(EMBEDDED / "tokenizer.json"))  # asked for, never used
    model = TransformerBridge.boot_transformers(str(folder), hf_model=hf, tokenizer=tokenizer, dtype=torch.float32)
    model.enable_compatibility_mode(fold_value_biases=False, disable_warnings=True)
    tokens = torch.tensor([ids])
    logits, cache = model.run_with_cache(tokens)
    stream = cache.accumulated_resid(apply_ln=True)  # [state, batch, position, dModel]
    lens = (stream @ model.W_U + model.b_U).log_softmax(-1)[:, 0]
    blocks, names = cache.decompose_resid(return_labels=True)
    heads, head_names = cache.stack_head_results(return_labels=True)
    attribution = {}
    for stack, labels in [(blocks, names), (heads, head_names)]:
        shares = cache.logit_attrs(stack, A, incorrect_tokens=B)[:, 0, -1]
        attribution |= {label: share.item() for label, share in zip(labels, shares)}
    return {
        "ids": ids,
        "log_prob": lens[:, :, A].tolist(),
        "top": lens.argmax(-1).tolist(),
        "entropy": (-(lens.exp() * lens).sum(-1)).tolist(),
        "logit_difference": (logits[0, -1, A] - logits[0, -1, B]).item(),
        "attribution": attribution,
    }


def main():
    out = {"a": A, "b": B}
    for name in ["gpt2", "gpt-neox", "gpt2-4l"]:
        folder = EMBEDDED if name == "gpt2-4l" else HERE / name
        if name == "gpt2-4l":
            ids = [0, 36, 283, 402, 1043, 77, 12, 36]
        else:
            ids = load_file(folder / "golden.safetensors")["input_ids"][0, :8].tolist()
        out[name] = reference(folder, ids)
    text = json.dumps(json.loads(json.dumps(out), parse_float=lambda x: round(float(x), 6)))
    (HERE / "residual_tl.json").write_text(text + "\n")


main()
