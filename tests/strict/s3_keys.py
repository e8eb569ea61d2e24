"""s3_keys.py FOLDER: one tiny table under each key of run_keys.py that versitygw can hold; prints how many.

Left out, because it keeps keys as paths and tells them as they are: keys with `.`, `..`, empty names, a `/` at an end
(400, or another key); a name that is a folder, too; names of more than 255 bytes; characters that XML cannot carry."""
import posixpath
import re
import sys

import botocore.exceptions
import run_keys
import s3

UNSPEAKABLE = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
REFUSALS = ("ObjectParentIsFile", "DirectoryObjectContainsData", "KeyTooLongError")


def is_path(key):
    return key == posixpath.normpath(key) and not key.startswith(("/", "..")) and key != "."


client = s3.client()
client.create_bucket(Bucket=run_keys.BUCKET)
held = []
for key in run_keys.keys():
    if UNSPEAKABLE.search(key) or not is_path(key):
        continue
    try:
        client.put_object(Bucket=run_keys.BUCKET, Key=key, Body=run_keys.BAD if run_keys.is_bad(key) else run_keys.GOOD)
        held.append(key)
    except botocore.exceptions.ClientError as error:
        if error.response["Error"]["Code"] not in REFUSALS:
            raise
bad = [k for k in held if run_keys.is_bad(k)]
for name, some in (("all", held), ("bad", bad), ("again", bad[::2])):
    with open(f"{sys.argv[1]}/{name}", "wb") as f:
        f.write(b"".join(run_keys.uri(k).encode() + b"\0" for k in some))
if len(held) < 400:
    sys.exit(f"only {len(held)} keys can be held")
print(len(held))
