#!/usr/bin/env bash
# merge.sh: ledgers of parts, merged, are the ledger of the whole: disjoint, overlapping, killed in the
# middle; the parts stay as they are, and what cannot be merged is told in one line.
set -euo pipefail
source "$(dirname "$0")/../support/scripts.bash"

# same OUT WHAT: the same as the whole.
same() {
  without_times "$1" >"$WORK/merged.txt"
  cmp -s "$WORK/whole.txt" "$WORK/merged.txt" || fail "$2: $(diff "$WORK/whole.txt" "$WORK/merged.txt" | head -4)"
}

# merge WORDS ARGUMENT...: it ends well and says so.
merge() {
  local words=$1
  shift
  "$WEIR" merge "$@" 2>"$WORK/err" || fail "weir merge $*: $(cat "$WORK/err")"
  grep -qF -- "$words" "$WORK/err" || fail "weir merge $*: $(cat "$WORK/err")"
}

# refused CODE WORDS ARGUMENT...: in one line.
refused() {
  local code=$1 words=$2 rc=0
  shift 2
  "$WEIR" merge "$@" 2>"$WORK/err" || rc=$?
  [ "$rc" = "$code" ] || fail "weir merge $* ended with $rc, not $code: $(cat "$WORK/err")"
  [ "$(wc -l <"$WORK/err")" = 1 ] || fail "weir merge $*: $(cat "$WORK/err")"
  grep -qF -- "$words" "$WORK/err" || fail "weir merge $* does not say \"$words\": $(cat "$WORK/err")"
}

sql() { python3 -c 'import sqlite3, sys; db = sqlite3.connect(sys.argv[1]); [print(*row) for row in db.execute(sys.argv[2])]; db.commit()' "$@"; }

cd "$WORK"
find "$ROOT/test_data" -type f | LC_ALL=C sort >list
files=$(wc -l <list)
run_weir whole "$ROOT/test_data"
without_times whole >whole.txt
for i in 1 2 3; do
  awk -v i=$i 'NR % 3 == i % 3' list >part$i.txt
  run_weir part$i @part$i.txt
done
sha256sum part?/ledger.db >before

# disjoint parts are the whole, in any order, and a second time; folders or files
merge "$files files from 3 ledgers; 0 were in more than one" part1 part2 part3 -o all
same all "three parts"
merge "$files files from 3 ledgers; 0 were in more than one" part3/ledger.db part1/ ./part2/ledger.db -o all
same all "three parts a second time"
merge "$files files from 3 ledgers" part3 part2 part1 -o other/order
same other/order "three parts in another order"

# one after the other is the same
merge "$(wc -l <part1.txt) files from 1 ledger; 0 were in more than one" part1 -o slowly
merge "files from 2 ledgers" part2 part3 -o slowly
same slowly "one after the other"

# parts that overlap, read a little later; in nobody's tables is a file twice
awk 'NR % 2' list >odd.txt
run_weir odd @odd.txt
both=$(awk 'NR % 2' list | wc -l)
merge "$files files from 4 ledgers; $both were in more than one" odd part1 part2 part3 -o overlap
same overlap "parts that overlap"
merge "$files files from 2 ledgers; $files were in more than one" all overlap -o twice
same twice "the same twice"
sha256sum -c --quiet before || fail "merging has changed a ledger it reads"

# nothing is left to read, and what failed is set aside
run_weir overlap "$ROOT/test_data"
same overlap "a run over what was merged"
[ "$(sql overlap/ledger.db 'SELECT max(attempts) FROM files')" = 1 ] || fail "a run has read again what was merged"
"$WEIR" explain -o overlap "$(head -1 list)" | grep -q ' recorded: 20' || fail "explain over what was merged"

