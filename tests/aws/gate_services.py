"""gate_services.py: what the gate is besides: instance metadata, containers' endpoint, web identity, Lambda.
boto3 finds its credentials there and uses them; what is not in the protocol is refused."""
import json
import os
import threading
import time
import unittest
from unittest import mock

import boto3
import gate_client as gate
from botocore.config import Config
from botocore.exceptions import ClientError

URL = os.environ["AWS_ENDPOINT_URL"]
TTL = {"x-aws-ec2-metadata-token-ttl-seconds": "60"}
ROLE = "/latest/meta-data/iam/security-credentials/weir-role"
NEXT = "/2018-06-01/runtime/invocation/next"


def plain(method, target, headers=None, body=b""):
    with gate.Connection() as c:
        return c.ask(method, target, {"host": gate.HOST, **(headers or {})}, body)


class Found(unittest.TestCase):
    """boto3 finds credentials by the environment alone."""

    def lists(self, **environment):
        kept = {k: v for k, v in os.environ.items() if not k.startswith("AWS_ACCESS_KEY") and "SECRET" not in k}
        with mock.patch.dict(os.environ, {**kept, **environment}, clear=True):
            session = boto3.Session(region_name="us-east-1")
            s3 = session.client("s3", endpoint_url=URL, config=Config(retries={"total_max_attempts": 1}))
            s3.list_buckets()
            return session.get_credentials().get_frozen_credentials()

    def setUp(self):
        gate.control("POST", "metadata", {"rotate": True, "forget_tokens": True, "lifetime_s": 3600, "rotate_s": 1800,
                                          "container_authorization": None, "web_identity_token": None})

    def test_instance(self):
        found = self.lists(AWS_EC2_METADATA_DISABLED="false", AWS_EC2_METADATA_SERVICE_ENDPOINT=URL)
        self.assertRegex(found.access_key, "^ASIA")

    def test_container(self):
        gate.control("POST", "metadata", {"container_authorization": "Bearer x"})
        with self.assertRaises(Exception):
            self.lists(AWS_CONTAINER_CREDENTIALS_FULL_URI=URL + "/container/credentials")
        found = self.lists(AWS_CONTAINER_CREDENTIALS_FULL_URI=URL + "/container/credentials",
                           AWS_CONTAINER_AUTHORIZATION_TOKEN="Bearer x")
        self.assertRegex(found.access_key, "^ASIA")

    def test_web_identity(self):
        path = os.path.join(os.environ["HOME"], "token")
        with open(path, "w", encoding="utf-8") as f:
            f.write("a.b.c")
        role = {"AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/r", "AWS_WEB_IDENTITY_TOKEN_FILE": path,
                "AWS_ROLE_SESSION_NAME": "weir"}
        self.assertRegex(self.lists(**role).access_key, "^ASIA")
        gate.control("POST", "metadata", {"web_identity_token": "another"})
        with self.assertRaises(ClientError) as failed:
            self.lists(**role)
        self.assertEqual(failed.exception.response["Error"]["Code"], "InvalidIdentityToken")


