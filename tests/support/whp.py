#!/usr/bin/env python3
"""whp.py FOLDER: WHP-Exchange files of an invented cruise with the traps that such files hold, zips of CTD
casts, and truth.json: what is in them, by this script's own arithmetic on the digits it writes.

truth.json: a list of {"file", "unit" (member of a zip, else ""), "rows", "first", "last" (UTC), "columns": {name:
{"n", "valid", "missing", "min", "max", "mean", "first", "last"}}}; numbers of a column without values are null.
"""
import json, os, random, sys, zipfile
from fractions import Fraction

SENTINELS = ["-999", "-999.", "-999.0", "-999.00", "-999.0000", "  -999.00", "-999.0000000", " -999 ", "-9.99E+02"]

class Column:
    """Numbers as they are written; None is missing."""
    def __init__(self, name, units, digits, low, high, missing, flagged):
        self.name, self.units, self.digits, self.low, self.high = name, units, digits, low, high
        self.missing, self.flagged, self.values = missing, flagged, []

    def cell(self, r):
        if r.random() < self.missing:
            self.values.append(None)
            return r.choice(SENTINELS + ["", "NaN"] if self.flagged else SENTINELS)
        text = f"{r.uniform(self.low, self.high):.{self.digits}f}"
        self.values.append(Fraction(text))
        return r.choice(["", " ", "      "]) + text + r.choice(["", " "])

def told(values):
    valid = [v for v in values if v is not None]
    number = lambda v: None if v is None else float(v)
    return {"n": len(values), "valid": len(valid), "missing": len(values) - len(valid),
            "min": number(min(valid, default=None)), "max": number(max(valid, default=None)),
            "mean": number(sum(valid, Fraction(0)) / len(valid)) if valid else None,
            "first": number(valid[0]) if valid else None, "last": number(valid[-1]) if valid else None}

def parameters(r):
    """Which columns a file has differs from file to file, and so does their order."""
    every = [Column("CTDSAL", "PSS-78", 4, 30, 37, 0.1, True), Column("OXYGEN", "UMOL/KG", 1, 150, 320, 0.3, True),
             Column("NITRAT", "UMOL/KG", 2, 0, 40, 0.5, True), Column("CFC-11", "PMOL/KG", 3, -0.01, 4, 0.9, True),
             Column("DELC14", "/MILLE", 1, -240, 100, 1.0, True), # nothing but sentinels
             Column("SALNTY", "PSS-78", 4, 30, 37, 0, True), Column("CTDTMP", "ITS-90", 4, -1.9, 29, 0.05, True),
             Column("TEMP9", "ITS-90", 1, -1000.5, -998.5, 0, False)] # near the sentinel, rarely on it
    chosen = r.sample(every[:-1], r.randint(3, len(every) - 1))
    return [Column("CTDPRS", "DBAR", 1, 0, 6000, 0, True)] + chosen

def flag(column, r):
    """Of the last value; it says nothing about whether that counts."""
    return "9" if column.values[-1] is None else r.choice("2234")

def bottle(r, options):
    columns, rows = parameters(r), options.get("rows", r.randint(1, 60))
    flagged = [c for c in columns if c.flagged]
    names = ["EXPOCODE", "STNNBR", "CASTNO", "SAMPNO", "DATE", "TIME", "NOTE"]
    units = [""] * len(names)
    for c in columns:
        names += [c.name] + ([c.name + "_FLAG_W"] if c in flagged else [])
        units += [c.units] + ([""] if c in flagged else [])
    minutes, body, flags = r.randrange(0, 600), [], {c.name: [] for c in flagged}
    station = r.randint(1, 200)
    for i in range(rows):
        minute = minutes + 7 * i
        clock = f"{minute // 60 % 24:02d}{minute % 60:02d}"
        day = 1 + minute // 1440
        cells = ["99WE20240301", f"{station:7d}", "  1", f"{rows - i:5d}", f"202403{day:02d}", clock,
                 r.choice(['"a, b"', "x=1", "Andr\xe9", "", "#5"])]
        for c in columns:
            cells.append(c.cell(r))
            if c in flagged:
                flags[c.name].append(int(flag(c, r)))
                cells.append(str(flags[c.name][-1]))
        body.append(",".join(cells))
        if options.get("blank") and r.random() < 0.2:
            body.append(r.choice(["", "# a comment = among the rows", "   "]))
    end = options.get("newline", "\n")
    lines = ["BOTTLE,20240401WEIRTST", "# made up; A = B, C", "#"] + ([""] if options.get("blank") else [])
    text = end.join(lines + [",".join(names), ",".join(units)] + body) + end
    if not options.get("no_end"):
        text += "END_DATA" + end + ("END_DATA is behind us, 1, 2\n" if options.get("behind") else "")
    elif options.get("no_newline"):
        text = text[:-len(end)]
    truth = {"rows": rows, "first": instant(minutes), "last": instant(minutes + 7 * (rows - 1)), "columns": {}}
    for c in columns:
        truth["columns"][c.name] = told(c.values)
    for name, values in flags.items():
        truth["columns"][name + "_FLAG_W"] = told([Fraction(v) for v in values])
    return text.encode("latin-1"), truth

