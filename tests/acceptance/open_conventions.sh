#!/usr/bin/env bash
# open_conventions.sh: of real files: the convention by which each is written, and the verdicts of
# their quality flags, which netCDF4-python and numpy have counted (tests/cases/conventions/make.py).
set -euo pipefail
source "$(dirname "$0")/../support/scripts.bash"
data=$ROOT/../shared/data/open
[ -d "$data/arm" ] && [ -d "$data/netcdf" ] || skip "no real files at ../shared/data/open"
run_weir "$WORK/out" -j 2 "$data/arm" "$data/netcdf"
tables "$WORK/out" "$WORK/said"
python3 -B - "$(realpath "$data")" "$WORK/said/files.ndjson" "$ROOT/tests/cases/conventions" <<'PYTHON'
import csv, fnmatch, json, re, sys

data, said, cases = sys.argv[1:]
files = {r["uri"].removeprefix(data + "/"): r for r in map(json.loads, open(said, encoding="utf-8")) if not r["unit"]}
words = ["good", "not assessed", "indeterminate", "bad", "missing"]
wrong = []

conventions = [line.rstrip("\n").split("\t") for line in open(f"{cases}/names.tsv", encoding="utf-8") if line[0] != "#"]
for name, row in sorted(files.items()):
    if row["state"] not in ("done", "partial") or not re.match("netcdf|hdf5", row["format"]):
        continue
    want = next((c for pattern, c in conventions if fnmatch.fnmatch(name, pattern)), "")
    if (row["convention"] or "") != want:
        wrong.append(f"{name}: convention {row['convention']!r}, not {want!r}")
    stated = [f for f in row["facts"] if f.startswith("convention ")]
    if bool(want) != bool(stated):
        wrong.append(f"{name}: evidence {stated}")


def verdicts(facts):
    out = {}
    for fact in facts:
        one = re.fullmatch(r"quality flags (\S+) \(.*?\): (\d+) values: (.*)", fact)
        good = re.fullmatch(r"quality flags \(.*?\), all good: (.*)", fact)
        if one:
            counts = dict(reversed(part.split(" ", 1)) for part in one[3].split(", "))
            out[one[1]] = [int(counts.get(word, 0)) for word in words]
        for name in good[1].split(", ") if good else []:
            out[name] = None
    return out


seen, checked = {name: verdicts(row["facts"]) for name, row in files.items()}, 0
for row in csv.reader(open(f"{cases}/arm.tsv", encoding="utf-8"), delimiter="\t"):
    name, variable, want = row[0], row[1], [int(x) for x in row[2:]]
    got = seen[name].pop(variable, "nothing")
    checked += 1
    if got != want and not (got is None and sum(want[1:]) == 0):
        wrong.append(f"{name} {variable}: {got}, not {want}")
for name, more in seen.items():
    if name.startswith("arm/") and more:
        wrong.append(f"{name}: told of {sorted(more)}")
print(f"{len(files)} files, {checked} quality variables, {len(wrong)} differences")
print("\n".join(wrong[:30]))
sys.exit(1 if wrong or checked < 300 else 0)
PYTHON
