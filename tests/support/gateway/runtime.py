"""runtime.py: the Lambda Runtime API (2018-06-01): a queue of events, and what came back for each."""
import json
import re
import threading
import time
import uuid

from gateway.http import Reply

BASE = "/2018-06-01/runtime/"
RESPONSE_MOST = 6 << 20
ANSWER = re.compile(r"invocation/([^/]+)/(response|error)")


class Runtime:
    def __init__(self):
        self.changed = threading.Condition()
        self.waiting, self.begun, self.replies = [], set(), []

    def serves(self, request):
        return request.path.startswith(BASE)

    def add(self, events):
        """Each {"event": any JSON, "deadline_s": 60, "id": ...}."""
        ids = []
        with self.changed:
            for one in events if isinstance(events, list) else [events]:
                one.setdefault("id", str(uuid.uuid4()))
                self.waiting.append(one)
                ids.append(one["id"])
            self.changed.notify_all()
        return ids

    def answers(self, count, wait_s):
        """What came back so far; waits until there are so many."""
        with self.changed:
            self.changed.wait_for(lambda: len(self.replies) >= count, wait_s)
            return list(self.replies)

    def answer(self, request):
        path = request.path.removeprefix(BASE)
        if path == "invocation/next" and request.method == "GET":
            return self.next_event(request)
        if request.method != "POST":
            return failure(405, "MethodNotAllowed")
        if path == "init/error":
            return self.take(None, "init/error", request)
        match = ANSWER.fullmatch(path)
        if not match:
            return failure(404, "NotFound")
        with self.changed:
            known = match[1] in self.begun
        if not known:
            return failure(400, "InvalidRequestID")
        if len(request.body) > RESPONSE_MOST:
            return failure(413, "RequestEntityTooLarge")
        return self.take(match[1], match[2], request)

    def next_event(self, request):
        with self.changed:
            while not self.changed.wait_for(lambda: self.waiting, 0.1) or not request.alive():
                if not request.alive():  # an event is not for those who have gone
                    raise ConnectionError("the runtime has gone")
            one = self.waiting.pop(0)
            self.begun.add(one["id"])
        deadline_ms = int((time.time() + one.get("deadline_s", 60)) * 1000)
        return Reply(200, json.dumps(one["event"]).encode(), [
            ("Content-Type", "application/json"), ("Lambda-Runtime-Aws-Request-Id", one["id"]),
            ("Lambda-Runtime-Deadline-Ms", str(deadline_ms)),
            ("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-east-1:123456789012:function:weir"),
            ("Lambda-Runtime-Trace-Id", "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1")])

    def take(self, of, kind, request):
        with self.changed:
            self.begun.discard(of)
            self.replies.append({"id": of, "kind": kind, "body": request.body.decode("utf-8", "replace"),
                                 "error_type": request.header("lambda-runtime-function-error-type")})
            self.changed.notify_all()
        return Reply(202, b'{"status":"OK"}', [("Content-Type", "application/json")])


def failure(status, kind):
    return Reply(status, json.dumps({"errorType": kind, "errorMessage": kind}).encode(),
                 [("Content-Type", "application/json")])
