#!/usr/bin/env bash
# run_outputs_kills.sh: runs with outputs are killed at any moment, and half of them record in a shared table, too
# (KILLS, 6): after one more run outputs and tables are those of a calm run; no half object, no draft, no unfinished
# upload is left.
set -euo pipefail
source "$(dirname "$0")/../support/outputs.bash"
sanitized && [ -z "${KILLS:-}" ] && skip "it mostly waits: the release suite does it"
KILLS=${KILLS:-6}
outputs_up 12
cp -r "$FILES" "$WORK/tree"
begin=${EPOCHREALTIME/./}
run_ends 1 "$WORK/calm" s3://lake/ "$WORK/tree"
calm_us=$((${EPOCHREALTIME/./} - begin))
look "$WORK/calm" >"$WORK/expected"
outputs_ask "$WORK/calm" same forget

# killed three times, then left alone
for ((round = 1; round <= (KILLS + 2) / 3; round++)); do
  out=$WORK/kill-$round
  store=()
  if [ $((round % 2)) = 0 ]; then
    store=(--store "dynamodb:round-$round")
    "$WEIR" tables create "${store[1]}" 2>"$WORK/none"
  fi
  for kill in 1 2 3; do
    us=$(((RANDOM * 32768 + RANDOM) % calm_us))
    run_begins "$out" "${store[@]}" s3://lake/ "$WORK/tree"
    sleep "$((us / 1000000)).$(printf %06d $((us % 1000000)))"
    kill -9 "$RUN" 2>/dev/null || true
    { wait "$RUN" || true; } 2>/dev/null
  done
  run_ends 1 "$out" "${store[@]}" s3://lake/ "$WORK/tree"
  is_calm "$out" "killed three times, the last time after $us us"
  outputs_ask "$out" same forget
done
promise P2 "kills of runs with outputs: the same outputs and tables, nothing left behind" "$(((KILLS + 2) / 3 * 3))"

# rows that go up in parts: killed between the first part and the last (the gate takes its time for such objects)
[ "$KILLS" -ge 100 ] || exit 0
python3 - "$WORK/wide.zip" <<'PYTHON'
import sys, zipfile
names = [f"c{i}" for i in range(450)]
with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as z:
    for m in range(90):
        rows = [",".join(str((i * 7 + m + r) % 101) for i in range(450)) for r in range(3)]
        z.writestr(f"m{m}.csv", "\n".join([",".join(names), *rows]) + "\n")
PYTHON
s3_put lake wide/wide.zip "$WORK/wide.zip"
gate_fault '{"match": "^PUT /out/.*partNumber", "delay_s": 5}'
run_begins "$WORK/wide" s3://lake/wide/
for ((i = 0; i < 200; i++)); do
  [ "$(gate_count '^PUT /out/.*partNumber')" = 0 ] || break
  sleep 0.1
done
kill -9 "$RUN"
{ wait "$RUN" || true; } 2>/dev/null
gate_no_faults
[ "$(outputs_python "$WORK/wide" "$WORK/local" uploads)" = 1 ] || fail "not killed within an upload"
run_ends 0 "$WORK/wide" s3://lake/wide/
outputs_ask "$WORK/wide" same
promise P2 "a kill within an upload of rows: nothing left behind" 1
