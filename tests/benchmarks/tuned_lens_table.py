"""The table of docs/results/residual.md from a result of `residual tuned`: RESULT.json"""

import json
import sys

scores = json.load(open(sys.argv[1]))["scores"]
value = lambda e: "%.3f [%.3f, %.3f]" % (e["value"], e["low"], e["high"])
names = [lens["name"] for lens in scores["lenses"]]
print("| before layer | " + " | ".join("KL, %s" % n for n in names) + " | " + " | ".join("bits a byte, %s" % n for n in names) + " |")
print("|---" * (1 + 2 * len(names)) + "|")
for layer in zip(*(lens["layers"] for lens in scores["lenses"])):
    bits = ["%.3f" % one["loss"]["bits_per_byte"]["value"] for one in layer]
    print("| %d | %s | %s |" % (layer[0]["layer"], " | ".join(value(one["kl_nats"]) for one in layer), " | ".join(bits)))
print("The model itself: %.3f bits a byte." % scores["model"]["bits_per_byte"]["value"])
for lens in scores["lenses"][1:]:
    print("%s, least gain over the logit lens: %s nats" % (lens["name"], value(min((l["gain_nats"] for l in lens["layers"]), key=lambda e: e["low"]))))
