#!/usr/bin/env bash
# open_all.sh: real, damaged and hostile files in one run: every one of them has a verdict, every
# verdict that is not good news a reason and a code.
set -euo pipefail
source "$(dirname "$0")/../support/scripts.bash"
data=$ROOT/../shared/data/open
[ -d "$data" ] || skip "no real files at ../shared/data/open"
run_weir "$WORK/out" -j 2 "$data"
tables "$WORK/out" "$WORK/said"
python3 -B - "$data" "$WORK/said" <<'PYTHON'
import collections, json, os, sys

data, said = sys.argv[1:]
rows = [json.loads(line) for line in open(f"{said}/files.ndjson", encoding="utf-8")]
there = {os.path.join(folder, n) for folder, _, names in os.walk(os.path.realpath(data)) for n in names}
listed = collections.Counter(r["uri"] for r in rows if not r["unit"])
wrong = [f"listed {listed[uri]} times: {uri}" for uri in sorted(there | set(listed)) if listed[uri] != 1 or uri not in there]
for r in rows:
    if r["state"] not in ("done", "partial", "failed", "ignored"):
        wrong.append(f"{r['uri']} is {r['state']}")
    if r["state"] in ("failed", "partial") and not (r.get("reason") and r.get("code")):
        wrong.append(f"{r['uri']}: {r['state']} without reason or code")
print(collections.Counter((r["state"], r.get("code")) for r in rows).most_common())
print("\n".join(wrong[:20]))
sys.exit(1 if wrong else 0)
PYTHON
