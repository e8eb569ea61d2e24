#!/usr/bin/env bash
# archives.sh: archives under kill -9, damaged at random, and with too little room to be unpacked in.
# KILLS, MUTANTS, SEED from outside.
set -euo pipefail
source "$(dirname "$0")/../support/disturb.bash"
SEED=${SEED:-$RANDOM}
echo "SEED=$SEED"
RANDOM=$SEED
python3 -B "$SUPPORT/archives.py" "$WORK/all"
data=$WORK/data
mkdir -p "$data"
cp "$WORK"/all/{nested,deep,many,hurt,encrypted,cut,utf8}.zip "$WORK"/all/{names,kinds}.tar "$WORK"/all/one.csv.* "$WORK"/all/t.t* "$data"
truth "$data"

# ---- killed: everything of an archive is there, or it is read again
kills=$(((${KILLS:-80} + 9) / 10)) done=0 # each takes ten times as long as in kill.sh
while [ "$done" -lt "$kills" ]; do
  fresh_round
  after=$(((RANDOM * 32768 + RANDOM) % (TRUTH_US * 11 / 10 + 1)))
  setsid "$WEIR" run --quiet -j 2 -o "$WORK/round/out" "$data" >/dev/null 2>&1 &
  pid=$!
  sleep "$((after / 1000000)).$(printf %06d $((after % 1000000)))"
  kill -9 -- "-$pid" 2>/dev/null || kill -9 "$pid" 2>/dev/null || true
  wait "$pid" 2>/dev/null || true
  done=$((done + 1))
  nobody_blamed "$WORK/round/out" "after kill $done, SEED=$SEED"
  ends_well "$WORK/round/out" "$data" "after kill $done, SEED=$SEED"
done
promise P1-P2-P6 "killed among archives: nothing lost, doubled or torn" "$done"

# ---- mutants: one verdict each, no crash
mutants=${MUTANTS:-300}
python3 -B "$SUPPORT/mutants.py" "$WORK/all" "$WORK/mutants" "$mutants" "$SEED"
run_weir "$WORK/out-mutants" -j 2 "$WORK/mutants"
tables "$WORK/out-mutants" "$WORK/said-mutants"
python3 -B - "$WORK/said-mutants/files.ndjson" "$mutants" <<'PYTHON' || fail "mutants, SEED=$SEED"
import json, sys

rows = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
wrong = [r for r in rows if r["state"] == "waiting" or r["class"] in ("crash", "world") or r["code"] == "timeout"]
wrong += [r for r in rows if r["state"] in ("failed", "partial") and not (r["reason"] and r["code"])]
print(*(f"{r['uri']} {r['unit']}: {r['state']} {r['reason']}" for r in wrong[:10]), sep="\n")
assert not wrong and sum(not r["unit"] for r in rows) == int(sys.argv[2])
PYTHON
promise P3 "damaged archives: one verdict each, none crashed the reader" "$mutants"

# ---- no room to unpack: the archive waits, nobody is blamed, and with room it is done
[ "$(id -u)" != 0 ] || ! unshare --mount true 2>/dev/null || {
  mkdir "$WORK/disk"
  python3 -c 'import gzip, sys; gzip.open(sys.argv[1], "wb", 1).write(b"x,y\n" + b"1,2\n" * (10 << 20))' "$WORK/large.csv.gz"
  WORK=$WORK WEIR=$WEIR unshare --mount bash -euo pipefail -c '
    mount -t tmpfs -o size=8m weir-test "$WORK/disk" || exit 0
    rc=0
    "$WEIR" run --quiet --patience 1s -o "$WORK/disk/out" "$WORK/large.csv.gz" 2>"$WORK/err" || rc=$?
    "$WEIR" files -o "$WORK/disk/out" --format csv --where "state=waiting and code=disk_full" | grep -q large.csv.gz || {
      echo "no room: ended with $rc"; "$WEIR" files -o "$WORK/disk/out" --format csv; exit 1; }
    [ "$rc" = 75 ] || { echo "no room: ended with $rc"; exit 1; }
    mount -o remount,size=80m "$WORK/disk"
    "$WEIR" run --quiet -o "$WORK/disk/out" "$WORK/large.csv.gz"
    "$WEIR" files -o "$WORK/disk/out" --format csv --where "rows=10485760 and state=done" | grep -q large.csv,done
  ' || fail "no room to unpack"
  promise P8 "no room to unpack an archive: it waited, nobody was blamed" 1
}
