"""gate_faults.py: a fault does what its rule says, once it is due and as often as it says."""
import json
import time
import unittest
import zlib

import gate_client as gate
from botocore.exceptions import ClientError
from botocore.httpchecksum import FlexibleChecksumError

BODY = b"0123456789" * 10


def put(key, body=BODY):
    target = "/faulty/" + key
    with gate.Connection() as c:
        return c.ask("PUT", target, gate.signed("PUT", target, body=body), body)


def get(key, connection=None):
    target = "/faulty/" + key
    with connection or gate.Connection() as c:
        return c.ask("GET", target, gate.signed("GET", target))


def stored(key):
    try:
        return gate.setup.client().get_object(Bucket="faulty", Key=key)["Body"].read()
    except ClientError as error:
        return error.response["Error"]["Code"]


class Faults(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        gate.client().create_bucket(Bucket="faulty")
        put("there")

    def setUp(self):
        gate.control("DELETE", "faults")
        gate.control("DELETE", "log")

    def fault(self, **rule):
        gate.control("POST", "faults", {"match": "/faulty/", **rule})

    def test_error_in_the_form_of_the_service(self):
        self.fault(error="SlowDown", times=2)
        self.assertEqual([get("there")[0] for _ in range(3)], [503, 503, 200])
        gate.control("POST", "faults", {"match": "DynamoDB_20120810.GetItem", "error": "ThrottlingException"})
        with self.assertRaises(ClientError) as failed:
            gate.client("dynamodb").get_item(TableName="none", Key={"pk": {"S": "1"}})
        self.assertEqual(failed.exception.response["Error"]["Code"], "ThrottlingException")
        self.assertEqual(failed.exception.response["ResponseMetadata"]["HTTPStatusCode"], 400)

    def test_skip_and_every(self):
        self.fault(error="InternalError", status=500, skip=1, every=3, times=2)
        self.assertEqual([get("there")[0] for _ in range(9)], [200, 500, 200, 200, 500, 200, 200, 200, 200])

    def test_a_reply_of_any_kind(self):
        self.fault(reply={"status": 418, "body": "no", "headers": {"x-a": "1"}})
        status, headers, body = get("there")
        self.assertEqual((status, headers["x-a"], body), (418, "1", b"no"))

    def test_a_wrong_request_is_refused_all_the_same(self):
        self.fault(reply={"status": 200})
        with gate.Connection() as c:
            made = gate.signed("GET", "/faulty/there", secret="x")
            self.assertEqual(c.ask("GET", "/faulty/there", made)[0], 403)

    def test_reset_before_nothing_is_done(self):
        for how in (True, "rst"):
            self.fault(reset_before=how)
            with self.assertRaises((EOFError, ConnectionResetError)):
                put("never")
        self.assertEqual(stored("never"), "NoSuchKey")

    def test_drop_and_reset_after_it_is_done(self):
        for key, rule in (("dropped", {"drop_reply": True}), ("reset", {"reset_after": 0})):
            self.fault(**rule)
            with self.assertRaises((EOFError, ConnectionResetError)):
                put(key)
            self.assertEqual(stored(key), BODY)

    def test_refused_after_it_is_done(self):
        self.fault(error="InternalError", status=500, applied=True)
        self.assertEqual(put("applied")[0], 500)
        self.assertEqual(stored("applied"), BODY)

    def test_reset_in_the_middle(self):
        self.fault(reset_after=40)
        target = "/faulty/there"
        with gate.Connection() as c:
            c.send("GET", target, gate.signed("GET", target))
            got = b""
            with self.assertRaises(ConnectionResetError):
                while piece := c.socket.recv(1000):
                    got += piece
        self.assertEqual((len(got), got[:17]), (40, b"HTTP/1.1 200 OK\r\n"))

    def test_truncated_body(self):
        self.fault(truncate_body=30)
        status, headers, body = get("there")
        self.assertEqual((status, headers["content-length"], body), (200, "100", BODY[:30]))

    def test_flipped_bit(self):
        self.fault(flip=105)
        _, headers, body = get("there")
        self.assertEqual(body, BODY[:5] + b"4" + BODY[6:])  # '5' is 0x35, '4' is 0x34; 105 is 5 modulo 100
        put_with_checksum = gate.client()
        put_with_checksum.put_object(Bucket="faulty", Key="summed", Body=BODY)
        self.fault(flip=5)
        with self.assertRaises(FlexibleChecksumError):
            put_with_checksum.get_object(Bucket="faulty", Key="summed")["Body"].read()

    def test_delay_and_stall(self):
        self.fault(delay_s=0.5)
        began = time.monotonic()
        get("there")
        self.assertGreaterEqual(time.monotonic() - began, 0.5)
        self.fault(stall_after=10, stall_s=0.5)
        began = time.monotonic()
        self.assertEqual(get("there")[2], BODY)
        self.assertGreaterEqual(time.monotonic() - began, 0.5)

    def test_error_with_status_200(self):
        self.fault(ok_error="InternalError", blanks=20)
        status, _, body = get("there")
        self.assertEqual(status, 200)
        self.assertRegex(body, rb'^<\?xml [^>]*>\n {20}<Error><Code>InternalError</Code>')

    def test_pages(self):
        for k in range(5):
            put(f"page/{k}")
        s3 = gate.client()

        def pages():
            return [[o["Key"][-1] for o in page.get("Contents", [])] for page in s3.get_paginator(
                "list_objects_v2").paginate(Bucket="faulty", Prefix="page/", PaginationConfig={"PageSize": 3})]

        for rule, wanted in (({}, ["012", "34"]), ({"page": "empty"}, ["", "012", "34"]),
                             ({"page": "empty", "skip": 1}, ["012", "", "34"]),
                             ({"page": "repeat"}, ["012", "012", "34"]),
                             ({"max_keys": 1, "skip": 1, "times": 9}, ["012", "3", "4"])):
            with self.subTest(rule):
                gate.control("DELETE", "faults")
                gate.control("POST", "faults", {"match": "list-type=2", **rule} if rule else [])
                self.assertEqual(["".join(page) for page in pages()], wanted)
        gate.control("DELETE", "faults")
        gate.control("POST", "faults", {"match": "list-type=2", "page": "loop", "skip": 1})
        first = s3.list_objects_v2(Bucket="faulty", Prefix="page/", MaxKeys=2)
        second = s3.list_objects_v2(Bucket="faulty", Prefix="page/", MaxKeys=2,
                                    ContinuationToken=first["NextContinuationToken"])
        self.assertEqual(first["NextContinuationToken"], second["NextContinuationToken"])
        self.assertEqual([o["Key"] for o in second["Contents"]], ["page/2", "page/3"])
        self.assertTrue(second["IsTruncated"])

    def test_dynamodb_batches_in_part(self):
        dynamodb = gate.client("dynamodb")
        dynamodb.create_table(TableName="batch", KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
                              AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
                              BillingMode="PAY_PER_REQUEST")
        items = [{"pk": {"S": str(k)}} for k in range(5)]
        writes = [{"PutRequest": {"Item": item}} for item in items]
        for held, left in ((2, 3), (5, 3)):
            gate.control("POST", "faults", {"match": "BatchWriteItem", "unprocessed": held})
            reply = dynamodb.batch_write_item(RequestItems={"batch": writes})
            self.assertEqual(reply["UnprocessedItems"], {"batch": writes[5 - held:]})
            self.assertEqual(dynamodb.scan(TableName="batch")["Count"], left)
        gate.control("POST", "faults", {"match": "BatchGetItem", "unprocessed": 1})
        reply = dynamodb.batch_get_item(RequestItems={"batch": {"Keys": items[:3]}})
        self.assertEqual(sorted(i["pk"]["S"] for i in reply["Responses"]["batch"]), ["0", "1"])
        self.assertEqual(reply["UnprocessedKeys"]["batch"]["Keys"], items[2:3])

    def test_dynamodb_checksum_shows_a_flipped_bit(self):
        gate.control("POST", "faults", {"match": "ListTables", "flip": 3, "skip": 1})
        body = b"{}"
        right = []
        for _ in range(2):
            headers = gate.signed("POST", "/", {"x-amz-target": "DynamoDB_20120810.ListTables",
                                                "content-type": "application/x-amz-json-1.0"}, body, "dynamodb")
            with gate.Connection() as c:
                _, told, got = c.ask("POST", "/", headers, body)
            right.append(zlib.crc32(got) == int(told["x-amz-crc32"]))
        self.assertEqual(right, [True, False])

    def test_sqs_batches_in_part(self):
        sqs = gate.client("sqs")
        url = sqs.create_queue(QueueName="partial")["QueueUrl"]
        gate.control("POST", "faults", {"match": "SendMessageBatch", "failed": 1, "code": "InternalError"})
        reply = sqs.send_message_batch(QueueUrl=url, Entries=[{"Id": str(k), "MessageBody": "m"} for k in range(3)])
        self.assertEqual([e["Id"] for e in reply["Successful"]], ["0", "1"])
        self.assertEqual([(e["Id"], e["Code"], e["SenderFault"]) for e in reply["Failed"]],
                         [("2", "InternalError", False)])
        self.assertEqual(len(sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]), 2)

    def test_log_and_state(self):
        self.fault(error="SlowDown")
        get("there")
        get("there")
        entries = [json.loads(line) for line in gate.control("GET", "log").splitlines()]
        self.assertEqual([(e["method"], e["target"], e["status"], e["code"]) for e in entries],
                         [("GET", "/faulty/there", 503, "SlowDown"), ("GET", "/faulty/there", 200, None)])
        self.assertEqual([e["sent"] for e in entries][1], 100)
        self.assertEqual(entries[0]["fault"], {"error": "SlowDown"})
        rule = json.loads(gate.control("GET", "faults"))[0]
        self.assertEqual((rule["seen"], rule["used"]), (2, 1))
        with self.assertRaises(AssertionError):
            self.fault(eror="SlowDown")


if __name__ == "__main__":
    unittest.main()
