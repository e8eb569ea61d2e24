"""archives_twins.py FOLDER SAID: SAID has what was said of FOLDER and of archives with the same files in them
(their paths below FOLDER as names): is it the same, but for where it lies?"""
import json, os, sys

root = os.path.realpath(sys.argv[1]) + "/"
place = ("uri", "unit", "mtime", "attempts", "rule", "members", "time")


def by_file(table):
    plain, packed = {}, {}
    for line in open(f"{sys.argv[2]}/{table}.ndjson", encoding="utf-8"):
        r = json.loads(line)
        said = {k: v for k, v in r.items() if k not in place}
        if r["uri"].startswith(root):
            plain.setdefault("/".join(filter(None, (r["uri"][len(root) :], r["unit"]))), []).append(said)
        elif r["unit"]:
            packed.setdefault(os.path.basename(r["uri"]), {}).setdefault(r["unit"], []).append(said)
    return plain, packed


wrong = []
for table in ("files", "results", "failures"):
    plain, packed = by_file(table)
    if not plain or len(packed) < 2:
        wrong.append(f"{table}: nothing to compare")
    for archive, units in packed.items():
        for name in sorted(set(plain) | set(units)):
            if plain.get(name) != units.get(name):
                wrong.append(f"{table}: {archive}: {name}:\n  {str(plain.get(name))[:700]}\n  {str(units.get(name))[:700]}")
print("\n".join(wrong[:10]))
sys.exit(1 if wrong else 0)
