"""s3_write.py: objects written through the gate by tests/stores/s3_commands.h ($PROGRAM) are what boto3 finds, byte by
byte, also when calls are refused, broken off, answered wrongly or not at all; no upload in parts is left behind.

    s3_write.py plain|faults|parts|tls"""
import base64
import hashlib
import html
import json
import os
import random
import subprocess
import sys
import time
import urllib.request

import s3
from gateway import digest
from run_keys import keys

MIB = 1 << 20
BUCKET = "written"
WORK, PROGRAM = os.environ["WORK"], os.environ["PROGRAM"]
emulator = s3.client()


def gate(method, what, body=None):
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(f"{os.environ['AWS_ENDPOINT_URL']}/__gate/{what}", data,
                                                       method=method), timeout=60) as answer:
        return answer.read().decode()


def requests(words):
    """"METHOD part", ... of all requests since the last forget(), in order."""
    return [line for line in map(json.loads, gate("GET", "log").splitlines()) if words in f"{line['method']} {line['target']}"]


def forget():
    gate("DELETE", "log")
    gate("DELETE", "faults")


def check(good, *what):
    if not good:
        if not os.environ.get("AWS_CA_BUNDLE"):
            print("\n".join(gate("GET", "log").splitlines()[-12:]), file=sys.stderr)
        sys.exit(f"FAILED: {' '.join(map(str, what))}")


