#!/usr/bin/env bash
# fuzz.sh: builds the fuzz targets with clang and runs each for FUZZ_SECONDS (5), from the seeds of
# tests/fuzz/corpus/NAME and from test_data/.
set -euo pipefail
source "$(dirname "$0")/support/scripts.bash"
command -v clang >/dev/null || skip "no clang"
sanitized && skip "once is enough: the release suite does it"
cd "$ROOT"
targets=$(find tests/fuzz -name 'fuzz_*.c' -printf '%f\n' | sed 's/\.c$//' | LC_ALL=C sort)
[ -n "$targets" ] || skip "no fuzz targets"
build=$ROOT/build/fuzz
mkdir -p "$build"
{
  CC=clang cmake -S . -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Debug -DWEIR_FUZZ=ON
  cmake --build "$build" --target fuzz
} >"$build/log" 2>&1 || { tail -n 30 "$build/log"; fail "the fuzz targets cannot be built"; }

seconds=${FUZZ_SECONDS:-5}
mkdir -p "$WORK/seeds"
find test_data -type f -size -64k -exec cp --backup=numbered -t "$WORK/seeds" {} +
runs=0
for target in $targets; do
  corpus=tests/fuzz/corpus/${target#fuzz_}
  mkdir -p "$WORK/found"
  "$build/tests/$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=65536 -print_final_stats=1 \
    -artifact_prefix="$WORK/" "$WORK/found" $([ -d "$corpus" ] && echo "$corpus") "$WORK/seeds" >"$WORK/log" 2>&1 ||
    { tail -n 40 "$WORK/log"; fail "$target"; }
  count=$(sed -n 's/^stat::number_of_executed_units: *//p' "$WORK/log")
  echo "$target: $count runs"
  runs=$((runs + count))
  rm -rf "$WORK/found"
done
promise P3 "fuzzed readers of untrusted bytes: runs without a finding" "$runs"
