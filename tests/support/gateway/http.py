"""http.py: HTTP/1.1 as it is on the wire. Nothing is decoded, so that what was signed can be seen."""
import select
import socket
import struct
import time

LINE_MOST = 65536
HEADERS_MOST = 200
BODY_MOST = 6 << 30
REASONS = {100: "Continue", 200: "OK", 202: "Accepted", 204: "No Content", 206: "Partial Content",
           301: "Moved Permanently", 304: "Not Modified", 400: "Bad Request", 401: "Unauthorized",
           403: "Forbidden", 404: "Not Found", 409: "Conflict", 411: "Length Required",
           412: "Precondition Failed", 413: "Payload Too Large", 416: "Range Not Satisfiable",
           429: "Too Many Requests", 500: "Internal Server Error", 501: "Not Implemented",
           502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout"}


class BadMessage(Exception):
    """What came is no HTTP/1.1 message."""


class Request:
    def __init__(self, method, target, headers, body):
        self.method, self.target, self.headers, self.body = method, target, headers, body
        self.path, _, self.query = target.partition("?")
        self.has_query = "?" in target
        self.service = self.bucket = self.access_key = None  # once it is known

    def header(self, name):
        """The value; those of a repeated header joined by ','. None: it is not there."""
        values = [v for n, v in self.headers if n == name]
        return ",".join(values) if values else None


class Reply:
    def __init__(self, status, body=b"", headers=()):
        self.status, self.body, self.headers = status, body, list(headers)
        self.length = None  # of a reply to HEAD: what Content-Length says without a body
        self.error = None   # the code, where it is a refusal; for the log

    def header(self, name):
        return next((v for n, v in self.headers if n.lower() == name), None)

    def set(self, name, value):
        self.headers = [(n, v) for n, v in self.headers if n.lower() != name.lower()]
        if value is not None:
            self.headers.append((name, value))

    def head(self):
        length = len(self.body) if self.length is None else self.length
        lines = [f"HTTP/1.1 {self.status} {REASONS.get(self.status, 'Status')}"]
        lines += [f"{n}: {v}" for n, v in self.headers]
        if self.status != 204 and self.status >= 200:
            lines.append(f"Content-Length: {length}")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def read_line(stream):
    line = stream.readline(LINE_MOST + 1)
    if len(line) > LINE_MOST:
        raise BadMessage("a line is too long")
    if line and not line.endswith(b"\r\n"):
        raise BadMessage("a line does not end in CR LF")
    return line[:-2].decode("latin-1")


def read_headers(stream):
    headers = []
    while line := read_line(stream):
        name, colon, value = line.partition(":")
        if not colon or not name or name != name.strip() or len(headers) == HEADERS_MOST:
            raise BadMessage(f"header {line[:60]!r}")
        headers.append((name.lower(), value.strip(" \t")))
    return headers


def read_exactly(stream, size):
    body = stream.read(size)
    if len(body) != size:
        raise BadMessage(f"the body ends after {len(body)} of {size} bytes")
    return body


def read_request(stream, go_on):
    """The next request; None at the end of the connection. go_on() lets a client send its body that waits
    for '100 Continue'."""
    line = read_line(stream)
    if not line:
        return None
    words = line.split(" ")
    if len(words) != 3 or words[2] != "HTTP/1.1" or not words[1].startswith("/"):
        raise BadMessage(f"request line {line[:100]!r}")
    request = Request(words[0], words[1], read_headers(stream), b"")
    if request.header("transfer-encoding"):
        raise BadMessage("Transfer-Encoding: no AWS service takes it")
    length = request.header("content-length") or "0"
    if not (length.isascii() and length.isdigit()) or int(length) > BODY_MOST:
        raise BadMessage(f"Content-Length {length[:40]!r}")
    if (request.header("expect") or "").lower() == "100-continue":
        go_on()
    request.body = read_exactly(stream, int(length))
    return request


def read_reply(stream, method):
    """A whole reply of the server behind."""
    line = read_line(stream)
    words = line.split(" ", 2)
    if len(words) < 2 or not words[1].isdigit():
        raise BadMessage(f"status line {line[:100]!r}")
    headers = read_headers(stream)
    told = dict(headers)
    reply = Reply(int(words[1]), b"", [(n, v) for n, v in headers if n not in
                                       ("content-length", "transfer-encoding", "connection", "date", "server")])
    length = told.get("content-length")
    if method == "HEAD":
        reply.length = int(length or 0)
    elif told.get("transfer-encoding", "").lower() == "chunked":
        while size := int(read_line(stream).partition(";")[0], 16):
            reply.body += read_exactly(stream, size)
            read_line(stream)
        read_headers(stream)
    elif length is not None:
        reply.body = read_exactly(stream, int(length))
    elif reply.status not in (204, 304):
        reply.body = stream.read()
    return reply, told.get("connection", "").lower() != "close" and (length is not None or method == "HEAD")


def alive(connection):
    """Whether the client is still there that waits for a reply."""
    readable, _, _ = select.select([connection], [], [], 0)
    if not readable or hasattr(connection, "pending"):  # nobody can look into TLS
        return True
    try:
        return connection.recv(1, socket.MSG_PEEK) != b""
    except OSError:
        return False


def reset(connection):
    """Ends a connection with RST instead of FIN."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def date_text(now_s):
    days, months = "Mon Tue Wed Thu Fri Sat Sun".split(), "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
    t = time.gmtime(now_s)
    return (f"{days[t.tm_wday]}, {t.tm_mday:02} {months[t.tm_mon - 1]} {t.tm_year} "
            f"{t.tm_hour:02}:{t.tm_min:02}:{t.tm_sec:02} GMT")
