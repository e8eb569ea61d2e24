"""shared_layout.py: what a ledger has of its files, by sqlite3; and what the shared table has, by docs/dynamodb.md."""
import contextlib
import os
import sqlite3
import struct

NOT_THESE = {"files": {"id", "run", "starts", "revision"}, "variables": {"file"},
             "failures": {"id", "file", "run"}}


def exact(value):
    """A double by its bits, which tell 3.0 from 3 and -0.0 from 0.0."""
    return struct.pack(">d", value) if isinstance(value, float) else value


@contextlib.contextmanager
def connect(out):
    with contextlib.closing(sqlite3.connect(os.path.join(out, "ledger.db"))) as db, db:
        db.text_factory = bytes
        yield db


def columns(db, table):
    return [name.decode() for _, name, *_ in db.execute(f"PRAGMA table_info({table})")]


def rows(out, table):
    """[{column: value}] with uri and unit, in the ledger's order."""
    with connect(out) as db:
        kept = [c for c in columns(db, table) if c not in NOT_THESE[table]]
        if table == "variables":
            told = db.execute("SELECT f.uri, f.unit, v.* FROM variables v JOIN files f ON f.id = v.file"
                              " ORDER BY f.uri, f.unit, v.position").fetchall()
            names = ["uri", "unit"] + columns(db, table)
        else:
            order = "id" if table == "failures" else "uri, unit"
            told = db.execute(f"SELECT * FROM {table} ORDER BY {order}").fetchall()
            names = columns(db, table)
        kept = ["uri", "unit"] + [c for c in kept if c not in ("uri", "unit")]
        found = [dict(zip(names, row)) for row in told]
        return [{c: exact(row[c]) for c in kept} for row in found]


def dump(out, only=None):
    found = {table: rows(out, table) for table in NOT_THESE}
    found["failures"].sort(key=lambda r: r["uri"])  # stable: of one file as it was
    return {t: [r for r in all_ if only is None or r["uri"] in only] for t, all_ in found.items()}


def change(out, *statements):
    with connect(out) as db:
        for statement in statements:
            db.execute(*statement) if isinstance(statement, tuple) else db.execute(statement)


# ---- docs/dynamodb.md

def value(kind, told, is_double):
    if is_double:
        return exact(float(told))
    if kind == "N":
        return exact(float(told)) if set(told) & set(".eE") else int(told)
    return told.encode() if kind == "S" else told


def row_of(item, pieces, names):
    plain = {n: next(iter(v.items())) for n, v in item.items()}
    doubles = plain.get("doubles", ("S", ""))[1].split()
    row = {"uri": value(*plain.get("uri", plain["pk"]), False), "unit": value(*plain["unit"], False)}
    for name in names:
        row[name] = value(*plain[name], name in doubles) if name in plain else None
    for name in plain.get("continued", ("S", ""))[1].split():
        row[name] = b"".join(value(*next(iter(p["text"].items())), False) for k, p in sorted(pieces.items())
                             if k.split("#")[-2] == name)
    return row


def decode(tables, names):
    """What the ledger should have; {partition: {sort: item}} of both tables."""
    main, failures = tables
    found = {"files": [], "variables": [], "failures": []}
    for partition, items in sorted(main.items()):
        manifest = items.get("#*")
        if not manifest:
            continue
        generation = manifest["generation"]["S"]
        mine = {k: i for k, i in sorted(items.items()) if k.startswith(generation + "#")}
        others = {k: i for k, i in sorted(failures.get(partition, {}).items())
                  if k.startswith(generation + "#") or i.get("generation") == {"S": generation}}
        assert len(mine) == int(manifest["items"]["N"]), (partition, len(mine), manifest)
        assert len(others) == int(manifest["failure_items"]["N"]), (partition, others, manifest)
        lead = generation + "#*#"
        found["files"].append(row_of(manifest, {k: i for k, i in mine.items() if k.startswith(lead)}, names["files"]))
        for belong, kinds in ((mine, ("unit", "variable")), (others, ("failure",))):
            for k, item in belong.items():
                kind = item["kind"]["S"]
                if kind in kinds:
                    table = {"unit": "files", "variable": "variables", "failure": "failures"}[kind]
                    lead = (k if k.startswith(generation) else generation + "#" + k) + "#"
                    pieces = {p: i for p, i in belong.items() if p.startswith(lead)}
                    found[table].append(row_of(item, pieces, names[table]))
    found["files"].sort(key=lambda r: (r["uri"], r["unit"]))
    found["variables"].sort(key=lambda r: (r["uri"], r["unit"], r["position"]))
    found["failures"].sort(key=lambda r: r["uri"])
    return found
