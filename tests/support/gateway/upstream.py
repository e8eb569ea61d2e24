"""upstream.py: the lenient server behind the gate, and what it does otherwise than AWS, mended."""
import base64
import json
import re
import secrets
import socket
import zlib
from urllib.parse import quote, unquote_to_bytes

from gateway import http, multipart
from gateway.errors import Refused, new_id

TOKEN = re.compile(rb"<(NextContinuationToken|ContinuationToken)>([^<]*)</")
TOKEN_ASKED = re.compile(r"(^|&)continuation-token=([^&]*)")
ENCODED = re.compile(rb"<(Key|Prefix|Delimiter|StartAfter)>([^<]*)</")
WRITES_MOST = 25
NONCE = 6


class Upstream:
    """One connection, kept; each connection of a client has its own."""

    def __init__(self, host, port):
        self.address, self.connection, self.stream = (host, port), None, None

    def close(self):
        if self.connection:
            self.stream.close()
            self.connection.close()
            self.connection = None

    def exchange(self, data, method):
        fresh = self.connection is None
        if fresh:
            self.connection = socket.create_connection(self.address)
            self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.stream = self.connection.makefile("rb")
        try:
            self.connection.sendall(data)
            reply, keep = http.read_reply(self.stream, method)
        except (OSError, http.BadMessage):
            self.close()
            if fresh:
                raise
            return self.exchange(data, method)  # it was closed while nobody used it
        if not keep:
            self.close()
        return reply

    def sent(self, request, head):
        """The reply; a part of an upload that there is not breaks the server behind."""
        try:
            return self.exchange(head + request.body, request.method)
        except http.BadMessage:
            if "partNumber=" not in request.query:
                raise
            raise Refused(404, "NoSuchUpload", "The specified upload does not exist. The upload ID may be invalid, or "
                          "the upload may have been aborted or completed.") from None

    def forward(self, request):
        check(request)
        target, host = behind(request)
        lines = [f"{request.method} {target} HTTP/1.1", f"host: {host}"]
        lines += [f"{n}: {v}" for n, v in request.headers if n not in
                  ("host", "connection", "expect", "content-length")]
        if request.body or request.method in ("PUT", "POST"):
            lines.append(f"content-length: {len(request.body)}")
        head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")

        def look(method):
            return self.exchange((f"{method} {target.partition('?')[0]} HTTP/1.1\r\nhost: {host}\r\n"
                                  f"authorization: {request.header('authorization')}\r\n"
                                  "x-amz-checksum-mode: ENABLED\r\n\r\n").encode("latin-1"), method)

        multipart.before(request, look)
        reply = self.sent(request, head)
        multipart.after(request, reply, look)
        mend(request, reply)
        return reply


def check(request):
    """What AWS refuses and the server behind does not."""
    if (request.header("x-amz-target") or "").endswith(".BatchWriteItem"):
        count = sum(len(r) for r in json.loads(request.body).get("RequestItems", {}).values())
        if not 1 <= count <= WRITES_MOST:
            raise Refused(400, "ValidationException", "1 validation error detected: Value at 'requestItems' failed to "
                          "satisfy constraint: Member must have length less than or equal to 25")


def behind(request):
    """Target and host for the server behind: a bucket that is a host name becomes the path's first part, an
    opaque continuation token becomes its own again."""
    target, host = request.target, request.header("host")
    if request.service == "s3":
        if request.bucket and not re.fullmatch(r"(127\.0\.0\.1|localhost|s3\.localhost):\d+", host):
            target = f"/{request.bucket}{target}"
        host = "127.0.0.1:" + host.rpartition(":")[2]
        if "list-type=2" in request.query:
            target = TOKEN_ASKED.sub(unseal, target.replace("?", "?&", 1)).replace("?&", "?", 1)
    return target, host


# S3's tokens say nothing to a client, have '+', '/' and '=' in them, and are never the same twice. That of
# nothing is the first page.
def seal(token):
    return b"1+/" + base64.b64encode(secrets.token_bytes(NONCE) + token) + b"=="


def opened(token):
    """What was sealed, or Refused."""
    try:
        if not (token.startswith(b"1+/") and token.endswith(b"==")):
            raise ValueError
        return base64.b64decode(token[3:-2], validate=True)[NONCE:]
    except ValueError:
        raise Refused(400, "InvalidArgument", "The continuation token provided is incorrect",
                      ArgumentName="continuation-token") from None


def unseal(match):
    token = opened(unquote_to_bytes(match[2]))
    return f"{match[1]}continuation-token={quote(token, safe='')}" if token else match[1]


def page_once_more(request, reply, how):
    """A listing whose next page is this one again: "repeat" under a new token, "loop" under its own; "empty":
    and this one has nothing in it."""
    asked = TOKEN_ASKED.search(request.query)
    token = unquote_to_bytes(asked[2]) if asked else seal(b"")
    if how != "loop":
        token = seal(opened(token))
    body = reply.body
    if how == "empty":
        body = re.sub(rb"<(Contents|CommonPrefixes)>.*?</\1>", b"", body, flags=re.S)
        body = re.sub(rb"<KeyCount>\d+<", b"<KeyCount>0<", body)
    body = re.sub(rb"<NextContinuationToken>.*?</NextContinuationToken>", b"", body)
    reply.body = re.sub(rb"<IsTruncated>[a-z]*</IsTruncated>", b"<IsTruncated>true</IsTruncated>"
                        b"<NextContinuationToken>" + token + b"</NextContinuationToken>", body)


def mend(request, reply):
    if reply.status >= 500 and not reply.body.lstrip().startswith((b"<?xml", b"<Error", b"{")):
        error = Refused(500, "InternalError", "We encountered an internal error. Please try again.").reply(request)
        reply.body, reply.headers = error.body, error.headers
    if request.service == "s3":
        mend_s3(request, reply)
    elif request.service == "dynamodb":
        reply.set("x-amzn-requestid", new_id())
    elif not reply.header("x-amzn-requestid"):
        reply.set("x-amzn-requestid", new_id())


def mend_s3(request, reply):
    reply.set("x-amz-request-id", new_id())
    reply.set("x-amz-id-2", "gate")
    if reply.status == 206:  # the checksum of the whole says nothing of a part
        reply.headers = [(n, v) for n, v in reply.headers if not n.lower().startswith("x-amz-checksum-")]
    if "list-type=2" in request.query and reply.status == 200:
        reply.body = TOKEN.sub(lambda m: b"<%s>%s</" % (m[1], seal(m[2])), reply.body)
        if "encoding-type=url" in request.query:  # as in a form: a blank is a plus
            reply.body = ENCODED.sub(lambda m: b"<%s>%s</" % (m[1], m[2].replace(b"%20", b"+")), reply.body)


def finish(request, reply):
    """The checksum of the body as it is now: what a fault has damaged on its way comes after."""
    if request.service == "dynamodb":
        reply.set("x-amz-crc32", str(zlib.crc32(reply.body)))
