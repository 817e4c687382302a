"""Head scores in PyTorch, from the patterns that transformers computes: what HeadDetectorTest expects.

TransformerLens's formula (transformer_lens/head_detector.py: its three detection patterns, `mul` and
`abs` with both exclusions) and ours, on rows of one start token and a block given twice; the copying
score on the rows that are in the file already (Circuitscope's draw for seed 0); the successor score of
the embedded model.

  python head_detector.py        rewrites head_detector.json beside this file
"""

import json
from pathlib import Path

import torch
from tokenizers import Tokenizer
from transformers import AutoModelForCausalLM

HERE = Path(__file__).parent
OUT = HERE / "head_detector.json"
CHECKPOINTS = ["gpt2", "llama-gqa-rope3-fp16", "mistral-window", "bloom"]
PERIOD = 11


def patterns_looked_for(ids):
    """[query, key] zeros and ones."""
    n = len(ids)
    same = torch.tensor([[1.0 if ids[q] == ids[k] and k < q else 0.0 for k in range(n)] for q in range(n)])
    after = torch.zeros(n, n)
    after[:, 1:] = (torch.tensor([[1.0 if ids[q] == ids[k] else 0.0 for k in range(n - 1)] for q in range(n)]))
    return {"previous": torch.diag(torch.ones(n - 1), -1), "duplicate": same, "induction": after.tril()}


def lens(a, d, measure, excluding):
    """TransformerLens's compute_head_attention_similarity_score."""
    if measure == "mul":
        a = a.clone()
        if excluding:
            a[:, 0] = 0
            a.fill_diagonal_(0)
        return ((a * d).sum() / a.sum()).item()
    difference = (a - d).abs()
    if excluding:
        difference[:, 0] = 0
        difference.fill_diagonal_(0)
    return 1 - round((difference.mean() * len(a)).item(), 3)


def ours(a, kind):
    rows = range(1 + PERIOD, 1 + 2 * PERIOD)
    if kind == "previous":
        return a.diagonal(-1).mean().item()
    back = PERIOD if kind == "duplicate" else PERIOD - 1
    return sum(a[q, q - back].item() for q in rows) / PERIOD


def mean(values):
    return sum(values) / len(values)


def detect(attentions, ids):
    heads = [(layer, head) for layer in range(len(attentions)) for head in range(attentions[0].shape[1])]
    scores = {}
    for kind in ["previous", "duplicate", "induction"]:
        def each(score):
            return [
                round(mean([score(attentions[l][row, h].double(), row) for row in range(len(ids))]), 7)
                for l, h in heads
            ]

        wanted = [patterns_looked_for(row)[kind].double() for row in ids]
        scores.setdefault("circuitscope-repeated-block", {})[kind] = each(lambda a, row: ours(a, kind))
        for measure in ["mul", "abs"]:
            for excluding in [False, True]:
                name = f"transformerlens-{measure}" + ("-excluding" if excluding else "")
                scores.setdefault(name, {})[kind] = each(lambda a, row: lens(a, wanted[row], measure, excluding))
    return scores


def parts(model):
    """Output projections [head · dHead, dModel] by layer, with their modules, final norm and unembedding."""
    if hasattr(model, "model"):
        modules = [layer.self_attn.o_proj for layer in model.model.layers]
        return modules, [m.weight.T for m in modules], model.model.norm.weight, False
    blocks = model.transformer.h
    if hasattr(blocks[0], "attn"):
        modules = [block.attn.c_proj for block in blocks]
        return modules, [m.weight for m in modules], model.transformer.ln_f.weight, True
    modules = [block.self_attention.dense for block in blocks]
    return modules, [m.weight.T for m in modules], model.transformer.ln_f.weight, True


def to_logits(written, norm, centred, unembed):
    """The final norm at a fixed scale of 1, then logits above the vocabulary's mean."""
    if centred:
        written = written - written.mean(-1, keepdim=True)
    logits = (written * norm) @ unembed.T
    return logits - logits.mean(-1, keepdim=True)


