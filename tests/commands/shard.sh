#!/usr/bin/env bash
# shard.sh: N weirs that each read a shard, merged, are one weir that reads everything; a task of an
# array of Slurm or AWS Batch knows which one it is.
set -euo pipefail
source "$(dirname "$0")/../support/scripts.bash"
unset "${!SLURM_@}" "${!AWS_BATCH_@}"
data=$ROOT/test_data

cd "$WORK"
run_weir whole "$data"
without_times whole >whole.txt
files=$(find "$data" -type f | wc -l)

for n in 1 2 3 16; do
  for i in $(seq $n); do
    run_weir "of$n-$i" --shard "$i/$n" "$data"
  done
  "$WEIR" merge of$n-*/ledger.db -o all$n 2>said || fail "merging $n shards: $(cat said)"
  says "$files files from $n ledger"
  says '; 0 were in more than one'
  without_times all$n >merged.txt
  cmp whole.txt merged.txt || fail "$n shards merged are not the whole"
done

# whose a file is can be known beforehand
python3 - "$data" >expected <<'PYTHON'
import hashlib, os, sys
for folder, _, names in os.walk(sys.argv[1]):
    for name in names:
        uri = os.path.join(folder, name).encode()
        if int.from_bytes(hashlib.sha256(uri).digest()[:8], "big") % 3 + 1 == 2:
            print(uri.decode())
PYTHON
"$WEIR" files -o of3-2 --where "unit=''" --format ndjson | python3 -c '
import json, sys
for line in sys.stdin: print(json.loads(line)["uri"])' | LC_ALL=C sort >got
LC_ALL=C sort expected | cmp - got || fail "shard 2 of 3 has read other files"

# what is the others' is neither skipped nor missing
mkdir few
for i in 1 2 3; do printf 'x,y\n1,2\n' >few/$i.csv; done
code 0 plan -o few-out --shard 1/1 few
says '3 to read'
says_not 'other shards'
empty=
for i in $(seq 16); do
  code 0 run -o "few-$i" --shard "$i/16" few
  says_not 'skipped'
  if grep -qF 'nothing to read' err; then empty=$i; fi
done
[ -n "$empty" ] || fail "three files fill 16 shards"
code 0 run -o empty --shard "$empty/16" few
says '3  files belong to the other shards'
code 0 plan -o empty --shard "$empty/16" few
says '0 to read (0 B), 0 to skip, 0 to ignore'
says '3 of other shards'
code 0 run --json -q -o empty --shard "$empty/16" few
says '"other_shards":3'
mkdir none
code 3 run -o empty --shard "$empty/16" none

# a task of an array
export SLURM_ARRAY_TASK_ID=4 SLURM_ARRAY_TASK_MIN=0 SLURM_ARRAY_TASK_MAX=8 SLURM_ARRAY_TASK_STEP=4 SLURM_ARRAY_TASK_COUNT=3
code 1 run -o slurm "$data"
says 'this is shard 2 of 3 (SLURM_ARRAY_TASK_ID=4); --shard 1/1 reads all files'
without_times slurm >merged.txt
without_times of3-2 | cmp - merged.txt || fail "a task of an array is not its shard"
code 0 plan -o slurm-plan few
says 'this is shard 2 of 3'
code 0 run -q -o slurm-quiet few
says_not shard
code 0 run -o slurm-all --shard 1/1 few
says '3 done'
says_not shard
code 1 retry -o slurm # all that has failed here, whatever task this is
says_not shard
unset SLURM_ARRAY_TASK_COUNT SLURM_ARRAY_TASK_MAX
code 2 run -o slurm-half few
says 'say --shard I/N'
unset "${!SLURM_@}"
AWS_BATCH_JOB_ARRAY_INDEX=1 AWS_BATCH_JOB_ARRAY_SIZE=3 code 1 run -o batch "$data"
says 'this is shard 2 of 3 (AWS_BATCH_JOB_ARRAY_INDEX=1)'
without_times batch | cmp - merged.txt || fail "a task of AWS Batch is not its shard"
AWS_BATCH_JOB_ARRAY_INDEX=1 code 2 run -o batch-half few
says 'AWS_BATCH_JOB_ARRAY_SIZE'
for wrong in 0/3 4/3 3 x/y; do
  code 2 run -o wrong --shard $wrong few
  says "not \"$wrong\""
done

code 2 watch -o wrong --shard 1/3 few
says 'is for run, plan and retry'
[ ! -e wrong ] || fail "a wrong --shard has made a folder"

# of what has failed everywhere, a shard's part
"$WEIR" merge of3-*/ledger.db -o again 2>said
failed=$("$WEIR" failures -o again --format ndjson | wc -l)
read_again=0
for i in 1 2; do
  code 1 retry --json -q -o again --shard $i/2
  seen=$(python3 -c 'import json; print(json.loads(open("said").read())["seen"])')
  read_again=$((read_again + seen))
  [ "$seen" -gt 0 ] || fail "shard $i of what has failed is empty"
done
echo "$files files in 1, 2, 3 and 16 shards; $read_again read again, of $failed failures"
