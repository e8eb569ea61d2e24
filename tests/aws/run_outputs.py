"""run_outputs.py: what the `outputs:` of outputs.bash must have written, and what they have.

    run_outputs.py fill                    the buckets lake, with $FILES and $WORK/small, and out
    run_outputs.py OUT FOLDER QUESTION...  one line for each; the objects in the bucket out and the files in FOLDER
        same       are those of the rows that weir prints of OUT, byte by byte, and there are no others; how many
        tables     and those of small tables say of the column what Python makes of the table; how many
        uploads    of which some are unfinished; how many
        empty=KEY  has no bytes
        state=FILE gets what lies there, with times and i-nodes
        forget     are deleted

Names are made by the documented rules (docs/configuration.md), which for plain names are these."""
import csv
import json
import os
import shutil
import sqlite3
import subprocess
import sys

import s3


def printed(table, out):
    lines = subprocess.run([os.environ["WEIR"], table, "-o", out, "--format", "ndjson"], check=True,
                           capture_output=True).stdout.splitlines(keepends=True)
    return [(json.loads(line), line) for line in lines]


def bucket_and_key(uri):
    return uri[5:].split("/", 1) if uri.startswith("s3://") else ("local", uri[1:])


def work_keys(out):
    with sqlite3.connect(f"file:{out}/ledger.db?mode=ro", uri=True) as ledger:
        return {os.fsdecode(uri): key for uri, key in ledger.execute("SELECT uri, work_key FROM files WHERE unit = ''")}


def wanted(out):
    """({key: bytes}, {path: bytes}) of the three routes."""
    results, files, keys = printed("results", out), printed("files", out), work_keys(out)
    objects, local = {}, {}
    for row, line in results:
        name = "r/{}/{}.ndjson".format(*bucket_and_key(row["uri"]))
        objects[name] = objects.get(name, b"") + line
    of_file = {row["uri"]: row for row, _ in files if not row["unit"]}
    for row, line in results:
        if row["n"] is None or row["n"] <= 2:
            continue
        file = of_file[row["uri"]]
        when = file["first_time"][:7].replace("-", "/") if file["first_time"] else "undated"
        stem = os.path.splitext(row["uri"].rsplit("/", 1)[1])[0]
        name = f"{file['pipeline']}/{when}/{stem}.{keys[row['uri']]}"
        local[name] = local.get(name, b"") + line
    for row, line in files:
        if row["state"] == "done":
            unit = row["unit"] or "%2F"
            objects["f-{}/{}/".format(*bucket_and_key(row["uri"])) + unit if row["unit"]
                    else "f-{}/{}%2F".format(*bucket_and_key(row["uri"]))] = line
    return objects, local


def found(folder):
    emulator = s3.client()
    objects = {o["Key"]: emulator.get_object(Bucket="out", Key=o["Key"])["Body"].read()
               for page in emulator.get_paginator("list_objects_v2").paginate(Bucket="out") for o in page.get("Contents", [])}
    local = {}
    for directory, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(directory, name)
            with open(path, "rb") as f:
                local[os.path.relpath(path, folder)] = f.read()
    return objects, local


def same(out, folder):
    count = 0
    for should, does in zip(wanted(out), found(folder)):
        other = sorted(k for k in should.keys() | does.keys() if should.get(k) != does.get(k))
        if other:
            sys.exit(f"{len(other)} of {len(should)} are other: " + "\n".join(
                f"{k}: {should.get(k, b'none')[:300]!r}, but {does.get(k, b'none')[:300]!r}" for k in other[:3]))
        count += len(should)
    if uploads(out, folder):
        sys.exit("there are unfinished uploads")
    return count


def uploads(*_):
    return len(s3.client().list_multipart_uploads(Bucket="out").get("Uploads", []))


def tables(out, folder):
    objects = found(folder)[0]
    count = 0
    for uri in {row["uri"] for row, _ in printed("files", out)}:
        path = os.path.join(os.environ["WORK"], "small", os.path.basename(uri))
        if not os.path.exists(path):
            continue
        with open(path, encoding="ascii") as f:
            values = [float(row["t"]) for row in csv.DictReader(f)]
        lines = objects["r/{}/{}.ndjson".format(*bucket_and_key(uri))].splitlines()
        row = next(row for row in map(json.loads, lines) if row["variable"] == "t")
        assert row["uri"] == uri and row["n"] == row["valid"] == len(values), (row, values)
        assert (row["min"], row["max"], row["first"], row["last"]) == (min(values), max(values), values[0], values[-1]), row
        assert row["mean"] == sum(values) / len(values), row
        count += 1
    return count


def empty(_, folder, key):
    assert found(folder)[0][key] == b"", key
    return key


def state(_, folder, path):
    with open(path, "w", encoding="utf-8") as out:
        for page in s3.client().get_paginator("list_objects_v2").paginate(Bucket="out"):
            for o in page.get("Contents", []):
                print(o["Key"], o["LastModified"], o["ETag"], file=out)
        for directory, _, names in sorted(os.walk(folder)):
            for name in sorted(names):
                st = os.stat(os.path.join(directory, name))
                print(os.path.relpath(os.path.join(directory, name), folder), st.st_ino, st.st_mtime_ns, file=out)
    return path


def forget(_, folder):
    emulator = s3.client()
    for key in found(folder)[0]:
        emulator.delete_object(Bucket="out", Key=key)
    shutil.rmtree(folder, ignore_errors=True)
    return "forgotten"


def fill():
    s3.make("lake")
    s3.make("out")
    s3.tree("lake", "", os.environ["FILES"])
    s3.tree("lake", "small/", os.path.join(os.environ["WORK"], "small"))


if __name__ == "__main__":
    if sys.argv[1] == "fill":
        fill()
    known = {f.__name__: f for f in (same, tables, uploads, empty, state, forget)}
    for question in sys.argv[3:]:
        name, *more = question.split("=", 1)
        print(known[name](*sys.argv[1:3], *more))
