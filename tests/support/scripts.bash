# scripts.bash: what the test scripts share. They get $WEIR and $GENERATE from ctest.
: "${WEIR:?the program to test}"
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
SUPPORT=$ROOT/tests/support
WORK=$(mktemp -d "${TMPDIR:-/tmp}/weir-test.XXXXXX")
unset WEIR_OUT WEIR_CONFIG
trap 'finish $?' EXIT

finish() {
  if [ "$1" = 0 ] || [ "$1" = 77 ]; then
    rm -rf "$WORK"
  else
    echo "kept: $WORK" >&2
  fi
}

skip() {
  echo "skipped: $*"
  exit 77
}

fail() {
  echo "FAILED: $*" >&2
  exit 1
}

# ends CODE COMMAND...: its words are in $WORK/said (standard output) and $WORK/err. code CODE ARGUMENT...: the same of
# the program. says WORDS, says_not WORDS: what the last of them said, or did not.
ends() {
  local code=$1 rc=0
  shift
  "$@" >"$WORK/said" 2>"$WORK/err" || rc=$?
  [ "$rc" = "$code" ] || { cat "$WORK/said" "$WORK/err" >&2; fail "$* ended with $rc, not $code"; }
}
code() { ends "$1" "$WEIR" "${@:2}"; }
says() { grep -qF -- "$1" "$WORK/said" "$WORK/err" || { cat "$WORK/said" "$WORK/err" >&2; fail "no word of: $1"; }; }
says_not() { ! grep -qF -- "$1" "$WORK/said" "$WORK/err" || { cat "$WORK/said" "$WORK/err" >&2; fail "a word of: $1"; }; }

# run_weir FOLDER_OUT ARGUMENT...: `weir run`, quiet; a code other than 0 and 1 is a failure.
run_weir() {
  local out=$1 rc=0
  shift
  "$WEIR" run --quiet -o "$out" "$@" >"$out.stdout" 2>"$out.stderr" || rc=$?
  [ "$rc" -le 1 ] || { cat "$out.stderr" >&2; fail "weir run $* ended with $rc"; }
}

# tables OUT FOLDER: results, files and failures as NDJSON.
tables() {
  mkdir -p "$2"
  for table in results files failures; do
    "$WEIR" "$table" -o "$1" --format ndjson >"$2/$table.ndjson" || fail "weir $table -o $1"
  done
}

# without_times OUT: the same on standard output, without the times at which files were read.
without_times() {
  tables "$1" "$WORK/tables"
  for table in results files failures; do
    sed -E 's/"time":"[^"]*"/"time":0/' "$WORK/tables/$table.ndjson"
  done
}

# promise NUMBER WORDS COUNT: a line for the table of `make reliability`.
promise() {
  printf '%s\t%s\t%s\n' "$@"
  [ -z "${PROMISES:-}" ] || printf '%s\t%s\t%s\n' "$@" >>"$PROMISES"
}

sanitized() { grep -q '^WEIR_SANITIZE:BOOL=ON' "${BUILD:-/nonexistent}/CMakeCache.txt" 2>/dev/null; }
