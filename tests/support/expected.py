#!/usr/bin/env python3
"""expected.py FOLDER TABLES SAID: compares what Weir said of the files in FOLDER (SAID/results.ndjson,
SAID/files.ndjson) with TABLES/EXPECTED.tsv and TABLES/EXPECTED-files.tsv, where a member of an archive
is FILE/MEMBER. An empty cell is not checked."""
import csv
import json
import math
import os
import sys

differences = []


def table(path):
    with open(path, newline="") as f:
        return list(csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE))


def said(path, folder):
    root = os.path.realpath(folder) + "/"
    with open(path, encoding="utf-8") as f:
        rows = [json.loads(line) for line in f]
    for row in rows:
        row["file"] = row["uri"][len(root):] if row["uri"].startswith(root) else row["uri"]
        row["file"] += "/" + row["unit"] if row["unit"] else ""
    return rows


def check(where, name, want, got):
    if got != want:
        differences.append(f"{where}: {name} is {got!r}, expected {want!r}")


def check_number(where, name, want, got, tolerance):
    if not isinstance(got, (int, float)) or not math.isclose(want, got, rel_tol=0, abs_tol=tolerance):
        differences.append(f"{where}: {name} is {got!r}, expected {want!r}")


def check_variable(row, seen):
    where = f"{row['file']} {row['variable']}"
    got = seen.get((row["file"], row["variable"]))
    if got is None:
        differences.append(f"{where}: not reported")
        return
    if not row["n"]:
        check(where, "mean", None, got.get("mean"))
        check(where, "has a reason", True, bool(got.get("reason")))
        return
    check(where, "n", int(row["n"]), got["n"])
    check(where, "valid", int(row["valid"]), got["valid"])
    check(where, "missing", int(row["n"]) - int(row["valid"]), got["missing"])
    largest = max(abs(float(row["min"])), abs(float(row["max"])))
    for name, tolerance in (("min", 0), ("max", 0), ("mean", 1e-12 * largest)):
        check_number(where, name, float(row[name]), got[name], tolerance)


def check_file(row, files):
    got = files.get(row["file"])
    if got is None:
        differences.append(f"{row['file']}: not listed")
        return
    for name in ("state", "format", "model", "first_time", "last_time", "code"):
        if row[name]:
            check(row["file"], name, row[name], got.get(name))
    if row["rows"]:
        check(row["file"], "rows", int(row["rows"]), got.get("rows"))
    if row["state"] in ("failed", "partial"):
        check(row["file"], "has a reason", True, bool(got.get("reason")))


def main():
    folder, tables, answers = sys.argv[1:]
    variables, files = table(f"{tables}/EXPECTED.tsv"), table(f"{tables}/EXPECTED-files.tsv")
    if not variables or not files:
        sys.exit("nothing to compare with")
    results = {(r["file"], r["variable"]): r for r in said(f"{answers}/results.ndjson", folder)}
    states = {r["file"]: r for r in said(f"{answers}/files.ndjson", folder)}
    for row in variables:
        check_variable(row, results)
    for row in files:
        check_file(row, states)
    known = {row["file"] for row in files}
    for name in sorted(set(states) ^ known):
        differences.append(f"{name}: listed by only one of the two")
    print("\n".join(differences[:60]))
    print(f"{len(variables)} variables, {len(files)} files, {len(differences)} differences")
    sys.exit(1 if differences else 0)


if __name__ == "__main__":
    main()
