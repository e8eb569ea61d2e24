#!/usr/bin/env python3
"""Makes the benchmark's data sets: data.py netcdf4|large|csv|tiny|hpl|laz DIR [COUNT]. Fixed seed; existing files stay."""
import os
import sys

import numpy as np


def netcdf4(folder, count, days=1):
    """Files of time x height profiles, deflate 4 + shuffle, 9 variables, about 15 MB a day each."""
    import netCDF4

    for k in range(count):
        path = os.path.join(folder, f"profiles_{k:03d}.nc")
        if os.path.exists(path):
            continue
        rng = np.random.default_rng(k)
        nt, nz = 1440 * days, 400
        with netCDF4.Dataset(path + ".tmp", "w") as nc:
            nc.createDimension("time", None if k % 2 else nt)
            nc.createDimension("height", nz)
            time = nc.createVariable("time", "f8", ("time",), zlib=True, shuffle=True)
            time.units = "seconds since 2020-01-01 00:00:00"
            time[:] = np.arange(nt) * 60.0
            for name in ("u", "v", "w", "beta"):
                x = nc.createVariable(name, "f4", ("time", "height"), zlib=True, complevel=4, shuffle=True,
                                      chunksizes=(240, 100), fill_value=np.float32(-9999))
                values = rng.normal(5, 3, (nt, nz)).astype("f4")
                values[rng.random((nt, nz)) < 0.02] = -9999
                x[:] = values
            packed = nc.createVariable("temperature", "i2", ("time", "height"), zlib=True, shuffle=True,
                                       chunksizes=(240, 100), fill_value=np.int16(-32768))
            packed.set_auto_maskandscale(False)
            packed.scale_factor, packed.add_offset = 0.01, 273.15
            packed[:] = rng.normal(0, 900, (nt, nz)).astype("i2")
            quality = nc.createVariable("qc", "i1", ("time", "height"), zlib=True, shuffle=True, chunksizes=(240, 100))
            quality[:] = (rng.random((nt, nz)) < 0.1).astype("i1")
            exact = nc.createVariable("doppler", "f8", ("time", "height"), zlib=True, shuffle=True, chunksizes=(240, 100))
            exact[:] = np.round(rng.normal(0, 2, (nt, nz)), 3)
        os.rename(path + ".tmp", path)


def large(folder, count):
    """The same as one file of 32 days: 500 MB when decoded."""
    netcdf4(folder, count, 32)


def csv(folder, megabytes):
    """One table of 12 columns: a timestamp, ten numbers with empty cells and NaN, a quoted word."""
    path = os.path.join(folder, "table.csv")
    if os.path.exists(path):
        return
    rng = np.random.default_rng(7)
    with open(path + ".tmp", "wb") as f:
        f.write(b"time," + b",".join(b"x%d" % i for i in range(10)) + b",word\n")
        second = np.datetime64("2020-01-01T00:00:00")
        while f.tell() < megabytes << 20:
            n = 20000
            columns = [np.char.mod("%.3f", rng.normal(20, 8, n)) for _ in range(10)]
            columns[3][rng.random(n) < 0.01] = ""
            columns[4][rng.random(n) < 0.01] = "NaN"
            words = rng.choice(np.array(['"calm"', '"light, variable"', '"gale"']), n)
            times = np.datetime_as_string(second + np.arange(n), unit="s")
            second += np.timedelta64(n, "s")
            rows = (",".join(row) for row in zip(times, *columns, words))
            f.write(("\n".join(rows) + "\n").encode())
    os.rename(path + ".tmp", path)


def tiny(folder, count):
    """Many small CSV files of 100 rows, a thousand in a folder."""
    rng = np.random.default_rng(3)
    for k in range(count):
        below = os.path.join(folder, f"{k // 1000:03d}")
        path = os.path.join(below, f"station_{k:06d}.csv")
        if k % 1000 == 0:
            os.makedirs(below, exist_ok=True)
        if os.path.exists(path):
            continue
        values = rng.normal(10, 5, (30, 3)).round(2)
        with open(path, "w") as f:
            f.write("time,temperature,humidity,pressure\n")
            for i, row in enumerate(values):
                f.write(f"2020-01-01T00:{i:02d}:00Z,{row[0]},{row[1]},{row[2]}\n")


