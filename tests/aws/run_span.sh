#!/usr/bin/env bash
# run_span.sh: a prefix with a date in it lists the times asked for and nothing else; without --since a percent sign is one.
set -euo pipefail
source "$(dirname "$0")/../support/aws.bash"
aws_up
s3_make span
mkdir -p "$WORK/tree"
day=2024-02-27
for ((i = 0; i < 5; i++)); do # GNU date knows that there is a 29th
  mkdir -p "$WORK/tree/${day//-//}"
  printf 'time,t\n%sT00:00:00Z,%d\n' "$day" "$i" >"$WORK/tree/${day//-//}/t.csv"
  day=$(date -u -d "$day + 1 day" +%F)
done
mkdir -p "$WORK/tree/%Y"
printf 'a,b\n1,2\n' >"$WORK/tree/%Y/plain.csv"
s3_tree span data/ "$WORK/tree" >/dev/null

told() { "$WEIR" files -o "$1" --format ndjson | sed -E 's/.*"uri":"([^"]*)".*/\1/'; }

run_weir "$WORK/days" 's3://span/data/%Y/%m/%d/' --since 2024-02-28 --until 2024-03-01
told "$WORK/days" | diff - <(printf 's3://span/data/2024/%s/t.csv\n' 02/28 02/29 03/01)
gate_count 'GET /span/?[?].*prefix=' | grep -qx 3 || fail "three days are not three listings"

run_weir "$WORK/months" 's3://span/data/%Y/%m/' --since 2024-02-01 --until 2024-02-29T23:59:59Z
told "$WORK/months" | diff - <(printf 's3://span/data/2024/02/%s/t.csv\n' 27 28 29)

run_weir "$WORK/plain" 's3://span/data/%Y/'
told "$WORK/plain" | diff - <(echo 's3://span/data/%Y/plain.csv')

refused() { # WORDS ARGUMENT...
  local words=$1 code=0
  shift
  "$WEIR" run -o "$WORK/refused" "$@" 2>"$WORK/stderr" || code=$?
  [ $code = 2 ] || fail "weir run $* ended with $code"
  grep -qF -- "$words" "$WORK/stderr" || fail "weir run $*: $(cat "$WORK/stderr")"
}
refused 'needs a date in it' s3://span/data/ --since 7d
refused '--since is for s3:// prefixes' "$WORK/tree" --since 7d
refused '--until needs --since' 's3://span/%Y/' --until 2024-01-01
refused 'not a time' 's3://span/%Y/' --since yesterday
