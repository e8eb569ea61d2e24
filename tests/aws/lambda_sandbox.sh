#!/usr/bin/env bash
# lambda_sandbox.sh: a function as Lambda keeps it: a user without rights, no /dev/shm to write to, no home, few files;
# stopped for a while between two events, while its connections die.
set -euo pipefail
source "$(dirname "$0")/../support/lambda.bash"
export PROGRAM=$WEIR

# Rights are given up first: what is mounted behind that is seen by this one process and can be nobody else's.
cat >"$WORK/function" <<'SCRIPT'
#!/usr/bin/env bash
exec setpriv --reuid 1051 --regid 990 --clear-groups --inh-caps=-all --bounding-set=-all \
  unshare --user --map-root-user --mount bash "$0.inside" "$@"
SCRIPT
cat >"$WORK/function.inside" <<'SCRIPT'
set -euo pipefail
mount -t tmpfs -o ro none /dev/shm
ulimit -n 1024
unset HOME
cd /
exec setpriv --no-new-privs --inh-caps=-all --bounding-set=-all "$PROGRAM" "$@"
SCRIPT
chmod 755 "$WORK" "$WORK/function"
mkdir -m 777 "$WORK/out"
"$WORK/function" version >"$WORK/version" 2>&1 || skip "Lambda's sandbox cannot be imitated: $(tail -n 1 "$WORK/version")"

aws_up --idle 1
s3_make lake
s3_tree lake "" "$ROOT/test_data/met" >/dev/null
s3_tree lake more/ "$ROOT/test_data/lidar" >/dev/null
s3_put lake casts.zip "$ROOT/test_data/lake/casts_june.zip"
s3_put lake profile.h5 "$ROOT/test_data/soil/kvnsoil_profile_20240604.h5"
export AWS_CONFIG_FILE='' AWS_SHARED_CREDENTIALS_FILE=''
WEIR=$WORK/function
lambda_begin
lambda_answers "a table" '^response.*"done":1,' s3 lake kvnmetM1.b1.20240601.000000.cdf
inside=/proc/$FUNCTION/root
[ ! -w "$inside/dev/shm/x" ] && grep -q ' /dev/shm ro' "/proc/$FUNCTION/mountinfo" || fail "it has a /dev/shm"
lambda_answers "an archive, an HDF5 file" '^response.*"seen":2,"done":2,.*"archives":1,"members_done":[1-9]' request lake casts.zip profile.h5

# frozen: the gate closes what is idle meanwhile
connections=$(gate_ask GET connections)
kill -STOP "$FUNCTION"
sleep 2
(sleep 0.5; kill -CONT "$FUNCTION") &
lambda_answers "after a while" '^response.*"seen":3,"done":3,' request lake more/kvnwindproM1.c1.2024060{1,2,3}.000000.nc
lambda_answers "the first once more" '^response.*"skipped":1,' s3 lake kvnmetM1.b1.20240601.000000.cdf
[ "$(gate_ask GET connections)" -gt "$connections" ] || fail "no connection had died"
lambda_end
grep -vE 'Landlock|seccomp|no_new_privs|OOM' "$WORK/log" | grep . && fail "said too much"
exit 0