def hpl(folder, megabytes):
    """A Halo Photonics stare of rays of 320 gates."""
    path = os.path.join(folder, "Stare_77_20240601_00.hpl")
    if os.path.exists(path):
        return
    gates, rng = 320, np.random.default_rng(11)
    header = ("Filename:\tStare_77_20240601_00.hpl", "System ID:\t77", f"Number of gates:\t{gates}",
              "Range gate length (m):\t30.0", "Gate length (pts):\t10", "Pulses/ray:\t10000", "No. of rays in file:\t1",
              "Scan type:\tStare", "Focus range:\t65535", "Start time:\t20240601 00:00:01.25", "Resolution (m/s):\t0.0382",
              "Range of measurement (center of gate) = (range gate + 0.5) * Gate length",
              "Data line 1: Decimal time (hours)  Azimuth (degrees)  Elevation (degrees) Pitch (degrees) Roll (degrees)",
              "f9.6,1x,f6.2,1x,f6.2", "Data line 2: Range Gate  Doppler (m/s)  Intensity (SNR + 1)  Beta (m-1 sr-1)",
              "i3,1x,f6.4,1x,f8.6,1x,e12.6 - repeat for no. gates", "****")
    hour = 0.0
    with open(path + ".tmp", "w", newline="") as f:
        f.write("".join(line + "\r\n" for line in header))
        while f.tell() < megabytes << 20:
            hour += 1e-5
            doppler = rng.normal(0, 6, gates)
            intensity = 1 + np.abs(rng.normal(0, 0.01, gates))
            beta = rng.uniform(-2, 10, gates)
            f.write(f"{hour:.8f} {rng.uniform(0, 360):6.2f}  90.00 -0.01 -0.20\r\n")
            f.write("".join(f"{g:3d} {d:.4f} {i:.6f} {b:9.6f}E{e}\r\n" for g, d, i, b, e in
                            zip(range(gates), doppler, intensity, beta, rng.integers(-9, -4, gates))))
    os.rename(path + ".tmp", path)


def pulses(rng, line, count):
    """One flight line: pulses at 300 kHz of a mirror that sweeps 20 degrees to each side 60 times a second."""
    t = line * 400.0 + np.arange(count) / 300e3
    sweep = np.abs((t * 120) % 2 - 1) * 2 - 1
    angle = 20 * sweep + rng.normal(0, 0.01, count)
    along = (t - line * 400.0) * 60
    across = 1000 * np.tan(np.radians(angle)) + line * 500
    ground = 300 + 25 * np.sin(along / 310) * np.cos(across / 270) + 2 * np.sin(along / 17 + across / 23)
    tree = np.where(np.sin(along / 40) + np.sin(across / 33) > 0.5, rng.uniform(2, 18, count), 0)
    up = np.where(((t * 120) % 2) < 1, 1, 0)
    return t, angle, along, across, ground, tree, up


def returns(rng, line, count):
    """The points of a line: one a pulse, two or three where there are trees; a dict of LAS dimensions."""
    t, angle, along, across, ground, tree, up = pulses(rng, line, count)
    total = np.where(tree > 0, rng.integers(1, 4, count), 1)
    pulse = np.repeat(np.arange(count), total)
    number = np.arange(len(pulse)) - np.repeat(np.cumsum(total) - total, total) + 1
    last = number == total[pulse]
    height = np.where(last, 0, tree[pulse] * (1 - 0.3 * (number - 1))) + rng.normal(0, 0.03, len(pulse))
    kind = np.where(last, 2, np.where(height > 5, 5, 4))
    grey = (90 + 40 * np.sin(along / 9) + rng.normal(0, 8, count))[pulse] - 30 * (kind == 5)
    colour = np.clip(np.stack([grey, grey + 12 * (kind != 2), grey - 15]), 0, 255).astype(np.uint16) * 256
    return {
        "X": np.round(across[pulse] * 100 + rng.normal(0, 2, len(pulse))), "Y": np.round(along[pulse] * 100),
        "Z": np.round((ground[pulse] + height) * 100),
        "intensity": np.clip(rng.normal(np.where(kind == 2, 900, 350), 120) / total[pulse], 0, 65535),
        "return_number": number, "number_of_returns": total[pulse], "scan_direction_flag": up[pulse],
        "classification": kind, "point_source_id": np.full(len(pulse), 100 + line), "gps_time": t[pulse] + 2.1e8,
        "angle": angle[pulse], "red": colour[0], "green": colour[1], "blue": colour[2],
    }


def laz(folder, millions):
    """Point clouds of eight flight lines, compressed and plain: format 3 (LAS 1.2) and format 7 (LAS 1.4)."""
    import laspy

    for point_format, version in ((3, "1.2"), (7, "1.4")):
        path = os.path.join(folder, f"lines_{point_format}")
        if os.path.exists(path + ".laz"):
            continue
        rng = np.random.default_rng(5)
        header = laspy.LasHeader(point_format=point_format, version=version)
        header.scales, header.offsets = [0.01] * 3, [500000, 4000000, 0]
        lines = [returns(rng, line, millions * 1000000 // 11) for line in range(8)]
        fields = {k: np.concatenate([line[k] for line in lines]) for k in lines[0]}
        points = laspy.ScaleAwarePointRecord.zeros(len(fields["X"]), header=header)
        angle = fields.pop("angle")
        if point_format == 3:
            fields["scan_angle_rank"] = np.round(angle).astype(np.int8)
        else:
            fields["scan_angle"] = np.round(angle / 0.006).astype(np.int16)
        for name, values in fields.items():
            points[name] = values.astype(points[name].dtype)
        cloud = laspy.LasData(header, points)
        cloud.write(path + ".las")
        cloud.write(path + ".tmp.laz", laz_backend=laspy.LazBackend.Lazrs)
        os.rename(path + ".tmp.laz", path + ".laz")


if __name__ == "__main__":
    kind, where = sys.argv[1], sys.argv[2]
    os.makedirs(where, exist_ok=True)
    {"netcdf4": netcdf4, "large": large, "csv": csv, "tiny": tiny, "hpl": hpl, "laz": laz}[kind](where, int(sys.argv[3]))
