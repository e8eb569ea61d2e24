#!/usr/bin/env bash
# terminal.sh: a run that somebody watches: the bar is drawn in what the terminal can show, and looking
# ahead for it takes nothing away from the run.
set -euo pipefail
source "$(dirname "$0")/../support/scripts.bash"
data=$WORK/data
mkdir -p "$data"
printf 'x,y\n1,2\n3,4\n' >"$data/a.csv"
printf 'x,y\n1,2\n3,4\n' >"$data/b.csv"
printf 'x' >"$data/c.bin"
# on_terminal COMMAND: its output on a terminal of 80 columns in $WORK/said
on_terminal() { TERM=xterm script -qec "stty cols 80; $1" /dev/null </dev/null >"$WORK/said" 2>&1 || true; }
says() { grep -qF -- "$1" "$WORK/said" || { cat -v "$WORK/said" >&2; fail "$2"; }; }

on_terminal "ls '$data'/*.csv | '$WEIR' run -o '$WORK/o1' -"
says '2 done' "names from standard input are lost on a terminal"
on_terminal "bash -c \"'$WEIR' run -o '$WORK/o2' @<(ls '$data'/*.csv)\""
says '2 done' "names from a pipe are lost on a terminal"

# a run that takes long enough to be drawn
"$GENERATE" many "$WORK/many" 1000 mixed
on_terminal "LC_ALL=C '$WEIR' run --force -j 1 -o '$WORK/o3' '$WORK/many'"
says ' of 1,000 files' "no progress on a terminal"
says '#' "no bar in ASCII"
if LC_ALL=C grep -q $'\xe2' "$WORK/said"; then fail "UTF-8 on a terminal of another encoding"; fi
on_terminal "LC_ALL=C.UTF-8 NO_COLOR=1 '$WEIR' run --force -j 1 -o '$WORK/o3' '$WORK/many'"
LC_ALL=C grep -q $'\xe2\x96\x91' "$WORK/said" || fail "no bar in UTF-8"
if grep -q $'\033\\[3' "$WORK/said"; then fail "colours in spite of NO_COLOR"; fi
on_terminal "TERM=dumb '$WEIR' run --force -j 1 -o '$WORK/o3' '$WORK/many'"
if grep -q $'\033' "$WORK/said"; then fail "control sequences for a dumb terminal"; fi
# narrow: no line of the help is longer
for columns in 30 40; do
  script -qec "stty cols $columns; '$WEIR' help; '$WEIR' export --help" /dev/null </dev/null | tr -d '\r' >"$WORK/said"
  awk -v most="$columns" 'length($0) > most { print; bad = 1 } END { exit bad }' "$WORK/said" || fail "help is wider than $columns columns"
done
