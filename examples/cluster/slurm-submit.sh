#!/usr/bin/env bash
# Submits a job file as an array of SHARDS tasks, AT_A_TIME of them at once, and the merge after them:
#   SHARDS=8 AT_A_TIME=4 examples/cluster/slurm-submit.sh JOB.yaml
# Run it in the folder that the job's paths are relative to. Prints the array's id and the merge's.
set -euo pipefail
job=${1:?name the job file}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
circuitscope=${CIRCUITSCOPE_COMMAND:-bin/circuitscope}
# Checks the file before anything is submitted, and tells where the results go.
folder=$("$circuitscope" run "$job" --dry-run --json | sed -n 's/^  "folder" : "\(.*\)",$/\1/p' | head -n 1)
array=$(sbatch --parsable --array="1-${SHARDS:-4}%${AT_A_TIME:-2}" "$here/slurm-array.sh" "$job")
merge=$(sbatch --parsable --dependency="afterany:$array" "$here/slurm-merge.sh" "$folder")
echo "$array $merge"
