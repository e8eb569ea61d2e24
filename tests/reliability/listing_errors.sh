#!/usr/bin/env bash
# listing_errors.sh: EIO while directories are listed. One that cannot be listed is no empty one: the
# run says which and ends with 4, no file is blamed, and when the trouble is over a re-run makes
# everything good.
set -euo pipefail
source "$(dirname "$0")/../support/disturb.bash"
can_trace
data=$(realpath "$WORK")/data
"$GENERATE" many "$data/left" 6 mixed
"$GENERATE" many "$data/right" 6 mixed
mkdir "$data/right/below"
mv "$(find "$data/right" -type f | LC_ALL=C sort | head -n 1)" "$data/right/below"
truth "$data"
out=$WORK/round/out
done=0

# listing CALL PATH WHEN NAMED: the call number WHEN that concerns PATH fails; NAMED is part of the name
# of what then cannot be listed. What lies elsewhere is done.
listing() {
  what="EIO of $1 on ${2#"$data"/}, number $3"
  fresh_round
  injected "$what" "$out" "$data" -P "$2" -e trace="$1" -e inject="$1:error=EIO:when=$3"
  [ "$RC" = 4 ] || fail "$what: ends with $RC, not 4"
  grep -qE "$data/$4[^:]*: Input/output error" "$WORK/injected.stderr" || fail "$what: does not name a place in $4"
  tables "$out" "$WORK/said"
  [ ! -s "$WORK/said/failures.ndjson" ] || fail "$what: a file has failed"
  while IFS= read -rd '' file; do
    grep -F "\"$file\"" "$WORK/said/files.ndjson" | grep -qF '"state":"done"' || fail "$what: $file is not done"
  done < <(find "$data/left" -type f -print0)
  ends_well "$out" "$data" "$what"
  done=$((done + 1))
}

listing getdents64 "$data/right" 1 right
listing getdents64 "$data/right" 2 right # at its end
listing getdents64 "$data/right/below" 1 right/below
listing openat "$data/right" 1 right/ # of a directory in it
listing newfstatat "$data/right" 1 right # when it has just been opened
listing newfstatat "$data/right" 2 right/ # of an entry

promise P8 "EIO while directories are listed: told, no file blamed, made good later" "$done"
