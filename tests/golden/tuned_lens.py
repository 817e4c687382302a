"""Tuned lenses trained by PyTorch in float64: writes tuned-lens.json.

The tiny GPT-2 of mask_training.py, 20 steps over all of its tokens, by autograd through the model's own
final norm and unembedding and torch.optim. Of each layer: A @ cos(0, 1, ...), the shift c, and the loss
before the first and the last step. The gradients are clipped together, as in the published recipe.

Run:  python tuned_lens.py      (torch 2.7, transformers 5.17, safetensors)
"""

import json
import os

import torch
import transformers
from safetensors.torch import load_file

HERE = os.path.dirname(os.path.abspath(__file__))
FOLDER = os.path.join(HERE, "mask-training")
STEPS = 20


def train(kl, adam, bias_only, clip):
    net = transformers.GPT2LMHeadModel.from_pretrained(FOLDER).double().eval().requires_grad_(False)
    ids = load_file(os.path.join(FOLDER, "tokens.safetensors"))["input_ids"].long()
    out = net(ids, output_hidden_states=True)
    streams, final = out.hidden_states[:-1], out.logits.log_softmax(-1)
    width = streams[0].shape[-1]
    a = [torch.zeros(width, width, dtype=torch.double, requires_grad=not bias_only) for _ in streams]
    c = [torch.zeros(width, dtype=torch.double, requires_grad=True) for _ in streams]
    parameters = c if bias_only else a + c
    if adam:
        optimiser = torch.optim.Adam(parameters, 0.1 * 1e-3, (0.9, 0.999), weight_decay=1e-3, amsgrad=True)
        warm_up = STEPS // 5
    else:
        optimiser = torch.optim.SGD(parameters, 1 - 0.9, 0.9, weight_decay=1e-3, nesterov=True)
        warm_up = 0
    schedule = transformers.get_linear_schedule_with_warmup(optimiser, warm_up, STEPS)
    losses = []
    for _ in range(STEPS):
        step = []
        for layer, h in enumerate(streams):
            lens = net.lm_head(net.transformer.ln_f(h + h @ a[layer].T + c[layer])).log_softmax(-1)
            if kl:
                step.append((final.exp() * (final - lens)).sum(-1).mean())
            else:
                step.append(-lens[:, :-1].gather(-1, ids[:, 1:, None]).mean())
        sum(step).backward()
        torch.nn.utils.clip_grad_norm_(parameters, clip)
        optimiser.step()
        optimiser.zero_grad()
        schedule.step()
        losses.append([loss.item() for loss in step])
    probe = torch.cos(torch.arange(width, dtype=torch.double))
    return {
        "first_nats": losses[0],
        "last_nats": losses[-1],
        "matrix": [[float("%.8g" % v) for v in (m @ probe).tolist()] for m in a],
        "shift": [[float("%.8g" % v) for v in m.tolist()] for m in c],
    }


result = {
    "kl-sgd": train(True, False, False, 1.0),
    "cross-entropy-adam": train(False, True, False, 1.0),
    "bias-only-clipped": train(True, False, True, 0.05),
}
del result["bias-only-clipped"]["matrix"]
with open(os.path.join(HERE, "tuned-lens.json"), "w") as file:
    json.dump(result, file)
    file.write("\n")
