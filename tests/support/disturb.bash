# disturb.bash: what the scripts have in common that disturb a run and look at how it ends.
source "$(dirname "${BASH_SOURCE[0]}")/scripts.bash"
CHECKER=$ROOT/tests/reliability/checker.py
# At the end of a program LeakSanitizer starts a process that looks for leaks, and waits for it. Where
# that is the child that is killed, it waits for ever.
sanitized && export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0"

# truth DATA: an undisturbed run; its tables in $WORK/truth, its time in $TRUTH_US.
truth() {
  local begin=${EPOCHREALTIME/./}
  run_weir "$WORK/truth-out" -j 2 "$1"
  TRUTH_US=$((${EPOCHREALTIME/./} - begin))
  tables "$WORK/truth-out" "$WORK/truth"
}

# ends_well OUT DATA WHAT: one more undisturbed run; then everything must be as in truth, soon.
ends_well() {
  local begin=${EPOCHREALTIME/./} took_us
  run_weir "$1" -j 2 "$2"
  took_us=$((${EPOCHREALTIME/./} - begin))
  [ "$took_us" -le $((2 * TRUTH_US + 2000000)) ] || fail "$3: the re-run took $took_us us, undisturbed $TRUTH_US"
  tables "$1" "$WORK/said"
  if grep -q '"class":"crash"' "$WORK/said/failures.ndjson" && ! grep -q '"class":"crash"' "$WORK/truth/failures.ndjson"; then
    # a child was killed in mid-file: that file is set aside until somebody says retry
    "$WEIR" retry --quiet -o "$1" --where class=crash >"$1.stdout" 2>&1 || [ $? = 1 ] || fail "$3: weir retry"
    tables "$1" "$WORK/said"
  fi
  python3 -B "$CHECKER" end "$1" "$WORK/said" "$WORK/truth" "$2" || fail "$3"
}

# nobody_blamed OUT WHAT: while the trouble lasts; before there is a ledger nobody can be.
nobody_blamed() {
  local table
  [ -s "$1/ledger.db" ] || return 0
  mkdir -p "$WORK/meanwhile"
  for table in files failures; do
    # a reader of a ledger on a full disk may be unable to answer; ends_well asks again
    "$WEIR" "$table" -o "$1" --format ndjson >"$WORK/meanwhile/$table.ndjson" 2>/dev/null || return 0
  done
  python3 -B "$CHECKER" blame "$WORK/meanwhile" "$WORK/truth" || fail "$2"
}

# can_trace: strace works here and the program can stand it.
can_trace() {
  command -v strace >/dev/null || skip "no strace"
  strace -f -o /dev/null true 2>/dev/null || skip "no process may be traced here"
  sanitized && skip "AddressSanitizer and strace do not go together"
  return 0
}

# points TRACE: "SYSCALL K" for every K-th call of a name in any one process of the trace, in order
# of the trace's names.
points() {
  awk '$2 ~ /^[a-z_0-9]+\(/ {
         name = $2; sub(/\(.*/, "", name)
         n = ++count[$1 " " name]; if (n > most[name]) most[name] = n }
       END { for (name in most) for (k = 1; k <= most[name]; k++) print name, k }' "$1" |
    LC_ALL=C sort -k1,1 -k2,2n
}

# trace_of DATA: the points of an undisturbed run under strace, in $WORK/points. What runs under strace
# takes its time: TRUTH_US grows.
trace_of() {
  local rc=0
  strace -f -qq -o "$WORK/trace" "$WEIR" run --quiet -j 2 -o "$WORK/traced" "$1" >"$WORK/traced.stdout" 2>&1 || rc=$?
  [ "$rc" -le 1 ] || { cat "$WORK/traced.stdout" >&2; fail "a traced run ended with $rc"; }
  points "$WORK/trace" >"$WORK/points"
  TRUTH_US=$((TRUTH_US + 2000000))
}

# some COUNT: so many lines of the input, evenly spread.
some() {
  awk -v want="$1" '{ line[NR] = $0 }
    END { n = NR < want ? NR : want; for (i = 0; i < n; i++) print line[int((i + 0.5) * NR / n) + 1] }'
}

# injected WHAT OUT DATA STRACE_OPTION...: a run under strace with a fault; its exit code in $RC. It may
# wait for better times, but not for long, and it ends when it is told to.
injected() {
  local what=$1 out=$2 data=$3 begin=$SECONDS
  shift 3
  RC=0
  { timeout -k 10 60 strace -f -qq -o /dev/null "$@" "$WEIR" run --quiet --patience 0.5s -j 2 -o "$out" "$data" \
    >"$WORK/injected.stdout" 2>"$WORK/injected.stderr" || RC=$?; } 2>/dev/null
  [ $((SECONDS - begin)) -lt 70 ] || fail "$what: hangs"
}

# fresh_round: an empty folder for the next OUT.
fresh_round() {
  rm -rf "$WORK/round"
  mkdir "$WORK/round"
}

# every_format FOLDER: a few small files of every format, good ones and damaged ones.
every_format() {
  "$GENERATE" many "$1/good" 6 mixed
  "$GENERATE" demo "$WORK/demo"
  mv "$WORK/demo/soil" "$WORK/demo/broken" "$WORK/demo/lake/casts_june.zip" "$1"
}

# children_of PID: its children, in one line, oldest first; nothing where there is no such process.
children_of() {
  local line=
  { read -r line <"/proc/$1/task/$1/children" || true; } 2>/dev/null
  echo "${line% }"
}
