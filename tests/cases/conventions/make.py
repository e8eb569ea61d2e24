#!/usr/bin/env python3
"""make.py DATA: the verdicts on the quality flags of the ARM files under DATA/arm, by netCDF4-python
and numpy: one line a variable (file, variable, good, not assessed, indeterminate, bad, missing)."""
import pathlib
import sys

import netCDF4
import numpy

WORDS = {"good": 0, "acceptable": 0, "indeterminate": 2, "suspect": 2, "bad": 3, "incorrect": 3, "missing": 4}


def verdict_of(word):
    return WORDS.get((word or "").strip().lower(), 1)


def tests_of(dataset, variable):
    """(what is a hit, verdict) of each test."""
    def attribute(holder, name):
        return getattr(holder, name, None)

    def bit(n, word):
        return (lambda v: (v >> (n - 1)) & 1 == 1), verdict_of(word)

    def code(n, word):
        return (lambda v: v == n), verdict_of(word)

    for holder, kind, make in ((variable, "bit", bit), (variable, "flag", code), (dataset, "qc_bit", bit)):
        found = [make(n, attribute(holder, f"{kind}_{n}_assessment")) for n in range(0, 33)
                 if attribute(holder, f"{kind}_{n}_description")]
        if found:
            return found
    return []


def main():
    data = pathlib.Path(sys.argv[1])
    for path in sorted(data.glob("arm/**/*.*")):
        if path.suffix not in (".cdf", ".nc"):
            continue
        with netCDF4.Dataset(path) as dataset:
            dataset.set_auto_maskandscale(False)
            for name, variable in dataset.variables.items():
                if not name.startswith("qc_") or variable.dtype.kind not in "iu":
                    continue
                tests = tests_of(dataset, variable)
                values = numpy.atleast_1d(variable[...]).ravel().astype("i8")
                missing = values == getattr(variable, "_FillValue", -2147483647)
                worst = numpy.zeros(values.shape, int)
                hit = numpy.zeros(values.shape, bool)
                for test, verdict in tests:
                    hits = test(values)
                    hit |= hits
                    worst = numpy.where(hits, numpy.maximum(worst, verdict), worst)
                worst[(values != 0) & ~hit] = 1
                worst[missing] = 4
                counts = [int((worst == i).sum()) for i in range(5)]
                print(path.relative_to(data), name, *counts, sep="\t")


main()