# what cannot be
mkdir empty text
echo text >text/ledger.db
cp -r part1 older
cp -r part1 newer
ln -s part1 link
sql older/ledger.db 'PRAGMA user_version = 4'
sql newer/ledger.db 'PRAGMA user_version = 99'
refused 2 'which ledgers?' -o bad
refused 2 'there is no ledger empty/ledger.db' part1 empty -o bad
refused 2 'there is no ledger list/ledger.db' list -o bad
refused 2 'text/ledger.db is not a ledger' text part1 -o bad
refused 2 'part1/ledger.db is named twice, the second time as link/ledger.db' part1 part2 link -o bad
refused 2 'all/ledger.db would be merged into itself' part1 all -o all
refused 2 'older/ledger.db is of version 4' part1 older -o bad
refused 2 'newer/ledger.db was written by a newer weir' newer part1 -o bad
[ ! -e bad ] || fail "a merge that was refused has made its OUT"
sql link/ledger.db 'SELECT count(*) FROM files' >/dev/null
cp -r part1 wrong
sql wrong/ledger.db "UPDATE files SET size_bytes = -5 WHERE id = 3"
refused 2 'wrong/ledger.db: ' part2 wrong -o bad
grep -q 'a wrong row of files' err || fail "a wrong row: $(cat err)"

# killed in the middle: at any instant a ledger, and in the end the same
copies=150
cp -r part1 many1
cp -r part2 many2
for i in 1 2; do
  python3 - "many$i/ledger.db" $copies <<'PYTHON'
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
for table in ("files", "variables", "failures"):
    names = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
    new = ", ".join({"id": "id + copy * 100000", "file": "file + copy * 100000", "uri": "uri || '-' || copy"}.get(c, c) for c in names)
    db.execute(f"INSERT INTO {table} ({', '.join(names)}) WITH RECURSIVE k(copy) AS"
               f" (SELECT 1 UNION ALL SELECT copy + 1 FROM k LIMIT {sys.argv[2]}) SELECT {new} FROM {table}, k")
db.commit()
PYTHON
done
merge "files from 2 ledgers; 0 were in more than one" many1 many2 -o undisturbed
all=$(sql undisturbed/ledger.db "SELECT count(*) FROM files WHERE unit = ''")
# killed as soon as it has recorded so many files (0: as soon as there is something)
cat >kill.py <<'PYTHON'
import sqlite3, subprocess, sys, time
def recorded():
    try:
        db = sqlite3.connect("file:killed/ledger.db?mode=ro", uri=True, timeout=0)
        return db.execute("SELECT count(*) FROM files WHERE unit = ''").fetchone()[0]
    except sqlite3.Error:
        return -1
weir = subprocess.Popen([sys.argv[1], "merge", "many1", "many2", "-o", "killed"], stderr=subprocess.DEVNULL)
while weir.poll() is None and recorded() < int(sys.argv[2]):
    time.sleep(0.0005)
weir.kill()
weir.wait()
PYTHON
middle=0
for least in 0 1 $((all / 3)) $((all / 2)) $((all * 3 / 4)); do
  python3 kill.py "$WEIR" "$least"
  [ "$(sql killed/ledger.db 'PRAGMA integrity_check')" = ok ] || fail "killed in the middle: the ledger is damaged"
  have=$(sql killed/ledger.db "SELECT count(*) FROM files WHERE unit = ''")
  [ "$have" -ge "$least" ] || fail "killed in the middle: $least files were recorded, $have are there"
  if [ "$have" -gt 0 ] && [ "$have" -lt "$all" ]; then middle=$((middle + 1)); fi
done
[ $middle -gt 0 ] || fail "no merge was killed in its middle"
merge "files from 2 ledgers; 0 were in more than one" many1 many2 -o killed
for table in results files failures; do
  option=
  [ $table != failures ] || option=--all
  cmp <("$WEIR" $table $option -o undisturbed --format ndjson) <("$WEIR" $table $option -o killed --format ndjson) ||
    fail "killed in the middle: $table differs"
done
echo "$files files of test_data in parts; $all files, killed 5 times, $middle of them in the middle"
