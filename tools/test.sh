#!/usr/bin/env bash
# The suite on the release build, again under AddressSanitizer and UndefinedBehaviorSanitizer (but for
# the scripts labelled long, which tools/reliability.sh runs there), clang-tidy on all code. The last line adds them up in ctest's words.
set -euo pipefail
cd "$(dirname "$0")/.."
tools/setup.sh test
jobs=$(($(nproc) + 1)) # some tests mostly wait
total=0
failed=0
started=$SECONDS

step() { printf '\n== %s (%d s)\n' "$*" $((SECONDS - started)); }

# add LOG: the numbers of ctest's closing line; a run that never came to it is one failure.
add() {
  local line
  line=$(grep -E '^[0-9]+% tests passed, [0-9]+ tests? failed out of [0-9]+' "$1" | tail -n 1) || true
  if [[ $line =~ passed,\ ([0-9]+)\ tests?\ failed\ out\ of\ ([0-9]+) ]]; then
    failed=$((failed + BASH_REMATCH[1]))
    total=$((total + BASH_REMATCH[2]))
  else
    failed=$((failed + 1))
    total=$((total + 1))
  fi
}

for preset in release asan; do
  left_out=()
  [ $preset = release ] || left_out=(-LE long)
  step "$preset: build"
  tools/build.sh "$preset" -DBUILD_TESTING=ON
  step "$preset: tests"
  log=build/$preset.tests
  ctest --test-dir "build/$preset" -j "$jobs" --output-on-failure --no-tests=error "${left_out[@]}" | tee "$log" || true
  add "$log"
done

step "clang-tidy"
bash tests/check_tidy.sh build/release | tee build/tidy.tests || true
add build/tidy.tests

step "all"
echo "$(((total - failed) * 100 / total))% tests passed, $failed tests failed out of $total"
[ "$failed" = 0 ]
