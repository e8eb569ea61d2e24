"""archives.py FOLDER: archives of every kind and with every trap, made by Python's own modules (7z, zstd,
lz4 and compress through libarchive's writer), and FOLDER.json: what a reader must find in each."""
import bz2, ctypes, gzip, io, json, lzma, os, struct, subprocess, sys, tarfile, zipfile, zlib

folder = sys.argv[1]
os.makedirs(folder, exist_ok=True)
expected = {}


def table(rows, seed=1):
    return "".join(["time,value\n"] + [f"2024-06-01T{i % 24:02d}:00:00Z,{i * seed}\n" for i in range(rows)]).encode()


def member(rows, state="done", code=None):
    return {"state": state, "rows": rows, "code": code}


def noted(note):
    return {**DONE, "note": note}


def cut(data):
    """Of what is left of a table the whole lines."""
    return member(data.count(b"\n") - 1, "partial", "truncated")


def bad(code, state="failed"):
    return {"state": state, "rows": None, "code": code}


DONE, IGNORED = {"state": "done", "rows": None, "code": None}, {"state": "ignored", "rows": None, "code": None}
A, B = table(3), table(5, 2)


def save(name, data, archive, units):
    with open(os.path.join(folder, name), "wb") as f:
        f.write(data)
    expected[name] = {"": archive, **units}


def zipped(members, method=zipfile.ZIP_DEFLATED, comment=b""):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as z:
        for name, data in members:
            z.writestr(name, data)
        z.comment = comment
    return out.getvalue()


def tarred(members, format=tarfile.GNU_FORMAT):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=format) as t:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            t.addfile(info, io.BytesIO(data))
    return out.getvalue()


def by_libarchive(members, format, filter=None):
    la = ctypes.CDLL("libarchive.so.13")
    for name in ("archive_write_new", "archive_entry_new"):
        getattr(la, name).restype = ctypes.c_void_p
    room, used = ctypes.create_string_buffer(1 << 20), ctypes.c_size_t()
    a = ctypes.c_void_p(la.archive_write_new())
    getattr(la, "archive_write_set_format_" + format)(a)
    if filter:
        getattr(la, "archive_write_add_filter_" + filter)(a)
    la.archive_write_set_bytes_per_block(a, 0)
    assert la.archive_write_open_memory(a, room, ctypes.c_size_t(len(room)), ctypes.byref(used)) == 0
    for name, data in members:
        e = ctypes.c_void_p(la.archive_entry_new())
        la.archive_entry_set_pathname(e, name.encode())
        la.archive_entry_set_filetype(e, 0o100000)
        la.archive_entry_set_perm(e, 0o644)
        la.archive_entry_set_size(e, ctypes.c_int64(len(data)))
        assert la.archive_write_header(a, e) == 0
        la.archive_write_data(a, data, ctypes.c_size_t(len(data)))
    la.archive_write_close(a)
    la.archive_write_free(a)
    return room.raw[:used.value]


both = [("a.csv", A), ("b.csv", B)]
both_units = {"a.csv": member(3), "b.csv": member(5)}

# ---- kinds
save("deflated.zip", zipped(both), DONE, both_units)
save("stored.zip", zipped(both, zipfile.ZIP_STORED, b"a comment"), DONE, both_units)
save("bzip2.zip", zipped(both, zipfile.ZIP_BZIP2), DONE, both_units)
save("lzma.zip", zipped(both, zipfile.ZIP_LZMA), DONE, both_units)
for name, format in (("gnu", tarfile.GNU_FORMAT), ("pax", tarfile.PAX_FORMAT), ("ustar", tarfile.USTAR_FORMAT)):
    save(f"{name}.tar", tarred(both, format), DONE, both_units)
