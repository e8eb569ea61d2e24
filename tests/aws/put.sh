#!/usr/bin/env bash
# put.sh: weir put: trees and files become the objects they should, once, whatever is there and whatever goes wrong;
# the events that it sends are S3's (put.py).
set -euo pipefail
source "$(dirname "$0")/../support/aws.bash"
py() { PYTHONPATH=$SUPPORT "$AWS_PYTHON" "$ROOT/tests/aws/put.py" "$@" || fail "put.py $*"; }
put() { # CODE ARGUMENT...: its words in $WORK/said
  local code=0 wanted=$1
  shift
  "$WEIR" put "$@" >"$WORK/stdout" 2>"$WORK/said" || code=$?
  [ ! -s "$WORK/stdout" ] || fail "put $*: something on stdout"
  [ "$code" = "$wanted" ] || fail "put $* ended with $code: $(cat "$WORK/said")"
}
said() { grep -qE -- "$1" "$WORK/said" || fail "'$1' was not said: $(cat "$WORK/said")"; }
puts() { gate_count '^PUT .* 200'; }

aws_up
s3_make out
mkdir -p "$WORK/tree/2019/a b" "$WORK/tree/empty"
for k in $(seq 40); do echo "file $k" >"$WORK/tree/2019/$k.txt"; done
: >"$WORK/tree/nothing"
echo odd >"$WORK/tree/2019/a b/x+y%41&ü"$'\n'"#.csv"
truncate -s 17M "$WORK/tree/large.bin"
mkfifo "$WORK/pipe"

# a tree, then the same again: nothing is written
put 0 "$WORK/tree" s3://out/data/
said '^weir: 43 objects written, 17\.[0-9]+ MiB in .*/s\)$'
[ "$(py same out data/ "$WORK/tree")" = 43 ] || fail "not all are there"
gate_forget
put 0 -j 4 "$WORK/tree/" s3://out/data/
said '^weir: 0 objects written, .*, 43 there already$'
[ "$(puts)" = 0 ] || fail "what was there was written again"
# what has changed, and only that; a prefix that is no folder; a file by its name
echo changed >"$WORK/tree/2019/7.txt"
put 0 "$WORK/tree" s3://out/data/
said '^weir: 1 object written, 8 B in .*, 42 there already$'
[ "$(py same out data/ "$WORK/tree")" = 43 ] || fail "not all are there"
put 0 "$WORK/tree/2019/7.txt" "$WORK/tree/nothing" s3://out/p-
[ "$(s3_keys out p- | tr '\n' ' ')" = '"p-7.txt" "p-nothing" ' ] || fail "other keys: $(s3_keys out p-)"
(cd "$WORK/tree" && printf '2019/8.txt\n' | "$WEIR" put -q - s3://out/list/) || fail "a list"
[ "$(s3_keys out list/)" = '"list/2019/8.txt"' ] || fail "other keys: $(s3_keys out list/)"

# conditional: nothing is replaced
echo mine >"$WORK/7.txt"
put 0 --if-absent "$WORK/7.txt" s3://out/p-
said '0 objects written, .*, 1 left as they are'
[ "$(s3 get out p-7.txt)" = changed ] || fail "it was replaced"
put 0 --force "$WORK/7.txt" s3://out/p-
[ "$(s3 get out p-7.txt)" = mine ] || fail "it was not replaced"

# events: one for each object, also of a call that finds all there; twice for some, in another order
py queue events >/dev/null
py queue order.fifo >/dev/null
put 0 --events events "$WORK/tree" s3://out/data/
said ', 43 events sent$'
py events events out >"$WORK/first"
[ "$(sort -u "$WORK/first" | wc -l)" = 43 ] || fail "not one event for each object"
grep -q '"data/large.bin" 17825792 ObjectCreated:CompleteMultipartUpload' "$WORK/first" || fail "the large one's event"
put 0 --events events --duplicate 20 --shuffle 3 -j 1 "$WORK/tree/2019" s3://out/more/
py events events out >"$WORK/twice"
more=$(($(wc -l <"$WORK/twice") - 41))
[ "$(sort -u "$WORK/twice" | wc -l)" = 41 ] || fail "not one event for each object"
{ [ "$more" -gt 2 ] && [ "$more" -lt 20 ]; } || fail "$more of 41 are duplicates"
put 0 --events events --duplicate 20 --shuffle 3 -j 1 "$WORK/tree/2019" s3://out/more2/
py events events out | sed 's/more2/more/' | cmp - "$WORK/twice" || fail "another order for the same seed"
sort "$WORK/twice" | cmp -s - "$WORK/twice" && fail "they are in order"
put 0 --events order.fifo "$WORK/tree/2019" s3://out/fifo/
[ "$(py events order.fifo out | wc -l)" = 41 ] || fail "events in a FIFO queue"

# faults pass; what does not is one line
gate_fault '[{"match": "^PUT .*/f/", "error": "SlowDown", "times": 4}, {"match": "^PUT .*/f/", "drop_reply": true, "times": 3},
  {"match": "^PUT .*/f/", "reset_before": true, "times": 12}, {"match": "SendMessageBatch", "drop_reply": true, "times": 2}]'
AWS_MAX_ATTEMPTS=2 put 0 --patience 30s --events events "$WORK/tree/2019" s3://out/f/
gate_no_faults
[ "$(py same out f/ "$WORK/tree/2019")" = 41 ] || fail "not all are there"
[ "$(py events events out | sort -u | wc -l)" = 41 ] || fail "events are lost"
put 3 "$WORK/tree/empty" s3://out/
put 2 "$WORK/none" s3://out/
put 2 "$WORK/tree" out
put 2 s3://out/
put 2 "$WORK/tree" s3://nowhere/
said 'no such bucket'
put 2 --events nowhere "$WORK/tree" s3://out/
said 'no such queue'
ln -s /nowhere/at/all "$WORK/7.link"
put 1 "$WORK/7.txt" @<(printf '%s\n' "$WORK/tree/2019/1.txt") s3://out/"$(printf 'k%.0s' $(seq 1015))/"
said 'more than 1024'
AWS_MAX_ATTEMPTS=1 AWS_ENDPOINT_URL=http://127.0.0.1:9 put 5 --patience 1s "$WORK/tree" s3://out/
said 'trying again'

# a rate, and a stop: the next call goes on
s3_make slow
SECONDS=0
put 0 --rate 20 "$WORK/tree/2019" s3://slow/rate/
[ "$SECONDS" -ge 2 ] || fail "41 objects in $SECONDS s at 20 a second"
"$WEIR" put --rate 10 "$WORK/tree" s3://slow/data/ >"$WORK/said" 2>&1 &
pid=$!
sleep 1
kill -TERM $pid
code=0
wait $pid || code=$?
[ "$code" = 75 ] || fail "stopped, it ended with $code: $(cat "$WORK/said")"
said 'stopped, run again to go on'
put 0 "$WORK/tree" s3://slow/data/
said '[1-9][0-9]* there already'
[ "$(py same slow data/ "$WORK/tree")" = 43 ] || fail "not all are there"
grep -rl "$AWS_SECRET_ACCESS_KEY" "$WORK/said" && fail "the secret is told"
promise P5 "files written once, with their events" 43
