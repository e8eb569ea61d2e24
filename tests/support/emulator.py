#!/usr/bin/env python3
"""emulator.py: moto as a server on a free port of 127.0.0.1, which it prints; ends at SIGTERM.

moto's own server closes each connection after one reply and writes a line for each; this one does neither. All
checking is gate.py's; nothing but it and the set-up of tests should talk to this."""
import base64
import contextlib
import datetime
import io
import itertools
import json
import logging
import os
import signal
import sys
import threading

from gateway import digest
from moto import backends
from moto.core import DEFAULT_ACCOUNT_ID
from moto.dynamodb import exceptions as dynamodb_exceptions
from moto.dynamodb.comparisons import get_filter_expression
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import Item
from moto.dynamodb.models.table import Table
from moto.dynamodb.responses import DynamoResult
from moto.moto_server import werkzeug_app
from moto.s3 import models, notifications, responses
from moto.s3.models import s3_backends
from werkzeug.serving import make_server

PRELOADED = ("s3", "sqs", "dynamodb", "sts")
MANY = "/__emulator/many"  # POST {"bucket", "prefix", "count", "size"}: that many objects, at once
TIMES = "/__emulator/times"  # POST {"bucket", "times": {key: "2019-01-01T00:00:00+00:00"}}: when they were made


class AnyCharacter(werkzeug_app.RegexConverter):
    """A key may have line ends in it."""

    def __init__(self, url_map, *items):
        super().__init__(url_map, *items)
        self.regex = f"(?s:{self.regex})"


def as_aws_says_it(make_event):
    """An S3 event with what AWS puts in and moto leaves out, and '/' in a key as it is; "Event message
    structure", Amazon S3 User Guide."""
    sequence = itertools.count(0x0055AED6DCD90281)

    def event(name, bucket, key, notification_id):
        made = make_event(name, bucket, key, notification_id)
        record = made["Records"][0]
        record |= {"userIdentity": {"principalId": "AWS:AIDAEXAMPLE"},
                   "requestParameters": {"sourceIPAddress": "127.0.0.1"},
                   "responseElements": {"x-amz-request-id": "C3D13FE58DE4C810", "x-amz-id-2": "gate"}}
        what = record["s3"]["object"]
        what["key"] = what["key"].replace("%2F", "/")
        what["sequencer"] = f"{next(sequence):016X}"
        if bucket.is_versioned:
            what["versionId"] = key.version_id
        if record["eventName"].startswith("ObjectRemoved"):
            del what["size"], what["eTag"]
        return made

    return event


def with_crc64(compute):
    """Checksums; moto takes CRC-32 for CRC-64/NVME where a library is missing."""
    def checksum(body, algorithm, encode_base64=True):
        if algorithm != "CRC64NVME":
            return compute(body, algorithm, encode_base64)
        value = digest.crc64nvme(bytes(body))
        return base64.b64encode(value) if encode_base64 else value

    return checksum


def make_many(asked):
    bucket = s3_backends[DEFAULT_ACCOUNT_ID]["aws"]
    for k in range(asked["count"]):
        body = (b"%d\n" % k).ljust(asked.get("size", 1), b".")
        bucket.put_object(asked["bucket"], f"{asked.get('prefix', '')}{k:07}", body)


def transact(backend, actions):
    """All or nothing: moto copies the whole table for each action, and where one fails takes back what others have
    written meanwhile."""
    if len(actions) > 100:
        raise dynamodb_exceptions.TooManyTransactionsException()
    keys, reasons = set(), []
    for kind, it in (next(iter(action.items())) for action in actions):
        table = backend.get_table(it["TableName"])
        where = it["Item"] if kind == "Put" else it["Key"]
        key = {name: where[name] for name in (table.hash_key_attr, table.range_key_attr) if name}
        if (it["TableName"], str(key)) in keys:
            raise dynamodb_exceptions.MultipleTransactionsException()
        keys.add((it["TableName"], str(key)))
        condition = get_filter_expression(it.get("ConditionExpression"), it.get("ExpressionAttributeNames"),
                                          it.get("ExpressionAttributeValues"))
        good = condition.expr(backend.get_item(it["TableName"], key))
        reasons.append((None, None, None) if good else
                       ("ConditionalCheckFailed", "The conditional request failed", None))
    if any(code for code, _, _ in reasons):
        raise dynamodb_exceptions.TransactionCanceledException(reasons)
    for kind, it in (next(iter(action.items())) for action in actions):
        if kind == "Put":
            backend.put_item(it["TableName"], it["Item"], overwrite=True)
        elif kind != "ConditionCheck":
            raise ValueError(f"no {kind} in transactions here")


