#!/bin/bash
# Circuitscope beside transformers (and TransformerLens on a CPU), one JSON line a measure.
#   tests/benchmarks/run.sh cpu            pythia-70m's shape, 2 x 128, FP32; a process a measure, so that
#                                          peak_mib is that measure's own
#   tests/benchmarks/run.sh cuda           pythia-160m's and pythia-1b's, 8 x 1,024, FP32, TF32, FP16
# env: CLASSPATH  classes and jars of the tests module (mvn -pl tests -am test-compile, then
#                 dependency:build-classpath; the class folders first)
#      PYTHON     with torch and transformers (python3);   LENS   one with TransformerLens 4 too (left out if unset)
set -euo pipefail
cd "$(dirname "$0")"
python=${PYTHON:-python3}
ours() {
  OPT_OUT_TRACKING=true java --enable-native-access=ALL-UNNAMED -Dai.djl.offline=true \
    circuitscope.tests.benchmarks.ForwardBenchmark "$@" 2> /dev/null
}
if [ "${1:-cpu}" = cpu ]; then
  shape="cpu fp32 2 128"
  for measure in forward residuals patterns everything backward; do
    ours pythia-70m.json $shape 5 $measure
    [ $measure = everything ] || "$python" forward_peer.py pythia-70m.json $shape 5 eager $measure
    case $measure in forward | residuals | backward) "$python" forward_peer.py pythia-70m.json $shape 5 sdpa $measure ;; esac
    if [ -n "${LENS:-}" ] && [ $measure != backward ]; then "$LENS" forward_peer.py pythia-70m.json $shape 5 lens $measure; fi
  done
else
  for model in pythia-160m pythia-1b; do
    "$python" forward_peer.py $model.json cuda fp32,tf32,fp16 8 1024 7 sdpa,eager
    for dtype in fp32 tf32 fp16; do
      if [ $dtype = tf32 ]; then export TORCH_ALLOW_TF32_CUBLAS_OVERRIDE=1; else unset TORCH_ALLOW_TF32_CUBLAS_OVERRIDE; fi
      ours $model.json cuda $dtype 8 1024 7 plain residuals forward patterns backward
    done
  done
fi
