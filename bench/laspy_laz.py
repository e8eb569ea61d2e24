#!/usr/bin/env python3
"""The peers for LAZ: laspy decodes every point; with "statistics" NumPy takes the same aggregates as weir.
laspy_laz.py FILE lazrs|parallel|laszip [statistics]"""
import sys

import laspy
import numpy as np

backends = {"lazrs": laspy.LazBackend.Lazrs, "parallel": laspy.LazBackend.LazrsParallel,
            "laszip": laspy.LazBackend.Laszip}


def statistics(points):
    for name in ("x", "y", "z", *points.point_format.dimension_names):
        if name in ("X", "Y", "Z"):
            continue
        x = np.asarray(points[name])
        print(name, x.size, x.min(), x.max(), x.mean(), x.std(ddof=1), np.percentile(x, [5, 50, 95]))
        if x.dtype == np.uint8:
            print(np.bincount(x))


with laspy.open(sys.argv[1], laz_backend=backends[sys.argv[2]]) as f:
    if sys.argv[3:] == ["statistics"]:
        statistics(f.read().points)
    else:
        print(sum(len(points) for points in f.chunk_iterator(2_000_000)))
