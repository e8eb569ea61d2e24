#!/usr/bin/env bash
# paths.sh: a file is found in the ledger however its path is typed, and what weir says can be typed
# into a shell again.
set -euo pipefail
source "$(dirname "$0")/../support/scripts.bash"
cd "$WORK"
mkdir -p data/sub
printf 'CDF\x01\x00\x00' >data/sub/cut.nc
printf 'd\x1bx,v\n14.06.2024 12:00,1.5\n14.06.2024 12:01,2.5\n14.06.2024 12:02,1\n' >data/escape.csv
ln -s data linked
ln -s ../data/sub/cut.nc data/alias.nc
run_weir out data
run_weir out2 linked

known() { # known OUT PATH
  "$WEIR" explain -o "$1" "$2" >said || { cat said >&2; fail "explain $2"; }
  grep -q '^ledger *state: \(failed\|done\)' said || { cat said >&2; fail "explain -o $1 $2: not found in the ledger"; }
}
for path in data/sub/cut.nc ./data//sub/./cut.nc data/../data/sub/cut.nc linked/sub/cut.nc "$WORK/linked/../data/sub/cut.nc"; do
  known out "$path"
done
(cd data/sub && known ../../out cut.nc && known ../../out ../sub/cut.nc)
known out2 linked/sub/cut.nc
for path in data linked/sub data/sub/ ./data/../data/sub/cut.nc; do
  rc=0
  "$WEIR" retry -o out "$path" 2>said || rc=$?
  [ "$rc" = 1 ] || { cat said >&2; fail "retry $path ended with $rc"; }
  grep -q '1 failed' said || { cat said >&2; fail "retry $path"; }
done
rc=0
"$WEIR" retry -o out2 linked/sub 2>said || rc=$?
[ "$rc" = 1 ] || { cat said >&2; fail "retry of what lies below a link ended with $rc"; }

# no byte of a file or of a name reaches the terminal as it is
odd=$'o u\nt\e[31m\''
run_weir "$odd" data
for words in "show data/escape.csv" "explain data/escape.csv" "plan data"; do
  # shellcheck disable=SC2086
  WEIR_OUT=$odd "$WEIR" $words >said 2>&1 || fail "$words"
  if LC_ALL=C grep -qP '[\x00-\x08\x0b-\x1f\x7f]' said; then fail "control bytes from weir $words"; fi
done
"$WEIR" run -o "$odd" data >said 2>&1 || true
if LC_ALL=C grep -qP '[\x00-\x08\x0b-\x1f\x7f]' said; then fail "control bytes in the summary"; fi
# the next command that the summary names works as it stands
next=$(sed -n 's/^  next: *weir //p' said)
eval "\"$WEIR\" $next" >said 2>&1 || fail "the next command, weir $next, does not work: $(cat said)"
grep -q truncated said || fail "weir $next: $(cat said)"
# and the run is written down as it could be typed
line=$("$WEIR" explain -o "$odd" data/escape.csv | sed -n 's/.*run: 1, weir \(.*\) (weir .*/\1/p')
[ -n "$line" ] || fail "explain does not tell the command"
eval "printf '%s\n' $line" >typed
printf '%s\n' run --quiet -o "$odd" data | cmp -s - typed || fail "the command was written down as: $line"
