#!/usr/bin/env python3
"""checker.py: did a disturbed run end as an undisturbed one would have?

    checker.py normal FAILURES.ndjson        the failures without what may differ between runs
    checker.py blame SAID TRUTH              while trouble lasts: no file is blamed wrongly
    checker.py end OUT SAID TRUTH DATA       after the last run: everything is as it should be

SAID and TRUTH are folders with results.ndjson, files.ndjson and failures.ndjson of the run in question
and of one that nobody disturbed. Prints what is wrong; exit code 1 if anything is."""
import json
import os
import re
import sqlite3
import sys

FREE = {"time", "attempts"}
FINAL = {"done", "partial", "failed", "ignored"}
LEFTOVER = re.compile(r"(^\.|\.tmp|\.part|-journal$|~$)")
wrong = []


def rows(folder, table):
    with open(f"{folder}/{table}.ndjson", encoding="utf-8") as f:
        return [json.loads(line) for line in f]


def normal(found):
    """Sorted text of rows, without the fields that may differ."""
    return sorted(json.dumps({k: v for k, v in r.items() if k not in FREE}, sort_keys=True) for r in found)


def without_strace(mine, theirs):
    """Without attempts that ended because strace made a call of a child fail, which it does by giving it a
    number that no child may use (code "forbidden"), where the file fails in any case: no success clears them."""
    bad = {(r["uri"], r["unit"]) for r in theirs}
    known = any(r["code"] == "forbidden" for r in theirs)
    return [r for r in mine if known or r["code"] != "forbidden" or (r["uri"], r["unit"]) not in bad]


def same_tables(said, truth):
    for table in ("results", "files", "failures"):
        mine, theirs = rows(said, table), rows(truth, table)
        if table == "failures":
            mine = without_strace(mine, theirs)
        mine, theirs = normal(mine), normal(theirs)
        if mine == theirs:
            continue
        for line in [f"only in the disturbed run: {x}" for x in sorted(set(mine) - set(theirs))][:3]:
            wrong.append(f"{table}: {line}")
        for line in [f"only in the undisturbed run: {x}" for x in sorted(set(theirs) - set(mine))][:3]:
            wrong.append(f"{table}: {line}")
        if len(mine) != len(theirs):
            wrong.append(f"{table}: {len(mine)} rows, undisturbed {len(theirs)}")


def every_object_once(said, data):
    states = {}
    for row in rows(said, "files"):
        key = (row["uri"], row["unit"])
        if key in states:
            wrong.append(f"listed twice: {key}")
        states[key] = row["state"]
    there = set()
    for folder, _, names in os.walk(os.path.realpath(data)):
        for name in names:
            there.add(os.path.join(folder, name))
            state = states.pop((os.path.join(folder, name), ""), None)
            if state not in FINAL:
                wrong.append(f"{os.path.join(folder, name)} is {state}")
    for key, state in states.items():
        if not key[1] or key[0] not in there:
            wrong.append(f"listed but not there: {key}")
        elif state not in FINAL:
            wrong.append(f"{key} is {state}")


def sound_ledger(out):
    db = sqlite3.connect(f"file:{out}/ledger.db?mode=ro", uri=True)
    for pragma in ("integrity_check", "foreign_key_check"):
        found = [r for r in db.execute(f"PRAGMA {pragma}") if r != ("ok",)]
        if found:
            wrong.append(f"{pragma}: {found[:3]}")
    db.close()


def no_leftovers(out):
    for folder, _, names in os.walk(out):
        wrong.extend(f"left behind: {os.path.join(folder, n)}" for n in names if LEFTOVER.search(n))
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as f:
                words = f.read().split(b"\0")
        except OSError:
            continue
        if os.fsencode(out) in words and os.path.basename(words[0]) == b"weir":
            wrong.append(f"process {pid} is still there")


def no_blame(said, truth):
    """A file that is good in truth may fail only because of the world. Code "forbidden" is strace's doing:
    it makes a call fail by giving it a number that no sandboxed child may use."""
    good = {(r["uri"], r["unit"]) for r in rows(truth, "files") if r["state"] in ("done", "ignored")}
    classes = {}
    for row in rows(said, "failures"):
        if row["code"] == "forbidden":
            good.discard((row["uri"], row["unit"]))
        classes.setdefault((row["uri"], row["unit"]), set()).add(row["class"])
    for row in rows(said, "files"):
        key = (row["uri"], row["unit"])
        if key in good and row["state"] in ("failed", "partial") and classes.get(key) != {"world"}:
            wrong.append(f"blamed: {key}: {row['state']} {row.get('code')}: {row.get('reason')}")


def main():
    command, *words = sys.argv[1:]
    if command == "normal":
        with open(words[0], encoding="utf-8") as f:
            print("\n".join(normal([json.loads(line) for line in f])))
    elif command == "blame":
        no_blame(*words)
    elif command == "end":
        out, said, truth, data = words
        same_tables(said, truth)
        every_object_once(said, data)
        sound_ledger(out)
        no_leftovers(out)
    else:
        sys.exit(__doc__)
    print("".join(f"{line}\n" for line in wrong[:20]), end="")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
