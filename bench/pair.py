#!/usr/bin/env python3
"""Times commands against each other: pair.py ROUNDS NAME=COMMAND NAME=COMMAND ...

The commands run in turn (A B A B ...), each as a whole process; the first is the peer. Printed for each:
median wall time, its range, peak memory of the largest process, and the median of the ratios to the
peer within a round. {n} in a command is the round's number.
"""
import os
import statistics
import subprocess
import sys
import time


def run(command):
    start = time.perf_counter()
    process = subprocess.Popen(["bash", "-c", command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    code = os.waitstatus_to_exitcode(status)
    if code not in (0, 1):
        sys.exit(f"{command}: exit {code}\n{process.stderr.read().decode()}")
    return wall, usage.ru_maxrss / 1024


def main():
    rounds, pairs = int(sys.argv[1]), [a.split("=", 1) for a in sys.argv[2:]]
    walls = {name: [] for name, _ in pairs}
    memory = {name: 0 for name, _ in pairs}
    for n in range(rounds + 1):
        for name, command in pairs:
            wall, mib = run(command.replace("{n}", str(n)))
            if n:  # the first round warms the page cache
                walls[name].append(wall)
                memory[name] = max(memory[name], mib)
    peer = pairs[0][0]
    for name, _ in pairs:
        ratio = statistics.median(a / b for a, b in zip(walls[peer], walls[name]))
        w = walls[name]
        print(f"  {name:34s} {statistics.median(w):8.3f} s  ({min(w):.3f} .. {max(w):.3f})  "
              f"{memory[name]:6.0f} MiB  {ratio:6.2f} x as fast as {peer}")


if __name__ == "__main__":
    main()
