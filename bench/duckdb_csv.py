#!/usr/bin/env python3
"""The peer for CSV: the same aggregates by DuckDB. duckdb_csv.py FILE THREADS"""
import sys

import duckdb

path, threads = sys.argv[1], int(sys.argv[2])
db = duckdb.connect()
db.execute(f"SET threads={threads}")
columns = [f"x{i}" for i in range(10)]
each = ", ".join(f"count({c}), min({c}), max({c}), avg({c}), stddev_samp({c}), "
                 f"approx_quantile({c}, [0.05, 0.5, 0.95])" for c in columns)
print(db.execute(f"SELECT count(*), min(time), max(time), {each} FROM read_csv('{path}', nullstr=['', 'NaN'])").fetchall())
