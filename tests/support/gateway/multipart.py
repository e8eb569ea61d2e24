"""multipart.py: what S3 compares when an upload in parts is completed, and the server behind the gate does not."""
import re

from gateway.errors import Refused

WHOLE = re.compile(r"x-amz-checksum-\w+")


def completes(request):
    return request.service == "s3" and request.method == "POST" and "uploadId=" in request.query


def before(request, look):
    """If-Match; look(method) is the reply to that method for the same key."""
    wanted = request.header("if-match")
    if not completes(request) or wanted is None:
        return
    there = look("HEAD")
    if there.status == 404:
        raise Refused(404, "NoSuchKey", "The specified key does not exist.")
    if (there.header("etag") or "").strip('"') != wanted.strip('"'):
        raise Refused(412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold",
                      Condition="If-Match")


def after(request, reply, look):
    """The checksum of the whole: of an object whose bytes have another one, nothing is to be there."""
    told = [(n, v) for n, v in request.headers if WHOLE.fullmatch(n) and not n.endswith(("-type", "-algorithm"))]
    if not completes(request) or reply.status != 200 or b"CompleteMultipartUploadResult" not in reply.body:
        return
    for name, value in told:
        actual = look("HEAD").header(name)
        if actual != value:
            look("DELETE")
            raise Refused(400, "BadDigest", f"The {name} you specified did not match what we received: {actual}.")
