#!/usr/bin/env bash
# Tries the Slurm scripts on a Slurm of one machine, started here in a temporary folder and stopped again:
# a job run by itself, then through the array, two tasks at a time, one of them killed with SIGKILL and
# requeued; both reports must be the same apart from times. As root, with slurm-wlm and munge installed, in
# the folder of the clone:
#   examples/cluster/test-slurm.sh [JOB.yaml]
set -euo pipefail
job=${1:-examples/jobs/three-models.yaml}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
circuitscope=${CIRCUITSCOPE_COMMAND:-bin/circuitscope}
dir=$(mktemp -d)
node=$(hostname -s)
export SLURM_CONF=$dir/slurm.conf
started=()
stop() {
  [ ! -f "$dir/ctld.pid" ] || kill "$(cat "$dir/ctld.pid")" 2> /dev/null || true
  for pid in "${started[@]}"; do kill "$pid" 2> /dev/null || true; done
  wait 2> /dev/null || true
  [ -n "${KEEP:-}" ] || rm -rf "$dir"
}
trap stop EXIT

mkdir -p "$dir/state" "$dir/spool"
head -c 128 /dev/urandom > "$dir/munge.key" && chmod 400 "$dir/munge.key"
cat > "$SLURM_CONF" <<CONF
ClusterName=test
SlurmctldHost=$node(127.0.0.1)
SlurmUser=root
SlurmctldPort=16817
SlurmdPort=16818
AuthType=auth/munge
AuthInfo=socket=$dir/munge.socket
CredType=cred/munge
StateSaveLocation=$dir/state
SlurmdSpoolDir=$dir/spool
SlurmctldPidFile=$dir/ctld.pid
SlurmdPidFile=$dir/d.pid
SlurmctldLogFile=$dir/ctld.log
SlurmdLogFile=$dir/d.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
SchedulerParameters=sched_interval=2
ReturnToService=2
MpiDefault=none
NodeName=$node NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
PartitionName=all Nodes=$node Default=YES MaxTime=INFINITE State=UP
CONF
echo "CgroupPlugin=autodetect" > "$dir/cgroup.conf"
chmod 755 "$dir"
munged --foreground --force --socket="$dir/munge.socket" --key-file="$dir/munge.key" \
  --pid-file="$dir/munge.pid" --seed-file="$dir/munge.seed" --log-file="$dir/munge.log" 2> /dev/null &
started+=($!)
sleep 1
slurmctld -D 2> /dev/null & started+=($!)
sleep 2
slurmd -D -N "$node" 2> /dev/null & started+=($!)
for _ in $(seq 30); do
  [ "$(sinfo -h -o %T 2> /dev/null)" != idle ] || break
  sleep 1
done
sinfo
[ "$(sinfo -h -o %T)" = idle ] || { tail -n 5 "$dir/d.log" "$dir/ctld.log"; exit 1; }

folder=$("$circuitscope" run "$job" --dry-run --json | sed -n 's/^  "folder" : "\(.*\)",$/\1/p' | head -n 1)
rm -rf "$folder"
"$circuitscope" run "$job" 2> /dev/null
mv "$folder" "$dir/single"

rm -f circuitscope-[0-9]*_[0-9]*.log circuitscope-merge-[0-9]*.log
read -r array merge < <(SHARDS=4 AT_A_TIME=2 "$here/slurm-submit.sh" "$job")
echo "array $array, merge $merge"
most=0
killed=
while squeue -h -j "$array,$merge" 2> /dev/null | grep -q .; do
  running=$(squeue -h -j "$array" -t RUNNING | wc -l)
  [ "$running" -le "$most" ] || most=$running
  if [ -z "$killed" ] && grep -qs "done in" "circuitscope-${array}_2.log"; then
    squeue -o "%.12i %.18j %.9T %.6M"
    pid=$(pgrep -f "java .*run $job --shard 2/4" | tail -n 1)
    kill -9 "$pid"
    killed=$pid
    sleep 3
    echo "task 2 (process $pid) after SIGKILL: $(scontrol -o show job "${array}_2" | grep -o 'JobState=[A-Z]*')"
    scontrol requeue "${array}_2"
    echo "and requeued: $(scontrol -o show job "${array}_2" | grep -o 'JobState=[A-Z]*')"
  fi
  sleep 1
done
echo "at most $most tasks at once"
echo "--- circuitscope-${array}_2.log"
grep -v "^[^:]* [0-9]* %" "circuitscope-${array}_2.log" || true
echo "--- circuitscope-merge-$merge.log"
cat "circuitscope-merge-$merge.log"
rm -f "circuitscope-${array}"_*.log "circuitscope-merge-$merge.log"

blank='s:<time>[^<]*</time>:<time></time>:g'
cmp <(sed "$blank" "$dir/single/report.html") <(sed "$blank" "$folder/report.html")
cmp "$dir/single/results.csv" "$folder/results.csv"
cmp "$dir/single/results.jsonl" "$folder/results.jsonl"
[ "$most" = 2 ] && [ -n "$killed" ]
echo "the merged report equals the single run's"
