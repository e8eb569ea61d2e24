#!/usr/bin/env python3
"""gate.py: a strict AWS for tests, in front of a lenient one (moto).

    gate.py [--upstream HOST:PORT] [--port 0] [--region R] [--key ACCESS:SECRET[:TOKEN]] [--tls CERT KEY]
            [--log FILE] [--faults FILE] [--idle S]

Verifies every signature and checksum from the raw request, keeps connections alive, makes things fail as a
script says, writes down what was asked. Also serves instance metadata, containers' credentials, STS for web
identities, and the Lambda Runtime API. Prints the port; listens on 127.0.0.1; ends at SIGTERM. What a test may
ask of it stands in docs/aws_tests.md. It has nothing from Weir: a second opinion."""
import argparse
import collections
import json
import os
import re
import signal
import socket
import ssl
import sys
import threading
import time

from gateway import control, faults, http
from gateway.errors import Refused
from gateway.keys import Keys
from gateway.metadata import Metadata
from gateway.runtime import Runtime
from gateway.upstream import Upstream
from gateway.verify import Verifier

LOG_MOST = 300_000
LOGGED_BODY = 4000
KEPT = ("range", "if-match", "if-none-match", "content-type", "user-agent", "amz-sdk-request", "x-amz-checksum-mode",
        "x-amz-content-sha256", "amz-sdk-invocation-id")


class Log:
    """What was asked and answered, one JSON object a request."""

    def __init__(self, path):
        self.lock, self.lines = threading.Lock(), collections.deque(maxlen=LOG_MOST)
        self.file = open(path, "a", encoding="utf-8", buffering=1) if path else None

    def add(self, entry):
        line = json.dumps(entry, separators=(",", ":"))
        with self.lock:
            self.lines.append(line)
            if self.file:
                self.file.write(line + "\n")

    def matching(self, pattern):
        """Those whose "METHOD target x-amz-target status" holds the regular expression."""
        wanted = re.compile(pattern)
        with self.lock:
            lines = list(self.lines)
        if not pattern:
            return lines
        entries = ((line, json.loads(line)) for line in lines)
        return [line for line, e in entries if wanted.search(f"{e['method']} {e['target']} {e['operation']} {e['status']}")]

    def text(self, pattern):
        return "".join(line + "\n" for line in self.matching(pattern)).encode()

    def count(self, pattern):
        return len(self.matching(pattern))

    def clear(self):
        with self.lock:
            self.lines.clear()


class Gate:
    def __init__(self, options, port):
        host, _, upstream_port = (options.upstream or "").rpartition(":")
        self.upstream = (host, int(upstream_port)) if host else None
        self.idle_s = options.idle
        self.keys, self.faults, self.runtime = Keys(), faults.Faults(), Runtime()
        self.verifier = Verifier(self.keys, options.region, port, bool(options.tls))
        self.metadata = Metadata(self.keys, self.verifier.now_s)
        self.metadata.set({"region": options.region})
        self.log, self.connections = Log(options.log), 0
        for key in options.key:
            self.keys.add(*key.split(":", 2))
        if options.faults:
            with open(options.faults, encoding="utf-8") as f:
                self.faults.add(json.load(f))

    def serve(self, connection, number):
        """All requests of one connection."""
        upstream = Upstream(*self.upstream) if self.upstream else None
        try:
            connection.settimeout(self.idle_s)
            with connection, connection.makefile("rb") as stream:
                while self.serve_one(connection, stream, upstream, number):
                    pass
        except http.BadMessage as error:
            self.log.add({"method": "", "target": "", "operation": "", "status": 400, "code": str(error),
                          "connection": number})
        except OSError:
            pass  # the client has gone
        finally:
            if upstream:
                upstream.close()

    def serve_one(self, connection, stream, upstream, number):
        """False: the connection is over."""
        def go_on():
            connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        try:
            request = http.read_request(stream, go_on)
        except http.BadMessage:
            connection.sendall(http.Reply(400, b"", [("Connection", "close")]).head())
            raise
        if request is None:
            return False
        if request.path.startswith(control.BASE):
            reply = control.answer(self, request)
            connection.sendall(reply.head() + reply.body)
            return True
        request.alive = lambda: http.alive(connection)
        began_s = time.monotonic()
        reply, fault = self.answer(request, upstream)
        self.note(request, reply, fault, number, began_s)
        if reply is None:
            if fault.get("reset_before") == "rst":
                http.reset(connection)
            return False
        over = (request.header("connection") or "").lower() == "close"
        reply.headers = [(n, v) for n, v in reply.headers if n.lower() not in ("date", "connection")]
        reply.headers += [("Date", http.date_text(self.verifier.now_s())), ("Server", "gate")]
        reply.headers += [("Connection", "close")] if over else []
        body = b"" if request.method == "HEAD" else reply.body
        return faults.send(connection, reply.head(), body, fault) and not over

    def answer(self, request, upstream):
        """The reply (None: there is none) and the fault that was applied."""
        fault = {}
        try:
            forward = self.server_of(request, upstream)
            fault = self.faults.take(request)
            return faults.answer(request, fault, forward), fault
        except Refused as refused:
            return refused.reply(request), fault
        except (OSError, http.BadMessage) as error:
            return Refused(502, "BadGateway", f"behind the gate: {error}").reply(request), fault

    def server_of(self, request, upstream):
        """Who answers this request, after it was found to be good."""
        for part in (self.metadata, self.runtime):
            if part.serves(request):
                request.service = "local"
                return part.answer
        self.verifier.check(request)
        if request.service == "sts" and b"Action=AssumeRoleWithWebIdentity" in request.body:
            return self.metadata.web_identity
        if not upstream:
            raise Refused(501, "NotImplemented", "There is no server behind this gate.")
        return upstream.forward

    def note(self, request, reply, fault, number, began_s):
        entry = {"time": round(time.time(), 6), "connection": number, "method": request.method,
                 "target": request.target, "operation": request.header("x-amz-target") or "",
                 "service": request.service, "access_key": request.access_key,
                 "status": reply.status if reply else 0, "code": reply.error if reply else None,
                 "received": len(request.body), "sent": len(reply.body) if reply else 0,
                 "seconds": round(time.monotonic() - began_s, 6)}
        if fault:
            entry["fault"] = {k: v for k, v in fault.items() if k != "match"}
        entry["headers"] = {name: value for name, value in request.headers if name in KEPT}
        if entry["operation"]:
            entry["body"] = request.body[:LOGGED_BODY].decode("utf-8", "replace")
        self.log.add(entry)


def options_of(arguments):
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("--upstream")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--region", default="us-east-1")
    parser.add_argument("--key", action="append", default=[])
    parser.add_argument("--tls", nargs=2)
    parser.add_argument("--log")
    parser.add_argument("--faults")
    parser.add_argument("--idle", type=float, default=60)
    return parser.parse_args(arguments)


def main():
    options = options_of(sys.argv[1:])
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    signal.signal(signal.SIGINT, lambda *_: os._exit(0))
    listener = socket.create_server(("127.0.0.1", options.port), backlog=256)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    port = listener.getsockname()[1]
    gate = Gate(options, port)
    tls = None
    if options.tls:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(*options.tls)
    print(port, flush=True)
    while True:
        connection, _ = listener.accept()
        gate.connections += 1
        threading.Thread(target=begin, args=(gate, connection, tls, gate.connections), daemon=True).start()


def begin(gate, connection, tls, number):
    try:
        connection = tls.wrap_socket(connection, server_side=True) if tls else connection
    except OSError:
        return  # no TLS, or our certificate was refused
    gate.serve(connection, number)


if __name__ == "__main__":
    main()
