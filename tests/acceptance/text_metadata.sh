#!/usr/bin/env bash
# text_metadata.sh: units, names, missing values and station of every real text file, as the file
# states them (text_metadata.tsv).
set -euo pipefail
source "$(dirname "$0")/../support/scripts.bash"
data=$ROOT/../shared/data/open
[ -d "$data" ] || skip "no real files at ../shared/data/open"
python3 -B - "$WEIR" "$data" "$ROOT/tests/acceptance/text_metadata.tsv" "$WORK" <<'PYTHON'
import csv, json, re, subprocess, sys

weir, data, cases, work = sys.argv[1:]


def shown(name):
    """Lines of attributes by group, as `weir show` has them."""
    out = subprocess.run([weir, "show", f"{data}/{name}", "-o", f"{work}/show"], capture_output=True, text=True)
    group, lines = "", {"": set()}
    for line in out.stdout.splitlines():
        if line.startswith("group: "):
            group = line.split()[1]
            lines[group] = set()
        elif line.startswith("\t\t") and " = " in line:
            lines[group].add(line.strip().removesuffix(" ;"))
    return lines


def counted(name):
    """Missing values of each variable."""
    out = f"{work}/run"
    subprocess.run([weir, "run", f"{data}/{name}", "-o", out, "-q"], capture_output=True)
    said = subprocess.run([weir, "results", "-o", out, "--format", "ndjson"], capture_output=True, text=True).stdout
    rows = [json.loads(line) for line in said.splitlines()]
    return {r["variable"]: r["missing"] for r in rows if r["uri"].endswith("/" + name)}


# The folder names the files in the table of what independent readers say of them.
with open(f"{data}/EXPECTED-text-files.tsv", encoding="utf-8", newline="") as f:
    wanted = {r["file"].removeprefix("open/") for r in csv.DictReader(f, delimiter="\t")}
by_file = {}
for line in open(cases, encoding="utf-8"):
    if not line.startswith("#"):
        name, group, case = line.rstrip("\n").split("\t")
        by_file.setdefault(name, []).append((group, case))
wrong = [f"{name}: no case" for name in sorted(wanted - set(by_file))]
count = 0
for name, listed in sorted(by_file.items()):
    lines = shown(name)
    missing = counted(name) if any(case.startswith("missing ") for _, case in listed) else {}
    for group, case in listed:
        count += 1
        if case == "nothing":
            times = re.compile(r"^(.*):units = \"seconds since 1970-01-01T00:00:00Z\"$")
            stated = [s for s in lines[""] if (":units = " in s or s.startswith(":")) and not times.match(s)]
            if stated:
                wrong.append(f"{name}: it states nothing, but {stated[:3]}")
        elif case.startswith("missing "):
            variable, n = case.removeprefix("missing ").rsplit(" ", 1)
            if missing.get(variable) != int(n):
                wrong.append(f"{name}: {case}, not {missing.get(variable)}")
        elif case not in lines.get(group, set()):
            near = [s for s in lines.get(group, set()) if s.split(" = ")[0] == case.split(" = ")[0]]
            wrong.append(f"{name}: {group} {case}, not {near}")
print(f"{count} cases of {len(by_file)} files")
print("\n".join(wrong[:40]))
sys.exit(1 if wrong or count == 0 else 0)
PYTHON
