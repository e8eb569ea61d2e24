#!/usr/bin/env bash
# s3_run.sh: versitygw verifies what Weir signs. A bucket gives the tables of the directory; an object in runs of bytes;
# each kind of checksum is kept by the server and checked by Weir; 2,500 keys in pages; what is wrong is one line.
set -euo pipefail
source "$(dirname "$0")/../support/bucket_runs.bash"
source "$(dirname "$0")/../support/strict.bash"
strict_up versitygw
# asked REGEX: so many requests of which the server's own log tells "what ... path status"
asked() { grep -cE "$1" "$WORK/access.log" || true; }

s3_make lake
s3_tree lake raw/ "$ROOT/test_data" >/dev/null
run_weir "$WORK/local" -j 2 "$ROOT/test_data"
run_weir "$WORK/remote" -j 2 s3://lake/raw/
for out in local remote; do look "$WORK/$out" | sed -E "s#\"uri\":\"($ROOT/test_data|s3://lake/raw)/#\"uri\":\"/#" | LC_ALL=C sort >"$WORK/$out.look"; done
cmp "$WORK/local.look" "$WORK/remote.look" || { diff "$WORK/local.look" "$WORK/remote.look" | cut -c1-400 | head -n 12; fail "other tables"; }
files=$(find "$ROOT/test_data" -type f | wc -l)
[ "$(asked 's3_GetObject .* 200 ')" -ge $((files - 10)) ] || fail "the server's log has too few objects"
before=$(asked s3_GetObject)
run_weir "$WORK/remote" -j 2 s3://lake/raw/
[ "$(asked s3_GetObject)" = "$before" ] || fail "a second run fetches again"
[ "$(asked ' /lake/[^ ]* [45][0-9][0-9] ')" = 0 ] || fail "refused: $(grep -E ' /lake/[^ ]* [45][0-9][0-9] ' "$WORK/access.log")"
promise strict "versitygw: objects of a bucket, the same tables as files" "$files"

# kinds of checksums, in one call and in parts: the tables are there; one byte changed behind the server's back is found
s3_make sums
PYTHONPATH=$SUPPORT "$AWS_PYTHON" - "$WORK" <<'PYTHON' || fail "objects with checksums"
import base64
import sys
import s3
from gateway import digest
from boto3.s3.transfer import TransferConfig
work, client = sys.argv[1], s3.client()
rows = "".join(f"2024-06-03T00:00:{i % 60:02d}Z,{i},{i / 7:.6f}\n" for i in range(900000))
with open(f"{work}/large.csv", "w") as f:
    f.write("time,a,b\n" + rows)
body = ("time,a,b\n" + rows[:5000]).encode()
for name, of in digest.CHECKSUMS.items():
    kind = name.rpartition("-")[2].upper()
    sum_ = base64.b64encode(of(body)).decode()
    client.put_object(Bucket="sums", Key=f"{kind}/small.csv", Body=body, **{f"Checksum{kind}": sum_})
    told = client.head_object(Bucket="sums", Key=f"{kind}/small.csv", ChecksumMode="ENABLED")
    assert told["Checksum" + kind] == sum_, told
config = TransferConfig(multipart_threshold=8 << 20, multipart_chunksize=8 << 20, max_concurrency=2)
client.upload_file(f"{work}/large.csv", "sums", "CRC32/large.csv", Config=config,
                   ExtraArgs={"ChecksumAlgorithm": "CRC32", "ChecksumType": "FULL_OBJECT"})
PYTHON
run_ends 0 "$WORK/sums" s3://sums
[ "$(asked 's3_GetObject CRC32/large.csv')" = 5 ] || fail "the large object is not fetched in runs of bytes"
"$WEIR" results -o "$WORK/sums" --format ndjson --where 'variable=a' | grep -q '"uri":"s3://sums/CRC32/large.csv".*"n":900000,' ||
  fail "the large object: $("$WEIR" results -o "$WORK/sums" --format ndjson | tail -n 3)"
