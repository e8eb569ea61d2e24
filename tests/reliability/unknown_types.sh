#!/usr/bin/env bash
# unknown_types.sh: a file system that does not say what its directory entries are (DT_UNKNOWN), as old
# and foreign ones do not. Directories are entered, links followed, all as elsewhere.
set -euo pipefail
if [ -z "${INSIDE:-}" ]; then
  [ "$(id -u)" = 0 ] || { echo "skipped: only root can mount a file system"; exit 77; }
  unshare --mount true 2>/dev/null || { echo "skipped: no mount namespace here"; exit 77; }
  INSIDE=1 exec unshare --mount bash "$0"
fi
source "$(dirname "$0")/../support/scripts.bash"
PATH=$PATH:/usr/sbin:/sbin
command -v mkfs.ext2 >/dev/null || skip "no mkfs.ext2"
truncate -s 8M "$WORK/image"
mkfs.ext2 -q -O ^filetype "$WORK/image"
mkdir "$WORK/disk"
mount -o loop "$WORK/image" "$WORK/disk" 2>/dev/null || skip "no loop device can be mounted here"
trap 'rc=$?; umount "$WORK/disk" || true; finish $rc' EXIT

mkdir "$WORK/elsewhere" "$WORK/plain"
"$GENERATE" many "$WORK/elsewhere/files" 4 mixed
"$GENERATE" many "$WORK/plain/tree" 12 mixed
ln -s "$WORK/elsewhere/files" "$WORK/plain/to_a_directory"
ln -s /nowhere "$WORK/plain/dangling"
ln -s ../plain "$WORK/plain/tree/up"
mkfifo "$WORK/plain/pipe"
cp -a "$WORK/plain/." "$WORK/disk"
rmdir "$WORK/disk/lost+found"
if command -v strace >/dev/null && strace -o /dev/null true 2>/dev/null; then
  strace -v -o "$WORK/trace" -e trace=getdents64 ls "$WORK/disk" >"$WORK/listing"
  grep -q DT_UNKNOWN "$WORK/trace" || skip "this kernel fills in the types all the same"
fi

for place in plain disk; do
  run_weir "$WORK/$place-out" -j 2 "$WORK/$place"
  for table in results files; do
    "$WEIR" "$table" -o "$WORK/$place-out" --format ndjson |
      sed -e "s|\"$WORK/$place|\"PLACE|g" -e 's/"mtime":"[^"]*"//' >"$WORK/$place.$table"
  done
done
for table in results files; do
  cmp "$WORK/plain.$table" "$WORK/disk.$table" || fail "$table differ"
done
entries=$(wc -l <"$WORK/disk.files")
[ "$entries" -ge 18 ] || fail "$entries entries only"
promise P8 "entries of a file system that does not say what they are: all found" "$entries"
