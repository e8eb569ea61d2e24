#!/usr/bin/env python3
"""The peer for Halo Photonics .hpl: doppy reads the file, NumPy takes the same aggregates. doppy_hpl.py FILE"""
import sys

import doppy
import numpy as np

raw = doppy.raw.HaloHpl.from_src(sys.argv[1])
for name in ("azimuth", "elevation", "pitch", "roll", "radial_velocity", "intensity", "beta"):
    x = getattr(raw, name)
    print(name, x.size, x.min(), x.max(), x.mean(), x.std(ddof=1), np.percentile(x, [5, 50, 95]))
print(raw.time[0], raw.time[-1])
