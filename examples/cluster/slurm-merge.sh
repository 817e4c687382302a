#!/usr/bin/env bash
# Joins the shards when all tasks of the array have ended; see slurm-submit.sh.
#SBATCH --job-name=circuitscope-merge
#SBATCH --output=circuitscope-merge-%j.log
set -euo pipefail
exec "${CIRCUITSCOPE_COMMAND:-bin/circuitscope}" merge "$1"
