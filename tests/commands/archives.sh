#!/usr/bin/env bash
# archives.sh: every kind of archive, with every trap, through all commands: each member has a result or
# a failure of its own, and nothing of an archive reaches the disk under a name of its own.
set -euo pipefail
source "$(dirname "$0")/../support/scripts.bash"
data=$WORK/data out=$WORK/out
python3 -B "$SUPPORT/archives.py" "$data"

files() { "$WEIR" files -o "$1" --where "$2" --format csv | tail -n +2 | wc -l; }

# ---- what is in them
code 1 run -o "$out" -j 2 "$data"
says ' archives: '
tables "$out" "$WORK/said1"
python3 -B "$SUPPORT/archives_said.py" "$data.json" "$WORK/said1" || fail "what archives hold"
[ -z "$(find "$WORK" -newer "$data.json" -name '*.csv')" ] || fail "a member was written to the disk"
find "$out" -mindepth 1 -printf '%f\n' | grep -vE '^ledger\.' && fail "something is left in the output folder"

# ---- what lies in an archive is read as what lies beside it
mkdir "$WORK/twins"
cp -r "$ROOT/test_data" "$WORK/twins/plain"
(cd "$WORK/twins/plain" && python3 -m zipfile -c ../all.zip * && tar -czf ../all.tgz * && tar --sparse -cf ../all.tar *)
run_weir "$WORK/out-twins" -j 2 "$WORK/twins"
tables "$WORK/out-twins" "$WORK/said-twins"
python3 -B "$SUPPORT/archives_twins.py" "$WORK/twins/plain" "$WORK/said-twins" || fail "members and files differ"

# HDF5 may begin behind 512 or 1024 bytes, where a tar's first member begins
(cd "$ROOT/test_data/soil" && tar -cf "$WORK/one.tar" *.h5)
tar -C "$ROOT/test_data" -cf "$WORK/folder.tar" soil
code 0 run -o "$WORK/out-hdf5" "$WORK/one.tar" "$WORK/folder.tar"
says 'in 2 archives: 2 done'

# ---- the same for any number of threads
for jobs in 1 8; do
  run_weir "$WORK/out$jobs" -j "$jobs" "$data"
  tables "$WORK/out$jobs" "$WORK/others"
  for table in files results; do
    cmp "$WORK/said1/$table.ndjson" "$WORK/others/$table.ndjson" || fail "-j $jobs: other $table"
  done
done

# ---- a second run has nothing to do, but remembers what failed in them
code 1 run -o "$out" "$data"
says 'skipped (failed before'
code 0 plan -o "$out" "$data/hurt.zip"
says 'members of it failed before'
code 0 plan -o "$WORK/never" "$data/utf8.zip"
says "read"
says "zip: 'PK' 03 04 at byte 0"
code 0 run -o "$WORK/good" "$data/nested.zip"
says '1 done'
says 'in 1 archive: 8 done'
code 0 run -o "$WORK/good" "$data/nested.zip"
says '1 skipped (done before)'
code 3 retry -o "$out" "$data/hurt.zip/a.csv"
code 1 retry -o "$out" "$data/hurt.zip/large.csv"
says '2 done, 1 failed'
code 1 retry -o "$out" --where "unit='large.csv' and uri~'*hurt.zip'"
says '1 done'
says 'in 1 archive: 2 done, 1 failed'

# ---- show and explain name members like paths
code 0 show -o "$out" "$data/nested.zip"
says 'inner.zip'
says 't.tgz'
code 0 show "$data/nested.zip/inner.zip"
says 'a.csv'
code 0 show "$data/nested.zip/inner.zip/b.csv"
says 'rows: 5'
code 2 show "$data/nested.zip/inner.zip/c.csv"
says 'has no member'
code 1 show "$data/encrypted.zip/a.csv"
says 'it is encrypted'
code 0 explain -o "$out" "$data/nested.zip"
says 'members: 8 (8 done)'
code 0 explain -o "$out" "$data/nested.zip/inner.zip/b.csv"
says 'member       inner.zip/b.csv'
says 'rows: 5'