tar = tarred(both)
save("t.tar.gz", gzip.compress(tar), DONE, both_units)
save("t.tgz", gzip.compress(tar), DONE, both_units)
save("t.tar.bz2", bz2.compress(tar), DONE, both_units)
save("t.tar.xz", lzma.compress(tar), DONE, both_units)
save("t.tar.zst", by_libarchive(both, "gnutar", "zstd"), DONE, both_units)
save("t.tar.Z", by_libarchive(both, "gnutar", "compress"), DONE, both_units)
save("s.7z", by_libarchive(both, "7zip"), DONE, both_units)
save("nobody_says.bin", zipped(both), DONE, both_units)
save("one.csv.gz", gzip.compress(A), DONE, {"one.csv": member(3)})
save("one.csv.bz2", bz2.compress(A), DONE, {"one.csv": member(3)})
save("one.csv.xz", lzma.compress(A), DONE, {"one.csv": member(3)})
for filter, ending in (("zstd", "zst"), ("lz4", "lz4"), ("compress", "Z")):
    save(f"one.csv.{ending}", by_libarchive([("x", A)], "raw", filter), DONE, {"one.csv": member(3)})
with open(os.path.join(folder, "renamed.gz"), "wb") as f, gzip.GzipFile("cast7.csv", "wb", fileobj=f) as z:
    z.write(A)
expected["renamed.gz"] = {"": DONE, "cast7.csv": member(3)}

# ---- several streams, and what lies behind them
half = len(A) // 2
save("two_streams.csv.gz", gzip.compress(A[:half]) + gzip.compress(A[half:]), DONE, {"two_streams.csv": member(3)})
save("two_streams.csv.bz2", bz2.compress(A[:half]) + bz2.compress(A[half:]), DONE, {"two_streams.csv": member(3)})
save("two_streams.csv.xz", lzma.compress(A[:half]) + lzma.compress(A[half:]), DONE, {"two_streams.csv": member(3)})
save("zeros_behind.csv.gz", gzip.compress(A) + b"\0" * 700, DONE, {"zeros_behind.csv": member(3)})
for ending, pack, word in (("gz", gzip.compress, "gzip"), ("bz2", bz2.compress, "bzip2")):
    save(f"garbage_behind.csv.{ending}", pack(A) + b"garbage", noted(f"is no {word}"), {"garbage_behind.csv": member(3)})
save("garbage_behind.tar.gz", gzip.compress(tar) + b"garbage", noted("is no gzip"), both_units)
save("zeros_behind.csv.bz2", bz2.compress(A) + b"\0" * 700, DONE, {"zeros_behind.csv": member(3)})
second = tarred([("b.csv", B)])
save("two.tar", tarred([("a.csv", A)]) + second, DONE, both_units)
save("two.tar.gz", gzip.compress(tarred([("a.csv", A)])) + gzip.compress(second), DONE, both_units)
save("zeros_behind.tar", tar + b"\0" * 30000, DONE, both_units)
save("garbage_behind.tar", tar + b"garbage, " * 500, noted("does not end as tars do"), both_units)

