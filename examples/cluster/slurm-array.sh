#!/usr/bin/env bash
# One shard a task of a Slurm array; see slurm-submit.sh.
#SBATCH --job-name=circuitscope
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output=circuitscope-%A_%a.log
set -euo pipefail
circuitscope=${CIRCUITSCOPE_COMMAND:-bin/circuitscope}
# Slurm tells a task's number, and how many there are; the array begins at 1.
exec "$circuitscope" run "$1" --shard "$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT"
