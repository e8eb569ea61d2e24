#!/usr/bin/env bash
# whp_truth.sh: bottle files and CTD casts of an invented cruise, with the traps that such files hold: rows,
# missing values, extremes and means must be those of the script that wrote them.
set -euo pipefail
source "$(dirname "$0")/../support/scripts.bash"
python3 "$SUPPORT/whp.py" "$WORK/data"
mv "$WORK/data/truth.json" "$WORK/truth.json"
run_weir "$WORK/out" "$WORK/data"
tables "$WORK/out" "$WORK/said"
python3 - "$WORK" <<'PY'
import json, sys
work = sys.argv[1]
def rows(table):
    with open(f"{work}/said/{table}.ndjson") as f:
        return [json.loads(line) for line in f]
def place(row):
    return row["uri"].split("/data/", 1)[1], row["unit"]
files = {place(r): r for r in rows("files")}
results = {(*place(r), r["variable"]): r for r in rows("results")}
truth = json.load(open(f"{work}/truth.json"))
checked = 0
for t in truth:
    where = t["file"], t["unit"]
    f = files[where]
    assert f["state"] == "done" and f["format"] == "whp", (where, f["state"], f["format"], f["reason"])
    for key, said in (("rows", "rows"), ("first", "first_time"), ("last", "last_time")):
        assert f[said] == t[key], (where, said, f[said], t[key])
    for name, column in t["columns"].items():
        got = results[(*where, name)]
        for key, value in column.items():
            if value is None or key != "mean":
                assert got[key] == value, (where, name, key, got[key], value)
            else:
                assert abs(got[key] - value) <= 1e-12 * max(abs(column["min"]), abs(column["max"])), (where, name, got[key], value)
            checked += 1
print(f"{len(truth)} units, {checked} numbers")
PY
