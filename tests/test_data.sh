#!/usr/bin/env bash
# test_data.sh: test_data/ and the tables of what a reader must find there (tests/cases/test_data/) are
# what the generator makes, byte for byte. netCDF-4 files carry the library versions that wrote them:
# where those differ, only the tables and the names count. To make all of it anew:
#     build/release/tests/generate demo test_data tests/cases/test_data
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${GENERATE:?the generator}" demo "$work/made" "$work/tables"
diff -r tests/cases/test_data "$work/tables"

versions() { grep -aoE 'netcdf=[0-9.a-z-]+,hdf5=[0-9.a-z-]+' "$1/lake/"*.nc | tail -n 1; }
if [ "$(versions test_data)" = "$(versions "$work/made")" ]; then
  diff -r test_data "$work/made"
else
  echo "other libraries than those that wrote test_data/: $(versions "$work/made")"
  diff <(cd test_data && find . -type f | sort) <(cd "$work/made" && find . -type f | sort)
fi

# A second time: nothing in the files depends on the moment.
sleep 1.1
"$GENERATE" demo "$work/again" "$work/tables-again"
diff -r "$work/made" "$work/again"
diff -r "$work/tables" "$work/tables-again"
"$GENERATE" hostile "$work/hostile"
sleep 1.1
"$GENERATE" hostile "$work/hostile-again"
diff -r "$work/hostile" "$work/hostile-again"