class Instance(unittest.TestCase):
    def setUp(self):
        gate.control("POST", "metadata", {"rotate": True, "forget_tokens": True, "lifetime_s": 3600, "rotate_s": 1800})

    def token(self):
        status, _, body = plain("PUT", "/latest/api/token", TTL)
        self.assertEqual(status, 200)
        return {"x-aws-ec2-metadata-token": body.decode()}

    def test_protocol(self):
        token = self.token()
        for name, method, target, headers, wanted in (
                ("no token", "GET", ROLE, {}, 401), ("wrong token", "GET", ROLE, {"x-aws-ec2-metadata-token": "x"}, 401),
                ("no ttl", "PUT", "/latest/api/token", {}, 400),
                ("ttl of 7 hours", "PUT", "/latest/api/token", {"x-aws-ec2-metadata-token-ttl-seconds": "25200"}, 400),
                ("token by GET", "GET", "/latest/api/token", TTL, 405),
                ("through a proxy", "PUT", "/latest/api/token", {**TTL, "x-forwarded-for": "10.0.0.1"}, 403),
                ("other role", "GET", ROLE + "x", token, 404), ("role", "GET", ROLE, token, 200)):
            with self.subTest(name):
                self.assertEqual(plain(method, target, headers)[0], wanted)
        names = plain("GET", "/latest/meta-data/iam/security-credentials/", token)[2]
        region = plain("GET", "/latest/meta-data/placement/region", token)[2]
        self.assertEqual((names, region), (b"weir-role", b"us-east-1"))
        gate.control("POST", "metadata", {"forget_tokens": True})
        self.assertEqual(plain("GET", ROLE, token)[0], 401)

    def test_token_ends(self):
        token = plain("PUT", "/latest/api/token", {"x-aws-ec2-metadata-token-ttl-seconds": "1"})[2].decode()
        time.sleep(1.1)
        self.assertEqual(plain("GET", ROLE, {"x-aws-ec2-metadata-token": token})[0], 401)

    def test_credentials_rotate_and_end(self):
        gate.control("POST", "metadata", {"rotate": True, "lifetime_s": 2, "rotate_s": 1})
        token = self.token()
        first = json.loads(plain("GET", ROLE, token)[2])
        self.assertEqual(first["Code"], "Success")
        use = {"access": first["AccessKeyId"], "secret": first["SecretAccessKey"], "token": first["Token"]}
        with gate.Connection() as c:
            self.assertEqual(c.ask("GET", "/", gate.signed("GET", "/", **use))[0], 200)
        time.sleep(1.1)
        second = json.loads(plain("GET", ROLE, token)[2])
        self.assertNotEqual(first["AccessKeyId"], second["AccessKeyId"])
        time.sleep(1)
        with gate.Connection() as c:
            status, _, body = c.ask("GET", "/", gate.signed("GET", "/", **use))
        self.assertEqual(status, 400)
        self.assertIn(b"<Code>ExpiredToken</Code>", body)

    def test_faults_reach_it(self):
        gate.control("POST", "faults", {"match": "PUT /latest/api/token", "reply": {"status": 503}})
        self.assertEqual([plain("PUT", "/latest/api/token", TTL)[0] for _ in range(2)], [503, 200])


class Lambda(unittest.TestCase):
    def test_events_and_replies(self):
        gate.control("POST", "events", [{"event": {"k": 1}, "id": "one", "deadline_s": 30}, {"event": {}, "id": "two"}])
        before_ms = time.time() * 1000
        status, headers, body = plain("GET", NEXT)
        self.assertEqual((status, headers["lambda-runtime-aws-request-id"], json.loads(body)), (200, "one", {"k": 1}))
        self.assertAlmostEqual(int(headers["lambda-runtime-deadline-ms"]), before_ms + 30000, delta=5000)
        base = "/2018-06-01/runtime/invocation/"
        self.assertEqual(plain("POST", base + "two/response", {}, b"{}")[0], 400)  # has not begun
        self.assertEqual(plain("POST", base + "one/response", {}, b"x" * ((6 << 20) + 1))[0], 413)
        self.assertEqual(plain("POST", base + "one/response", {}, b'{"batchItemFailures":[]}')[0], 202)
        self.assertEqual(plain("POST", base + "one/response", {}, b"{}")[0], 400)  # a second time
        self.assertEqual(plain("GET", NEXT)[1]["lambda-runtime-aws-request-id"], "two")
        self.assertEqual(plain("POST", base + "two/error", {"lambda-runtime-function-error-type": "weir.Config"},
                               b'{"errorMessage":"m"}')[0], 202)
        replies = json.loads(gate.control("GET", "replies?count=2"))
        self.assertEqual(replies, [
            {"id": "one", "kind": "response", "body": '{"batchItemFailures":[]}', "error_type": None},
            {"id": "two", "kind": "error", "body": '{"errorMessage":"m"}', "error_type": "weir.Config"}])

    def test_an_event_is_not_lost_with_a_runtime_that_dies(self):
        with gate.Connection() as dying:
            dying.send("GET", NEXT, {"host": gate.HOST})
            time.sleep(0.2)
        gate.control("POST", "events", {"event": None, "id": "kept"})
        self.assertEqual(plain("GET", NEXT)[1]["lambda-runtime-aws-request-id"], "kept")

    def test_next_waits(self):
        got = []
        waiting = threading.Thread(target=lambda: got.append(plain("GET", NEXT)[0]))
        waiting.start()
        time.sleep(0.2)
        self.assertEqual(got, [])
        gate.control("POST", "events", {"event": None})
        waiting.join(10)
        self.assertEqual(got, [200])


if __name__ == "__main__":
    unittest.main()
