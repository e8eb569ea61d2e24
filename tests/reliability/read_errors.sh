#!/usr/bin/env bash
# read_errors.sh: a disk that gives real I/O errors to the children that read: the files on it wait and
# are not blamed, all others are done, and when the disk is well again a re-run makes everything good.
# (strace cannot do this: to the children's filter a call that it has changed is a forbidden one.)
set -euo pipefail
if [ -z "${INSIDE:-}" ]; then
  [ "$(id -u)" = 0 ] || { echo "skipped: only root can mount a file system"; exit 77; }
  unshare --mount true 2>/dev/null || { echo "skipped: no mount namespace here"; exit 77; }
  INSIDE=1 exec unshare --mount bash "$0"
fi
source "$(dirname "$0")/../support/disturb.bash"
PATH=$PATH:/usr/sbin:/sbin
for tool in mkfs.ext2 debugfs losetup; do
  command -v "$tool" >/dev/null || skip "no $tool"
done
data=$(realpath "$WORK")/data
image=$WORK/image
disk=$data/disk
loop=
tidy() {
  umount "$disk" 2>/dev/null || true
  [ -z "$loop" ] || losetup -d "$loop" || true
}
trap 'rc=$?; tidy; finish $rc' EXIT

"$GENERATE" many "$data/good" 6 mixed
mkdir "$disk"
truncate -s 8M "$image"
mkfs.ext2 -q "$image"
loop=$(losetup -f --show "$image" 2>/dev/null) || skip "no loop device here"
mount "$loop" "$disk" 2>/dev/null || skip "no file system can be mounted here"
rmdir "$disk/lost+found"
"$GENERATE" many "$disk/files" 6 mixed
truth "$data"

# mounted afresh, so that no content is in memory, the disk ends where the first file begins
umount "$disk"
first=$(find "$data/good" -type f -printf '/files/%P\n' | while IFS= read -r file; do
  debugfs -R "blocks $file" "$image" 2>/dev/null
done | tr ' ' '\n' | grep . | sort -n | head -n 1)
cp "$image" "$WORK/whole"
mount "$loop" "$disk"
find "$disk" -ls >"$WORK/listing"
truncate -s "$((first * 1024))" "$image"
losetup -c "$loop"
! cat "$disk"/files/*/* >/dev/null 2>&1 || fail "the disk gives no errors"

RC=0
"$WEIR" run --quiet --patience 0.5s -j 2 -o "$WORK/out" "$data" >"$WORK/stdout" 2>&1 || RC=$?
[ "$RC" = 75 ] || fail "the run ends with $RC, not 75"
nobody_blamed "$WORK/out" "a disk with I/O errors"
tables "$WORK/out" "$WORK/said"
waiting=$(grep -F "\"$disk/" "$WORK/said/files.ndjson" | grep -F '"state":"waiting"' | grep -cF '"code":"io"') || true
done=$(grep -F "\"$data/good/" "$WORK/said/files.ndjson" | grep -cF '"state":"done"') || true
[ "$waiting" = 6 ] || fail "$waiting of 6 files wait for the disk"
[ "$done" = 6 ] || fail "$done of 6 files elsewhere are done"

# well again: the same file system, whole
umount "$disk"
cp "$WORK/whole" "$image"
losetup -c "$loop"
mount "$loop" "$disk"
ends_well "$WORK/out" "$data" "after I/O errors"
promise P8 "real I/O errors of a disk while children read: the files wait, made good later" "$waiting"
