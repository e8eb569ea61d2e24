#!/usr/bin/env bash
# shortages.sh: too few descriptors or threads: waited for, then told for what it is; and what a killed
# run has left of files that are gone.
set -euo pipefail
source "$(dirname "$0")/../support/scripts.bash"
data=$WORK/data out=$WORK/out
mkdir -p "$data/a/b/c/d/e/f/g/h"
printf 'x,y\n1,2\n3,4\n' >"$data/a/b/c/d/e/f/g/h/deep.csv"
printf 'x,y\n1,2\n3,4\n' >"$data/flat.csv"

# descriptors: tried again for as long as patience lasts, then the true reason
few() (ulimit -n 19 && "$WEIR" run -j 1 --patience 0.5s -o "$out" "$data")
if sanitized; then
  echo "descriptors: not with AddressSanitizer, which needs some itself"
else
  ends 4 few
  says 'paused: cannot open directory'
  says 'Too many open files; raise `ulimit -n`'
  says '1  place could not be listed'
  ends 0 "$WEIR" run -o "$out" "$data"
  [ "$("$WEIR" files -o "$out" --format ndjson --where state=done | wc -l)" = 2 ] || fail "not made good later"
fi

# threads: for another user than root, who may have as many as there are
if ! sanitized && [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
  chmod 755 "$WORK" && mkdir -m 777 "$WORK/theirs"
  bin=$WORK/bin && mkdir "$bin" && cp "$WEIR" "$bin/weir"
  threads() (ulimit -u 20 && setpriv --reuid 54321 --regid 54321 --clear-groups "$bin/weir" run -j 40 -o "$WORK/theirs/out" "$data")
  ends 75 threads
  says 'try a smaller -j, or raise `ulimit -u`'
fi

# a file that was being read when weir was killed, and is gone: forgotten, not waiting for ever
"$WEIR" run -q -o "$out" "$data"
python3 -B - "$out/ledger.db" "$data" <<'PYTHON'
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
for uri in sys.argv[2] + "/gone.csv", "/elsewhere/gone.csv", sys.argv[2] + "/flat.csv":
    db.execute("INSERT INTO files (uri, unit, device, inode, size_bytes, mtime_ns, state, starts, attempts)"
               " VALUES (?, '', 1, 2, 3, 4, 'waiting', 1, 0) ON CONFLICT DO UPDATE SET state = 'waiting', starts = 1", (uri,))
db.commit()
PYTHON
ends 0 "$WEIR" run -o "$out" "$data"
says '1 vanished meanwhile'
left=$("$WEIR" files -o "$out" --format ndjson --where state=waiting)
[ "$(grep -c . <<<"$left")" = 1 ] || fail "waiting: $left"
grep -qF '"/elsewhere/gone.csv"' <<<"$left" || fail "another listing's file was forgotten: $left"

# export takes --all as failures does
printf 'CDF\x01\x00\x00' >"$data/cut.nc"
ends 1 "$WEIR" run -o "$out" "$data"
printf 'x,y\n1,2\n3,4\n' >"$data/cut.nc"
ends 0 "$WEIR" retry -o "$out"
ends 0 "$WEIR" export failures -o "$out" --format ndjson --to "$WORK/open"
ends 0 "$WEIR" export failures --all -o "$out" --format ndjson --to "$WORK/all"
[ "$(wc -l <"$WORK/open")" = 0 ] || fail "open failures: $(cat "$WORK/open")"
grep -qF "$data/cut.nc" "$WORK/all" || fail "all failures: $(cat "$WORK/all")"
