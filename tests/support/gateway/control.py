"""control.py: /__gate/...: how a test tells the gate what to do and asks what it saw."""
import json
from urllib.parse import parse_qsl

from gateway.http import Reply
from gateway.upstream import Upstream

BASE = "/__gate/"
LIST_BUCKETS = (b"GET / HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: AWS4-HMAC-SHA256 Credential="
                b"A/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0\r\n\r\n")


def answer(gate, request):
    """gate.py's Gate does it. 400 with the reason where it cannot be done."""
    name, query = request.path.removeprefix(BASE), dict(parse_qsl(request.query))
    action = ACTIONS.get((request.method, name))
    if not action:
        return Reply(404, f"{request.method} {request.path}?\n".encode())
    try:
        said = action(gate, json.loads(request.body) if request.body else None, query)
    except (ValueError, KeyError, TypeError) as error:
        return Reply(400, f"{type(error).__name__}: {error}\n".encode())
    if isinstance(said, bytes):
        return Reply(200, said, [("Content-Type", "application/x-ndjson")])
    return Reply(200, json.dumps(said).encode() + b"\n", [("Content-Type", "application/json")])


def add_keys(gate, body, _query):
    """{access key: {"secret", "token", "expires_in_s"}}"""
    for access_key, key in body.items():
        ends_in_s = key.get("expires_in_s")
        gate.keys.add(access_key, key["secret"], key.get("token"),
                      None if ends_in_s is None else gate.verifier.now_s() + ends_in_s)


def expire_keys(gate, body, _query):
    """[access key, ...]; "*": all that were given out for a while."""
    for access_key in [k for k, v in gate.keys.known.items() if v["token"]] if body == "*" else body:
        gate.keys.expire(access_key, gate.verifier.now_s())


def set_buckets(gate, body, _query):
    """{bucket: {"region": ..., "status": 400 or 301, "public": true}}"""
    for name, one in body.items():
        if "public" in one:
            (gate.verifier.public.add if one["public"] else gate.verifier.public.discard)(name)
        if "region" in one:
            gate.verifier.bucket_regions[name] = one["region"], one.get("status", 400)


def set_clock(gate, body, _query):
    gate.verifier.shift_s = float(body["shift_s"])


def ready(gate, _body, _query):
    """After a real answer of the server behind."""
    if gate.upstream:
        upstream = Upstream(*gate.upstream)
        reply = upstream.exchange(LIST_BUCKETS, "GET")
        upstream.close()
        if reply.status != 200:
            raise ValueError(f"behind the gate: {reply.status} {reply.body[:200]!r}")
    return "ready"


def log(gate, _body, query):
    return gate.log.text(query.get("match", ""))


ACTIONS = {
    ("GET", "ready"): ready,
    ("GET", "log"): log,
    ("DELETE", "log"): lambda gate, body, query: gate.log.clear(),
    ("GET", "count"): lambda gate, body, query: gate.log.count(query.get("match", "")),
    ("GET", "connections"): lambda gate, body, query: gate.connections,
    ("GET", "faults"): lambda gate, body, query: gate.faults.state(),
    ("POST", "faults"): lambda gate, body, query: gate.faults.add(body),
    ("DELETE", "faults"): lambda gate, body, query: gate.faults.clear(),
    ("POST", "keys"): add_keys,
    ("POST", "expire"): expire_keys,
    ("POST", "clock"): set_clock,
    ("POST", "buckets"): set_buckets,
    ("POST", "metadata"): lambda gate, body, query: gate.metadata.set(body),
    ("POST", "events"): lambda gate, body, query: gate.runtime.add(body),
    ("GET", "replies"): lambda gate, body, query: gate.runtime.answers(
        int(query.get("count", 0)), float(query.get("wait_s", 10))),
}