def in_order(table):
    """All items; moto compares them type by type, which takes most of a scan."""
    rows = (i for part in table.items.values() for i in (part.values() if table.range_key_attr else [part]))
    return sorted(rows, key=lambda i: (str(i.hash_key.value), str(i.range_key.value) if i.range_key else ""))


def as_json(result, context, by_model=DynamoResult.execute_result):
    """Rows as they are, not member by member after the service's model: that takes a hundred times as long."""
    if not {"Items", "Responses"} & set(result.result):
        return by_model(result, context)
    told = {name: value for name, value in result.result.items() if value is not None}
    body = json.dumps(told, default=lambda value: base64.b64encode(value).decode())
    return 200, {"Content-Type": "application/x-amz-json-1.0"}, body


ROWS = threading.Lock()  # a request to DynamoDB sees nothing of another one that is half done


def set_times(asked):
    bucket = s3_backends[DEFAULT_ACCOUNT_ID]["aws"].get_bucket(asked["bucket"])
    for key, when in asked["times"].items():
        bucket.keys[key].last_modified = datetime.datetime.fromisoformat(when)


class Handler(werkzeug_app.MotoRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def run_wsgi(self):
        environ = self.make_environ()
        length = int(self.headers.get("Content-Length") or 0)
        sent = self.rfile.read(length)
        if self.path == MANY:
            make_many(json.loads(sent))
            return self.answer("204 No Content", [], b"")
        if self.path == TIMES:
            set_times(json.loads(sent))
            return self.answer("204 No Content", [], b"")
        environ["wsgi.input"] = io.BytesIO(sent)
        said = []
        with ROWS if (self.headers.get("X-Amz-Target") or "").startswith("DynamoDB") else contextlib.nullcontext():
            parts = self.server.app(environ, lambda status, headers, exc_info=None: said.append((status, headers)))
        body = b"".join(parts)
        if hasattr(parts, "close"):
            parts.close()
        return self.answer(*said[-1], body)

    def answer(self, status, headers, body):
        code, _, reason = status.partition(" ")
        self.send_response(int(code), reason)
        for name, value in headers:
            if name.lower() not in ("content-length", "connection", "transfer-encoding"):
                self.send_header(name, value)
        told = next((v for n, v in headers if n.lower() == "content-length"), None)
        length = told if self.command == "HEAD" and told is not None else len(body)
        self.send_header("Content-Length", str(length))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_request(self, *_):
        pass


def main():
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    signal.signal(signal.SIGINT, lambda *_: os._exit(0))
    logging.disable(logging.INFO)
    modules = tuple(backends.list_of_moto_modules())  # else it looks into its folder at each request
    backends.list_of_moto_modules = lambda: modules
    notifications._get_s3_event = as_aws_says_it(notifications._get_s3_event)
    models.compute_checksum = responses.compute_checksum = with_crc64(models.compute_checksum)
    werkzeug_app.RegexConverter = AnyCharacter
    DynamoDBBackend.transact_write_items = transact
    DynamoResult.execute_result = as_json
    Table.all_items = in_order
    Item.__deepcopy__ = lambda self, _: self  # what is read is written out while nobody else can change it
    app = werkzeug_app.DomainDispatcherApplication(werkzeug_app.create_backend_app)
    for service in PRELOADED:
        app.get_application({"HTTP_HOST": f"{service}.us-east-1.amazonaws.com", "PATH_INFO": "/",
                             "REQUEST_METHOD": "GET"})
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Handler)
    server.daemon_threads = True
    print(server.port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    sys.exit(main())
