#!/usr/bin/env python3
"""laz_twins.py FOLDER OPEN_DATA: pairs of a LAZ file and the same points as LAS, by laspy: made ones of every
point format that its compressors know, by lazrs and by LASzip, and the plain twin of each real LAZ file.
Prints how many pairs there are."""
import os
import shutil
import sys

import laspy
import numpy as np

POINTS = 120_000  # three chunks, the last one not full


def points_of(point_format, extra):
    """Flight lines with noise in some fields, steps in others, and now and then a number without sense."""
    rng = np.random.default_rng(point_format)
    header = laspy.LasHeader(point_format=point_format, version="1.4" if point_format > 5 else "1.3" if point_format > 3 else "1.2")
    if extra:
        header.add_extra_dims([laspy.ExtraBytesParams("height", "f4"), laspy.ExtraBytesParams("kind", "u1")])
    cloud = laspy.LasData(header, laspy.ScaleAwarePointRecord.zeros(POINTS, header=header))
    raw = cloud.points.array
    walk = np.cumsum(rng.normal(0, 40, POINTS)).astype(np.int64)
    for name in raw.dtype.names:
        kind, width = raw[name].dtype.kind, raw[name].dtype.itemsize
        if kind == "f":
            raw[name] = rng.normal(100, 1, POINTS)
        elif name in ("X", "Y", "Z"):
            raw[name] = (walk + rng.integers(-300, 300, POINTS)) & 0x7FFFFFFF
        elif name in ("red", "green", "blue", "nir", "intensity"):
            raw[name] = (rng.integers(0, 256, POINTS) * (1 if name == "green" else 257)) & 0xFFFF
        else:  # steps, and one in two hundred anything
            steps = rng.integers(0, 1 << min(8 * width, 30), POINTS // 500 + 1).repeat(500)[:POINTS]
            any_number = rng.integers(0, 1 << min(8 * width, 30), POINTS)
            raw[name] = np.where(rng.random(POINTS) < 0.005, any_number, steps).astype(raw[name].dtype)
    if "gps_time" in raw.dtype.names:
        step = np.where(rng.random(POINTS) < 0.001, 1000 * rng.random(POINTS), 1e-5 * rng.integers(0, 4, POINTS))
        raw["gps_time"] = 2.1e8 + np.cumsum(step)
    return cloud


def write(cloud, path, backend):
    """lazrs 0.8 loses wave packets of formats 9 and 10 where the scanner channel changes: what counts is what the
    file says to its own reader."""
    cloud.write(path + ".laz", laz_backend=backend)
    read = laspy.read(path + ".laz", laz_backend=backend)
    if read.points.array.tobytes() != cloud.points.array.tobytes():
        print(f"{os.path.basename(path)}.laz does not hold what was written")
    read.write(path + ".las")


def made(folder, name, backend):
    pairs = 0
    for point_format in range(11):
        for extra in (False, True):
            path = os.path.join(folder, f"{name}_{point_format}{'_extra' if extra else ''}")
            try:
                write(points_of(point_format, extra), path, backend)
                pairs += 1
            except Exception as why:  # a compressor that does not know the format: each has its own exception
                print(f"{name} does not write format {point_format}: {why}")
                for ending in (".las", ".laz"):
                    if os.path.exists(path + ending):
                        os.remove(path + ending)
    return pairs


def real(folder, data):
    pairs = 0
    for where, _, names in os.walk(data):
        for name in sorted(names):
            path = os.path.join(where, name)
            if not name.endswith(".laz"):
                continue
            try:
                cloud = laspy.read(path, laz_backend=laspy.LazBackend.Lazrs)
            except Exception as why:
                print(f"laspy does not read {name}: {why}")
                continue
            to = os.path.join(folder, name[:-4])
            cloud.write(to + ".las")
            if len(cloud.points):
                shutil.copy(path, to + ".laz")
                pairs += 1
    return pairs


if __name__ == "__main__":
    folder, data = sys.argv[1:]
    count = made(folder, "lazrs", laspy.LazBackend.Lazrs)
    if laspy.LazBackend.Laszip.is_available():
        count += made(folder, "laszip", laspy.LazBackend.Laszip)
    print(count + real(folder, data))
