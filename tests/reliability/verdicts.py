#!/usr/bin/env python3
"""verdicts.py EXPECTED FOLDER SAID ATTEMPTS: each hostile file of the generator's list has the verdict
that the list gives, after so many attempts.

A file in the list makes libhdf5 1.10 crash, hang or take all memory. A later libhdf5 may find the
damage instead: then it says `data`, which is as good and told here, so that the list is brought up to
date. That such a file is `done`, or waits, is never right."""

import csv
import json
import os
import sys


def main():
    listed, folder, said, attempts = sys.argv[1], os.path.realpath(sys.argv[2]), sys.argv[3], int(sys.argv[4])
    with open(os.path.join(said, "files.ndjson"), encoding="utf-8") as f:
        files = {row["uri"]: row for row in map(json.loads, f)}
    with open(listed, encoding="utf-8", newline="") as f:
        expected = list(csv.DictReader(f, delimiter="\t"))
    wrong = [] if expected else ["the list is empty"]
    for want in expected:
        row = files.get(os.path.join(folder, want["file"]))
        if row is None:
            wrong.append(f"{want['file']}: not listed")
            continue
        got = f"{row['state']}, {row['class']}, {row['code']}"
        if row["attempts"] != attempts:
            wrong.append(f"{want['file']}: {row['attempts']} attempts, not {attempts}")
        if row["state"] == "failed" and (row["class"], row["code"]) == (want["class"], want["code"]):
            continue
        if row["state"] in ("failed", "partial") and row["class"] == "data":
            print(f"note: {want['file']} was made for {want['code']}, but this libhdf5 says: {row['reason']}")
        else:
            wrong.append(f"{want['file']}: {got} ({row['reason']}), not failed, {want['class']}, {want['code']}")
    print(*wrong, sep="\n", file=sys.stderr, end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
