#!/usr/bin/env bash
# errnos.sh: system calls that fail because of the world. The run may end as it likes but for a
# crash; no file is blamed, and when the trouble is over a re-run makes everything good. ERRNOS from
# outside: how many numbers of each call.
set -euo pipefail
source "$(dirname "$0")/../support/disturb.bash"
can_trace
data=$WORK/data
every_format "$data"
truth "$data"
trace_of "$data"

done=0
while read -r call errno; do
  while read -r _ number; do
    fresh_round
    what="$call number $number fails with $errno"
    injected "$what" "$WORK/round/out" "$data" -e trace="$call" -e inject="$call:error=$errno:when=$number"
    # 127: the dynamic loader was hit before the program began
    [ "$RC" -le 125 ] || [ "$RC" = 127 ] || fail "$what: ends with $RC"
    nobody_blamed "$WORK/round/out" "$what"
    ends_well "$WORK/round/out" "$data" "$what"
    done=$((done + 1))
  done < <(grep "^$call " "$WORK/points" | some "${ERRNOS:-3}")
done <<'CALLS'
openat EMFILE
openat EIO
pread64 EIO
read EIO
getdents64 EIO
newfstatat EIO
fstat EIO
write ENOSPC
pwrite64 ENOSPC
pwrite64 EIO
ftruncate ENOSPC
fsync EIO
fdatasync EIO
unlink EIO
memfd_create EMFILE
socketpair EMFILE
clone EAGAIN
clone3 EAGAIN
fcntl ENOLCK
CALLS
promise P8 "a system call failed for want of disk, descriptors or luck: no file blamed, made good later" "$done"