class Body:
    """A file of mostly nothing, with words here and there, the same every time."""

    def __init__(self, size, seed=1):
        self.path, r = f"{WORK}/{size}.{seed}", random.Random(seed)
        with open(self.path, "wb") as f:
            f.truncate(size)
            for at in sorted({0, size // 3, max(0, size - 100)} | {r.randrange(size) for _ in range(8) if size}):
                f.seek(at)
                f.write(r.randbytes(min(50, size - at)))
        with open(self.path, "rb") as f:
            self.bytes = f.read()
        self.size = len(self.bytes)
        assert self.size == size
        self.crc = base64.b64encode(digest.crc64nvme(self.bytes)).decode()
        self.md5 = hashlib.md5(self.bytes).hexdigest()


class Writer:
    def __init__(self):
        self.process = subprocess.Popen([PROGRAM, "--do", BUCKET], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def write(self, key, body, **more):
        line = {"key": key, "file": body.path, "size": str(more.pop("size", body.size)), **more}
        self.process.stdin.write(json.dumps(line) + "\n")
        self.process.stdin.flush()
        said = self.process.stdout.readline()
        check(said, "the program has died:", self.process.poll() if said else self.process.wait())
        return json.loads(said)

    def close(self):
        self.process.stdin.close()
        check(self.process.wait() == 0, "the program ends with", self.process.returncode)


def uploads():
    return [(u["Key"], u["UploadId"]) for u in emulator.list_multipart_uploads(Bucket=BUCKET).get("Uploads", [])]


def is_there(key, body, said):
    """What was said and what boto3 finds are the body."""
    check(not said["error"], key, said)
    found = emulator.get_object(Bucket=BUCKET, Key=key, ChecksumMode="ENABLED")
    check(found["Body"].read() == body.bytes, key, "has other bytes")
    check(found.get("ChecksumCRC64NVME") == body.crc, key, "has the checksum", found.get("ChecksumCRC64NVME"), body.crc)
    check(said["checksum"] == f"crc64nvme {body.crc}", key, said)
    check(said["etag"] == found["ETag"].strip('"'), key, said, found["ETag"])
    check(body.size > 16 * MIB or said["etag"] == body.md5, key, said)
    return found


def refused(said, words, key):
    check(said["error"] and said["error"].startswith(words) and not said["etag"], key, said)
    check(not uploads(), key, "leaves", uploads())


def sizes(w):
    for size in (0, 1, 16 * MIB - 1, 16 * MIB, 16 * MIB + 1, 24 * MIB, 100 * MIB + 3):
        body = Body(size)
        for how in ({}, {"memory": True}, {"waits": True}) if size in (1, 16 * MIB + 1) else ({},):
            forget()
            key = f"size/{size}{''.join(how)}"
            is_there(key, body, w.write(key, body, type="text/x-weir", **how))
            check(emulator.head_object(Bucket=BUCKET, Key=key)["ContentType"] == "text/x-weir", key)
            parts = -(-size // (8 * MIB)) if size > 16 * MIB else 0
            check(len(requests("")) == (parts + 2 if parts else 1), key, "takes other calls")
            check(len(requests("partNumber=")) == parts, key, "has other parts")
        os.unlink(body.path)
    check(not uploads(), "there are", uploads())


def awkward(w):
    body = Body(3)
    for key in keys():
        check(not w.write(key, body)["error"], repr(key))
    found = {o["Key"] for page in emulator.get_paginator("list_objects_v2").paginate(Bucket=BUCKET)
             for o in page.get("Contents", [])}
    check(set(keys()) <= found, "keys are lost:", sorted(set(keys()) - found)[:5])
    for key in keys()[::7]:
        check(emulator.get_object(Bucket=BUCKET, Key=key)["Body"].read() == body.bytes, repr(key))


def conditions(w, size):
    one, other = Body(size, 1), Body(size, 2)
    key = f"conditions/{size}"
    said = w.write(key, one, absent=True)
    is_there(key, one, said)
    check(not said["was_there"], said)
    again = w.write(key, one, absent=True)
    check(not again["error"] and again["was_there"] and again["etag"] == said["etag"], again)
    refused(w.write(key, other, absent=True), "DATA exists:", key)
    is_there(key, one, said)
    refused(w.write(key, other, match="0" * 32), "DATA replaced:", key)
    is_there(key, other, w.write(key, other, match=said["etag"]))
    refused(w.write(key + "/none", other, match=said["etag"]), "DATA replaced:", key)
    # a store that knows no conditions is asked what is there
    deny = {"match": "^(PUT|POST) ", "error": "NotImplemented", "status": 501, "times": 1}
    if size > 16 * MIB:
        deny |= {"match": "^POST .*uploadId="}
    for times, wanted, body, more in ((1, "DATA exists:", one, {"absent": True}), (1, "", other, {"absent": True}),
                                      (1, "DATA replaced:", one, {"match": "0" * 32})):
        gate("POST", "faults", deny | {"times": times})
        said = w.write(key, body, **more)
        if wanted:
            refused(said, wanted, key)
        else:
            is_there(key, body, said)
        forget()
    gate("POST", "faults", deny)
    is_there(key + "/new", one, w.write(key + "/new", one, absent=True))
    forget()
    check(not uploads(), uploads())


HARMLESS = ({"reset_before": True}, {"reset_before": "rst"}, {"error": "SlowDown", "times": 2},
            {"error": "InternalError", "status": 500}, {"error": "ConditionalRequestConflict", "status": 409},
            {"error": "RequestTimeout", "status": 400}, {"error": "BadDigest", "status": 400},
            {"drop_reply": True}, {"reset_after": 0}, {"reset_after": 1}, {"reset_after": 40},
            {"error": "InternalError", "status": 500, "applied": True}, {"reply": {"status": 200}, "applied": True},
            {"ok_error": "InternalError", "blanks": 70})


def harmless(w):
    """Each of these at each call, with each condition: the object is there once, and nobody is told otherwise."""
    one, old = Body(5000), Body(77, 7)
    number = 0
    for fault in HARMLESS:
        for how in ({}, {"absent": True}, {"match": True}):
            number += 1
            key, more = f"harmless/{number}", dict(how)
            if "match" in how:
                more["match"] = w.write(key, old)["etag"]
            gate("POST", "faults", {"match": "^PUT ", **fault})
            said = w.write(key, one, **more)
            is_there(key, one, said)
            check("absent" in how or not said["was_there"], fault, how, said)
            check(len(requests("PUT ")) >= (1 if "reply" in fault or "ok_error" in fault else 2), fault)
            forget()


def harmless_parts(w):
    one, old = Body(16 * MIB + 1), Body(77, 7)
    number = 0
    for call in ("^POST .*[?&]uploads=", "^PUT .*partNumber=2", "^POST .*uploadId="):
        for fault in HARMLESS:
            if number % 2 and "uploadId" not in call:  # there it matters least
                number += 1
                continue
            how = ({}, {"absent": True}, {"match": True})[number % 3] if "uploadId" in call else {}
            number += 1
            key, more = f"parts/{number}", dict(how)
            if "match" in how:
                more["match"] = w.write(key, old)["etag"]
            gate("POST", "faults", {"match": call, **fault})
            said = w.write(key, one, **more)
            is_there(key, one, said)
            check("absent" in how or not said["was_there"], call, fault, how, said)
            check("uploads=" in call or not uploads(), call, fault, "leaves", uploads())
            if "partNumber" in call and "reply" not in fault and "ok_error" not in fault:
                check(len(requests("partNumber=2")) >= 2 and len(requests("partNumber=1")) == 1, "all parts are repeated", fault)
            for k, upload in uploads():  # of a begin whose reply was lost, whose name nobody was told
                emulator.abort_multipart_upload(Bucket=BUCKET, Key=k, UploadId=upload)
            forget()


def flipped(w):
    """A bit of a reply: the object is there whole, or the write says that it is not."""
    one = Body(16 * MIB + 1)
    for call in ("^POST .*[?&]uploads=", "^POST .*uploadId="):
        for byte in range(3, 420, 67):
            key = f"flipped/{byte}"
            gate("POST", "faults", {"match": call, "flip": byte})
            said = w.write(key, one)
            if not said["error"]:
                check(emulator.get_object(Bucket=BUCKET, Key=key)["Body"].read() == one.bytes, key)
            check(not said["error"] or said["error"].startswith("RETRY "), call, byte, said)
            check("uploads=" in call or not said["error"], call, byte, said)
            forget()
            for k, upload in uploads():
                emulator.abort_multipart_upload(Bucket=BUCKET, Key=k, UploadId=upload)


def lasting(w):
    """What does not pass: it is said, and nothing is left behind."""
    small, large = Body(100), Body(24 * MIB)
    for body, call, fault, wanted in (
            (small, "^PUT ", {"error": "AccessDenied", "status": 403}, "SETUP access_denied:"),
            (small, "^PUT ", {"reset_before": True}, "RETRY network:"),
            (large, "uploads=", {"error": "AccessDenied", "status": 403}, "SETUP access_denied:"),
            (large, "partNumber=3", {"error": "AccessDenied", "status": 403}, "SETUP access_denied:"),
            (large, "partNumber=3", {"error": "InternalError", "status": 500}, "RETRY unavailable:"),
            (large, "partNumber=2", {"reset_before": "rst"}, "RETRY network:"),
            (large, "^POST .*uploadId=", {"reply": {"status": 200, "body": "  \n<Error><Code>InternalError</Code></Error>"}},
             "RETRY unavailable:"),
            (large, "^POST .*uploadId=", {"error": "BadDigest", "status": 400}, "RETRY damaged:"),
            (large, "^POST .*uploadId=", {"error": "ConditionalRequestConflict", "status": 409}, "RETRY conflict:")):
        gate("POST", "faults", {"match": call, "times": -1, **fault})
        refused(w.write("lasting", body), wanted, (call, fault))
        forget()
        check(not list(s3_keys("lasting")), "the object is there", call, fault)
    # it cannot even be taken back: then it is said
    gate("POST", "faults", [{"match": "^DELETE ", "times": -1, "error": "AccessDenied", "status": 403},
                            {"match": "partNumber=1", "times": -1, "error": "AccessDenied", "status": 403}])
    said = w.write("lasting", large)
    check("left behind as upload" in said["error"], said)
    forget()
    for key, upload in uploads():
        emulator.abort_multipart_upload(Bucket=BUCKET, Key=key, UploadId=upload)
    for body in (small, large):
        refused(w.write("lasting", body, size=body.size + 10), "DATA changed:", "a file that shrinks")


def s3_keys(prefix):
    return [o["Key"] for o in emulator.list_objects_v2(Bucket=BUCKET, Prefix=prefix).get("Contents", [])]


def cancelled(w):
    small, large = Body(100), Body(24 * MIB)
    for body, call, after_s in ((small, "^PUT ", 0.2), (large, "uploads=", 0.2), (large, "partNumber=.", 0.2),
                                (large, "partNumber=2", 0.5)):
        gate("POST", "faults", {"match": call, "delay_s": 1.5, "times": 5})
        refused(w.write("cancelled", body, cancel_after_s=after_s), "RETRY stopped:", (call, after_s))
        forget()


LISTED = """<ListMultipartUploadsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Upload><Key>{key}</Key>
<UploadId>{upload}</UploadId><Initiated>{begun}</Initiated></Upload></ListMultipartUploadsResult>"""


def left_behind(w):
    """Uploads that somebody has begun and who has died since, of this object and of another one. To the emulator all are
    of 2010; one of an hour ago may still go on."""
    one, key = Body(16 * MIB + 1), "left/ü&<b>"
    begun = [emulator.create_multipart_upload(Bucket=BUCKET, Key=k)["UploadId"] for k in (key, key, key + "/2", "left")]
    emulator.upload_part(Bucket=BUCKET, Key=key, UploadId=begun[0], PartNumber=1, Body=b"x")
    is_there(key, one, w.write(key, one))
    check(len(uploads()) == 4, "uploads of others are taken back", uploads())
    gate("POST", "faults", {"match": "^GET .*uploads", "error": "AccessDenied", "status": 403})
    is_there(key, one, w.write(key, one, sweeps=True))
    check(len(uploads()) == 4, "taken back without having been found", uploads())
    for begun_s, left in ((3600, 4), (23 * 3600, 4), (25 * 3600, 3)):
        gate("POST", "faults", {"match": "^GET .*uploads", "reply": {"status": 200, "body": LISTED.format(
            key=html.escape(key), upload=begun[1],
            begun=time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(time.time() - begun_s)))}})
        is_there(key, one, w.write(key, one, sweeps=True))
        check(len(uploads()) == left, begun_s, uploads())
    is_there(key, one, w.write(key, one, sweeps=True, absent=True) | {"was_there": False})
    check(sorted(uploads()) == sorted([(key + "/2", begun[2]), ("left", begun[3])]), "left behind", uploads())
    for k, upload in uploads():
        emulator.abort_multipart_upload(Bucket=BUCKET, Key=k, UploadId=upload)
    forget()


def plain():
    w = Writer()
    sizes(w)
    awkward(w)
    conditions(w, 3000)
    conditions(w, 16 * MIB + 5)
    check(not [r for r in requests("") if r["status"] in (400, 403)], "the gate refuses something")
    left_behind(w)
    w.close()


def faults():
    w = Writer()
    for test in (harmless, lasting, cancelled):
        test(w)
    w.close()


def parts():
    w = Writer()
    harmless_parts(w)
    flipped(w)
    w.close()


def tls():
    w = Writer()
    for size in (0, 5000, 16 * MIB + 1):
        is_there(f"tls/{size}", Body(size), w.write(f"tls/{size}", Body(size)))
    w.close()


if __name__ == "__main__":
    emulator.create_bucket(Bucket=BUCKET)
    {"plain": plain, "faults": faults, "parts": parts, "tls": tls}[sys.argv[1]]()