# ---- an archive that has changed: what is gone from it is gone, its failures are history
mkdir "$WORK/changing"
cp "$data/encrypted.zip" "$WORK/changing/x.zip"
code 1 run -o "$WORK/out-changing" "$WORK/changing"
[ "$(files "$WORK/out-changing" "state=failed")" = 1 ] || fail "one member is encrypted"
cp "$data/renamed.gz" "$WORK/changing/x.zip"
code 0 run -o "$WORK/out-changing" "$WORK/changing"
[ "$("$WEIR" files -o "$WORK/out-changing" --format csv | cut -d, -f 2,3 | tail -n +2 | tr '\n' ' ')" = ',done cast7.csv,done ' ] ||
  fail "members of an earlier version are still there"
code 0 failures -o "$WORK/out-changing" --all --format csv
says 'superseded'
printf 'x,y\n1,2\n3,4\n' >"$WORK/changing/x.zip"
code 0 run -o "$WORK/out-changing" "$WORK/changing"
[ "$(files "$WORK/out-changing" "uri is not null")" = 1 ] || fail "a file that is no archive any more has members"
[ "$(python3 -c 'import sqlite3, sys; print(*sqlite3.connect(sys.argv[1]).execute("SELECT count(*) FROM variables").fetchone())' "$WORK/out-changing/ledger.db")" = 2 ] ||
  fail "variables of members that are gone"

# ---- limits
code 1 run -o "$WORK/limits" --members 100 "$data/many.zip"
says 'archive_limit'
[ "$(files "$WORK/limits" "state=done and unit!=''")" = 100 ] || fail "what came before the limit counts"
code 1 run -o "$WORK/limits" --depth 1 "$data/nested.zip"
[ "$(files "$WORK/limits" "code=archive_limit and uri~'*nested.zip'")" = 3 ] || fail "--depth 1"
code 1 run -o "$WORK/limits" --decoded 1M "$data/bomb.zip"
[ "$(files "$WORK/limits" "code=decoded_size")" = 1 ] || fail "--decoded holds for a member"
code 1 run -o "$WORK/limits" --force --unpacked 1M --ratio 1000000 "$data/bomb.csv.gz"
[ "$(files "$WORK/limits" "code=archive_limit and uri~'*bomb.csv.gz'")" = 2 ] || fail "--unpacked"

# ---- rules look at members; without one a member goes by its archive's
cat >"$WORK/weir.yaml" <<'YAML'
pipelines:
  semicolons: {format: csv, options: {separator: ';'}}
rules:
  - {match: '**/nested.zip/inner.zip/a.csv', ignore: true}
  - {match: 'nested.zip', pipeline: semicolons}
YAML
code 0 run -c "$WORK/weir.yaml" -o "$WORK/rules" "$data/nested.zip"
"$WEIR" files -o "$WORK/rules" --format csv --where "unit~'inner.zip/*'" >"$WORK/said"
says 'inner.zip/a.csv,ignored'
[ "$(files "$WORK/rules" "pipeline=semicolons and format=csv and variables=1")" = 4 ] || fail "a rule for an archive"
# other rules for what lies in it, or other limits: it is read again
code 0 run -c "$WORK/weir.yaml" -o "$WORK/rules" "$data/nested.zip"
says '1 skipped (done before)'
code 0 run -o "$WORK/rules" "$data/nested.zip"
says 'in 1 archive: 8 done'
code 1 run -o "$WORK/rules" --depth 1 "$data/nested.zip"
says 'archive_limit'
code 1 run -o "$WORK/rules" --depth 1 "$data/nested.zip"
says 'skipped (failed before'
promise P3 "archives with traps: members found, bombs and paths contained" "$(python3 -c 'import json, sys; print(len(json.load(open(sys.argv[1]))))' "$data.json")"
