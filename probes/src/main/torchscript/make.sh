#!/bin/bash
# Writes the TorchScript steps beside the product's classes, with the digests that a test checks.
#   probes/src/main/torchscript/make.sh [PYTHON]     PYTHON has torch 2.7 (default: python3)
set -euo pipefail
cd "$(dirname "$0")"
to=../resources/circuitscope/probes/model/steps
mkdir -p "$to"
"${1:-python3}" layer.py "$to/layer.pt"
{ sha256sum layer.py; (cd "$to" && sha256sum layer.pt); } >"$to/layer.sha256"
