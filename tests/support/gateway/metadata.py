"""metadata.py: where a program on AWS gets its credentials: the instance metadata service (version 2 only),
the containers' endpoint, and STS for a web identity token."""
import json
import re
import secrets
import threading
import time
from urllib.parse import parse_qsl

from gateway.errors import Refused
from gateway.http import Reply

IMDS = "/latest/"
CONTAINER = "/container/credentials"
TTL_MOST_S = 21600
DEFAULTS = {"role": "weir-role", "region": "us-east-1", "lifetime_s": 3600, "rotate_s": 1800, "code": "Success",
            "container_authorization": None, "web_identity_token": None}


class Metadata:
    def __init__(self, keys, now_s):
        self.keys, self.now_s = keys, now_s
        self.lock = threading.Lock()
        self.settings = dict(DEFAULTS)
        self.tokens = {}   # session token of IMDS -> when it ends
        self.current = {}  # "imds", "container" -> (credentials, when they were made)

    def set(self, settings):
        unknown = set(settings) - set(DEFAULTS) - {"forget_tokens", "rotate"}
        if unknown:
            raise ValueError(f"metadata knows nothing of {sorted(unknown)}")
        with self.lock:
            if settings.pop("forget_tokens", False):
                self.tokens = {}
            if settings.pop("rotate", False):
                self.current = {}
            self.settings.update(settings)

    def serves(self, request):
        return request.path.startswith((IMDS + "api/", IMDS + "meta-data/", CONTAINER))

    def answer(self, request):
        if request.path.startswith(CONTAINER):
            return self.container(request)
        if request.path == IMDS + "api/token":
            return self.new_token(request)
        token = request.header("x-aws-ec2-metadata-token")
        with self.lock:
            good = self.tokens.get(token, 0) > time.monotonic()
        if not good:
            return Reply(401, b"", [("Content-Type", "text/html")])
        path = request.path.removeprefix(IMDS + "meta-data/")
        role = self.settings["role"]
        if request.method != "GET":
            return Reply(405)
        if path == "placement/region":
            return text(self.settings["region"])
        if path in ("iam/security-credentials", "iam/security-credentials/"):
            return text(role) if role else Reply(404)
        if role and path == f"iam/security-credentials/{role}":
            return self.role_credentials()
        return Reply(404)

    def new_token(self, request):
        ttl = request.header("x-aws-ec2-metadata-token-ttl-seconds") or ""
        if request.method != "PUT":
            return Reply(405)
        if request.header("x-forwarded-for"):
            return Reply(403)
        if not re.fullmatch(r"\d{1,5}", ttl) or not 1 <= int(ttl) <= TTL_MOST_S:
            return Reply(400)
        token = secrets.token_urlsafe(40) + "=="
        with self.lock:
            self.tokens[token] = time.monotonic() + int(ttl)
        return Reply(200, token.encode(), [("Content-Type", "text/plain"),
                                           ("X-Aws-Ec2-Metadata-Token-Ttl-Seconds", ttl)])

    def newest(self, whose):
        """The same until they are due to be changed."""
        with self.lock:
            credentials, made_s = self.current.get(whose, (None, 0))
            if credentials is None or time.monotonic() - made_s >= self.settings["rotate_s"]:
                credentials, made_s = self.keys.mint(self.settings["lifetime_s"], self.now_s()), time.monotonic()
                self.current[whose] = credentials, made_s
        return credentials

    def role_credentials(self):
        code = self.settings["code"]
        if code != "Success":
            return as_json(200, {"Code": code, "Message": "Made to fail."})
        return as_json(200, {"Code": code, "LastUpdated": "2026-01-01T00:00:00Z", "Type": "AWS-HMAC",
                             **self.newest("imds")})

    def container(self, request):
        wanted = self.settings["container_authorization"]
        if request.method != "GET":
            return Reply(405)
        if wanted is not None and request.header("authorization") != wanted:
            return as_json(403, {"code": "AccessDenied", "message": "The authorization token is not the one."})
        return as_json(200, {**self.newest("container"), "RoleArn": "arn:aws:iam::123456789012:role/weir-role"})

    def web_identity(self, request):
        """AssumeRoleWithWebIdentity."""
        form = dict(parse_qsl(request.body.decode("latin-1"), keep_blank_values=True))
        missing = [n for n in ("RoleArn", "RoleSessionName", "WebIdentityToken") if not form.get(n)]
        if missing:
            raise Refused(400, "ValidationError", f"Value null at '{missing[0]}' failed to satisfy constraint: "
                          "Member must not be null")
        if not re.fullmatch(r"[\w+=,.@-]{2,64}", form["RoleSessionName"], re.ASCII):
            raise Refused(400, "ValidationError", "Value at 'roleSessionName' failed to satisfy constraint")
        if self.settings["web_identity_token"] not in (None, form["WebIdentityToken"]):
            raise Refused(400, "InvalidIdentityToken", "The web identity token is not the one.")
        new = self.keys.mint(self.settings["lifetime_s"], self.now_s())
        inner = "".join(f"<{a}>{new[b]}</{a}>" for a, b in (
            ("AccessKeyId", "AccessKeyId"), ("SecretAccessKey", "SecretAccessKey"), ("SessionToken", "Token"),
            ("Expiration", "Expiration")))
        name = "AssumeRoleWithWebIdentity"
        body = (f'<{name}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><{name}Result><Credentials>'
                f"{inner}</Credentials></{name}Result></{name}Response>")
        return Reply(200, body.encode(), [("Content-Type", "text/xml")])


def text(words):
    return Reply(200, words.encode(), [("Content-Type", "text/plain")])


def as_json(status, value):
    return Reply(status, json.dumps(value).encode(), [("Content-Type", "application/json")])
