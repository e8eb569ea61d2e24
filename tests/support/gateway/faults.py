"""faults.py: what goes wrong on purpose: a list of rules; the first that matches a request and is not used
up is applied. The keys of a rule stand in docs/aws_tests.md."""
import base64
import json
import re
import threading
import time

from gateway import http
from gateway.errors import MEDIA, Refused, s3_body
from gateway.upstream import finish, page_once_more

KNOWN = {"match", "times", "skip", "every", "error", "status", "message", "reply", "applied", "delay_s", "reset_before",
         "reset_after", "drop_reply", "truncate_body", "stall_after", "stall_s", "flip", "ok_error", "blanks",
         "unprocessed", "failed", "code", "sender_fault", "page", "max_keys"}


class Rule:
    def __init__(self, spec):
        unknown = set(spec) - KNOWN
        if unknown or "match" not in spec:
            raise ValueError(f"a fault needs match and knows nothing of {sorted(unknown)}")
        self.spec, self.pattern = spec, re.compile(spec["match"])
        self.seen = self.used = 0

    def takes(self, text):
        if not self.pattern.search(text):
            return False
        self.seen += 1
        times, skip, every = self.spec.get("times", 1), self.spec.get("skip", 0), self.spec.get("every", 1)
        if self.seen <= skip or (self.seen - skip - 1) % every or 0 <= times <= self.used:
            return False
        self.used += 1
        return True


class Faults:
    def __init__(self):
        self.lock, self.rules = threading.Lock(), []

    def add(self, specs):
        rules = [Rule(spec) for spec in (specs if isinstance(specs, list) else [specs])]
        with self.lock:
            self.rules += rules

    def clear(self):
        with self.lock:
            self.rules = []

    def state(self):
        with self.lock:
            return [{**rule.spec, "seen": rule.seen, "used": rule.used} for rule in self.rules]

    def take(self, request):
        """The keys of the rule for this request; {} where nothing goes wrong."""
        text = f"{request.method} {request.target} {request.header('x-amz-target') or ''}"
        with self.lock:
            return next((rule.spec for rule in self.rules if rule.takes(text)), {})


def answer(request, fault, forward):
    """The reply under this fault; None: there is none. forward(request) asks the server behind."""
    if fault.get("reset_before"):
        return None
    if "unprocessed" in fault or "failed" in fault:
        reply = partial(request, fault, forward)
    elif "reply" in fault or "error" in fault:
        if fault.get("applied"):
            forward(request)
        reply = scripted(request, fault)
    else:
        if "max_keys" in fault:
            kept = [pair for pair in request.query.split("&") if not pair.startswith("max-keys=")]
            request.target = f"{request.path}?{'&'.join(kept)}&max-keys={fault['max_keys']}"
        reply = forward(request)
    if "page" in fault:
        page_once_more(request, reply, fault["page"])
    if "ok_error" in fault:
        body = s3_body(fault["ok_error"], fault.get("message", "We encountered an internal error."), {})
        declaration, _, root = body.partition(b"\n")
        reply = http.Reply(200, declaration + b"\n" + b" " * fault.get("blanks", 0) + root,
                           [("Content-Type", "application/xml")])
    finish(request, reply)
    if "flip" in fault and reply.body:
        k = fault["flip"] % len(reply.body)
        reply.body = reply.body[:k] + bytes([reply.body[k] ^ 1]) + reply.body[k + 1:]
    time.sleep(fault.get("delay_s", 0))
    return reply


def scripted(request, fault):
    if "error" in fault:
        status = fault.get("status", 503 if request.service == "s3" else 400)
        return Refused(status, fault["error"], fault.get("message", "Made to fail.")).reply(request)
    told = fault["reply"]
    body = base64.b64decode(told["body_base64"]) if "body_base64" in told else told.get("body", "").encode()
    return http.Reply(told["status"], body, told.get("headers", {}).items())


def send(connection, data_head, body, fault):
    """Sends a reply under this fault. False: the connection is over."""
    data = data_head + body
    if "reset_after" in fault:
        connection.sendall(data[:fault["reset_after"]])
        time.sleep(0.05)  # what is still in the send buffer at a reset is lost
        http.reset(connection)
        return False
    if fault.get("drop_reply"):
        return False
    if "truncate_body" in fault:
        connection.sendall(data_head + body[:fault["truncate_body"]])
        return False
    if "stall_after" in fault:
        connection.sendall(data_head + body[:fault["stall_after"]])
        time.sleep(fault.get("stall_s", 60))
        data = body[fault["stall_after"]:]
    connection.sendall(data)
    return True


def partial(request, fault, forward):
    """A batch of which the last n entries are not done and come back as such."""
    body = json.loads(request.body)
    operation = (request.header("x-amz-target") or "").partition(".")[2]
    held = HOLD[operation](body, fault.get("unprocessed", fault.get("failed")), fault)
    left, key, value = held
    if left:
        request.body = json.dumps(body).encode()
        reply = forward(request)
        if reply.status != 200:
            return reply
        told = json.loads(reply.body)
    else:
        told, reply = dict(EMPTY[operation]), http.Reply(200, b"", [("Content-Type", MEDIA[request.service])])
    if key == "Failed":
        value = told.get(key, []) + value
    told[key] = value
    reply.body = json.dumps(told).encode()
    return reply


def hold_writes(body, n, _fault):
    """DynamoDB BatchWriteItem: the last n of all tables' requests."""
    flat = [(table, one) for table, requests in body["RequestItems"].items() for one in requests]
    kept, held = flat[:max(0, len(flat) - n)], flat[max(0, len(flat) - n):]
    body["RequestItems"] = grouped(kept)
    return len(kept), "UnprocessedItems", grouped(held)


def grouped(pairs):
    tables = {}
    for table, one in pairs:
        tables.setdefault(table, []).append(one)
    return tables


def hold_reads(body, n, _fault):
    """DynamoDB BatchGetItem: the last n keys of the last table."""
    table, wanted = list(body["RequestItems"].items())[-1]
    keys = wanted["Keys"]
    held = {**wanted, "Keys": keys[max(0, len(keys) - n):]}
    wanted["Keys"] = keys[:max(0, len(keys) - n)]
    if not wanted["Keys"]:
        del body["RequestItems"][table]
    return len(body["RequestItems"]), "UnprocessedKeys", {table: held} if held["Keys"] else {}


def hold_entries(body, n, fault):
    """The batches of SQS: the last n entries."""
    entries = body["Entries"]
    held, body["Entries"] = entries[max(0, len(entries) - n):], entries[:max(0, len(entries) - n)]
    return len(body["Entries"]), "Failed", [
        {"Id": entry["Id"], "Code": fault.get("code", "InternalError"), "Message": "Made to fail.",
         "SenderFault": fault.get("sender_fault", False)} for entry in held]


HOLD = {"BatchWriteItem": hold_writes, "BatchGetItem": hold_reads, "SendMessageBatch": hold_entries,
        "DeleteMessageBatch": hold_entries, "ChangeMessageVisibilityBatch": hold_entries}
EMPTY = {"BatchWriteItem": {}, "BatchGetItem": {"Responses": {}}, "SendMessageBatch": {"Successful": []},
         "DeleteMessageBatch": {"Successful": []}, "ChangeMessageVisibilityBatch": {"Successful": []}}