for file in "$WORK"/buckets/sums/*/*.csv; do printf 9 | dd of="$file" bs=1 seek=100 conv=notrunc status=none; done
AWS_MAX_ATTEMPTS=2 run_ends 75 "$WORK/damaged" --patience 1 s3://sums
"$WEIR" files -o "$WORK/damaged" --format ndjson >"$WORK/damaged.ndjson"
for key in CRC32/small CRC32C/small CRC64NVME/small SHA1/small SHA256/small CRC32/large; do
  kind=${key%/*}
  grep "\"uri\":\"s3://sums/$key.csv\".*\"state\":\"waiting\"" "$WORK/damaged.ndjson" |
    grep -q "its ${kind,,} is [^ ]*, but the store says" || fail "$key: not found damaged: $(cat "$WORK/damaged.ndjson")"
done
promise strict "versitygw: kinds of checksums kept, and damage found" 6

# pages: of a folder, of folders side by side, of the beginning of a name
s3_make many
PYTHONPATH=$SUPPORT "$AWS_PYTHON" - <<'PYTHON' || fail "many objects"
import s3
from concurrent.futures import ThreadPoolExecutor
client = s3.client()
with ThreadPoolExecutor(4) as pool:
    list(pool.map(lambda i: client.put_object(Bucket="many", Key=f"{'ab+ %é'[i % 6]}/{i % 50:02}/{i:04}.csv", Body=b"t,a\n%d,1\n" % i), range(2500)))
PYTHON
pages=$(asked 's3_ListObjectsV2 .*/many')
run_ends 0 "$WORK/many" s3://many
[ "$("$WEIR" files -o "$WORK/many" --format ndjson | grep -c '"state":"done"')" = 2500 ] || fail "not all of 2,500 keys"
[ "$(asked 's3_ListObjectsV2 .*/many')" -ge $((pages + 3)) ] || fail "2,500 keys are not listed in pages"
run_ends 0 "$WORK/some" 's3://many/+/1' 's3://many/é/'
[ "$("$WEIR" files -o "$WORK/some" --format ndjson | wc -l)" = "$(s3_keys many | python3 -c '
import json, sys
print(sum(k.startswith(("+/1", "é/")) for k in map(json.loads, sys.stdin)))')" ] || fail "keys that begin with words"
promise strict "versitygw: keys listed in pages" 2500

# refused CODE REGEX URI: one line, no secret in it, and nothing is told of files
refused() {
  rm -rf "$WORK/refused"
  run_ends "$1" "$WORK/refused" "$3"
  lines 1 . "$WORK/refused"
  lines 1 "$2" "$WORK/refused"
  grep -F "$AWS_SECRET_ACCESS_KEY" "$WORK/refused.stderr" && fail "a secret was said"
  return 0
}
AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/wrong refused 4 'credentials are not accepted \(403 SignatureDoesNotMatch\).*check AWS_ACCESS_KEY_ID' s3://lake
# the server's own word for a key that nobody has; AWS says InvalidAccessKeyId
AWS_ACCESS_KEY_ID=AKIANOBODY refused 4 'listing s3://lake/: refused \(404 XAdminUserNotFound\): No user exists' s3://lake
refused 4 's3://nobucket/x: no such bucket \(404 NoSuchBucket\).*check its name' s3://nobucket/x
run_ends 3 "$WORK/nothing" s3://lake/nowhere/
# another region is what the server answers, and what is signed for then
AWS_REGION=eu-west-1 run_ends "0 1" "$WORK/region" s3://lake/raw/
lines 0 . "$WORK/region"
[ "$(asked '/lake/.* 400 AuthorizationHeaderMalformed')" = 1 ] || fail "the region is not learnt at once"
look "$WORK/region" | sed 's#"uri":"s3://lake/raw/#"uri":"/#' | LC_ALL=C sort | cmp - "$WORK/remote.look" || fail "another region: other tables"
promise strict "versitygw: what is wrong is one line" 5
