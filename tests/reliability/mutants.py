#!/usr/bin/env python3
"""mutants.py make FILES FOLDER COUNT [FILE...]: damaged copies of every format's files, COUNT of each format,
by a fixed seed. FILES: what weir said of the sound ones (NDJSON).
mutants.py check FILES FOLDER: each of them has one verdict, and no reader of our own crashed, hung or took
too much: only libhdf5 may."""

import collections
import json
import os
import random
import sys

SEEDS = 8  # files of a format that are damaged in turn, the smallest ones
HEAD = 512  # half of the damage is done here, where the sizes and counts stand
BLOCK = 64


def flip(rng, data, at):
    for _ in range(rng.randint(1, 8)):
        data[at] ^= 1 << rng.randrange(8)
        at = rng.randrange(len(data))


def extreme(rng, data, at):
    size = min(rng.choice((1, 2, 4, 8)), len(data) - at)
    data[at:at + size] = bytes([rng.choice((0, 1, 0x7F, 0x80, 0xFF))]) * size


def cut(rng, data, at):
    del data[at:]


def insert(rng, data, at):
    data[at:at] = rng.randbytes(rng.randint(1, BLOCK))


def remove(rng, data, at):
    del data[at:at + rng.randint(1, BLOCK)]


def repeat(rng, data, at):
    block = data[at:at + rng.randint(1, 8 * BLOCK)]
    data[at:at] = block * rng.randint(1, 4)


def move(rng, data, at):
    block = data[at:at + rng.randint(1, BLOCK)]
    del data[at:at + len(block)]
    to = rng.randrange(len(data) + 1)
    data[to:to] = block


DAMAGES = (flip, extreme, cut, insert, remove, repeat, move)


def mutant(rng, sound):
    data = bytearray(sound)
    for _ in range(rng.choice((1, 1, 2, 4))):
        if not data:
            break
        end = min(HEAD, len(data)) if rng.random() < 0.5 else len(data)
        rng.choice(DAMAGES)(rng, data, rng.randrange(end))
    return bytes(data)


def rows(path):
    with open(path, encoding="utf-8") as f:
        return [json.loads(line) for line in f]


def make(said, folder, count):
    formats = collections.defaultdict(dict)
    for row in rows(said):
        if row["format"] and not row["unit"] and row["state"] in ("done", "partial"):
            ending = os.path.splitext(row["uri"])[1]
            kind = row["format"] + (ending if row["format"] == "las" else "")  # compressed or not
            formats[kind][row["uri"]] = row["size_bytes"]
    for kind, sizes in sorted(formats.items()):
        seeds = sorted(sizes, key=lambda uri: (sizes[uri], os.path.basename(uri)))[:SEEDS]
        rng = random.Random(kind)
        os.makedirs(os.path.join(folder, kind))
        for i in range(count):
            seed = seeds[i % len(seeds)]
            with open(seed, "rb") as f:
                sound = f.read()
            with open(os.path.join(folder, kind, f"{i:04}_{os.path.basename(seed)}"), "wb") as f:
                f.write(mutant(rng, sound))
        print(f"{kind}: {count} mutants of {', '.join(os.path.basename(s) for s in seeds)}")


def check(said, folder):
    folder = os.path.realpath(folder)
    found = {os.path.join(where, name) for where, _, names in os.walk(folder) for name in names}
    units = collections.Counter((row["uri"], row["unit"]) for row in rows(said))
    wrong = [f"{uri}: no verdict" for uri in sorted(found - {uri for uri, _ in units})]
    wrong += [f"{uri} {unit}: {n} verdicts" for (uri, unit), n in units.items() if n > 1]
    for row in rows(said):
        what = f"{row['uri']}: {row['state']}, {row['class']}, {row['code']}: {row['reason']}"
        foreign = row["format"] in ("hdf5", "netcdf4") or os.path.basename(os.path.dirname(row["uri"])) in (
            "hdf5", "netcdf4")
        if row["state"] == "ignored" and row["unit"]:
            continue  # a read-me in an archive
        if row["state"] not in ("done", "partial", "failed", "skipped"):
            wrong.append(what)
        elif row["state"] == "failed" and row["class"] != "data" and not foreign:
            wrong.append(what)
        elif row["state"] in ("partial", "failed") and not row["reason"]:
            wrong.append(what + ": no reason")
    states = collections.Counter(row["state"] for row in rows(said))
    print(", ".join(f"{n} {state}" for state, n in sorted(states.items())))
    print(*wrong, sep="\n", file=sys.stderr, end="\n" if wrong else "")
    return 1 if wrong or not found else 0


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(sys.argv[2], sys.argv[3], int(sys.argv[4]))
    else:
        sys.exit(check(sys.argv[2], sys.argv[3]))