def copying(model, rows):
    modules, weights, norm, centred = parts(model)
    z = []
    hooks = [m.register_forward_pre_hook(lambda _, inputs: z.append(inputs[0])) for m in modules]
    attentions = model(torch.tensor(rows), output_attentions=True).attentions
    for hook in hooks:
        hook.remove()
    heads, scores = attentions[0].shape[1], {"share": [], "score": [], "signed": []}
    for layer, weight in enumerate(weights):
        per_head = z[layer].unflatten(-1, (heads, -1))
        weight = weight.unflatten(0, (heads, -1))
        for head in range(heads):
            values = {name: [] for name in scores}
            for row, ids in enumerate(rows):
                written = per_head[row, :, head] @ weight[head]
                logits = to_logits(written, norm, centred, model.lm_head.weight)[:, ids].double()
                a, raised = attentions[layer][row, head].double(), logits.relu()
                attended, total = (a * raised).sum(-1), raised.sum(-1)
                values["share"].append((attended / total).mean().item())
                values["score"].append((4 * attended / (attended + total) - 1).mean().item())
                above = ((a * logits).sum(-1) - logits.mean(-1)) / logits.std(-1, unbiased=False)
                values["signed"].append(above.mean().item())
            for name in scores:
                scores[name].append(round(mean(values[name]), 7))
    return scores


SEQUENCES = [
    [str(i) for i in range(200)],
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen twenty".split(),
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split(),
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(),
    "January February March April May June July August September October November December".split(),
    [chr(ord("A") + i) for i in range(26)],
]


def successors():
    folder = HERE.parents[1] / "models-cache" / "embedded" / "gpt2-4l"
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    encode = lambda text: tokenizer.encode(text, add_special_tokens=False).ids
    pairs = []
    for words in SEQUENCES:
        for space in ["", " "]:
            ids = [encode(space + word) for word in words]
            pairs += [(a[0], b[0]) for a, b in zip(ids, ids[1:]) if len(a) == 1 and len(b) == 1]
    tokens = sorted({token for pair in pairs for token in pair})
    index = {token: i for i, token in enumerate(tokens)}
    transformer, shares = model.transformer, []
    with torch.no_grad():
        block = transformer.h[0]
        u = block.mlp(block.ln_2(transformer.wte.weight[tokens]))
        for block in transformer.h:
            width, heads = u.shape[-1], block.attn.num_heads
            value = block.attn.c_attn.weight[:, 2 * width :].unflatten(1, (heads, -1))
            out = block.attn.c_proj.weight.unflatten(0, (heads, -1))
            for head in range(heads):
                written = block.ln_1(u) @ value[:, head] @ out[head]
                logits = to_logits(written, transformer.ln_f.weight, True, model.lm_head.weight)[:, tokens]
                best = logits.argmax(-1)
                shares.append(round(mean([float(best[index[a]] == index[b]) for a, b in pairs]), 7))
    return {"pairs": len(pairs), "score": shares}


@torch.no_grad()
def main():
    rows = json.load(open(OUT))["copying_rows"]
    torch.manual_seed(3)
    blocks = [(torch.randperm(250)[:PERIOD] + 1).tolist() for _ in range(2)]
    ids = [[0] + block + block for block in blocks]
    written = {"ids": ids, "copying_rows": rows, "checkpoints": {}}
    for name in CHECKPOINTS:
        model = AutoModelForCausalLM.from_pretrained(HERE / name, attn_implementation="eager", dtype=torch.float32)
        attentions = model.eval()(torch.tensor(ids), output_attentions=True).attentions
        written["checkpoints"][name] = {"scores": detect(attentions, ids), "copying": copying(model, rows)}
    written["successors"] = successors()
    OUT.write_text(json.dumps(written, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
