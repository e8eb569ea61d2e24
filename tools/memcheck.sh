#!/usr/bin/env bash
# Valgrind's memcheck over a Debug build (about five minutes): the tests of core, formats, handlers and
# pipelines, then a run over test_data/ with the children that read.
set -euo pipefail
cd "$(dirname "$0")/.."
command -v valgrind >/dev/null || { echo "memcheck: valgrind is missing: apt-get install valgrind" >&2; exit 1; }
tools/setup.sh test
tools/build.sh dev -DBUILD_TESTING=ON
export BUILD=$PWD/build/dev WEIR=$PWD/build/dev/weir GENERATE=$PWD/build/dev/tests/generate

# one PROGRAM: all its cases; one that skips ends the program, so the cases run one by one
one() {
  local program=$1 case rc
  for case in $("$program" --list); do
    rc=0
    valgrind --quiet --trace-children=yes --child-silent-after-fork=yes --error-exitcode=99 \
      "$program" "$case" >"$BUILD/memcheck.log" 2>&1 || rc=$?
    [ "$rc" = 0 ] || [ "$rc" = 77 ] || { cat "$BUILD/memcheck.log"; echo "FAILED: $program $case"; return 1; }
  done
  echo "sound: ${program##*/}"
}

failed=0
for source in tests/{core,formats,handlers,pipelines}/test_*.c; do
  name=${source#tests/}
  one "$BUILD/tests/test_$(echo "${name%.c}" | sed 's|/test_|_|')" || failed=1
done
bash tests/memcheck.sh && echo "sound: weir run" || failed=1
exit $failed
