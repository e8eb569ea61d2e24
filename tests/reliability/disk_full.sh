#!/usr/bin/env bash
# disk_full.sh: the disk of OUT is full at several moments. The run waits or ends, blames no file, and
# is completed when there is room. DISKS from outside: how many fillings.
set -euo pipefail
if [ -z "${INSIDE:-}" ]; then
  [ "$(id -u)" = 0 ] || { echo "skipped: only root can mount a small disk"; exit 77; }
  unshare --mount true 2>/dev/null || { echo "skipped: no mount namespace here"; exit 77; }
  INSIDE=1 exec unshare --mount bash "$0"
fi
source "$(dirname "$0")/../support/disturb.bash"
data=$WORK/data
"$GENERATE" demo "$data/demo"
"$GENERATE" many "$data/many" 300 mixed
truth "$data"
mkdir "$WORK/disk"
mount -t tmpfs -o size=16m weir-test "$WORK/disk" 2>/dev/null || skip "no tmpfs can be mounted here"
trap 'rc=$?; umount "$WORK/disk" || true; finish $rc' EXIT

disks=${DISKS:-4}
for ((i = 0; i < disks; i++)); do
  free_kb=$((i * 1024 / disks))
  rm -rf "$WORK/disk"/*
  head -c 16m /dev/zero >"$WORK/disk/filler" 2>/dev/null || true
  truncate -s "-$((free_kb / 4 * 4))K" "$WORK/disk/filler"
  timeout -k 1 120 "$WEIR" run --quiet -j 2 -o "$WORK/disk/out" "$data" >/dev/null 2>"$WORK/err" &
  pid=$!
  sleep 2
  nobody_blamed "$WORK/disk/out" "$free_kb KiB free"
  rm "$WORK/disk/filler"
  rc=0
  wait "$pid" || rc=$?
  [ "$rc" -lt 124 ] || fail "$free_kb KiB free: ended with $rc: $(tail -n 3 "$WORK/err")"
  ends_well "$WORK/disk/out" "$data" "$free_kb KiB free"
done
promise P8 "the disk was full: no file blamed, completed when there was room" "$disks"