def instant(minute):
    return f"2024-03-{1 + minute // 1440:02d}T{minute // 60 % 24:02d}:{minute % 60:02d}:00Z"

def cast(r, options):
    columns, rows = parameters(r), options.get("rows", r.randint(1, 300))
    end, minute = options.get("newline", "\n"), r.randrange(0, 1440)
    pairs = ["EXPOCODE = 99WE20240301", f"STNNBR = {r.randint(1, 200)}", "CASTNO = 1", "DATE = 20240301",
             f"TIME = {minute // 60:02d}{minute % 60:02d}", "LATITUDE =  -32.5068", "LONGITUDE = -133.0297", "DEPTH = -999"]
    count = options.get("number_headers", len(pairs) + 1)
    lines = ["CTD,20240401WEIRTST", "# A = B, a comment"] + ([""] if options.get("blank") else [])
    lines += [f"NUMBER_HEADERS = {count}"] + pairs
    lines += [",".join([n for c in columns for n in (c.name, c.name + "_FLAG_W")] + ["REMARK"]),
              ",".join([n for c in columns for n in (c.units, "")] + [""])]
    for _ in range(rows):
        lines.append(",".join([n for c in columns for n in (c.cell(r), flag(c, r))] + [r.choice(["", "k=v", "ok"])]))
        if options.get("blank") and r.random() < 0.1:
            lines.append("")
    lines += [] if options.get("no_end") else ["END_DATA"]
    truth = {"rows": rows, "first": instant(minute), "last": instant(minute),
             "columns": {c.name: told(c.values) for c in columns}}
    return (end.join(lines) + end).encode("latin-1"), truth

BOTTLES = [{}, {"newline": "\r\n"}, {"blank": True}, {"no_end": True}, {"no_end": True, "no_newline": True}, {"behind": True},
           {"rows": 1}, {"rows": 5000}, {"blank": True, "newline": "\r\n", "no_end": True}, {}, {}, {}]
CASTS = [{}, {"newline": "\r\n"}, {"blank": True}, {"no_end": True}, {"number_headers": 3}, {"number_headers": 99},
         {"rows": 1}, {"rows": 4000}, {}, {}]

def main(folder):
    r, truth = random.Random(20240301), []
    def write(name, content):
        os.makedirs(os.path.dirname(f"{folder}/{name}"), exist_ok=True)
        with open(f"{folder}/{name}", "wb") as f:
            f.write(content)
    for leg in ("leg1", "leg2"): # the same names again in another folder
        for i, options in enumerate(BOTTLES):
            content, said = bottle(r, options)
            # an ending says nothing: .csv, none, one in capitals, one of something else
            name = f"{leg}/99WE_{i:02d}_hy1" + (".csv", ".csv", ".CSV", "", ".txt", ".dat")[i % 6]
            write(name, content)
            truth.append({"file": name, "unit": "", **said})
        members = []
        for i, options in enumerate(CASTS):
            content, said = cast(r, options)
            unit = f"99WE_{i:05d}_ct1.csv" if i % 3 else f"casts/99WE_{i:05d}_ct1.csv"
            members.append((unit, content))
            write(f"{leg}/plain/{unit}", content)
            truth.append({"file": f"{leg}/plain/{unit}", "unit": "", **said})
            truth.append({"file": f"{leg}/99WE_ct1.zip", "unit": unit, **said})
        with zipfile.ZipFile(f"{folder}/{leg}/99WE_ct1.zip", "w") as z:
            for k, (unit, content) in enumerate(members):
                z.writestr(zipfile.ZipInfo(unit), content, zipfile.ZIP_DEFLATED if k % 2 else zipfile.ZIP_STORED)
            z.writestr("README.txt", "Casts of a cruise that does not exist.\n")
    with open(f"{folder}/truth.json", "w") as f:
        json.dump(truth, f)

if __name__ == "__main__":
    main(sys.argv[1])
