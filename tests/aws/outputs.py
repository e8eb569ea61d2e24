"""outputs.py: the objects and files that outputs.sh has written against the rows that were printed.

    outputs.py WORK uris     URIs of all files, NUL-separated, to WORK/uris
    outputs.py WORK same     all are there, and no others, byte by byte; how many
    outputs.py WORK spoil    some have other bytes; files without rows have an object"""
import json
import os
import sys

import s3

WORK = sys.argv[1].rstrip("/")


def rows(name):
    with open(f"{WORK}/{name}", encoding="utf-8", errors="surrogateescape", newline="\n") as f:
        return [(json.loads(line), line) for line in f]


def key_of(uri):
    """Of the URIs of this test: as the documentation says it, each by hand."""
    if uri.startswith("s3://data/"):
        assert uri == "s3://data/../x//é+y/..", uri
        return "data/%2E%2E/x/%2Fé+y/.."
    return "local/" + uri[1:].replace("%", "%25").replace("\n", "%0A")


def wanted():
    """(objects, files) by name."""
    files, results = rows("files"), rows("results")
    objects, local = {}, {}
    for row, line in results:
        name = "r/" + key_of(row["uri"]) + ".ndjson"
        objects[name] = objects.get(name, "") + line
    for row, line in files:
        if row["state"] != "failed":
            unit = "/" + row["unit"] if row["unit"] else "%2F"
            objects[f"units-{key_of(row['uri'])}{unit}"] = line
    for row, _ in files:
        if row["unit"] == "" and any(r["uri"] == row["uri"] for r, _ in results):
            name = row["uri"].rsplit("/", 1)[1]
            stem = name[:name.rindex(".")] if name.rfind(".") > 0 else name
            if name == "..":
                stem = "."
            when = f"{row['first_time'][:4]}/{row['first_time'][5:7]}" if row["first_time"] else "undated"
            local[f"{row['pipeline']}", when, stem.replace("%", "%25").replace("\n", "%0A")] = "".join(
                line for r, line in results if r["uri"] == row["uri"])
    return objects, local


def found():
    emulator = s3.client()
    objects = {o["Key"]: emulator.get_object(Bucket="out", Key=o["Key"])["Body"].read()
               for page in emulator.get_paginator("list_objects_v2").paginate(Bucket="out") for o in page.get("Contents", [])}
    local = {}
    for directory, _, names in os.walk(f"{WORK}/local"):
        for name in names:
            with open(os.path.join(directory, name), "rb") as f:
                parts = os.path.relpath(directory, f"{WORK}/local").split("/", 1)
                stem, work_key, ending = name.rsplit(".", 2)
                assert len(work_key) == 64 and ending == "ndjson", name
                local[(*parts, stem)] = f.read()
    return objects, local


def same():
    for should, does in zip(wanted(), found()):
        should = {k: v.encode("utf-8", "surrogateescape") for k, v in should.items()}
        # an empty one, where there once was another, is no rows
        other = [k for k in should.keys() | does.keys() if should.get(k, b"") != does.get(k, b"")]
        if other or not should.keys() <= does.keys():
            sys.exit(f"other: {len(other)}: {sorted(other)[:4]!r}")
    print(sum(map(len, wanted())))


def spoil():
    emulator, objects = s3.client(), found()[0]
    for key in list(objects)[::3]:
        emulator.put_object(Bucket="out", Key=key, Body=b"of an earlier version")
    failed = next(r for r, _ in rows("files") if r["state"] == "failed" and not r["unit"])
    emulator.put_object(Bucket="out", Key="r/" + key_of(failed["uri"]) + ".ndjson", Body=b"from before it failed")
    for directory, _, names in os.walk(f"{WORK}/local"):
        for name in names[:1]:
            with open(os.path.join(directory, name), "w", encoding="utf-8") as f:
                f.write("of an earlier version")


def uris():
    with open(f"{WORK}/uris", "wb") as f:
        for uri in dict.fromkeys(row["uri"] for row, _ in rows("files")):
            f.write(uri.encode("utf-8", "surrogateescape") + b"\0")


{"uris": uris, "same": same, "spoil": spoil}[sys.argv[2]]()
