#!/usr/bin/env bash
# doctor.sh: weir doctor tells what is set for AWS without asking anybody, and asks for what is named: what may be done,
# what is refused, what to do. No secret is in it.
set -euo pipefail
source "$(dirname "$0")/../support/aws.bash"
aws_up
s3_make lake
s3_put lake in/a.csv "$ROOT/test_data/logger/ridge_20240605.csv"
cd "$WORK"
full=$AWS_ACCESS_KEY_ID secret=$AWS_SECRET_ACCESS_KEY

# says CODE WHAT REGEX [ARGUMENT...]: a line of its output.
says() {
  local code=$1 what=$2 regex=$3 rc=0
  shift 3
  "$WEIR" doctor "$@" >"$WORK/doctor" 2>&1 || rc=$?
  [ "$rc" = "$code" ] || { cat "$WORK/doctor"; fail "$what: code $rc, not $code"; }
  grep -qE "$regex" "$WORK/doctor" || { cat "$WORK/doctor"; fail "$what: nothing says $regex"; }
  grep -qE "$full|$secret|Hush" "$WORK/doctor" && { cat "$WORK/doctor"; fail "$what: a secret is said"; }
  return 0
}

# nothing is asked
gate_forget
says 0 "keys of the environment" '^credentials    environment, access key \.\.\.MPLE$'
says 0 "the region" '^region         us-east-1 \(AWS_REGION\)$'
says 0 "an endpoint" "^S3             $AWS_ENDPOINT_URL\$"
AWS_SESSION_TOKEN=HushToken says 0 "a token" 'access key \.\.\.MPLE, for a while$'
AWS_NO_SIGN_REQUEST=true says 0 "unsigned" '^credentials    none are used: AWS_NO_SIGN_REQUEST'
AWS_SECRET_ACCESS_KEY='' says 0 "half of a pair" '^credentials    AWS_ACCESS_KEY_ID is set and AWS_SECRET_ACCESS_KEY is not'
AWS_PROFILE=nobody says 0 "a profile that is not there" '^settings       AWS_PROFILE asks for nobody'
AWS_ENDPOINT_URL='' says 0 "AWS's own" '^S3             https://s3.us-east-1.amazonaws.com$'
printf '[work]\naws_access_key_id = AKIAI44QH8DHBEXAMPLE\naws_secret_access_key = HushWork\n' >"$AWS_SHARED_CREDENTIALS_FILE"
printf '[profile other]\nregion = eu-north-1\ncredential_process = touch %s\n' "$WORK/was_asked" >"$AWS_CONFIG_FILE"
(
  unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
  AWS_PROFILE=work says 0 "a profile" '^credentials    profile work, access key \.\.\.MPLE$'
  AWS_REGION='' AWS_PROFILE=other says 0 "a program" '^credentials    credential_process: not asked'
  AWS_REGION='' AWS_PROFILE=other says 0 "a profile's region" '^region         eu-north-1 \(profile other\)$'
  [ ! -e "$WORK/was_asked" ] || fail "the program of a profile was run"
  says 0 "none at all" '^credentials    no AWS credentials: .*set AWS_ACCESS_KEY_ID'
  unset AWS_EC2_METADATA_DISABLED AWS_REGION
  export AWS_EC2_METADATA_SERVICE_ENDPOINT=$AWS_ENDPOINT_URL
  says 0 "an instance" '^credentials    instance metadata: not asked; there are none in the environment or a profile$'
  says 0 "an instance's region" '^region         none is set.*not asked'
  [ "$(gate_count)" = 0 ] || fail "something was asked: $(gate_log)"
  gate_ask POST metadata '{"lifetime_s": 3600}' >/dev/null
  says 0 "an instance that is asked" '^credentials    instance metadata, access key \.\.\..{4}, for a while: until 20..-..-..T..:..:..Z$' s3://lake/in/
  says 0 "its region" '^region         us-east-1 \(instance metadata\)$' s3://lake/in/
)
[ "$(gate_count PUT.*latest/api/token)" -gt 0 ] || fail "the instance was not asked where that was wanted"

# what is named is asked
says 0 "a prefix" '^s3://lake/in/  can be listed$' s3://lake/in/
says 0 "nothing there" '^s3://lake/out/ can be listed; no key begins so$' s3://lake/out/
says 5 "no bucket" '^s3://nobucket  REFUSED: .*no such bucket.*check its name' s3://nobucket
AWS_SECRET_ACCESS_KEY=Hush says 5 "a wrong secret" '^s3://lake      REFUSED: .*check AWS_ACCESS_KEY_ID' s3://lake
gate_fault '{"match": "^GET /lake/?[?]", "error": "AccessDenied", "status": 403, "times": -1}'
says 5 "not allowed" '^s3://lake      REFUSED: .*access denied \(403 AccessDenied\)' s3://lake
gate_no_faults
AWS_ACCESS_KEY_ID='' AWS_SECRET_ACCESS_KEY='' says 2 "no credentials" '^credentials    REFUSED: no AWS credentials' s3://lake
"$AWS_PYTHON" "$SUPPORT/queues.py" make events || fail "queue"
"$AWS_PYTHON" "$SUPPORT/queues.py" send events x x x >/dev/null || fail "messages"
tables_make made
says 0 "a queue" '^events         is there: about 3 waiting, 0 in flight$' --queue events
says 5 "no queue" '^nobody         REFUSED: .*queue' --queue nobody
says 5 "no table" '^dynamodb:res   REFUSED: .*weir tables create dynamodb:res' --store dynamodb:res
says 0 "tables" '^dynamodb:made  its tables are there$' --store dynamodb:made
says 5 "one of two is enough" '^s3://lake/in/  can be listed$' s3://lake/in/ --store dynamodb:res
gate_forget
says 2 "a folder" 'takes no operand but s3://BUCKET/PREFIX; what is "folder"' folder s3://lake
[ "$(gate_count)" = 0 ] || fail "something was asked for what is no bucket"
says 2 "no such option" 'did you mean --queue' --quue x
WEIR_STORE=dynamodb:res says 0 "a store that is only set" '^credentials ' 