# ---- damage
large = table(3000)
g = bytearray(gzip.compress(large))
left = zlib.decompressobj(31).decompress(g[: len(g) // 2])
assert not left.endswith(b"\n")
save("cut.csv.gz", g[: len(g) // 2], bad("truncated", "partial"), {"cut.csv": cut(left)})
save("no_trailer.csv.gz", g[:-6], bad("truncated", "partial"), {"no_trailer.csv": cut(large)})
save("cut.zip.gz", gzip.compress(zipped(both))[:-9], bad("truncated"), {"cut.zip": bad("truncated")})
save("cut.csv.gz.gz", gzip.compress(gzip.compress(A))[:-9], bad("truncated"), {"cut.csv.gz": bad("truncated")})
save("cut.bin.gz", gzip.compress(bytes(range(256)) * 9)[:-9], bad("truncated"), {"cut.bin": bad("truncated")})
g[-8] ^= 1
save("crc.csv.gz", g, bad("checksum"), {"crc.csv": bad("checksum")})
t = bytearray(gzip.compress(tar))
t[-8] ^= 1
save("crc.tar.gz", t, bad("checksum", "partial"), both_units)
for name, data in (("cut.csv.bz2", bz2.compress(large)), ("cut.csv.xz", lzma.compress(large)),
                   ("cut.csv.zst", by_libarchive([("x", large)], "raw", "zstd"))):
    save(name, data[: len(data) // 2], bad("truncated"), {})
x = bytearray(lzma.compress(large))
x[len(x) // 2] ^= 0x10
save("hurt.csv.xz", x, bad("damaged"), {})
z = zipped([("a.csv", A), ("large.csv", large), ("b.csv", B)])
save("cut.zip", z[: z.index(b"b.csv")], bad("truncated", "partial"), {"a.csv": member(3), "large.csv": member(3000)})
save("no_directory.zip", z[: z.index(b"PK\1\2")], bad("truncated", "partial"),
     {"a.csv": member(3), "large.csv": member(3000), "b.csv": member(5)})
# the list of members at the end of a zip in a cut one is not that of the cut one
for name, inside, units in (("nested", [("b.csv", B)], {"inner.zip/b.csv": member(5)}), ("nested_empty", [], {})):
    outer = zipped([("a.csv", A), ("inner.zip", zipped(inside)), ("large.csv", large)], zipfile.ZIP_STORED)
    save(f"cut_{name}.zip", outer[: outer.index(b"large.csv") + 2000], bad("truncated", "partial"),
         {"a.csv": member(3), "inner.zip": DONE, **units, "large.csv": cut(large[: 2000 - len("large.csv")])})
save("behind.zip", zipped(both) + b"garbage", DONE, both_units)
save("types.zip", zipped([("mimetypes.csv", A)]), DONE, {"mimetypes.csv": member(3)})
z = bytearray(z)
z[z.index(b"large.csv") + 9 + 30] ^= 0x40
save("hurt.zip", z, DONE, {"a.csv": member(3), "large.csv": bad("damaged"), "b.csv": member(5)})
z = bytearray(zipped(both, zipfile.ZIP_STORED))
z[z.index(b"00:00Z,1")] = ord("9")
save("crc.zip", z, DONE, {"a.csv": bad("checksum"), "b.csv": member(5)})
save("cut.tar", tarred([("a.csv", A), ("large.csv", large)])[:3000], bad("truncated", "partial"),
     {"a.csv": member(3), "large.csv": cut(large[: 3000 - 3 * 512])})
t = bytearray(tarred([("a.csv", A), ("lost.csv", A), ("b.csv", B)]))
t[t.index(b"lost.csv")] ^= 1
save("hurt_header.tar", t, bad("damaged", "partial"), both_units)
save("hurt_header.tar.gz", gzip.compress(t), bad("damaged", "partial"), both_units)
save("end_missing.tar", tar[: 512 * 4], noted("may have been cut"), both_units)
save("garbage.zip", b"PK\3\4" + bytes(range(250)) * 9, None, {})

# ---- names
names = [("../up.csv", A), ("/etc/absolute.csv", A), ("a/../../../far.csv", A), ("x.csv", A), ("x.csv", B),
         ("./y.csv", A), ("sub/deep/y.csv", B), ("b\\c.csv", A), ("tab\there.csv", A), (" ", A), ("..", A)]
units = {"../up.csv": member(3), "/etc/absolute.csv": member(3), "a/../../../far.csv": member(3), "x.csv": member(3),
         "x.csv#2": member(5), "y.csv": member(3), "sub/deep/y.csv": member(5), "b\\c.csv": member(3),
         "tab\\there.csv": member(3), " ": member(3), "..": member(3)}
save("names.tar", tarred(names), noted("4 members are named as if outside"), units)
latin = io.BytesIO()
with tarfile.open(fileobj=latin, mode="w", format=tarfile.GNU_FORMAT, encoding="latin-1") as t:
    info = tarfile.TarInfo("T\xe9mp.csv")
    info.size = len(A)
    t.addfile(info, io.BytesIO(A))
save("latin.tar", latin.getvalue(), DONE, {"T\\xe9mp.csv": member(3)})
save("utf8.zip", zipped([("Température 1.csv", A), ("温度.csv", B)]), DONE,
     {"Température 1.csv": member(3), "温度.csv": member(5)})
save("utf8.tar", tarred([("Température 1.csv", A)], tarfile.PAX_FORMAT), DONE, {"Température 1.csv": member(3)})
save("utf8.7z", by_libarchive([("plain.csv", A)], "7zip"), DONE, {"plain.csv": member(3)})

# ---- what is no file, what is no data
out = io.BytesIO()
with tarfile.open(fileobj=out, mode="w") as t:
    for name, kind, target in (("d", tarfile.DIRTYPE, ""), ("link", tarfile.SYMTYPE, "/etc/passwd"),
                               ("hard", tarfile.LNKTYPE, "a.csv"), ("null", tarfile.CHRTYPE, ""),
                               ("fifo", tarfile.FIFOTYPE, "")):
        info = tarfile.TarInfo(name)
        info.type, info.linkname = kind, target
        t.addfile(info)
    for name, data in both + [("README.md", b"# words\n"), ("empty.csv", b"")]:
        info = tarfile.TarInfo(name)
        info.size = len(data)
        t.addfile(info, io.BytesIO(data))
save("kinds.tar", out.getvalue(), noted("left out: 2 links"), {**both_units, "README.md": IGNORED, "empty.csv": bad("empty")})

# sparse: 1 MiB of nothing, four bytes, nothing again up to 3 MiB; old GNU headers and those of pax
holes = os.path.join(folder, "holes")
with open(holes, "wb") as f:
    f.truncate(3 << 20)
    f.seek(1 << 20)
    f.write(b"data")
for format in ("gnu", "pax"):
    path = f"{folder}/sparse_{format}.tar"
    subprocess.run(["tar", "-C", folder, f"--format={format}", "--sparse", "-cf", path, "holes"], check=True)
    expected[f"sparse_{format}.tar"] = {"": DONE, "holes": {**bad("unrecognised"), "size": 3 << 20}}
os.unlink(holes)
save("empty.zip", zipped([]), noted("has no members"), {})
save("empty.tar", tarred([]), noted("has no members"), {})
save("empty.tar.gz", gzip.compress(tarred([])), DONE, {})
save("zeros.dat.gz", gzip.compress(b"\0" * 4096), DONE, {"zeros.dat": bad("unrecognised")})
save("book.xlsx", zipped([("[Content_Types].xml", b"<Types/>"), ("xl/sheet1.xml", b"<x/>")]), bad("unrecognised"), {})

# ---- encrypted: the flag is what tells, and the twelve bytes before the data
z = bytearray(zipped(both, zipfile.ZIP_STORED))
z[6] |= 1
z[z.index(b"PK\1\2") + 8] |= 1
save("encrypted.zip", z, DONE, {"a.csv": bad("encrypted"), "b.csv": member(5)})

# ---- zip64, lengths behind the data
out = io.BytesIO()
with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
    with z.open("a.csv", "w", force_zip64=True) as f:
        f.write(A)
    z.writestr("b.csv", B)
save("zip64.zip", out.getvalue(), DONE, both_units)


class Pipe(io.RawIOBase):
    """Cannot seek, so that zipfile writes lengths behind the data."""

    def __init__(self):
        self.data = bytearray()

    def writable(self):
        return True

    def write(self, b):
        self.data += b
        return len(b)


pipe = Pipe()
with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as z:
    for name, data in both:
        z.writestr(name, data)
save("behind.zip", bytes(pipe.data), DONE, both_units)

# ---- behind something else
stub = open(sys.executable, "rb").read(300000)
assert stub.startswith(b"\x7fELF")
server = b"HTTP/1.1 200 OK\r\nContent-Type: application/zip\r\n\r\n"
for name, front in (("byte", b"X"), ("kilobyte", bytes(range(128, 256)) * 8), ("program", stub), ("server", server)):
    for remark in (b"", b"a comment", b"PK\5\6" * 15000):
        save(f"{name}_{len(remark)}.bin", front + zipped(both, comment=remark), DONE, both_units)
    save(f"{name}_middle.bin", front + zipped(both) + bytes(range(128, 256)), None, {})
    out = io.BytesIO(front)
    with zipfile.ZipFile(out, "a") as z:  # its list counts from the file's start
        for member_name, data in both:
            z.writestr(member_name, data)
    save(f"{name}_added.bin", out.getvalue(), DONE, both_units)
few, zipfile.ZIP_FILECOUNT_LIMIT = zipfile.ZIP_FILECOUNT_LIMIT, 1  # so that the end is one of zip64
save("program_zip64.bin", stub + zipped(both), DONE, both_units)
zipfile.ZIP_FILECOUNT_LIMIT = few
save("behind_in.tar.gz", gzip.compress(tarred([("setup.exe", stub[:1000] + zipped(both))])), DONE,
     {"setup.exe": DONE, **{f"setup.exe/{name}": unit for name, unit in both_units.items()}})

# ---- archives in archives
inner = zipped(both)
save("nested.zip", zipped([("inner.zip", inner), ("t.tgz", gzip.compress(tar)), ("a.csv.gz", gzip.compress(A, mtime=0))]),
     DONE, {"inner.zip": DONE, "inner.zip/a.csv": member(3), "inner.zip/b.csv": member(5), "t.tgz": DONE,
            "t.tgz/a.csv": member(3), "t.tgz/b.csv": member(5), "a.csv.gz": DONE, "a.csv.gz/a.csv": member(3)})
deep, units, path = zipped(both), {}, ""
for level in range(5, 1, -1):
    deep = zipped([("a.csv", A), (f"l{level}.zip", deep)])
for level in range(2, 6):
    units[path + "a.csv"] = member(3)
    path += f"l{level}.zip"
    units[path] = DONE if level < 5 else bad("archive_limit")
    path += "/"
save("deep.zip", deep, DONE, units)
save("same.zip", zipped([("i.zip/a.csv", A), ("i.zip", zipped([("a.csv", B)]))]), DONE,
     {"i.zip/a.csv": member(3), "i.zip": DONE, "i.zip/a.csv#2": member(5)})

# ---- bombs: 200 MiB of zeros in one member, and in archives of archives
zeros = zlib.compressobj(9, zlib.DEFLATED, -15)
flat = b"".join(zeros.compress(b"\0" * (1 << 20)) for _ in range(200)) + zeros.flush()
crc = 0
for _ in range(200):
    crc = zlib.crc32(b"\0" * (1 << 20), crc)


def raw_zip(name, packed, size, crc):
    head = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 33, crc, len(packed), size, len(name), 0)
    local = b"PK\3\4" + head + name + packed
    central = b"PK\1\2" + struct.pack("<H", 20) + head + struct.pack("<HHHII", 0, 0, 0, 0, 0) + name
    return local + central + b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), len(local), 0)


bomb = raw_zip(b"zeros.csv", flat, 200 << 20, crc)
save("bomb.zip", bomb, bad("archive_limit"), {"zeros.csv": bad("archive_limit")})
save("bomb.csv.gz", gzip.compress(b"\0" * (200 << 20)), bad("archive_limit"), {"bomb.csv": bad("archive_limit")})
layer = zipped([(f"{i}.zip", bomb) for i in range(4)])
save("bombs.zip", zipped([("a.csv", A), ("layer.zip", layer)]), bad("archive_limit"),
     {"a.csv": member(3), "layer.zip": bad("archive_limit"), "layer.zip/0.zip": bad("archive_limit"),
      "layer.zip/0.zip/zeros.csv": bad("archive_limit"), **{f"layer.zip/{i}.zip": bad("archive_limit") for i in (1, 2, 3)}})

# ---- many
save("many.zip", zipped([(f"m/{i:05d}.csv", table(2, i)) for i in range(3000)]), DONE,
     {f"m/{i:05d}.csv": member(2) for i in range(3000)})

with open(folder + ".json", "w") as f:
    json.dump(expected, f)
