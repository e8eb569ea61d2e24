#!/usr/bin/env python3
"""Makes the compressed point files of this folder: make.py FOLDER (needs numpy and lazrs 0.8 from PyPI).

Every field of every point follows from the point's number alone (record(), the same in
tests/formats/laz_points.h), so that no twin has to be kept. The records are compressed by lazrs. What
lazrs does not write was compressed by LASzip 3.5 of the same records: format5_version1 and
format10_version4."""
import io
import os
import struct
import sys

WORD = 0xFFFFFFFF
SIZES = {"POINT10": 20, "GPSTIME11": 8, "RGB12": 6, "WAVEPACKET13": 29, "POINT14": 30, "RGB14": 6, "RGBNIR14": 8,
         "WAVEPACKET14": 29, "BYTE": 3, "BYTE14": 3}
TYPES = {"BYTE": 0, "POINT10": 6, "GPSTIME11": 7, "RGB12": 8, "WAVEPACKET13": 9, "POINT14": 10, "RGB14": 11,
         "RGBNIR14": 12, "WAVEPACKET14": 13, "BYTE14": 14}
HEADER = 375
VARYING = WORD

# name, point format, compressor, points of a chunk, version, items
FILES = [
    ("format5_version2", 5, 2, 25, 2, ["POINT10", "GPSTIME11", "RGB12", "WAVEPACKET13", "BYTE"]),
    ("format1_one_chunk", 1, 2, 50000, 2, ["POINT10", "GPSTIME11"]),
    ("format3_varying", 3, 2, VARYING, 2, ["POINT10", "GPSTIME11", "RGB12"]),
    ("format7_version3", 7, 3, 25, 3, ["POINT14", "RGB14", "BYTE14"]),
    ("format8_varying", 8, 3, VARYING, 3, ["POINT14", "RGBNIR14", "BYTE14"]),
    ("format10_one_channel", 10, 3, 25, 3, ["POINT14", "RGBNIR14", "WAVEPACKET14"]),
]
POINTS = 60
VARYING_CHUNKS = [7, 1, 30, 22]


def mix(i, field):
    x = (i * 0x9E3779B1 + field * 0x85EBCA77) & WORD
    x ^= x >> 15
    x = x * 0x2C1B3C6D & WORD
    return x ^ x >> 12


def place(i):
    x = mix(i, 0) if i % 17 == 5 else i * 37 + mix(i, 0) % 200
    return struct.pack("<III", x & WORD, i * 11 - mix(i, 1) % 50 & WORD, 1000 + mix(i, 2) % 100) + struct.pack(
        "<H", mix(i, 3) % 400)


def gps_time(i):
    if i % 19 == 7:
        return struct.pack("<d", -5.25 * (i + 1))
    return struct.pack("<d", 100000 + i // 3 * 0.0625 + (1e9 if i // 16 % 3 == 2 else 0))


def item(kind, i, channels):
    direction = (i // 20 % 2) << 6 | (i % 29 == 0) << 7
    user_data = mix(i, 8) & 255 if mix(i, 7) % 3 == 0 else 7
    if kind == "POINT10":
        count = 1 + mix(i, 4) % 7
        returns = mix(i, 5) % (count + 1) | count << 3
        return place(i) + struct.pack("<BBbBH", returns | direction, [1, 2, 2, 5][mix(i, 6) % 4], i // 9 % 40 - 20,
                                      user_data, i // 25 * 3)
    if kind == "POINT14":
        count = 1 + mix(i, 4) % 15
        returns = mix(i, 5) % (count + 1) | count << 4
        flags = mix(i, 9) & 15 if mix(i, 6) % 3 == 0 else 0
        channel = 0 if not channels or i % 10 < 6 else mix(i, 14) & 3
        return place(i) + struct.pack("<BBBBhH", returns, flags | channel << 4 | direction, [1, 2, 2, 200][mix(i, 6) % 4],
                                      user_data, i // 9 * 30 - 2000, i // 25 * 3) + gps_time(i)
    if kind == "GPSTIME11":
        return gps_time(i)
    if kind.startswith("RGB"):
        red = (mix(i, 10) & 255) * 257
        green, blue = (mix(i, 11) & 0xFFFF, mix(i, 12) & 0xFF) if i % 3 == 0 else (red, red)
        return struct.pack("<HHHH", red, green, blue, mix(i, 13) % 512)[:SIZES[kind]]
    if kind.startswith("WAVEPACKET"):
        offset = i * 200 + (1 << 40 if i % 13 == 5 else 0)
        return struct.pack("<BQIIIII", mix(i, 15) % 3, offset, 200 + (i % 4 == 0), *(mix(i, 16 + k) for k in range(4)))
    return bytes([i & 255, mix(i, 20) & 3, 9])


def record(items, i, channels):
    return b"".join(item(kind, i, channels) for kind in items)


def header(point_format, vlr, record_bytes):
    h = bytearray(HEADER)
    h[0:4] = b"LASF"
    h[24:26] = bytes([1, 4])
    struct.pack_into("<HII", h, 94, HEADER, HEADER + 54 + len(vlr), 1)
    struct.pack_into("<BH", h, 104, point_format | 128, record_bytes)
    struct.pack_into("<I", h, 107, POINTS if point_format < 6 else 0)
    struct.pack_into("<ddd", h, 131, 0.01, 0.01, 0.01)
    struct.pack_into("<Q", h, 247, POINTS)
    head = struct.pack("<H16sHH32s", 0, b"laszip encoded", 22204, len(vlr), b"")
    return bytes(h) + head + vlr


def make(folder, name, point_format, compressor, chunk, version, items):
    import lazrs
    import numpy as np

    # wave packets of formats 4 and 5 have version 1 only
    rows = [struct.pack("<HHH", TYPES[k], SIZES[k], 1 if k == "WAVEPACKET13" else version) for k in items]
    vlr = struct.pack("<HHBBHIIqqH", compressor, 0, 3, 4, 0, 0, chunk, -1, -1, len(items)) + b"".join(rows)
    out = io.BytesIO(header(point_format, vlr, sum(SIZES[k] for k in items)))
    out.seek(0, os.SEEK_END)
    compressor = lazrs.LasZipCompressor(out, lazrs.LazVlr(vlr))
    first = 0
    for points in VARYING_CHUNKS if chunk == VARYING else [POINTS]:
        raw = b"".join(record(items, first + i, "one_channel" not in name) for i in range(points))
        compressor.compress_many(np.frombuffer(raw, np.uint8))
        first += points
        if chunk == VARYING and first < POINTS:
            compressor.finish_current_chunk()
    compressor.done()
    with open(os.path.join(folder, name + ".laz"), "wb") as f:
        f.write(out.getvalue())


if __name__ == "__main__":
    for file in FILES:
        make(sys.argv[1], *file)
