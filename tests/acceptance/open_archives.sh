#!/usr/bin/env bash
# open_archives.sh: of real files in archives Weir says what it says of them beside those.
set -euo pipefail
source "$(dirname "$0")/../support/scripts.bash"
data=$ROOT/../shared/data/open
[ -d "$data" ] || skip "no real files at ../shared/data/open"
mkdir "$WORK/all"
(cd "$data" && tar -cf "$WORK/all/all.tar" * && gzip -1 -k "$WORK/all/all.tar" && python3 -m zipfile -c "$WORK/all/all.zip" *)
run_weir "$WORK/out" -j 2 "$data" "$WORK/all"
tables "$WORK/out" "$WORK/said"
python3 -B "$SUPPORT/archives_twins.py" "$data" "$WORK/said" || fail "members and files differ"
