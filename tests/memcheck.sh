#!/usr/bin/env bash
# memcheck.sh: a run over test_data/ under valgrind, children included: not one finding. For Debug builds;
# the others keep valgrind out of their children (tools/memcheck.sh makes one and checks more).
set -euo pipefail
source "$(dirname "$0")/support/scripts.bash"
command -v valgrind >/dev/null || skip "no valgrind"
grep -q '^CMAKE_BUILD_TYPE:STRING=Debug' "${BUILD:-/nonexistent}/CMakeCache.txt" 2>/dev/null || skip "no Debug build"
sanitized && skip "AddressSanitizer and valgrind do not go together"

rc=0
valgrind --quiet --trace-children=yes --leak-check=full --show-leak-kinds=definite --errors-for-leak-kinds=definite \
  --error-exitcode=99 --log-file="$WORK/found.%p" "$WEIR" run --quiet -j 2 --timeout 300s -o "$WORK/out" "$ROOT/test_data" || rc=$?
cat "$WORK"/found.* >"$WORK/found"
[ ! -s "$WORK/found" ] || { head -n 100 "$WORK/found" >&2; fail "valgrind has found something"; }
[ "$rc" = 1 ] || fail "weir run ended with $rc, not 1"
tables "$WORK/out" "$WORK/said"
run_weir "$WORK/plain" -j 2 "$ROOT/test_data"
tables "$WORK/plain" "$WORK/truth"
for table in results files; do
  cmp "$WORK/truth/$table.ndjson" "$WORK/said/$table.ndjson" || fail "$table differ under valgrind"
done
processes=$(find "$WORK" -name 'found.*' | wc -l)
[ "$processes" -ge 4 ] || fail "$processes processes only: the children were not watched"
