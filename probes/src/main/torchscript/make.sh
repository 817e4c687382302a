#!/bin/bash
# Writes the TorchScript steps beside the product's classes, with the digests that a test checks.
#   probes/src/main/torchscript/make.sh [PYTHON]     PYTHON has torch 2.7 (default: python3)
set -euo pipefail
cd "$(dirname "$0")"
to=../resources/circuitscope/probes/model/steps
mkdir -p "$to"
for source in *.py; do
  [ "$source" = save.py ] && continue
  "${1:-python3}" "$source" "$to/${source%.py}.pt"
done
{ sha256sum ./*.py | sed 's: \./: :'; (cd "$to" && sha256sum ./*.pt | sed 's: \./: :'); } >"$to/steps.sha256"
