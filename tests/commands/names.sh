#!/usr/bin/env bash
# names.sh: names with blanks, newlines, escapes and bytes that are no UTF-8 come back exactly.
set -euo pipefail
source "$(dirname "$0")/../support/scripts.bash"
python3 - "$WORK/data" <<'PY'
import os, sys
os.makedirs(sys.argv[1])
names = [b"with blank.csv", b"new\nline.csv", b"tab\t.csv", b"quote'\".csv", b"back\\slash.csv",
         b"latin-\xe9.csv", b"\xff\xfe.csv", "Hyyti\u00e4l\u00e4.csv".encode(), b"-o.csv", b"*.csv", b"\x1b[31mred.csv"]
for n in names:
    with open(os.path.join(sys.argv[1].encode(), n), "wb") as f:
        f.write(b"a,b\n1,2\n3,4\n")
PY
run_weir "$WORK/out" "$WORK/data"
"$WEIR" files -o "$WORK/out" --format ndjson >"$WORK/files.ndjson"
python3 - "$WORK/data" "$WORK/files.ndjson" <<'PY'
import json, os, sys
here = {os.path.join(sys.argv[1].encode(), n) for n in os.listdir(sys.argv[1].encode())}
said = {os.fsencode(json.loads(l)["uri"]) for l in open(sys.argv[2], encoding="utf-8")}
assert here == said, (here - said, said - here)
PY
# the tables for people hold no byte that could talk to a terminal
"$WEIR" files -o "$WORK/out" >"$WORK/table"
if LC_ALL=C grep -qP '[\x00-\x08\x0b-\x1f\x7f]' "$WORK/table"; then fail "control bytes in a table"; fi
