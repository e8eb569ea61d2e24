#!/usr/bin/env bash
# The first five minutes: builds Weir, runs it on test_data/, shows what it found.
set -euo pipefail
cd "$(dirname "$0")/.."
tools/build.sh
weir=build/release/weir
out=build/demo
rm -rf "$out"

say() { printf '\n\033[1m$ %s\033[0m\n' "$*"; }
[ -t 1 ] && [ -z "${NO_COLOR:-}" ] || say() { printf '\n$ %s\n' "$*"; }
show() {
  say weir "$@"
  "$weir" "$@"
}

rc=0
show run test_data/ -o "$out" || rc=$?
# 1: some files failed, which is what test_data/broken/ is for
[ "$rc" -le 1 ] || exit "$rc"
show files -o "$out"
say "weir results -o $out    # the first 30 lines"
"$weir" results -o "$out" | sed -n 1,30p
show failures -o "$out"

cat <<TEXT

The failures are meant to be: test_data/broken/ holds files that are broken on purpose, and each of
them costs only itself. Every file has a state, every failure a reason. What to try next:

    build/release/weir run ~/data             your own files; run it again and it skips what is done
    build/release/weir explain test_data/broken/damaged_chunk.nc
    build/release/weir show test_data/lake/kvnlakebuoyS2.b1.20240603.000000.nc
    build/release/weir results -o $out --format csv > results.csv
    make install                              puts weir into /usr/local/bin
TEXT
