"""gate_client.py: requests to the gate as botocore signs them, sent byte for byte, also when they are wrong."""
import contextlib
import datetime
import http.client
import json
import os
import socket
import sys
from unittest import mock

import botocore.auth
import botocore.awsrequest
import botocore.credentials

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
import s3 as setup  # noqa: E402

PORT = int(os.environ["GATE_PORT"])
HOST = f"127.0.0.1:{PORT}"
ACCESS, SECRET = os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"]


def client(service="s3", **more):
    return setup.client(service, os.environ["AWS_ENDPOINT_URL"], **more)


def control(method, what, body=None):
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)) as connection:
        connection.request(method, "/__gate/" + what, None if body is None else json.dumps(body))
        reply = connection.getresponse()
        said = reply.read()
    assert reply.status == 200, said
    return said


def signed(method, target, headers=None, body=b"", service="s3", **o):
    """Headers of a request, signed by botocore. o: access, secret, token, region, off_s, host, as_service."""
    headers = {"host": o.get("host", HOST), **(headers or {})}
    request = botocore.awsrequest.AWSRequest(method, f"http://{headers['host']}{target}", dict(headers), body)
    credentials = botocore.credentials.Credentials(o.get("access", ACCESS), o.get("secret", SECRET), o.get("token"))
    signer = botocore.auth.S3SigV4Auth if service == "s3" else botocore.auth.SigV4Auth
    now = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=o.get("off_s", 0))
    # an S3 client has put the hash there by then; else botocore asks for https and signs no body
    request.context["payload_signing_enabled"] = True
    with mock.patch.object(botocore.auth, "get_current_datetime", lambda: now):
        signer(credentials, o.get("as_service", service), o.get("region", "us-east-1")).add_auth(request)
    return {name.lower(): value for name, value in request.headers.items()}


class Connection:
    """One connection; a reply is (status, headers, body)."""

    def __init__(self):
        self.socket = socket.create_connection(("127.0.0.1", PORT), timeout=60)
        self.stream = self.socket.makefile("rb")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stream.close()
        self.socket.close()

    def send(self, method, target, headers, body=b""):
        lines = [f"{method} {target} HTTP/1.1", *(f"{n}: {v}" for n, v in headers.items())]
        if body or method in ("PUT", "POST"):
            lines.append(f"content-length: {len(body)}")
        self.socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body)

    def receive(self, method="GET"):
        line = self.stream.readline()
        if not line:
            raise EOFError
        headers = {}
        while (text := self.stream.readline().strip()):
            name, _, value = text.decode("latin-1").partition(":")
            headers[name.lower()] = value.strip()
        length = 0 if method == "HEAD" else int(headers.get("content-length", 0))
        return int(line.split()[1]), headers, self.stream.read(length)

    def ask(self, method, target, headers, body=b""):
        self.send(method, target, headers, body)
        return self.receive(method)
