#!/usr/bin/env python3
"""union.py: what several ledgers say together, as one would: union.py FOLDER... > LINES

A FOLDER has results.ndjson, files.ndjson and failures.ndjson. Of a file one outcome counts: that of the ledger that has
one (a ledger whose weir was killed may only know that it had begun); two outcomes must be the same. Times and numbers
of attempts are left out, and so are failures that are over. Printed are the rows, sorted."""
import json
import sys

OPEN = ("waiting",)


def rows(folder, table):
    with open(f"{folder}/{table}.ndjson", encoding="utf-8") as f:
        for row in map(json.loads, f):
            if table == "failures" and row["cleared"]:
                continue
            for name in ("time", "attempts", "cleared"):
                row.pop(name, None)
            yield row


def main():
    files, more = {}, set()
    for folder in sys.argv[1:]:
        known = set()
        for row in rows(folder, "files"):
            if row["state"] in OPEN:
                continue
            key = row["uri"], row["unit"]
            known.add(key)
            text = json.dumps(row, sort_keys=True)
            if files.setdefault(key, text) != text:
                sys.exit(f"two outcomes:\n{files[key]}\n{text}")
        for table in ("results", "failures"):
            for row in rows(folder, table):
                if (row["uri"], row["unit"]) in known:
                    more.add(table + " " + json.dumps(row, sort_keys=True))
    print(*sorted(files.values()), *sorted(more), sep="\n")


main()
