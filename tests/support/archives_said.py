"""archives_said.py EXPECTED.json SAID: are the units in SAID/files.ndjson those that archives.py wrote, and do
units with the same bytes have the same results?"""
import json, os, sys

expected = json.load(open(sys.argv[1]))
rows = [json.loads(line) for line in open(sys.argv[2] + "/files.ndjson", encoding="utf-8")]
said, wrong, seen = {}, [], 0
for r in rows:
    said.setdefault(os.path.basename(r["uri"]), {})[r["unit"]] = r
for name, units in expected.items():
    there = said.get(name, {})
    if units[""] is None:  # may be called what it likes, but has a verdict
        units[""] = {"state": there[""]["state"], "code": there[""]["code"], "rows": None}
    if set(there) != set(units):
        wrong.append(f"{name}: missing {sorted(set(units) - set(there))[:5]}, besides {sorted(set(there) - set(units))[:5]}")
    for unit in set(there) & set(units):
        r, want = there[unit], units[unit]
        seen += 1
        if (r["state"], r["code"]) != (want["state"], want["code"]) or want["rows"] not in (None, r["rows"]):
            wrong.append(f"{name}: {unit!r} is {r['state']} {r['code']} with {r['rows']} rows, not {want}: {r['reason']}")
        if want.get("size") not in (None, r["size_bytes"]):
            wrong.append(f"{name}: {unit!r} has {r['size_bytes']} bytes, not {want['size']}")
        if want.get("note") and not any(want["note"] in note for note in r["notes"]):
            wrong.append(f"{name}: {unit!r} says {r['notes']}, not {want['note']!r}")
        if r["state"] in ("failed", "partial") and not r["reason"]:
            wrong.append(f"{name}: {unit!r} {r['state']} without a reason")
        if unit and r["state"] == "done" and not r["variables"] and r["members"] is None and not r["format"]:
            wrong.append(f"{name}: {unit!r} without a format")
# a.csv holds the hours 0 to 2 with values 0 to 2 wherever it lies, b.csv 0, 2 .. 8
values = {3: (0, 2, 1.0), 5: (0, 8, 4.0)}
results = [json.loads(line) for line in open(sys.argv[2] + "/results.ndjson", encoding="utf-8")]
for r in results:
    if r["unit"].endswith(("a.csv", "b.csv")) and r["variable"] == "value" and r["n"] in values:
        if (r["min"], r["max"], r["mean"]) != values[r["n"]]:
            wrong.append(f"{r['uri']}: {r['unit']}: {r['min']} .. {r['max']}, mean {r['mean']}")
print(f"{seen} units")
print("\n".join(wrong[:30]))
sys.exit(1 if wrong or not results or seen < len(expected) else 0)
