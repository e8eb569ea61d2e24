#!/usr/bin/env bash
# check_known_differences.sh: the judge of tests/acceptance/open_*.sh lets exactly the listed differences
# pass.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
wrong=0
printf 'kind\tfile\twhat\twhy\nnetcdf\topen/a.nc\tnetcdf-files: time 1 expected 2\tproven\n' >"$work/known.tsv"

# expect 0|1 WHAT KIND CODE TEXT: what a comparison said, and its exit code
expect() {
  local rc=0
  printf '%b' "$5" | python3 -B tests/support/known_differences.py "$work/known.tsv" "$3" "$4" >"$work/log" 2>&1 || rc=$?
  if [ "$rc" != "$1" ] || grep -q "^Traceback (most" "$work/log"; then
    echo "$2: exit $rc, expected $1"
    cat "$work/log"
    wrong=1
  fi
}
known='  netcdf-files: open/a.nc: time 1 expected 2\n'
expect 0 "the known one" netcdf 1 "netcdf-files: 94/95\n$known"
expect 0 "none, in another kind" csv 0 'text-csv: 30/30\n'
expect 1 "the known one does not occur" netcdf 0 'netcdf-files: 95/95\n'
expect 1 "one more" netcdf 1 "netcdf-files: 93/95\n$known  netcdf-files: open/b.nc: failed\n"
expect 1 "the same file otherwise" netcdf 1 'netcdf-files: 94/95\n  netcdf-files: open/a.nc: time 3 expected 2\n'
expect 1 "in another kind" csv 1 "text-csv: 29/30\n$known"
expect 1 "a comparison that broke down" csv 1 'text-csv: 29/30\nTraceback\n'
expect 1 "nothing compared" csv 0 ''
exit $wrong
